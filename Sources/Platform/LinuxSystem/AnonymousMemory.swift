import CLinux
import Glibc

/// Memory of its own pages (mmap(2), MAP_ANONYMOUS): zero until it is written, and resident only where it was.
package struct AnonymousMemory: ~Copyable, @unchecked Sendable {
    // @unchecked: plain memory; who may touch it when is settled by the pool that lends it out.
    private let base: UnsafeMutableRawPointer
    package let byteCount: Int

    package init(byteCount: Int) throws(SystemError) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        let number = convene_errno()
        guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else {
            throw SystemError(operation: "mmap(\(byteCount) bytes)", errno: number)
        }
        base = address
        self.byteCount = byteCount
    }

    deinit { _ = munmap(base, byteCount) }

    /// The bytes; valid while this owner lives.
    package var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: byteCount) }

    /// The byte at `offset`; valid while this owner lives.
    package func pointer(at offset: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && offset < byteCount, "offset in anonymous memory")
        return base + offset
    }

    /// Gets the pages of `count` bytes from `offset` (both multiples of the page's size) from the system at once, for
    /// writing: one by one, each would be mapped as a page of zeros when it is read first, then copied, and all
    /// processors told (MADV_POPULATE_WRITE, madvise(2)). A kernel before 5.14 leaves it to the writing.
    package func populate(from offset: Int, byteCount count: Int) {
        _ = madvise(checked(offset, count), count, MADV_POPULATE_WRITE)
    }

    /// Makes `count` bytes from `offset` zero (both multiples of the page's size) and gives the pages back.
    package func discard(from offset: Int, byteCount count: Int) {
        _ = madvise(checked(offset, count), count, MADV_DONTNEED)
    }

    /// Whether `count` bytes from `offset` are zero, written or not.
    package func isZero(from offset: Int, byteCount count: Int) -> Bool {
        let start = checked(offset, count)
        // Each byte is like the one before it.
        return count == 0 || start.load(as: UInt8.self) == 0 && memcmp(start, start + 1, count - 1) == 0
    }

    private func checked(_ offset: Int, _ count: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && count >= 0 && offset <= byteCount - count, "range in anonymous memory")
        return base + offset
    }
}
