import FuzzSupport

/// Access units made for the tests.
enum StreamFixtures {
    static let sps: [UInt8] = [
        0x67, 0x64, 0, 0x1F, 0xAC, 0xB4, 2, 0x80, 0x2D, 0xD8, 8, 0x80, 0, 0, 3, 0, 0x80, 0, 0, 0x1E, 0x47, 0x8C, 0x19,
        0x50,
    ]
    static let pps: [UInt8] = [0x68, 0xEF, 0x3C, 0xB0]

    /// A NAL unit of `count` bytes without start codes inside and without zeros at the end.
    static func unit(_ header: UInt8, count: Int, seed: UInt64 = 1, isFirstSlice: Bool = true) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes = [header, isFirstSlice ? 0x88 : 0x40]
        while bytes.count < count { bytes.append(UInt8.random(in: 4...255, using: &random)) }
        return Array(bytes.prefix(max(1, count)))
    }

    static func stream(_ units: [[UInt8]]) -> [UInt8] {
        units.flatMap { [0, 0, 0, 1] + $0 }
    }

    static func keyFrame(size: Int = 5_000) -> [UInt8] {
        stream([sps, pps, unit(0x65, count: size)])
    }

    static func frame(size: Int = 2_000, seed: UInt64 = 2) -> [UInt8] {
        stream([unit(0x41, count: size, seed: seed)])
    }
}
