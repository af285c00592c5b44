/// Numbers that look random and are the same each time (xorshift64*).
struct SceneRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    @inline(__always)
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// A grey texture of 128 × 128 samples that repeats itself without a seam.
struct SceneTexture: ~Copyable {
    static let side = 128
    private let samples: UnsafeMutablePointer<UInt8>

    deinit { samples.deallocate() }

    /// Smooth noise in several sizes of grain, like cloth, skin or plaster.
    ///
    /// - Parameters:
    ///   - grains: distance of the noise's points in pixels (a power of two up to 64) and its contrast.
    ///   - shift: displacement to the left in quarters of a pixel, for motion finer than a pixel.
    init(middle: Int, grains: [(size: Int, contrast: Int)], seed: UInt64, shift: Int = 0) {
        let side = Self.side
        let sums = UnsafeMutablePointer<Int>.allocate(capacity: side * side)
        defer { sums.deallocate() }
        sums.initialize(repeating: middle, count: side * side)
        for (layer, grain) in grains.enumerated() {
            Self.add(grain.size, grain.contrast, seed: seed &+ UInt64(layer) &* 7919, shift: shift, to: sums)
        }
        samples = .allocate(capacity: side * side)
        for index in 0..<(side * side) { (samples + index).initialize(to: UInt8(min(max(sums[index], 17), 234))) }
    }

    private static func add(
        _ size: Int, _ contrast: Int, seed: UInt64, shift: Int, to sums: UnsafeMutablePointer<Int>
    ) {
        let points = side / size
        var random = SceneRandom(seed: seed)
        let values = UnsafeMutablePointer<Int>.allocate(capacity: points * points)
        defer { values.deallocate() }
        for index in 0..<(points * points) {
            (values + index).initialize(to: Int(random.next() >> 40) % (2 * contrast + 1) - contrast)
        }
        // Horizontal positions are quarters of a pixel; a sample lies between four points.
        let unit = size * 4
        for row in 0..<side {
            let upper = values + row / size * points
            let lower = values + (row / size + 1) % points * points
            let down = row % size
            let target = sums + row * side
            for column in 0..<side {
                let position = (column * 4 + shift) & (side * 4 - 1)
                let left = position / unit
                let right = (left + 1) & (points - 1)
                let along = position & (unit - 1)
                let above = upper[left] * (unit - along) + upper[right] * along
                let below = lower[left] * (unit - along) + lower[right] * along
                target[column] += (above * (size - down) + below * down) / (unit * size)
            }
        }
    }

    // MARK: - Real-time

    /// Copies `count` samples of a row, beginning at `column` and repeating; any row and column not below 0.
    func copy(row: Int, column: Int, count: Int, to target: UnsafeMutablePointer<UInt8>) {
        let line = samples + (row & (Self.side - 1)) * Self.side
        var done = 0
        var start = column & (Self.side - 1)
        while done < count {
            let piece = min(Self.side - start, count - done)
            (target + done).update(from: line + start, count: piece)
            done += piece
            start = 0
        }
    }
}

/// A line of print: black letters of no known script on white, as a picture that repeats itself.
struct ScenePrint: ~Copyable {
    static let letters = 64
    private let samples: UnsafeMutablePointer<UInt8>
    /// One period in pixels.
    let width: Int
    let height: Int

    deinit { samples.deallocate() }

    /// - Parameter height: of the line in pixels, at least 9; a letter is five by seven ninths of it.
    init(height: Int, seed: UInt64) {
        self.height = height
        let dot = max(height / 9, 1)
        width = Self.letters * 6 * dot
        samples = .allocate(capacity: width * height)
        samples.initialize(repeating: 220, count: width * height)
        var random = SceneRandom(seed: seed)
        for letter in 0..<Self.letters {
            let shape = random.next()
            if shape >> 60 < 3 { continue }  // a space between words
            for cell in 0..<35 where shape >> UInt64(cell) & 1 == 1 {
                let left = (letter * 6 + cell % 5) * dot
                let top = (1 + cell / 5) * dot
                for row in top..<min(top + dot, height) {
                    (samples + row * width + left).update(repeating: 30, count: dot)
                }
            }
        }
    }

    /// Copies `count` samples of a row, beginning at `column` and repeating. Real-time safe.
    func copy(row: Int, column: Int, count: Int, to target: UnsafeMutablePointer<UInt8>) {
        let line = samples + min(max(row, 0), height - 1) * width
        var done = 0
        var start = column % width
        while done < count {
            let piece = min(width - start, count - done)
            (target + done).update(from: line + start, count: piece)
            done += piece
            start = 0
        }
    }
}
