import PeerSupport
import Testing

@Suite("BaresipPeer", .serialized)
struct BaresipPeerTests {
    @Test("Two baresips see and hear each other, and their figures are read")
    func call() async throws {
        let folder = try TemporaryFolder()
        let clip = "\(folder.path)/clip.mp4"
        try await VideoClip.make(at: clip, seconds: 8, width: 640, height: 360)
        var configuration = BaresipPeer.Configuration()
        (configuration.video, configuration.width, configuration.height) = (.file(clip), 640, 360)
        let callee = try await BaresipPeer(configuration)
        configuration.toneFrequency = 1000
        let caller = try await BaresipPeer(configuration)

        try await caller.dial(callee.address)
        try await caller.event("CALL_ESTABLISHED")
        for peer in [caller, callee] {
            try await eventually(within: .seconds(7), "90 pictures at \(peer.address)") {
                try await peer.videoStatistics().displayed >= 90 ? true : nil
            }
        }
        let figures = try await callee.videoStatistics()
        #expect(figures.keyFramesReceived >= 1)
        #expect(figures.captured - figures.skipped >= 85)

        try await caller.hangUp()
        try await callee.event("CALL_CLOSED")
        await caller.stop()
        await callee.stop()
        try expectTone(1000, in: callee)
        try expectTone(440, in: caller)
    }

    @Test("A call waits to be answered, and is refused")
    func manualAnswer() async throws {
        var configuration = BaresipPeer.Configuration()
        configuration.video = .none
        configuration.answersByItself = false
        let callee = try await BaresipPeer(configuration)
        configuration.answersByItself = true
        let caller = try await BaresipPeer(configuration)

        try await caller.dial(callee.address)
        try await callee.event("CALL_INCOMING")
        try await callee.answer()
        try await caller.event("CALL_ESTABLISHED")
        try await caller.hangUp()
        try await callee.event("CALL_CLOSED")

        try await caller.dial(callee.address)
        try await callee.event("CALL_INCOMING", count: 2)
        try await callee.hangUp()
        try await caller.event("CALL_CLOSED", count: 2)
    }

    @Test("A baresip that cannot start says why")
    func refusedStart() async throws {
        let first = try await BaresipPeer()
        let port = try #require(UInt16(first.address.split(separator: ":").last ?? ""))
        await #expect(throws: ChildProcess.Failure.self) { try await BaresipPeer(port: port) }
    }

    private func expectTone(_ frequency: Double, in peer: BaresipPeer) throws {
        let heard = try #require(try peer.heard().first)
        let share = ToneDetector(frequency: frequency, sampleRate: Double(heard.sampleRate))
            .share(of: heard.channel(0))
        #expect(share > 0.9, "\(frequency) Hz at \(peer.address)")
    }
}
