import FuzzSupport
import Testing

@testable import MediaPipelines

@Suite("Playout delay")
struct PlayoutDelayControllerTests {
    /// Packets of 20 ms that come in and blocks of 10 ms that go out, in numbers only.
    struct Queue {
        var controller = PlayoutDelayController()
        let drift: Double
        let jitter: Double
        private var random = SplitMix64(seed: 4)
        private var waiting: [(arrival: Double, sent: Double)] = []
        private var nextPacket = 0.0
        private var packets = 0
        private var time = 0.0
        private var rate = 48_000.0
        private var queued = 0.0
        private(set) var dryBlocks = 0
        /// Longest that a packet waited, in sample frames.
        private(set) var longest = 0
        private(set) var rates: Set<Int> = []
        /// How long the last packet waited, in sample frames.
        private(set) var latest = 0

        /// - Parameters:
        ///   - drift: of the sender, in parts per million.
        ///   - jitter: seconds that a packet is under way at most.
        ///   - phase: of the packets' times in those of the blocks, seconds.
        init(drift: Double, jitter: Double, phase: Double = 0) {
            self.drift = drift
            self.jitter = jitter
            nextPacket = phase
        }

        mutating func run(seconds: Int) {
            longest = 0
            dryBlocks = 0
            for _ in 0..<(seconds * 100) { step() }
        }

        private mutating func step() {
            time += 0.01
            while nextPacket < time {
                // In order: none overtakes the one before.
                let arrival = nextPacket + Double.random(in: 0...1, using: &random) * jitter
                waiting.append((max(arrival, waiting.last?.arrival ?? 0), Double(packets) * 0.02))
                packets += 1
                nextPacket += 0.02 / (1 + drift * 1e-6)
            }
            let needed = rate / 100
            while queued < needed, let packet = waiting.first, packet.arrival <= time {
                waiting.removeFirst()
                let waited = Int((time - packet.arrival) * 48_000 + queued)
                longest = max(longest, waited)
                latest = waited
                controller.notePacket(
                    waited: waited, rest: Int(queued), mediaTime: Int64(packet.sent * 1e9),
                    arrival: Int64(packet.arrival * 1e9))
                queued += 960
            }
            if queued < needed {
                dryBlocks += 1
                controller.noteLateness(frames: 480)
                queued += 480
            }
            queued -= needed
            let decision = controller.nextBlock(jitter: Int(jitter * 16_000))
            rate = 48_000 + Double(decision.rateOffset)
            rates.insert(decision.rateOffset)
        }
    }

    @Test("Over an hour of drift the queue stays short and does not run dry", arguments: [100.0, -100.0], [0, 0.04])
    func hour(_ drift: Double, _ jitter: Double) {
        var queue = Queue(drift: drift, jitter: jitter)
        queue.run(seconds: 60)
        queue.run(seconds: 3600)
        #expect(queue.dryBlocks <= 2)
        #expect(Double(queue.longest) <= 1440 + jitter * 48_000 * 1.5)
        #expect(abs(Double(queue.controller.driftPartsPerMillion) - drift) < 80)
        // Half a percent is never exceeded.
        #expect(queue.rates.allSatisfy { abs($0) <= 240 })
    }

    @Test("Without jitter a packet waits for its block's turn and hardly longer", arguments: 0..<20)
    func phase(_ half: Int) {
        var queue = Queue(drift: 0, jitter: 0, phase: Double(half) * 0.0005 + 0.0001)
        queue.run(seconds: 60)
        queue.run(seconds: 30)
        #expect(queue.dryBlocks == 0)
        // The least of 5 ms and more after which a block's turn comes; 2 ms less are left alone once they were reached.
        let phase = half * 24 + 5
        let slack = (480 - phase) >= 240 ? 480 - phase : 960 - phase
        #expect(queue.latest <= slack + 60, "waited \(queue.latest) for a turn after \(slack)")
        #expect(queue.latest >= min(slack, 240 - 96))
    }

    @Test("The target follows the jitter up at once, and down ever faster while it is quiet")
    func target() {
        var controller = PlayoutDelayController()
        func second(waited: Int, jitter: Int) {
            controller.notePacket(waited: waited, rest: 0, mediaTime: 0, arrival: 0)
            for _ in 0..<100 { _ = controller.nextBlock(jitter: jitter) }
        }
        second(waited: 1000, jitter: 2000)
        #expect(controller.target == 2000)
        second(waited: 2000, jitter: 0)
        #expect(controller.target == 1952)
        second(waited: 2000, jitter: 0)
        #expect(controller.target == 1952 - 96)
        controller.noteLateness(frames: 240)
        second(waited: 2000, jitter: 0)
        #expect(controller.target == 1952 - 96 + 240 - 48)
        for _ in 0..<4 { second(waited: 2000, jitter: 0) }
        #expect(controller.target == 2048 - 48 * (2 + 3 + 4 + 5))
        second(waited: 2000, jitter: 0)
        #expect(controller.target == 2048 - 48 * (2 + 3 + 4 + 5 + 5))
        for _ in 0..<60 { second(waited: 720, jitter: 0) }
        #expect(controller.target == 720)
        second(waited: 720, jitter: .max)
        #expect(controller.target == 9600)
    }

    @Test("A packet that came too late raises the target by as much, within bounds")
    func lateness() {
        var controller = PlayoutDelayController()
        controller.noteLateness(frames: 700)
        #expect(controller.target == 1660)
        controller.noteLateness(frames: 1_000_000)
        #expect(controller.target == 2620)
        for _ in 0..<100 { controller.noteLateness(frames: 960) }
        #expect(controller.target == 9600)
    }

    @Test("A queue far above its goal is cut, once")
    func discard() {
        var controller = PlayoutDelayController()
        var cuts: [Int] = []
        for block in 0..<300 {
            controller.notePacket(waited: block < 100 ? 960 + 6000 : 960, rest: 0, mediaTime: 0, arrival: 0)
            let cut = controller.nextBlock(jitter: 0).discard
            if cut > 0 { cuts.append(cut) }
        }
        #expect(cuts.count == 1)
        #expect(cuts.allSatisfy { $0 > 5900 && $0 < 6200 })
    }

    @Test("One packet that waited for a short time only is enough not to cut")
    func shortestCounts() {
        var controller = PlayoutDelayController()
        for block in 0..<1000 {
            controller.notePacket(waited: block % 100 == 3 ? 500 : 20_000, rest: 0, mediaTime: 0, arrival: 0)
            #expect(controller.nextBlock(jitter: 0).discard == 0)
        }
    }

    @Test("Without packets the speed stays")
    func silence() {
        var controller = PlayoutDelayController()
        for _ in 0..<100 {
            controller.notePacket(waited: 1500, rest: 0, mediaTime: 0, arrival: 0)
            _ = controller.nextBlock(jitter: 0)
        }
        let speed = controller.nextBlock(jitter: 0).rateOffset
        #expect(speed > 0)
        for _ in 0..<500 { #expect(controller.nextBlock(jitter: 0).rateOffset == speed) }
    }

    @Test("Delay for lip sync comes on top, up to the bound")
    func extra() {
        var controller = PlayoutDelayController()
        #expect(controller.goal == 960)
        controller.extra = 2000
        #expect(controller.goal == 2960)
        controller.extra = 100_000
        #expect(controller.goal == 9600)
        controller.extra = -5
        #expect(controller.goal == 960)
    }
}
