import LinuxSystem
import RealtimeSupport
import Testing

@Suite("Pool of shared slots")
struct SharedSlotPoolTests {
    @Test("A slot comes back only when its last handle ends")
    func lastHandleReturns() throws {
        let pool = SharedSlotPool([10, 20])
        let index = try #require(pool.takeReturned())
        pool.update(index) { $0 = 99 }
        let first = pool.lend(index)
        do {
            let second = first.share()
            #expect(second.value == 99)
        }
        #expect(pool.returnedCount == 1)
        _ = consume first
        #expect(pool.returnedCount == 2)
    }

    @Test("An empty pool gives nothing, and rings when a slot comes back after it was asked to")
    func starving() throws {
        let bell = try Doorbell()
        let pool = SharedSlotPool([1], doorbell: bell)
        let index = try #require(pool.takeReturned())
        let handle = pool.lend(index)
        #expect(pool.takeReturned() == nil)
        pool.announceStarving()
        #expect(bell.descriptor.drainEvent() == 0)
        _ = consume handle
        #expect(bell.descriptor.drainEvent() == 1)
        #expect(pool.takeReturned() == index)
    }

    @Test("Slots that begin in the kernel are not free")
    func beginsElsewhere() {
        let pool = SharedSlotPool([1, 2, 3], initiallyFree: false)
        #expect(pool.collectReturned() == 0)
        _ = pool.lend(1)
        #expect(pool.collectReturned() == 0b010)
    }

    @Test("Handles shared among threads never lose or double a return")
    func threads() throws {
        let pool = SharedSlotPool(Array(repeating: 0, count: 64))
        let rings = (0..<2).map { _ in SPSCRing<SlotHandle<Int>>(minimumCapacity: 16) }
        let workers = try rings.enumerated().map { number, ring in
            let worker = try MediaThread(name: "worker-\(number)")
            try worker.start { thread in
                while !thread.isStopping || ring.count > 0 {
                    if let handle = ring.pop() { _ = consume handle }
                }
            }
            return worker
        }
        for _ in 0..<20_000 {
            guard let index = pool.takeReturned() else { continue }
            let handle = pool.lend(index)
            _ = rings[0].push(handle.share())
            _ = rings[1].push(handle)
        }
        for worker in workers { worker.stopAndJoin() }
        #expect(pool.returnedCount == 64)
    }
}

@Suite("Ring between two threads")
struct SPSCRingTests {
    @Test("A full ring gives the element back and keeps the order")
    func bounded() {
        let ring = SPSCRing<Int>(minimumCapacity: 3)
        #expect(ring.capacity == 4)
        for value in 1...4 { #expect(ring.push(value) == nil) }
        #expect(ring.push(5) == 5)
        #expect(ring.pop() == 1)
        #expect(ring.push(5) == nil)
        #expect([ring.pop(), ring.pop(), ring.pop(), ring.pop(), ring.pop()] == [2, 3, 4, 5, nil])
    }

    @Test("All elements cross in order")
    func crossesInOrder() throws {
        let ring = SPSCRing<Int>(minimumCapacity: 8)
        let producer = try MediaThread(name: "producer")
        try producer.start { thread in
            var next = 0
            while next < 50_000, !thread.isStopping { if ring.push(next) == nil { next += 1 } }
        }
        var expected = 0
        while expected < 50_000 {
            if let value = ring.pop() {
                if value != expected { break }
                expected += 1
            }
        }
        producer.stopAndJoin()
        #expect(expected == 50_000)
    }
}

@Suite("Latency histogram")
struct LatencyHistogramTests {
    @Test("Percentiles are within 9 % of what was recorded")
    func percentiles() {
        let histogram = LatencyHistogram()
        for milliseconds in 1...100 { histogram.record(nanoseconds: Int64(milliseconds) * 1_000_000) }
        let summary = histogram.summary()
        #expect(summary.count == 100)
        #expect(abs(summary.median / .milliseconds(50) - 1) < 0.09)
        #expect(abs(summary.percentile99 / .milliseconds(99) - 1) < 0.09)
        histogram.reset()
        #expect(histogram.summary().count == 0)
    }

    @Test("Extremes neither trap nor vanish")
    func extremes() {
        let histogram = LatencyHistogram()
        for value in [Int64.min, -1, 0, 999, 1000, .max] { histogram.record(nanoseconds: value) }
        #expect(histogram.summary().count == 6)
    }
}
