/// A QR code of model 2 (ISO/IEC 18004): bytes, error correction M, versions 1 to 6. Pure.
///
/// Our own and not libqrencode, because the room needs this one kind of code on one page and the library would be one
/// more in the process and in the image; what it paints is read back by another program in the tests.
package struct QRCode: Sendable, Hashable {
    /// Modules in a row, without the quiet zone.
    package let size: Int
    private var modules: [Bool]
    private var isFunction: [Bool]

    /// Modules of quiet zone that a reader needs on each side.
    package static let quietZone = 4
    /// Bytes that fit in the largest version that is made.
    package static let maximumBytes = 106

    /// Data bytes, error correction bytes a block and blocks of versions 1 to 6 at level M (ISO/IEC 18004, table 9).
    private static let versions = [(16, 10, 1), (28, 16, 1), (44, 26, 1), (64, 18, 2), (86, 24, 2), (108, 16, 4)]

    /// Nil for a text that is longer than `maximumBytes`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let index = Self.versions.firstIndex(where: { bytes.count + 2 <= $0.0 }) else { return nil }
        let (dataCount, correction, blocks) = Self.versions[index]
        size = 21 + 4 * index
        modules = Array(repeating: false, count: size * size)
        isFunction = modules
        drawFunctions(alignment: index == 0 ? nil : size - 7)
        let data = Self.data(bytes, count: dataCount)
        place(Self.interleaved(data, correction: correction, blocks: blocks))
        let plain = modules
        var best: (penalty: Int, modules: [Bool])?
        for mask in 0..<8 {
            modules = plain
            apply(mask)
            drawFormat(mask)
            let penalty = penalty
            if penalty < best?.penalty ?? .max { best = (penalty, modules) }
        }
        if let best { modules = best.modules }
    }

    /// Whether a module is dark; nothing outside is.
    package func isDark(_ x: Int, _ y: Int) -> Bool {
        (0..<size).contains(x) && (0..<size).contains(y) && modules[y * size + x]
    }

    // MARK: - Bytes

    /// Mode, count, bytes and padding (§7.4).
    private static func data(_ bytes: [UInt8], count: Int) -> [UInt8] {
        // Four bits of mode and eight of count, so every byte lies across two.
        let length = UInt8(clamping: bytes.count)
        var nibbles: [UInt8] = [0b0100, length >> 4, length & 15]
        for byte in bytes { nibbles += [byte >> 4, byte & 15] }
        nibbles.append(0)
        var data = stride(from: 0, to: nibbles.count - 1, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
        var padding: UInt8 = 0xEC
        while data.count < count {
            data.append(padding)
            padding = padding == 0xEC ? 0x11 : 0xEC
        }
        return data
    }

    /// The blocks' data and their error correction, taken in turn (§7.6). In these versions all blocks are as long.
    private static func interleaved(_ data: [UInt8], correction: Int, blocks: Int) -> [UInt8] {
        let length = data.count / blocks
        let parts = (0..<blocks).map { Array(data[$0 * length..<($0 + 1) * length]) }
        let corrections = parts.map { remainder(of: $0, count: correction) }
        var result: [UInt8] = []
        for index in 0..<length { result += parts.map { $0[index] } }
        for index in 0..<correction { result += corrections.map { $0[index] } }
        return result
    }

    /// Reed-Solomon over GF(256) with x⁸ + x⁴ + x³ + x² + 1 (annex A).
    private static func remainder(of data: [UInt8], count: Int) -> [UInt8] {
        var divisor = [UInt8](repeating: 0, count: count)
        divisor[count - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<count {
            for index in 0..<count {
                divisor[index] = product(divisor[index], root) ^ (index + 1 < count ? divisor[index + 1] : 0)
            }
            root = product(root, 2)
        }
        var result = [UInt8](repeating: 0, count: count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for index in 0..<count { result[index] ^= product(divisor[index], factor) }
        }
        return result
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result: UInt8 = 0
        for bit in (0..<8).reversed() {
            result = result << 1 ^ (result >> 7 == 1 ? 0x1D : 0)
            if right >> UInt8(bit) & 1 == 1 { result ^= left }
        }
        return result
    }

    // MARK: - Modules

    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        modules[y * size + x] = isDark
        isFunction[y * size + x] = true
    }

    private mutating func drawFunctions(alignment: Int?) {
        for index in 0..<size {
            set(6, index, index % 2 == 0)
            set(index, 6, index % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            for down in -4...4 {
                for across in -4...4 {
                    let distance = max(abs(down), abs(across))
                    set(x + across, y + down, distance != 2 && distance != 4)
                }
            }
        }
        if let alignment {
            for down in -2...2 {
                for across in -2...2 { set(alignment + across, alignment + down, max(abs(down), abs(across)) != 1) }
            }
        }
        // Keeps its modules free; the mask decides what is in them.
        drawFormat(0)
    }

    /// Level M and the mask, with their own error correction (§7.9).
    private mutating func drawFormat(_ mask: Int) {
        var rest = mask
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (mask << 10 | rest) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0...5 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    /// Up and down in columns of two, from the right (§7.7.3).
    private mutating func place(_ bytes: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                let y = isUpward ? size - 1 - step : step
                for x in [right, right - 1] where !isFunction[y * size + x] && index < bytes.count * 8 {
                    modules[y * size + x] = bytes[index / 8] >> UInt8(7 - index % 8) & 1 == 1
                    index += 1
                }
            }
            right -= 2
        }
    }

    private mutating func apply(_ mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isFunction[y * size + x] {
                let turns =
                    switch mask {
                    case 0: (x + y) % 2 == 0
                    case 1: y % 2 == 0
                    case 2: x % 3 == 0
                    case 3: (x + y) % 3 == 0
                    case 4: (x / 3 + y / 2) % 2 == 0
                    case 5: x * y % 2 + x * y % 3 == 0
                    case 6: (x * y % 2 + x * y % 3) % 2 == 0
                    default: ((x + y) % 2 + x * y % 3) % 2 == 0
                    }
                if turns { modules[y * size + x].toggle() }
            }
        }
    }

    /// How hard it is to read (§7.8.3).
    private var penalty: Int {
        var result = 0
        for isColumn in [false, true] {
            for line in 0..<size {
                let cells = (0..<size).map { isColumn ? isDark(line, $0) : isDark($0, line) }
                result += Self.penalty(ofLine: cells)
            }
        }
        for y in 0..<size - 1 {
            for x in 0..<size - 1 {
                let colour = isDark(x, y)
                if colour == isDark(x + 1, y), colour == isDark(x, y + 1), colour == isDark(x + 1, y + 1) {
                    result += 3
                }
            }
        }
        let dark = modules.count { $0 }
        return result + abs(dark * 20 - modules.count * 10) / modules.count * 10
    }

    /// Runs of five and more, and what looks like a corner.
    private static func penalty(ofLine cells: [Bool]) -> Int {
        var result = 0
        var run = 0
        for (index, cell) in cells.enumerated() {
            run = index > 0 && cells[index - 1] == cell ? run + 1 : 1
            if run == 5 { result += 3 } else if run > 5 { result += 1 }
        }
        let corner = [true, false, true, true, true, false, true]
        let light = [false, false, false, false]
        for start in 0..<max(0, cells.count - 10) {
            let part = Array(cells[start..<start + 11])
            if part == corner + light || part == light + corner { result += 40 }
        }
        return result
    }
}
