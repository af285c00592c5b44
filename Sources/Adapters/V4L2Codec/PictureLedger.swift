package import LinuxSystem

/// The pictures that are inside a codec, oldest first, found again by the timestamp that the driver copies from its
/// input to its output (V4L2_BUF_FLAG_TIMESTAMP_COPY). Pure, bounded, without allocation after `init`.
package struct PictureLedger: ~Copyable {
    package struct Entry: Sendable, Equatable, BitwiseCopyable {
        /// What the driver is given: whole microseconds, each picture's later than the one before.
        package var timestamp: MonotonicTime
        package var captureTime: MonotonicTime
        package var submitTime: MonotonicTime
    }

    private let entries: UnsafeMutablePointer<Entry>
    package let capacity: Int
    private var first = 0
    package private(set) var count = 0
    private var lastTimestamp = MonotonicTime.zero

    /// - Parameter capacity: pictures that can be inside; when more come the oldest is forgotten.
    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
        entries = .allocate(capacity: self.capacity)
        let empty = Entry(timestamp: .zero, captureTime: .zero, submitTime: .zero)
        entries.initialize(repeating: empty, count: self.capacity)
    }

    deinit { entries.deallocate() }

    /// The oldest picture that is inside.
    package var oldest: Entry? { count > 0 ? entries[first] : nil }

    /// Notes a picture that goes in.
    ///
    /// - Returns: the timestamp for the driver, that of the capture unless it is no later than the last one's.
    package mutating func enter(captureTime: MonotonicTime, submitTime: MonotonicTime) -> MonotonicTime {
        let micros = max(captureTime.nanoseconds / 1000, lastTimestamp.nanoseconds / 1000 + 1)
        lastTimestamp = MonotonicTime(nanoseconds: micros * 1000)
        if count == capacity { dropFirst() }
        entries[(first + count) % capacity] = Entry(
            timestamp: lastTimestamp, captureTime: captureTime, submitTime: submitTime)
        count += 1
        return lastTimestamp
    }

    /// Takes back the entry that was made last, for a picture that the driver refused.
    package mutating func revokeLast() { if count > 0 { count -= 1 } }

    /// Finds the picture that comes out, and forgets it together with all older ones, which the codec has dropped.
    ///
    /// A driver that does not copy timestamps gives its pictures in order: the oldest is meant then.
    package mutating func leave(timestamp: MonotonicTime) -> Entry? {
        for offset in 0..<count where entries[(first + offset) % capacity].timestamp == timestamp {
            for _ in 0..<offset { dropFirst() }
            break
        }
        guard let entry = oldest else { return nil }
        dropFirst()
        return entry
    }

    /// Forgets all pictures: the codec was restarted.
    package mutating func removeAll() {
        first = 0
        count = 0
    }

    private mutating func dropFirst() {
        first = (first + 1) % capacity
        count -= 1
    }
}
