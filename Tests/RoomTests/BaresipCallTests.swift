import ControlProtocol
import PeerSupport
import Testing

@Suite("A room and baresip", .serialized, .enabled(if: BaresipPeer.isInstalled, "baresip is not installed"))
struct BaresipCallTests {
    private func baresip(_ folder: TemporaryFolder) async throws -> BaresipPeer {
        let clip = "\(folder.path)/clip.mp4"
        try await VideoClip.make(at: clip, seconds: 14, width: 1280, height: 720)
        var configuration = BaresipPeer.Configuration()
        configuration.video = .file(clip)
        configuration.toneFrequency = 1000
        return try await BaresipPeer(configuration)
    }

    /// At least 290 of 300 pictures both ways, the tone at the other end both ways.
    private func check(_ room: RoomProcess, _ peer: BaresipPeer) async throws {
        try await room.call(reaches: "established")
        let before = try room.number("calls.1.video.send.frames")
        try await eventually(within: .seconds(15), "300 pictures sent") {
            try room.number("calls.1.video.send.frames") >= before + 300 ? true : nil
        }
        let shown = try await peer.videoStatistics()
        #expect(shown.displayed >= 290)
        #expect(shown.keyFramesReceived >= 1)
        // baresip's file reader may start late; what it has sent is what counts.
        let units = try room.number("calls.1.video.receive.access_units")
        let sent = try await peer.videoStatistics()
        #expect(units >= Double(sent.captured - sent.skipped) * 290 / 300)
        #expect(units > 100)
        #expect(try room.number("calls.1.video.receive.frames") >= units * 290 / 300)
        let decoded = try room.number("calls.1.setup_ms.first_video_decoded")
        let started = try room.number("calls.1.setup_ms.media_started")
        #expect(decoded - started < 2000)
        #expect(try room.status("calls.1.audio.receive.codec")?.stringValue == "opus")

        _ = try room.request(.callHangup)
        await peer.stop()
        let heard = try #require(try await room.stop())
        let tone = ToneDetector(frequency: 1000, sampleRate: Double(heard.sampleRate))
        #expect(tone.share(of: heard.channel(0).suffix(48_000 * 5)) > 0.9)
        let there = try #require(try peer.heard().first)
        let ours = ToneDetector(frequency: 440, sampleRate: Double(there.sampleRate))
        #expect(ours.share(of: there.channel(0).suffix(there.sampleRate * 5)) > 0.9)
    }

    @Test("The room calls baresip: picture and sound go both ways")
    func roomCalls() async throws {
        let folder = try TemporaryFolder()
        let peer = try await baresip(folder)
        let room = try await RoomProcess()
        try room.dial(peer.address)
        try await check(room, peer)
    }

    @Test("Baresip calls the room: picture and sound go both ways")
    func baresipCalls() async throws {
        let folder = try TemporaryFolder()
        let peer = try await baresip(folder)
        let room = try await RoomProcess()
        try await peer.dial(room.address)
        try await check(room, peer)
    }
}
