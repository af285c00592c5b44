/// Finds the NAL units of a byte stream without copying or allocating (ITU-T H.264 annex B).
///
/// The elements are offsets into the buffer, from the NAL unit header to the last byte before the next start code,
/// without the zero bytes that may trail. Bytes before the first start code and empty NAL units are skipped.
/// The buffer must stay alive and unchanged while the scanner is used.
package struct AnnexBScanner: Sequence, IteratorProtocol {
    private let buffer: UnsafeRawBufferPointer
    /// Where the next NAL unit begins, just after its start code; the buffer's end when there is none.
    private var nextStart: Int

    package init(_ buffer: UnsafeRawBufferPointer) {
        self.buffer = buffer
        nextStart = AnnexBScanner.startCode(in: buffer, from: 0).map { $0 + 3 } ?? buffer.count
    }

    // MARK: - Real-time

    /// The offsets of the next NAL unit; nil at the end.
    package mutating func next() -> Range<Int>? {
        while nextStart < buffer.count {
            let start = nextStart
            var end = buffer.count
            if let code = AnnexBScanner.startCode(in: buffer, from: start) {
                end = code
                nextStart = code + 3
            } else {
                nextStart = buffer.count
            }
            while end > start, buffer[end - 1] == 0 { end -= 1 }
            if end > start { return start..<end }
        }
        return nil
    }

    /// The offset of the next 00 00 01 at or after `from`, eight bytes at a step while no two zeros stand together.
    private static func startCode(in buffer: UnsafeRawBufferPointer, from: Int) -> Int? {
        let end = buffer.count
        var index = from
        while index + 9 <= end {
            // A byte of `pairs` is zero exactly where this byte and the one after it both are.
            let pairs =
                buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                | buffer.loadUnaligned(fromByteOffset: index + 1, as: UInt64.self)
            let zeros = (pairs &- 0x0101_0101_0101_0101) & ~pairs & 0x8080_8080_8080_8080
            if zeros == 0 {
                index += 8
                continue
            }
            // The lowest flag is exact; flags above a true one may be false, so go on just behind it.
            let candidate = index + UInt64(littleEndian: zeros).trailingZeroBitCount >> 3
            guard candidate + 3 <= end else { return nil }
            if buffer[candidate + 2] == 1 { return candidate }
            index = candidate + 1
        }
        while index + 3 <= end {
            if buffer[index] == 0, buffer[index + 1] == 0, buffer[index + 2] == 1 { return index }
            index += 1
        }
        return nil
    }
}
