import ControlProtocol
import PeerSupport
import PictureSupport
import Testing

/// Two whole rooms on the kernel's devices: what the parts' own tests cannot tell.
@Suite("Two rooms in the device lab", .serialized, .inDeviceLab)
struct RoomLabTests {
    /// The room on vh264enc, vkms and the first camera, called by the room on x264 and the second camera.
    private func call() async throws -> (lab: RoomProcess, second: RoomProcess) {
        let lab = try await RoomProcess(name: "Lab", board: "lab")
        let second = try await RoomProcess(name: "Second", board: "lab-second")
        try second.dial(lab.address)
        for room in [lab, second] {
            try await room.call(reaches: "established", within: .seconds(20))
            try await eventually(within: .seconds(30), "pictures") {
                try room.number("calls.1.video.receive.frames_shown") >= 20 ? true : nil
            }
        }
        return (lab, second)
    }

    private func end(_ rooms: (lab: RoomProcess, second: RoomProcess)) async throws {
        try await rooms.second.stop()
        try await rooms.lab.stop()
    }

    /// What a room's screen shows, read back from the display, with the far end's picture alone on it.
    private func screen(of room: RoomProcess, _ folder: TemporaryFolder) async throws -> LumaPicture {
        _ = try room.request(.displayLayout, ["layout": "remote"])
        // The name and the time leave the screen some seconds after the answer.
        try await eventually(within: .seconds(20), "details are hidden") {
            try room.number("calls.1.duration_s") > 9 ? true : nil
        }
        _ = try room.request(.screenCapture, ["path": JSONValue("\(folder.path)/screen.png")])
        return try await picture("-i \(folder.path)/screen.png", folder)
    }

    private func picture(_ input: String, _ folder: TemporaryFolder) async throws -> LumaPicture {
        let raw = "\(folder.path)/grey"
        try await Lab.shell(
            "ffmpeg -y -loglevel error \(input) -frames:v 1 -f rawvideo -pix_fmt gray -s 1280x720 \(raw)")
        return LumaPicture(samples: try readBytes(raw), width: 1280, height: 720)
    }

    @Test("A camera's picture crosses encoder, network, decoder and screen, by x264 and by vh264enc without a copy")
    func pictures() async throws {
        let folder = try TemporaryFolder()
        let rooms = try await call()
        #expect(try rooms.lab.status("calls.1.video.send.encoder.name")?.stringValue == "vh264enc (V4L2)")
        #expect(try rooms.lab.number("calls.1.video.send.copies_per_frame") == 0)
        #expect(try rooms.second.status("calls.1.video.send.encoder.name")?.stringValue == "x264")
        let throughX264 = try await screen(of: rooms.lab, folder)
        let throughHardware = try await screen(of: rooms.second, folder)
        #expect(try rooms.lab.number("calls.1.video.receive.undecoded") < 30)
        try await end(rooms)
        let node = try Lab.videoNode(named: "vivid-000-vid-cap")
        let source = try await picture(
            "-f v4l2 -input_format nv12 -video_size 1280x720 -i \(node)", folder)
        // vh264enc codes one value for each block of 4 x 4, so its picture is compared at a quarter of the size.
        #expect(throughX264.similarity(to: source) > 0.9)
        #expect(
            throughHardware.scaled(width: 320, height: 180).similarity(to: source.scaled(width: 320, height: 180)) > 0.8
        )
    }

    @Test("The tone goes both ways through the sound card's cables")
    func sound() async throws {
        let folder = try TemporaryFolder()
        let rooms = try await call()
        let card = try Lab.soundCard(named: "Loopback")
        // Each room's microphone hears what is played into the other end of its cable; its loudspeaker is recorded there.
        for (microphone, speaker, frequency, listener) in [(1, 2, 880, rooms.second), (3, 0, 1320, rooms.lab)] {
            let tone = try ChildProcess(
                "ffmpeg",
                [
                    "-loglevel", "error", "-re", "-f", "lavfi", "-i", "sine=frequency=\(frequency):sample_rate=48000",
                    "-ac", "2", "-t", "60", "-f", "alsa", "hw:\(card),0,\(microphone)",
                ], logPath: "\(folder.path)/tone")
            try await eventually(within: .seconds(40), "the tone has come to the far end") {
                try listener.number("audio.speaker.peak") > 1000 ? true : nil
            }
            let file = "\(folder.path)/heard\(speaker).wav"
            try await Lab.shell("arecord -q -D hw:\(card),1,\(speaker) -f S16_LE -r 48000 -c 2 -d 3 \(file)")
            await tone.stop()
            let heard = try WaveFile(path: file)
            let detector = ToneDetector(frequency: Double(frequency), sampleRate: Double(heard.sampleRate))
            // Another tone or none gives next to nothing; under-runs of a loaded host take from the right one.
            #expect(detector.share(of: heard.channel(0)) > 0.3, "\(frequency) Hz")
        }
        try await end(rooms)
    }

    /// The median within the bound, none beyond three times it: a loaded host may take the one or the other round.
    private func expectMostly(below bound: Double, _ times: [Double]) {
        #expect(times.sorted()[times.count / 2] < bound)
        #expect(times.allSatisfy { $0 < bound * 3 })
    }

    @Test("A camera unplugged again and again in a call comes back into it, and nothing leaks")
    func cameraUnplugged() async throws {
        let rooms = try await call()
        var times: [Double] = []
        let before = try ProcessUsage(of: rooms.lab.process.processIdentifier)
        for round in 0..<5 {
            try PluggableDevice.cameras.unplug()
            try await eventually(within: .seconds(10), "the screen says so") {
                try rooms.lab.status("room.troubles.0")?.stringValue?.hasPrefix("Camera unplugged.") == true
                    ? true : nil
            }
            #expect(try rooms.lab.status("calls.1.state")?.stringValue == "established")
            try await Task.sleep(for: .milliseconds(100 + 170 * round))
            let clock = ContinuousClock()
            let plugged = clock.now
            try PluggableDevice.cameras.plugIn()
            for room in [rooms.lab, rooms.second] {
                try await eventually(within: .seconds(10), "the camera runs again") {
                    try room.status("camera.state")?.stringValue == "running" ? true : nil
                }
            }
            times.append((clock.now - plugged) / .seconds(1))
        }
        print("camera back after (s): \(times.map { ($0 * 100).rounded() / 100 })")
        #expect(try rooms.lab.number("camera.losses") == 5)
        expectMostly(below: 2, times)
        let after = try ProcessUsage(of: rooms.lab.process.processIdentifier)
        // The runtime's own pool may have one or two more after a busy time.
        #expect(after.threads.count <= before.threads.count + 2)
        #expect(after.descriptors <= before.descriptors + 1)
        try await end(rooms)
    }

    @Test("A sound card unplugged in a call comes back into it, both directions")
    func soundUnplugged() async throws {
        let rooms = try await call()
        var times: [Double] = []
        for _ in 0..<5 {
            try PluggableDevice.loopbackSound.unplug()
            try await eventually(within: .seconds(10), "both directions are missed") {
                try rooms.lab.status("audio.microphone.state")?.stringValue == "absent"
                    && rooms.lab.status("audio.speaker.state")?.stringValue == "absent" ? true : nil
            }
            let clock = ContinuousClock()
            let plugged = clock.now
            try PluggableDevice.loopbackSound.plugIn()
            try await eventually(within: .seconds(10), "sound runs again") {
                try rooms.lab.status("audio.microphone.state")?.stringValue == "running"
                    && rooms.lab.status("audio.speaker.state")?.stringValue == "running" ? true : nil
            }
            times.append((clock.now - plugged) / .seconds(1))
        }
        print("sound back after (s): \(times.map { ($0 * 100).rounded() / 100 })")
        expectMostly(below: 1, times)
        #expect(try rooms.lab.status("calls.1.state")?.stringValue == "established")
        try await end(rooms)
    }

    @Test(
        "An encoder that fails in a call is replaced, and the far end sees pictures again",
        arguments: ["fault_stall", "fault_error", "fault_fatal"])
    func encoderFails(_ fault: String) async throws {
        let rooms = try await call()
        let before = try rooms.second.number("calls.1.video.receive.frames")
        let clock = ContinuousClock()
        try Lab.set("vh264enc", fault, "3")
        let injected = clock.now
        try await eventually(within: .seconds(10), "30 pictures after the fault") {
            try rooms.second.number("calls.1.video.receive.frames") >= before + 40 ? true : nil
        }
        print("\(fault): 40 pictures after \(((clock.now - injected) / .seconds(1) * 100).rounded() / 100) s")
        #expect(try rooms.lab.status("calls.1.state")?.stringValue == "established")
        #expect(try rooms.lab.status("calls.1.video.send.slate")?.boolValue == false)
        try await end(rooms)
    }
}
