import Synchronization

/// Counts durations in buckets that grow by about 9 % (eight to each doubling), from 1 µs to about 16 s.
///
/// Any thread may record and read, without locks or allocation.
package final class LatencyHistogram: Sendable {
    private static let bucketsPerOctave = 8
    private static let bucketCount = 24 * bucketsPerOctave + 1
    private let buckets: BucketStorage

    package init() { buckets = BucketStorage(count: Self.bucketCount) }

    /// Counts one duration in nanoseconds; negative ones count as 0. Real-time safe.
    package func record(nanoseconds: Int64) { buckets.increment(Self.bucket(of: nanoseconds)) }

    private static func bucket(of nanoseconds: Int64) -> Int {
        let microseconds = UInt64(max(nanoseconds, 0) / 1000)
        if microseconds < 1 { return 0 }
        let octave = 63 - microseconds.leadingZeroBitCount
        // The three bits below the leading one choose the bucket within the octave.
        let fraction =
            octave >= 3 ? Int(microseconds >> UInt64(octave - 3)) & 7 : Int(microseconds << UInt64(3 - octave)) & 7
        return min(octave * bucketsPerOctave + fraction + 1, bucketCount - 1)
    }

    private static func middle(of bucket: Int) -> Int64 {
        if bucket == 0 { return 0 }
        let octave = (bucket - 1) / bucketsPerOctave
        let fraction = (bucket - 1) % bucketsPerOctave
        return Int64((1 << octave) * 1000) * Int64(16 + 2 * fraction + 1) / 16
    }

    /// Percentiles of what was recorded since the last reset.
    package func summary() -> LatencySummary {
        let counts = (0..<Self.bucketCount).map { buckets.value($0) }
        let total = counts.reduce(0, +)
        func percentile(_ fraction: Double) -> Duration {
            if total == 0 { return .zero }
            let rank = UInt64((Double(total) * fraction).rounded(.up))
            var seen: UInt64 = 0
            for (bucket, count) in counts.enumerated() {
                seen += count
                if seen >= max(rank, 1) { return .nanoseconds(Self.middle(of: bucket)) }
            }
            return .zero
        }
        return LatencySummary(
            count: total, median: percentile(0.5), percentile99: percentile(0.99), maximum: percentile(1))
    }

    /// Forgets all that was recorded.
    package func reset() { buckets.reset() }
}

/// What a histogram holds, each figure within 9 %.
package struct LatencySummary: Sendable, Equatable {
    package let count: UInt64
    package let median: Duration
    package let percentile99: Duration
    package let maximum: Duration
}

/// A row of atomic counters behind one allocation.
private final class BucketStorage: @unchecked Sendable {
    // @unchecked: the pointer never changes and each counter is atomic.
    private let counters: UnsafeMutablePointer<Atomic<UInt64>>
    private let count: Int

    init(count: Int) {
        self.count = count
        counters = .allocate(capacity: count)
        for index in 0..<count { (counters + index).initialize(to: Atomic(0)) }
    }

    deinit {
        counters.deinitialize(count: count)
        counters.deallocate()
    }

    func increment(_ index: Int) { counters[index].add(1, ordering: .relaxed) }
    func value(_ index: Int) -> UInt64 { counters[index].load(ordering: .relaxed) }
    func reset() { for index in 0..<count { counters[index].store(0, ordering: .relaxed) } }
}
