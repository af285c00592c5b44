import FuzzSupport
import RTP
import Testing

@testable import MediaPipelines

/// Sends numbered packets through a buffer, as the network thread does.
private final class Reorderer {
    private var buffer: VideoReorderBuffer
    private(set) var released: [Int] = []
    private var time: Int64 = 0

    init(capacity: Int = 32) { buffer = VideoReorderBuffer(capacity: capacity) }

    var held: Int { buffer.count }
    var waitingSince: Int64? { buffer.waitingSince }

    func send(_ numbers: [Int]) {
        for number in numbers {
            time += 1_000_000
            let bytes = withUnsafeBytes(of: Int32(number)) { Array($0) }
            bytes.withUnsafeBytes { packet in
                switch buffer.place(packet, sequence: SequenceNumber(UInt16(truncatingIfNeeded: number)), at: time) {
                case .next:
                    released.append(number)
                    release(force: false)
                case .full: release(force: true)
                case .held, .late: break
                }
            }
        }
    }

    func giveUp() { release(force: true) }

    private func release(force: Bool) {
        buffer.releaseFollowing(force: force) { released.append(Int($0.loadUnaligned(as: Int32.self))) }
    }
}

@Suite("Video reorder buffer")
struct VideoReorderBufferTests {
    @Test("Packets in order pass at once, over the wrap at 65535 too")
    func order() {
        let reorderer = Reorderer()
        reorderer.send(Array(65_530..<65_545))
        #expect(reorderer.released == Array(65_530..<65_545))
        #expect(reorderer.held == 0 && reorderer.waitingSince == nil)
    }

    @Test("Packets that overtook others are put back in order")
    func overtaken() {
        let reorderer = Reorderer()
        reorderer.send([65_534, 65_537, 65_535, 65_538, 65_536, 65_539])
        #expect(reorderer.released == [65_534, 65_535, 65_536, 65_537, 65_538, 65_539])
    }

    @Test("A gap is given up when asked for, and a late packet behind it dropped")
    func loss() {
        let reorderer = Reorderer()
        reorderer.send([1, 3, 4, 6])
        #expect(reorderer.released == [1])
        #expect(reorderer.waitingSince == 2_000_000)
        reorderer.giveUp()
        #expect(reorderer.released == [1, 3, 4])
        #expect(reorderer.waitingSince == 4_000_000)
        reorderer.send([2, 5])
        #expect(reorderer.released == [1, 3, 4, 5, 6])
    }

    @Test("A full buffer gives the gap up by itself")
    func full() {
        let reorderer = Reorderer(capacity: 4)
        reorderer.send([1, 3, 4, 5])
        #expect(reorderer.released == [1])
        reorderer.send([6])
        #expect(reorderer.released == [1, 3, 4, 5, 6])
        #expect(reorderer.held == 0)
    }

    @Test("Copies are dropped")
    func copies() {
        let reorderer = Reorderer()
        reorderer.send([1, 1, 3, 3, 2, 2, 3])
        #expect(reorderer.released == [1, 2, 3])
    }

    @Test(
        "A sender that begins anew is taken at once, and its packets are put in order",
        arguments: [(60_000, 100), (40_000, 20_000), (10, 40_000), (10, 30_000), (2100, 50)])
    func restart(_ before: Int, _ after: Int) {
        let reorderer = Reorderer()
        reorderer.send([before, before + 1, before + 3])
        reorderer.send([after, after + 2, after + 1, after + 3])
        #expect(reorderer.released == [before, before + 1, after, after + 1, after + 2, after + 3])
        #expect(reorderer.held == 0)
    }

    @Test("After a restart to a smaller number a gap is still seen, waited for and given up")
    func gapAfterRestart() throws {
        let reorderer = Reorderer()
        reorderer.send([5000, 1, 4])
        let since = try #require(reorderer.waitingSince)
        #expect(since == 3_000_000)
        reorderer.giveUp()
        #expect(reorderer.released == [5000, 1, 4])
        #expect(reorderer.waitingSince == nil)
    }

    @Test("A packet that is too long to be held is dropped")
    func long() {
        var buffer = VideoReorderBuffer()
        let bytes = [UInt8](repeating: 0, count: 1700)
        bytes.withUnsafeBytes { packet in
            #expect(buffer.place(packet, sequence: SequenceNumber(1), at: 0) == .next)
            #expect(buffer.place(packet, sequence: SequenceNumber(3), at: 0) == .late)
        }
        #expect(buffer.count == 0)
    }

    @Test("Random numbers neither trap nor come out twice in one pass of the circle")
    func random() {
        var random = SplitMix64(seed: 5)
        let reorderer = Reorderer()
        for round in 0..<20_000 {
            let number =
                round % 7 == 0
                ? Int.random(in: 0...65_535, using: &random) : round + Int.random(in: -5...5, using: &random)
            reorderer.send([number])
            if round % 50 == 0 { reorderer.giveUp() }
            #expect(reorderer.held <= 32)
            #expect((reorderer.waitingSince == nil) == (reorderer.held == 0))
        }
        #expect(reorderer.released.count > 5000)
    }
}
