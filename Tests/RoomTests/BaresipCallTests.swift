import ControlProtocol
import PeerSupport
import Testing

@Suite("A room and baresip", .serialized, .enabled(if: BaresipPeer.isInstalled, "baresip is not installed"))
struct BaresipCallTests {
    private func baresip(_ folder: TemporaryFolder) async throws -> BaresipPeer {
        let clip = "\(folder.path)/clip.mp4"
        try await VideoClip.make(at: clip, seconds: 26, width: 1280, height: 720)
        var configuration = BaresipPeer.Configuration()
        configuration.video = .file(clip)
        configuration.toneFrequency = 1000
        return try await BaresipPeer(configuration)
    }

    /// At least 290 of 300 pictures both ways, a key frame within 300 ms of the answer, the tone at the other end both
    /// ways.
    private func check(_ name: String, _ room: RoomProcess, _ peer: BaresipPeer, roomCalls: Bool) async throws {
        var call = try await BaresipCall.dial(room, peer, roomCalls: roomCalls)
        try await call.count(pictures: 300)
        let figures = call.figures
        print("figure: \(name): \(figures)")
        // What was sent is decoded, whatever the load; a loaded machine may keep either from making its pictures, and
        // from being in time.
        #expect(figures.decodedByPeer * 300 >= figures.sentByRoom * 290)
        #expect(figures.decodedByRoom * 300 >= figures.sentByPeer * 290)
        let (least, latest) = figures.isLoaded ? (100, 2000.0) : (290, 300.0)
        #expect(figures.decodedByPeer >= least)
        #expect(figures.decodedByRoom >= least)
        #expect(figures.keyFrameAtPeer < latest)
        #expect(figures.keyFrameAtRoom < latest)
        #expect(try room.status("calls.1.audio.receive.codec")?.stringValue == "opus")
        #expect(try room.status("calls.1.audio.send.codec")?.stringValue == "opus")

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
        try await check("room calls baresip", room, peer, roomCalls: true)
    }

    @Test("Baresip calls the room: picture and sound go both ways")
    func baresipCalls() async throws {
        let folder = try TemporaryFolder()
        let peer = try await baresip(folder)
        let room = try await RoomProcess()
        try await check("baresip calls room", room, peer, roomCalls: false)
    }
}
