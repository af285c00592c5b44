import MediaTypes
import Testing

@Suite("Rectangles and regions")
struct RegionTests {
    @Test("An intersection of rectangles apart is empty, a union ignores empty ones")
    func rectangles() {
        let left = Rect(x: 0, y: 0, width: 10, height: 10)
        let right = Rect(x: 20, y: 0, width: 10, height: 10)
        #expect(left.intersection(right) == .zero)
        #expect(!left.intersects(right))
        #expect(left.union(right) == Rect(x: 0, y: 0, width: 30, height: 10))
        #expect(left.union(.zero) == left)
        #expect(Rect(x: 3, y: 3, width: -5, height: 4).isEmpty)
        #expect(
            Rect(x: 3, y: 5, width: 4, height: 4).evened(within: Rect(width: 9, height: 9))
                == Rect(x: 2, y: 4, width: 6, height: 5))
    }

    @Test("Adding keeps rectangles apart and covers each pixel that was added")
    func addRandom() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            var region = Region()
            var pixels = Set<Int>()
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let rect = random.rect(within: 40)
                region.add(rect)
                for pixel in rect.pixels(width: 40) { pixels.insert(pixel) }
            }
            #expect(region.count <= Region.capacity)
            let covered = region.pixels(width: 40)
            #expect(pixels.isSubset(of: Set(covered)), "a pixel was lost")
            #expect(covered.count == Set(covered).count, "rectangles overlap")
        }
    }

    @Test("Subtracting never takes more than the rectangle, and exactly that while there is room")
    func subtractRandom() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            var region = Region(Rect(width: 40, height: 40))
            var pixels = Set(region.pixels(width: 40))
            for step in 0..<6 {
                let rect = random.rect(within: 40)
                region.subtract(rect)
                for pixel in rect.pixels(width: 40) { pixels.remove(pixel) }
                let covered = Set(region.pixels(width: 40))
                #expect(pixels.isSubset(of: covered))
                if step < 2 { #expect(covered == pixels) }
            }
        }
    }

    @Test("Clipping leaves what lies inside")
    func clip() {
        var region = Region(Rect(x: 0, y: 0, width: 10, height: 10))
        region.add(Rect(x: 20, y: 20, width: 10, height: 10))
        region.clip(to: Rect(x: 5, y: 5, width: 10, height: 10))
        #expect(region.count == 1)
        #expect(region.bounds == Rect(x: 5, y: 5, width: 5, height: 5))
        #expect(region.area == 25)
        #expect(region.contains(x: 9, y: 9))
        #expect(!region.contains(x: 10, y: 9))
    }

    @Test("More rectangles than there is room for end in one that covers all")
    func overflow() {
        var region = Region()
        for index in 0..<40 { region.add(Rect(x: index * 10, y: index * 10, width: 4, height: 4)) }
        #expect(region.count <= Region.capacity)
        for index in 0..<40 { #expect(region.contains(x: index * 10, y: index * 10)) }
    }
}

/// Repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func rect(within size: Int) -> Rect {
        let x = Int.random(in: 0..<size, using: &self)
        let y = Int.random(in: 0..<size, using: &self)
        return Rect(
            x: x, y: y, width: Int.random(in: 1...(size - x), using: &self),
            height: Int.random(in: 1...(size - y), using: &self))
    }
}

extension Rect {
    fileprivate func pixels(width: Int) -> [Int] {
        (y..<bottom).flatMap { row in (x..<right).map { row * width + $0 } }
    }
}

extension Region {
    fileprivate func pixels(width: Int) -> [Int] {
        (0..<count).flatMap { index in
            let rect = self[index]
            return (rect.y..<rect.bottom).flatMap { row in (rect.x..<rect.right).map { row * width + $0 } }
        }
    }
}
