import ControlProtocol
import PeerSupport
import PictureSupport
import Testing

/// What real encoders do wrong, in calls of whole rooms: seen from the far end.
@Suite("A call in the device lab and its encoder", .serialized, .inDeviceLab)
struct RoomEncoderLabTests {
    /// Colour squares: structure both ways.
    private static let squares = "test_pattern=4,osd_text_mode=2"

    @Test("Each quirk of an encoder ends in a good call")
    func quirks() async throws {
        let folder = try TemporaryFolder()
        let node = try Lab.videoNode(named: LabCamera.name)
        try await Lab.setControls(node, Self.squares)
        let source = try await LabRooms.middle(
            "-f v4l2 -input_format nv12 -video_size 1280x720 -i \(node)", folder)
        var rooms = try await LabRooms()
        for (parameter, value) in [
            ("quirk_no_force_key", "1"), ("quirk_no_force_key", "2"), ("quirk_no_key_flag", "1"),
            ("stride_align", "1024"), ("height_align", "32"), ("latency", "3"), ("frame_us", "15000"),
        ] {
            let quirk = "\(parameter) = \(value)"
            try await Lab.with("vh264enc", parameter, value) {
                try await rooms.call()
                let send = "calls.\(rooms.number).video.send"
                let receive = "calls.\(rooms.number).video.receive"
                #expect(try rooms.lab.status("\(send).encoder.name")?.stringValue == "vh264enc (V4L2)", "\(quirk)")
                let first = try rooms.second.number("\(receive).frames")
                let sent = try rooms.lab.number("\(send).frames")
                // Another key frame, as when the far end has lost something, and its repetition.
                try await eventually(within: .seconds(20), "60 more pictures with \(quirk)") {
                    try rooms.second.number("\(receive).frames") >= first + 60 ? true : nil
                }
                #expect(try rooms.lab.number("\(send).encoder_restarts") == 0, "\(quirk)")
                #expect(try rooms.second.number("\(receive).undecoded") < 30, "\(quirk)")
                let shown = try await rooms.likeness(of: rooms.second, to: source, above: 0.8, folder)
                let pictures = try rooms.lab.number("\(send).frames") - sent
                print("figure: \(quirk): likeness \((shown * 1000).rounded() / 1000), \(Int(pictures)) pictures")
                #expect(shown > 0.8, "\(quirk)")
                try await rooms.hangUp()
            }
        }
        try await rooms.stop()
        try await Lab.setControls(node, "test_pattern=0,osd_text_mode=0")
    }

    /// Faults, each as module parameters set at once; the last must bring the encoder down.
    private static let faults: [(name: String, parameters: [(String, String)])] = [
        ("stall", [("fault_stall", "3")]),
        ("error", [("fault_error", "3")]),
        ("fatal", [("fault_fatal", "3")]),
        ("fatal, then no memory twice", [("fault_reqbufs", "2"), ("fault_fatal", "3")]),
        ("fatal, then never memory", [("fault_reqbufs", "-1"), ("fault_fatal", "3")]),
        ("fatal, then no start twice", [("fault_streamon", "2"), ("fault_fatal", "3")]),
        ("fatal, then never a start", [("fault_streamon", "-1"), ("fault_fatal", "3")]),
    ]

    @Test("Each fault of an encoder ends in a recovery within 1.5 s, by x264 if need be")
    func faults() async throws {
        var rooms = try await LabRooms()
        var pauses: [Double] = []
        var loadedPauses: [Double] = []
        for fault in Self.faults {
            try await rooms.call()
            let frames = "calls.\(rooms.number).video.receive.frames"
            // A guest that does not get the processor takes its time for a new encoder's memory, too.
            let keptUp = try await rooms.keepUp()
            for (parameter, value) in fault.parameters { try Lab.set("vh264enc", parameter, value) }
            let pause = try await longestPause(of: frames, in: rooms.second, for: .seconds(keptUp ? 4 : 6))
            for (parameter, _) in fault.parameters { try Lab.set("vh264enc", parameter, "0") }
            let encoder = try rooms.lab.status("calls.\(rooms.number).video.send.encoder.name")?.stringValue ?? "none"
            let keepsUp = try await rooms.keepUp()
            let isLoaded = !keptUp || !keepsUp
            let load = isLoaded ? " (loaded host)" : ""
            print("figure: \(fault.name): no picture for \((pause * 1000).rounded()) ms, then by \(encoder)\(load)")
            if fault.parameters.contains(where: { $0.1 == "-1" }) || fault.name == "stall" {
                #expect(encoder == "x264", "\(fault.name)")
            }
            if isLoaded { loadedPauses.append(pause) } else { pauses.append(pause) }
            #expect(try rooms.isEstablished(), "\(fault.name)")
            #expect(try rooms.lab.status("calls.\(rooms.number).video.send.slate")?.boolValue == false)
            try await rooms.hangUp()
        }
        #expect(pauses.allSatisfy { $0 < 1.5 }, "\(Spread(pauses))")
        #expect(loadedPauses.allSatisfy { $0 < 6 }, "\(Spread(loadedPauses))")
        try await rooms.stop()
    }

    /// The longest time, in seconds, in which a counter of a room did not move, until the end or its next step.
    private func longestPause(of path: String, in room: RoomProcess, for duration: Duration) async throws -> Double {
        let clock = ContinuousClock()
        let end = clock.now + duration
        var last = clock.now
        var value = try room.number(path)
        var longest = Duration.zero
        while clock.now < end {
            let now = try room.number(path)
            if now != value {
                longest = max(longest, clock.now - last)
                last = clock.now
                value = now
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return max(longest, clock.now - last) / .seconds(1)
    }
}
