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
}
