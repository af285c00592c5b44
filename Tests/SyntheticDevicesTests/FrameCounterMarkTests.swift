import Testing

@testable import SyntheticDevices

/// A grey picture with a number in it.
func marked(_ number: UInt32, width: Int, height: Int) -> [UInt8] {
    var picture = [UInt8](repeating: 90, count: width * height)
    picture.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        FrameCounterMark.write(number, luma: base, stride: width, width: width, height: height)
    }
    return picture
}

func read(_ picture: [UInt8], width: Int, height: Int, pixelStride: Int = 1) -> UInt32? {
    picture.withUnsafeBufferPointer {
        guard let base = $0.baseAddress else { return nil }
        return FrameCounterMark.read(
            luma: base, stride: width * pixelStride, width: width, height: height, pixelStride: pixelStride)
    }
}

@Suite("Frame counter in the picture")
struct FrameCounterMarkTests {
    @Test("Any number comes back", arguments: [0, 1, 29, 0x5555_5555, 0xDEAD_BEEF, .max] as [UInt32])
    func roundTrip(number: UInt32) {
        for (width, height) in [(96, 90), (320, 180), (1280, 720), (1920, 1080)] {
            #expect(read(marked(number, width: width, height: height), width: width, height: height) == number)
        }
    }

    @Test("It survives scaling down and up, weak contrast and noise")
    func damage() {
        let picture = marked(123_456_789, width: 1280, height: 720)
        // Every third sample of every third row, then each of them twice.
        let small = (0..<240).flatMap { row in (0..<426).map { picture[row * 3 * 1280 + $0 * 3] } }
        #expect(read(small, width: 426, height: 240) == 123_456_789)
        let large = (0..<480).flatMap { row in (0..<852).map { small[row / 2 * 426 + $0 / 2] } }
        #expect(read(large, width: 852, height: 480) == 123_456_789)
        var state: UInt32 = 1
        let noisy = large.map { sample -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(Int(sample) / 3 + 60 + Int(state >> 28))
        }
        #expect(read(noisy, width: 852, height: 480) == 123_456_789)
    }

    @Test("It is found in one channel of RGB")
    func rgb() {
        let picture = marked(77, width: 320, height: 180).flatMap { [$0, $0, $0, 0] as [UInt8] }
        #expect(read(picture, width: 320, height: 180, pixelStride: 4) == 77)
    }

    @Test("No mark, or a damaged one, gives nothing rather than a wrong number")
    func nothing() {
        #expect(read([UInt8](repeating: 90, count: 320 * 180), width: 320, height: 180) == nil)
        #expect(read([0], width: 1, height: 1) == nil)
        var wrong = 0
        for cell in 4..<44 {
            var picture = marked(5, width: 440, height: 180)
            for row in 0..<8 {
                for column in (cell * 10)..<(cell * 10 + 10) {
                    picture[row * 440 + column] = picture[row * 440 + column] > 100 ? 16 : 235
                }
            }
            if read(picture, width: 440, height: 180) != nil { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
