import LinuxSystem
import MediaTypes
import RTP
import Testing

@testable import MediaPipelines

@Suite("Sound from the network")
struct AudioReceivePipelineTests {
    private func run(_ model: NetworkModel, seconds: Int, packetFrames: Int = 960) -> SoundSimulation.Outcome {
        var simulation = SoundSimulation()
        simulation.model = model
        simulation.packetFrames = packetFrames
        return simulation.run(seconds: seconds)
    }

    @Test("On a clean network the sound is whole, without a jump, and little of it waits")
    func clean() {
        let outcome = run(NetworkModel(), seconds: 30)
        #expect(outcome.clicks.isEmpty)
        #expect(outcome.report.concealedBlocks == 0 && outcome.report.emptyBlocks == 0)
        #expect(outcome.silentBlocks <= 5)
        // A packet of 20 ms and the shortest margin.
        #expect(outcome.levels.suffix(10).allSatisfy { $0 <= 40 })
    }

    @Test(
        "Clocks that differ by 100 ppm are followed without a drop-out, a jump or more delay", arguments: [100.0, -100])
    func drift(_ partsPerMillion: Double) {
        // An hour of it, in numbers only, is with the controller's tests.
        let outcome = run(NetworkModel(jitter: 2_000_000, drift: partsPerMillion), seconds: 90)
        #expect(outcome.clicks.isEmpty)
        #expect(outcome.report.concealedBlocks == 0 && outcome.report.emptyBlocks == 0)
        #expect(outcome.levels.suffix(60).allSatisfy { $0 <= 50 })
        #expect(abs(Double(outcome.report.driftPartsPerMillion) - partsPerMillion) < 20)
    }

    @Test("Jitter of 0 to 40 ms is waited out, in order and out of order", arguments: [true, false])
    func jitter(_ keepsOrder: Bool) {
        let outcome = run(NetworkModel(jitter: 40_000_000, drift: -50, keepsOrder: keepsOrder), seconds: 40)
        #expect(outcome.clicks.isEmpty)
        // Only while the jitter is still unknown.
        #expect(outcome.report.concealedBlocks <= 10 && outcome.report.emptyBlocks <= 5)
        #expect(outcome.levels.allSatisfy { $0 <= 110 })
        #expect(outcome.levels.suffix(20).reduce(0, +) / 20 <= 70)
    }

    @Test("Lost packets are guessed, one for one, and nothing else is", arguments: [0.01, 0.05])
    func loss(_ share: Double) {
        let outcome = run(NetworkModel(jitter: 40_000_000, loss: share, drift: 100), seconds: 40)
        #expect(outcome.lostPackets > Int(share * 1000))
        #expect(outcome.clicks.isEmpty)
        let guessed = Int(outcome.report.concealedBlocks) + Int(outcome.report.emptyBlocks)
        #expect(abs(guessed - outcome.lostPackets * 2) <= 16)
        #expect(outcome.levels.allSatisfy { $0 <= 130 })
    }

    @Test("Bursts of five lost packets are survived without delay that grows")
    func bursts() {
        let outcome = run(NetworkModel(jitter: 10_000_000, loss: 0.05, burst: 5), seconds: 40)
        #expect(outcome.lostPackets >= 60)
        #expect(outcome.levels.allSatisfy { $0 <= 110 })
        #expect(outcome.levels.suffix(20).reduce(0, +) / 20 <= 60)
        // Between the bursts the tone is heard.
        #expect(outcome.silentBlocks < outcome.lostPackets * 3)
    }

    @Test("A network that stands still and then brings all at once adds no lasting delay")
    func stall() {
        let outcome = run(NetworkModel(stall: 5_000_000_000...5_300_000_000), seconds: 20)
        #expect(outcome.levels.suffix(5).allSatisfy { $0 <= 60 })
        #expect(outcome.report.droppedPackets > 5)
        #expect(outcome.silentBlocks < 45)
    }

    @Test("Packets of 10, 20 and 60 ms, at 48 and at 8 kHz", arguments: [480, 960, 2880], [48_000, 8000])
    func packetTimes(_ frames: Int, _ clockRate: Int) {
        var simulation = SoundSimulation()
        simulation.packetFrames = frames
        simulation.clockRate = clockRate
        simulation.model = NetworkModel(jitter: 5_000_000)
        let outcome = simulation.run(seconds: 10)
        #expect(outcome.clicks.isEmpty)
        #expect(outcome.report.emptyBlocks == 0 && outcome.report.concealedBlocks <= 6)
        #expect(outcome.levels.suffix(5).allSatisfy { $0 <= Double(frames) / 48 + 40 })
    }

    @Test("Sound that is to wait for the picture waits, and comes back when it need not")
    func extraDelay() {
        let player = SoundPlayer()
        for _ in 0..<200 { player.step() }
        let before = player.pipeline.report.queuedFrames
        player.pipeline.setExtraDelay(sampleFrames: 1920)
        for _ in 0..<1500 { player.step() }
        let delayed = player.pipeline.report.queuedFrames
        #expect(abs(Int(delayed - before) - 1920) < 500)
        player.pipeline.setExtraDelay(sampleFrames: 0)
        for _ in 0..<2000 { player.step() }
        #expect(abs(Int(player.pipeline.report.queuedFrames - before)) < 500)
        #expect(player.pipeline.report.concealedBlocks == 0)
    }

    @Test("What is heard when is told: the timestamp runs with the clock of the stream")
    func playout() throws {
        let player = SoundPlayer()
        for _ in 0..<50 { player.step() }
        let first = player.pipeline.playout
        for _ in 0..<100 { player.step() }
        let second = player.pipeline.playout
        #expect(abs(first.timestamp.distance(to: second.timestamp) - 48_000) < 500)
        #expect(first.time.nanoseconds > 0)
    }

    @Test("Another source is heard at once, whatever numbers it has")
    func otherSource() {
        let player = SoundPlayer()
        for _ in 0..<100 { player.step() }
        // A little behind the old numbers, which would make its packets late ones.
        player.beginSource(
            SSRC(99), sequence: SequenceNumber(player.sequence.rawValue &- 40), timestamp: RTPTimestamp(5))
        for _ in 0..<100 { player.step() }
        #expect(player.pipeline.report.latePackets == 0)
        #expect(player.pipeline.report.peak > 7000)
    }

    @Test("A sender that begins anew with numbers far back is heard", arguments: [30_000, 1500])
    func restartedNumbers(_ back: Int) {
        let player = SoundPlayer()
        for _ in 0..<100 { player.step() }
        player.beginSource(SSRC(7), sequence: player.sequence.advanced(by: -back), timestamp: RTPTimestamp(77))
        for _ in 0..<100 { player.step() }
        #expect(player.pipeline.report.peak > 7000)
        #expect(player.pipeline.report.latePackets == 0)
    }

    @Test("Telephone events within the stream are no losses")
    func events() {
        let player = SoundPlayer()
        for _ in 0..<100 { player.step() }
        for _ in 0..<18 { player.step(.event) }
        for _ in 0..<100 { player.step() }
        // The sound stops for 180 ms: some guessing while it runs out, none for the numbers of the events.
        #expect(player.pipeline.report.concealedBlocks <= 4)
        #expect(player.pipeline.report.peak > 7000)
    }

    @Test("What came while nobody listened is not played late")
    func backlog() {
        let player = SoundPlayer()
        for _ in 0..<80 { player.sendOnly() }
        for _ in 0..<10 { player.step() }
        #expect(player.pipeline.report.queuedFrames <= 3 * 960)
    }

    @Test("Timestamps and numbers made up by a stranger never trap, and the stream recovers")
    func hostile() {
        let player = SoundPlayer()
        for _ in 0..<50 { player.step() }
        player.sendNonsense(packets: 20_000, seed: 3)
        for _ in 0..<200 { player.step() }
        #expect(player.pipeline.report.peak > 7000)
        #expect(player.pipeline.report.queuedFrames < 48 * 150)
    }
}
