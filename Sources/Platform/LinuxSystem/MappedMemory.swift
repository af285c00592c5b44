import CLinux

/// A shared mapping of a device's or file's memory that is unmapped when its owner ends (mmap(2)).
package struct MappedMemory: ~Copyable, @unchecked Sendable {
    // @unchecked: the mapping is plain memory; who may touch it when is settled by the pool that lends it out.
    private let base: UnsafeMutableRawPointer
    package let byteCount: Int

    /// Maps `byteCount` bytes of `descriptor` from `offset`, readable and writable.
    package init(_ descriptor: BorrowedDescriptor, byteCount: Int, offset: Int) throws(SystemError) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.rawValue, offset)
        let number = convene_errno()
        guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else {
            throw SystemError(operation: "mmap(\(byteCount) bytes)", errno: number)
        }
        base = address
        self.byteCount = byteCount
    }

    deinit { _ = munmap(base, byteCount) }

    /// The mapped bytes; valid while this owner lives.
    package var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    }
}
