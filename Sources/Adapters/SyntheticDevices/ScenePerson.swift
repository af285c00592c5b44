import Glibc

/// Somebody who sways and talks: head and shoulders of moving texture, eyes, and a mouth that never looks the same.
struct ScenePerson: ~Copyable {
    private static let skinChroma = SyntheticScene.chroma(112, 148)
    private static let clothChroma = SyntheticScene.chroma(140, 122)

    private let stage: SyntheticScene.Area
    /// Each texture at four positions a quarter of a pixel apart.
    private let skin: Phases
    private let cloth: Phases
    private let mouth: SceneTexture
    private let headRadius: (across: Double, down: Double)
    private let bodyRadius: (across: Double, down: Double)

    struct Phases: ~Copyable {
        private let first: SceneTexture
        private let second: SceneTexture
        private let third: SceneTexture
        private let fourth: SceneTexture

        init(middle: Int, grains: [(size: Int, contrast: Int)], seed: UInt64) {
            first = SceneTexture(middle: middle, grains: grains, seed: seed, shift: 0)
            second = SceneTexture(middle: middle, grains: grains, seed: seed, shift: 3)
            third = SceneTexture(middle: middle, grains: grains, seed: seed, shift: 2)
            fourth = SceneTexture(middle: middle, grains: grains, seed: seed, shift: 1)
        }

        /// Copies a row of the texture displaced to the right by `quarters` of a pixel (0 to 3).
        func copy(quarters: Int, row: Int, column: Int, count: Int, to target: UnsafeMutablePointer<UInt8>) {
            switch quarters {
            case 0: first.copy(row: row, column: column, count: count, to: target)
            case 1: second.copy(row: row, column: column &- 1 & 127, count: count, to: target)
            case 2: third.copy(row: row, column: column &- 1 & 127, count: count, to: target)
            default: fourth.copy(row: row, column: column &- 1 & 127, count: count, to: target)
            }
        }
    }

    init(stage: SyntheticScene.Area) {
        self.stage = stage
        skin = Phases(middle: 150, grains: [(64, 18), (16, 10), (4, 10), (2, 6)], seed: 11)
        cloth = Phases(middle: 100, grains: [(32, 16), (8, 16), (2, 34)], seed: 12)
        mouth = SceneTexture(middle: 100, grains: [(16, 30), (4, 25)], seed: 13)
        let width = Double(stage.width)
        let height = Double(stage.height)
        headRadius = (width * 0.16, height * 0.21)
        bodyRadius = (width * 0.40, height * 0.56)
    }

    // MARK: - Real-time

    func draw(
        number: UInt32, seconds: Double, luma: UnsafeMutablePointer<UInt8>, chroma: UnsafeMutablePointer<UInt16>,
        pitch: Int
    ) {
        let swing = sin(seconds * 2.6) + 0.3 * sin(seconds * 6.1)
        let across = Int((Double(stage.width) * 0.08 * swing * 4).rounded())
        let down = Int((Double(stage.height) * 0.012 * sin(seconds * 3.1)).rounded())
        let middle = stage.left + stage.width / 2
        let bodyTop = Int(Double(stage.height) * 0.5)
        for row in bodyTop..<stage.height {
            let half = Self.half(bodyRadius, at: Double(row - stage.height))
            // The body follows the head by three quarters.
            draw(
                cloth, Self.clothChroma, middle: middle, half: half, quarters: across * 3 / 4, row: stage.top + row,
                textureRow: row, luma, chroma, pitch)
        }
        let headMiddle = Int(Double(stage.height) * 0.3) + down
        let headHalf = Int(headRadius.down)
        for row in max(headMiddle - headHalf, 0)..<min(headMiddle + headHalf, stage.height) {
            let half = Self.half(headRadius, at: Double(row - headMiddle))
            draw(
                skin, Self.skinChroma, middle: middle, half: half, quarters: across, row: stage.top + row,
                textureRow: row - headMiddle + 512, luma, chroma, pitch)
        }
        drawFace(
            number: number, seconds: seconds, middle: middle + across / 4, top: stage.top + headMiddle, luma, pitch)
    }

    /// Half the width of an ellipse at a height above or below its middle.
    private static func half(_ radius: (across: Double, down: Double), at distance: Double) -> Int {
        let part = 1 - distance * distance / (radius.down * radius.down)
        return part > 0 ? Int(radius.across * part.squareRoot()) : 0
    }

    private func draw(
        _ texture: borrowing Phases, _ colour: UInt16, middle: Int, half: Int, quarters: Int, row: Int,
        textureRow: Int, _ luma: UnsafeMutablePointer<UInt8>, _ chroma: UnsafeMutablePointer<UInt16>, _ pitch: Int
    ) {
        guard half > 0 else { return }
        let whole = quarters >> 2
        let left = max(middle + whole - half, stage.left)
        let right = min(middle + whole + half, stage.left + stage.width)
        guard right > left else { return }
        texture.copy(
            quarters: quarters & 3, row: textureRow, column: left - middle - whole + 1024, count: right - left,
            to: luma + row * pitch + left)
        guard row & 1 == 0 else { return }
        (chroma + row / 2 * (pitch / 2) + left / 2).update(repeating: colour, count: (right - left) / 2)
    }

    private func drawFace(
        number: UInt32, seconds: Double, middle: Int, top: Int, _ luma: UnsafeMutablePointer<UInt8>, _ pitch: Int
    ) {
        let unit = max(Int(headRadius.across) / 8, 1)
        let eyes = luma + (top - 2 * unit) * pitch + middle - unit / 2
        for row in 0..<unit {
            (eyes + row * pitch - 3 * unit).update(repeating: 40, count: unit)
            (eyes + row * pitch + 3 * unit).update(repeating: 40, count: unit)
        }
        // Two seconds of talk, one of silence.
        let isTalking = seconds.truncatingRemainder(dividingBy: 3) < 2
        let take = isTalking ? Int(number) &* 37 : 0
        for row in 0..<(2 * unit) {
            mouth.copy(
                row: (take &+ row) & 127, column: (take &* 5) & 127, count: 6 * unit,
                to: luma + (top + 4 * unit + row) * pitch + middle - 3 * unit)
        }
    }
}
