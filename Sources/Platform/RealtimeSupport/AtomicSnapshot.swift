import Glibc
import Synchronization

/// A small value that one thread publishes and others read whole, without locks (a sequence lock over atomic words).
///
/// At most 8 words of 8 bytes. One writer at a time; a reader that meets a write tries again.
package final class AtomicSnapshot<Value: BitwiseCopyable>: @unchecked Sendable {
    // @unchecked: the words are atomic, and `version` tells a reader whether it saw a whole value.
    private let version = Atomic<UInt64>(0)
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let wordCount: Int

    package init(_ initial: Value) {
        wordCount = (MemoryLayout<Value>.size + 7) / 8
        precondition(wordCount <= 8, "a snapshot holds at most 64 bytes")
        words = .allocate(capacity: max(wordCount, 1))
        for index in 0..<max(wordCount, 1) { (words + index).initialize(to: Atomic(0)) }
        store(initial)
    }

    deinit {
        words.deinitialize(count: max(wordCount, 1))
        words.deallocate()
    }

    /// One writer at a time. Real-time safe.
    package func store(_ value: Value) {
        var copy: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeBytes(of: value) { source in
            withUnsafeMutableBytes(of: &copy) { $0.copyMemory(from: source) }
        }
        let current = version.load(ordering: .relaxed)
        version.store(current &+ 1, ordering: .relaxed)
        atomicMemoryFence(ordering: .releasing)
        withUnsafeBytes(of: &copy) {
            for index in 0..<wordCount {
                words[index].store($0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self), ordering: .relaxed)
            }
        }
        version.store(current &+ 2, ordering: .releasing)
    }

    /// The newest whole value. Any thread. Real-time safe.
    package func load() -> Value {
        var copy: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        var attempts = 0
        while true {
            attempts += 1
            // A real-time reader may have taken the processor from the writer in the middle: let it finish.
            if attempts % 64 == 0 { usleep(50) }
            let before = version.load(ordering: .acquiring)
            if before & 1 == 0 {
                withUnsafeMutableBytes(of: &copy) {
                    for index in 0..<wordCount {
                        $0.storeBytes(
                            of: words[index].load(ordering: .relaxed), toByteOffset: index * 8, as: UInt64.self)
                    }
                }
                atomicMemoryFence(ordering: .acquiring)
                if version.load(ordering: .relaxed) == before {
                    return withUnsafeBytes(of: &copy) { $0.loadUnaligned(as: Value.self) }
                }
            }
        }
    }
}
