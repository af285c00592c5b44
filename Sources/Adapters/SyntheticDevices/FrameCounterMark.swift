/// A number written into the top of a picture as black and white cells, so that each picture can be recognised after
/// it has been encoded, sent, scaled and shown.
///
/// The strip is 2/45 of the picture's height: 44 cells from left to right, that is white, black, white, black, then
/// 32 bits of the number as a Gray code (one cell changes per picture) and 8 bits of check sum, high bits first.
package enum FrameCounterMark {
    static let cellCount = 44
    private static let white: UInt8 = 235
    private static let black: UInt8 = 16

    /// Rows of the picture that the strip takes, an even number.
    package static func stripHeight(ofPictureHeight height: Int) -> Int { max(height * 2 / 45, 4) & ~1 }

    /// Writes `number` into a luma plane. The chroma of the strip should be neutral. Real-time safe.
    ///
    /// - Parameters:
    ///   - stride: bytes from row to row.
    ///   - width: at least 88.
    package static func write(
        _ number: UInt32, luma: UnsafeMutablePointer<UInt8>, stride: Int, width: Int, height: Int
    ) {
        guard width >= 2 * cellCount, height >= 4, stride >= width else { return }
        let pattern = cells(of: number)
        var start = 0
        for cell in 0..<cellCount {
            let end = (cell + 1) * width / cellCount
            let isWhite = pattern >> UInt64(cellCount - 1 - cell) & 1 == 1
            (luma + start).update(repeating: isWhite ? white : black, count: end - start)
            start = end
        }
        for row in 1..<stripHeight(ofPictureHeight: height) {
            (luma + row * stride).update(from: luma, count: width)
        }
    }

    /// Reads the number back; nil when there is no mark or it is too damaged. Real-time safe.
    ///
    /// - Parameters:
    ///   - luma: the picture's first sample within a larger image, if need be.
    ///   - stride: bytes from row to row.
    ///   - pixelStride: bytes from pixel to pixel: 1 for a luma plane, 4 for one channel of RGB.
    package static func read(
        luma: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int, pixelStride: Int = 1
    ) -> UInt32? {
        guard width >= 2 * cellCount, height >= 4, pixelStride > 0, stride >= width * pixelStride else { return nil }
        let rows = stripHeight(ofPictureHeight: height)
        func level(_ cell: Int) -> Int {
            // The middle half both ways, away from blurred edges.
            let start = cell * width / cellCount
            let end = (cell + 1) * width / cellCount
            let margin = (end - start) / 4
            var sum = 0
            var count = 0
            for row in (rows / 4)..<max(rows - rows / 4, rows / 4 + 1) {
                for column in (start + margin)..<max(end - margin, start + margin + 1) {
                    sum += Int(luma[row * stride + column * pixelStride])
                    count += 1
                }
            }
            return sum / max(count, 1)
        }
        let whites = min(level(0), level(2))
        let blacks = max(level(1), level(3))
        guard whites - blacks > 40 else { return nil }
        let middle = (whites + blacks) / 2
        var pattern: UInt64 = 0
        for cell in 0..<cellCount { pattern = pattern << 1 | (level(cell) > middle ? 1 : 0) }
        let gray = UInt32(truncatingIfNeeded: pattern >> 8)
        var number = gray
        number ^= number >> 1
        number ^= number >> 2
        number ^= number >> 4
        number ^= number >> 8
        number ^= number >> 16
        return cells(of: number) == pattern ? number : nil
    }

    private static func cells(of number: UInt32) -> UInt64 {
        let gray = number ^ number >> 1
        return 0b1010 << 40 | UInt64(gray) << 8 | UInt64(checkSum(of: gray))
    }

    /// CRC-8 with the polynomial x⁸ + x² + x + 1, begun with ones so that zero does not check as zero.
    private static func checkSum(of value: UInt32) -> UInt8 {
        var remainder: UInt8 = 0xFF
        for byte in 0..<4 {
            remainder ^= UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * byte))
            for _ in 0..<8 { remainder = remainder & 0x80 != 0 ? remainder << 1 ^ 0x07 : remainder << 1 }
        }
        return remainder
    }
}
