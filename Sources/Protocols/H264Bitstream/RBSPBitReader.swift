/// Reads the bits of a NAL unit's payload, leaving out emulation prevention bytes on the way
/// (ITU-T H.264 §7.3.1 and §9.1). Every read is bounds-checked; nothing is copied.
package struct RBSPBitReader {
    private let bytes: UnsafeRawBufferPointer
    /// The byte that is read next.
    private var offset: Int
    /// Bits of `current` not yet given out.
    private var available = 0
    private var current: UInt8 = 0
    /// Zero bytes in a row before `offset`.
    private var zeros = 0

    /// `nalUnit` begins with its header byte, which is skipped.
    package init(nalUnit: UnsafeRawBufferPointer) {
        bytes = nalUnit
        offset = 1
    }

    /// One bit.
    package mutating func flag(_ element: StaticText) throws(H264BitstreamError) -> Bool {
        if available == 0 {
            guard let next = nextByte() else { throw .truncated(element: element) }
            current = next
            available = 8
        }
        available -= 1
        return current >> UInt8(available) & 1 == 1
    }

    /// An unsigned number of `count` bits, at most 32: u(n).
    package mutating func bits(_ count: Int, _ element: StaticText) throws(H264BitstreamError) -> UInt32 {
        guard count >= 0, count <= 32 else { throw .outOfRange(element: element) }
        var value: UInt32 = 0
        for _ in 0..<count {
            value = value << 1 | (try flag(element) ? 1 : 0)
        }
        return value
    }

    /// An unsigned exp-Golomb number: ue(v), at most 2³² − 2.
    package mutating func unsignedGolomb(_ element: StaticText) throws(H264BitstreamError) -> UInt32 {
        var zeroCount = 0
        while try !flag(element) {
            zeroCount += 1
            guard zeroCount <= 31 else { throw .outOfRange(element: element) }
        }
        let rest = try bits(zeroCount, element)
        return (1 << UInt32(zeroCount)) - 1 + rest
    }

    /// A ue(v) that must not be above `limit`.
    package mutating func unsignedGolomb(
        _ element: StaticText, atMost limit: UInt32
    ) throws(H264BitstreamError) -> Int {
        let value = try unsignedGolomb(element)
        guard value <= limit else { throw .outOfRange(element: element) }
        return Int(value)
    }

    /// A signed exp-Golomb number: se(v).
    package mutating func signedGolomb(_ element: StaticText) throws(H264BitstreamError) -> Int64 {
        let code = Int64(try unsignedGolomb(element))
        return code & 1 == 1 ? (code + 1) / 2 : -(code / 2)
    }

    private mutating func nextByte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        var byte = bytes[offset]
        if zeros >= 2, byte == 3 {
            offset += 1
            zeros = 0
            guard offset < bytes.count else { return nil }
            byte = bytes[offset]
        }
        offset += 1
        zeros = byte == 0 ? zeros + 1 : 0
        return byte
    }
}
