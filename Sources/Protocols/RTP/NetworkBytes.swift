/// Bounds-checked big-endian reads, for parsers of bytes from outside: nil outside the buffer, in every build.
extension UnsafeRawBufferPointer {
    /// The byte at an offset, or nil outside the buffer.
    package func uint8(at offset: Int) -> UInt8? {
        guard offset >= 0, offset < count else { return nil }
        return self[offset]
    }

    /// Two bytes in network order, or nil when they do not lie inside the buffer.
    package func uint16(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Four bytes in network order, or nil when they do not lie inside the buffer.
    package func uint32(at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= count - 4 else { return nil }
        return UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Eight bytes in network order, or nil when they do not lie inside the buffer.
    package func uint64(at offset: Int) -> UInt64? {
        guard offset >= 0, offset <= count - 8 else { return nil }
        return UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The bytes `range`, rebased, or nil when they do not lie inside the buffer.
    package func bytes(in range: Range<Int>) -> UnsafeRawBufferPointer? {
        guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
        return UnsafeRawBufferPointer(rebasing: self[range])
    }
}

/// Bounds-checked big-endian writes: false, and nothing written, outside the buffer.
extension UnsafeMutableRawBufferPointer {
    /// Writes `value` in network order; false when it does not fit at `offset`.
    package func write<Value: FixedWidthInteger>(_ value: Value, at offset: Int) -> Bool {
        guard offset >= 0, offset <= count - MemoryLayout<Value>.size else { return false }
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
        return true
    }
}
