/// What the synthetic camera sees: a meeting room, drawn into NV12.
///
/// ```
///   +-------------------------------------------+
///   | frame counter                             |  2/45 of the height
///   | colour bars                               |  1/9
///   |  lamp        +-----------+                |
///   |              |  somebody |   a wall,      |
///   |              |  sways    |   still        |
///   |              |  and talks|                |
///   |  a line of print runs by                  |  1/15
///   +-------------------------------------------+
/// ```
/// The still parts are drawn once into each buffer, with a noise of their own as a sensor has it. A picture then costs
/// only copies into the moving parts, about a third of its size.
struct SyntheticScene: ~Copyable {
    /// A rectangle of even position and size, so that the chroma samples fit.
    struct Area {
        let left: Int
        let top: Int
        let width: Int
        let height: Int

        init(left: Int, top: Int, width: Int, height: Int) {
            self.left = left & ~1
            self.top = top & ~1
            self.width = width & ~1
            self.height = height & ~1
        }
    }

    let width: Int
    let height: Int
    let stage: Area
    let lamp: Area
    let ticker: Area
    private let bars: Area
    private let person: ScenePerson
    private let print: ScenePrint
    private let plaster = SceneTexture(middle: 60, grains: [(64, 14), (16, 8), (4, 7), (2, 4)], seed: 1)
    /// Added to the wall's light.
    private let brightness: Int
    /// The still stage, twice with different noise.
    private let empty: UnsafeMutablePointer<UInt8>

    private static let wallChroma = chroma(125, 131)
    /// Eight bars at 75 % (BT.709, studio range): Y, Cb, Cr.
    private static let barColours: [(UInt8, UInt8, UInt8)] = [
        (180, 128, 128), (168, 44, 136), (145, 147, 44), (133, 63, 52),
        (63, 193, 204), (51, 109, 212), (28, 212, 120), (16, 128, 128),
    ]
    static let neutral = chroma(128, 128)

    /// - Parameters:
    ///   - width: even, at least 96.
    ///   - height: even, at least 90.
    ///   - brightness: of the wall, −30 to 50; 0 is the usual light.
    init(width: Int, height: Int, brightness: Int) {
        self.brightness = min(max(brightness, -30), 50)
        self.width = width
        self.height = height
        let strip = FrameCounterMark.stripHeight(ofPictureHeight: height)
        bars = Area(left: 0, top: strip, width: width, height: height / 9)
        ticker = Area(left: 0, top: height - height / 15, width: width, height: height / 15)
        let top = bars.top + bars.height
        stage = Area(left: width * 3 / 10, top: top, width: width * 2 / 5, height: ticker.top - top)
        lamp = LampMark.area(width: width, height: height)
        person = ScenePerson(stage: stage)
        print = ScenePrint(height: ticker.height, seed: 3)
        empty = .allocate(capacity: 2 * stage.width * stage.height)
        drawEmptyStage()
    }

    deinit { empty.deallocate() }

    static func chroma(_ cb: UInt8, _ cr: UInt8) -> UInt16 { UInt16(littleEndian: UInt16(cr) << 8 | UInt16(cb)) }

    // MARK: - Once for each buffer

    /// Draws all that stands still. Planes have `width` bytes to the row.
    func prepare(luma: UnsafeMutablePointer<UInt8>, chroma: UnsafeMutablePointer<UInt16>, noise seed: UInt64) {
        let below = Area(left: 0, top: bars.top, width: width, height: height - bars.top)
        drawWall(luma + bars.top * width, area: below, pitch: width)
        addNoise(luma + bars.top * width, count: (height - bars.top) * width, seed: seed)
        chroma.update(repeating: Self.neutral, count: width / 2 * (bars.top / 2))
        (chroma + width / 2 * (bars.top / 2)).update(
            repeating: Self.wallChroma, count: width / 2 * (height / 2 - bars.top / 2))
        (chroma + width / 2 * (ticker.top / 2)).update(
            repeating: Self.neutral, count: width / 2 * (ticker.height / 2))
        drawBars(luma, chroma)
    }

    /// The wall: plaster under light that falls off towards the floor.
    private func drawWall(_ target: UnsafeMutablePointer<UInt8>, area: Area, pitch: Int) {
        for row in 0..<area.height {
            let line = target + row * pitch
            plaster.copy(row: row + area.top, column: area.left, count: area.width, to: line)
            let light = UInt8(90 - 60 * (row + area.top) / height + brightness)
            let words = UnsafeMutableRawPointer(line)
            let eight = UInt64(light) &* 0x0101_0101_0101_0101
            for offset in Swift.stride(from: 0, to: area.width - 7, by: 8) {
                // No byte overflows: plaster is at most 93, light at most 140.
                let sum = words.loadUnaligned(fromByteOffset: offset, as: UInt64.self) &+ eight
                words.storeBytes(of: sum, toByteOffset: offset, as: UInt64.self)
            }
            for column in (area.width & ~7)..<area.width { line[column] &+= light }
        }
    }

    /// Adds −1, 0 or 1 to each sample (variance one half), eight at a time.
    private func addNoise(_ target: UnsafeMutablePointer<UInt8>, count: Int, seed: UInt64) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var random = SceneRandom(seed: seed)
        let words = UnsafeMutableRawPointer(target)
        for offset in Swift.stride(from: 0, to: count - 7, by: 8) {
            let bits = random.next()
            let old = words.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let new = old &+ (bits & ones) &+ (bits >> 3 & ones) &- ones
            words.storeBytes(of: new, toByteOffset: offset, as: UInt64.self)
        }
    }

    private func drawBars(_ luma: UnsafeMutablePointer<UInt8>, _ chroma: UnsafeMutablePointer<UInt16>) {
        for (index, colour) in Self.barColours.enumerated() {
            let left = index * width / 8 & ~1
            let right = (index + 1) * width / 8 & ~1
            for row in bars.top..<(bars.top + bars.height) {
                (luma + row * width + left).update(repeating: colour.0, count: right - left)
            }
            for row in (bars.top / 2)..<((bars.top + bars.height) / 2) {
                (chroma + row * (width / 2) + left / 2).update(
                    repeating: Self.chroma(colour.1, colour.2), count: (right - left) / 2)
            }
        }
    }

    private func drawEmptyStage() {
        let size = stage.width * stage.height
        empty.initialize(repeating: 16, count: 2 * size)
        drawWall(empty, area: stage, pitch: stage.width)
        (empty + size).update(from: empty, count: size)
        addNoise(empty, count: size, seed: 101)
        addNoise(empty + size, count: size, seed: 102)
    }

    // MARK: - Real-time

    /// Draws what moves.
    ///
    /// - Parameters:
    ///   - number: of the picture; goes into the frame counter.
    ///   - seconds: since the start; where everything is then.
    ///   - isLampOn: a patch of light in the upper left.
    func draw(
        number: UInt32, seconds: Double, isLampOn: Bool, luma: UnsafeMutablePointer<UInt8>,
        chroma: UnsafeMutablePointer<UInt16>
    ) {
        FrameCounterMark.write(number, luma: luma, stride: width, width: width, height: height)
        let source = empty + Int(number & 1) * stage.width * stage.height
        for row in 0..<stage.height {
            (luma + (stage.top + row) * width + stage.left).update(
                from: source + row * stage.width, count: stage.width)
        }
        for row in (stage.top / 2)..<((stage.top + stage.height) / 2) {
            (chroma + row * (width / 2) + stage.left / 2).update(repeating: Self.wallChroma, count: stage.width / 2)
        }
        person.draw(number: number, seconds: seconds, luma: luma, chroma: chroma, pitch: width)
        let run = Int(seconds * 0.07 * Double(width))
        for row in 0..<ticker.height {
            print.copy(row: row, column: run, count: ticker.width, to: luma + (ticker.top + row) * width)
        }
        fillLamp(isLampOn ? 235 : 60, luma)
    }

    private func fillLamp(_ level: UInt8, _ luma: UnsafeMutablePointer<UInt8>) {
        for row in lamp.top..<(lamp.top + lamp.height) {
            (luma + row * width + lamp.left).update(repeating: level, count: lamp.width)
        }
    }
}
