import ControlProtocol
import PeerSupport
import PictureSupport
import Testing

/// Two whole rooms on the kernel's devices: what the parts' own tests cannot tell.
@Suite("Two rooms in the device lab", .serialized, .inDeviceLab)
struct RoomLabTests {
    @Test("A camera's picture crosses encoder, network, decoder and screen, by x264 and by vh264enc without a copy")
    func pictures() async throws {
        let folder = try TemporaryFolder()
        let source = try await LabRooms.middle(
            "-f v4l2 -input_format nv12 -video_size 1280x720 -i \(try Lab.videoNode(named: LabCamera.name))", folder)
        var rooms = try await LabRooms()
        try await rooms.call()
        #expect(try rooms.lab.status("calls.1.video.send.encoder.name")?.stringValue == "vh264enc (V4L2)")
        #expect(try rooms.lab.number("calls.1.video.send.copies_per_frame") == 0)
        #expect(try rooms.second.status("calls.1.video.send.encoder.name")?.stringValue == "x264")
        #expect(try await rooms.likeness(of: rooms.lab, to: source, above: 0.9, folder) > 0.9)
        #expect(try await rooms.likeness(of: rooms.second, to: source, above: 0.8, folder) > 0.8)
        #expect(try rooms.lab.number("calls.1.video.receive.undecoded") < 30)
        try await rooms.stop()
    }

    @Test("The tone goes both ways through the sound card's cables")
    func sound() async throws {
        let folder = try TemporaryFolder()
        var rooms = try await LabRooms()
        try await rooms.call()
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
        try await rooms.stop()
    }
}
