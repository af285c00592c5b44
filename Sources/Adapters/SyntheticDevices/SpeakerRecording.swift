package import LinuxSystem
import MediaTypes
import Synchronization

/// The last sound that a null speaker played, with the time at which it would have been heard. Any thread may read.
package final class SpeakerRecording: Sendable {
    private let content: Mutex<Content>

    private struct Content: Sendable {
        var samples: [Int16]
        /// Samples ever written.
        var total = 0
        /// When the sample after the last one will be heard.
        var end = MonotonicTime.zero
        /// The first sample of each block, and when it was heard: gaps between blocks are no samples.
        var marks: [Mark] = []
    }

    /// A sample, counted from the first one ever written, and when it was heard.
    package struct Mark: Sendable, Equatable {
        package let sample: Int
        package let time: MonotonicTime
    }

    init(capacity: Int) {
        var empty = Content(samples: Array(repeating: 0, count: max(capacity, 1)))
        // As many as `append` lets stand, so that it takes no memory.
        empty.marks.reserveCapacity(2 * capacity / AudioFormat.blockFrames + 2)
        content = Mutex(empty)
    }

    /// What was played last, oldest first, at most `count` samples, and when the first of them was heard.
    package func last(_ count: Int) -> (samples: [Int16], start: MonotonicTime) {
        content.withLock { content in
            let capacity = content.samples.count
            let count = max(min(count, content.total, capacity), 0)
            let samples = (0..<count).map { content.samples[(content.total - count + $0) % capacity] }
            let length = Int64(count) * 1_000_000_000 / Int64(AudioFormat.sampleRate)
            return (samples, content.end.advanced(byNanoseconds: -length))
        }
    }

    /// When the samples that `last` gives were heard, block by block.
    package var marks: [Mark] {
        content.withLock { content in content.marks.filter { $0.sample >= content.total - content.samples.count } }
    }

    /// Samples played since the start.
    package var total: Int { content.withLock { $0.total } }

    /// The lock is only ever contended by a test that looks.
    func append(_ block: UnsafeBufferPointer<Int16>, heardAt time: MonotonicTime) {
        content.withLock { content in
            let capacity = content.samples.count
            if content.marks.count > 2 * capacity / AudioFormat.blockFrames {
                content.marks.removeFirst(capacity / AudioFormat.blockFrames)
            }
            content.marks.append(Mark(sample: content.total, time: time))
            for sample in block {
                content.samples[content.total % capacity] = sample
                content.total += 1
            }
            let length = Int64(block.count) * 1_000_000_000 / Int64(AudioFormat.sampleRate)
            content.end = time.advanced(byNanoseconds: length)
        }
    }
}
