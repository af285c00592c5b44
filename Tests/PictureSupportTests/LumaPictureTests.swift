import PictureSupport
import Testing

@Suite("LumaPicture")
struct LumaPictureTests {
    private let picture = LumaPicture(
        samples: (0..<64 * 48).map { UInt8(truncatingIfNeeded: ($0 % 64) * 3 + ($0 / 64) * 2) }, width: 64, height: 48)

    private func changed(_ change: (Int, UInt8) -> UInt8) -> LumaPicture {
        LumaPicture(samples: picture.samples.enumerated().map { change($0.offset, $0.element) }, width: 64, height: 48)
    }

    @Test("A picture is most similar to itself")
    func identity() {
        #expect(picture.similarity(to: picture) == 1)
    }

    @Test("The more noise, the less similar")
    func noise() {
        var generator = SystemRandomNumberGenerator()
        let similarities = [0, 4, 16, 64].map { range in
            picture.similarity(
                to: changed { _, value in
                    UInt8(clamping: Int(value) + Int.random(in: -range...range, using: &generator))
                })
        }
        #expect(similarities == similarities.sorted(by: >))
        #expect(similarities[1] > 0.9)
        #expect(similarities[3] < 0.5)
    }

    @Test("One flat colour, and the mirror image, are not similar")
    func somethingElse() {
        #expect(picture.similarity(to: changed { _, _ in 128 }) < 0.5)
        #expect(picture.similarity(to: changed { index, _ in picture.samples[index ^ 63] }) < 0.5)
    }

    @Test("Cropping and scaling keep the right samples")
    func geometry() {
        let part = picture.cropped(x: 8, y: 4, width: 16, height: 16)
        #expect(part.samples[0] == picture.samples[4 * 64 + 8])
        #expect(part.samples[255] == picture.samples[19 * 64 + 23])
        let half = picture.scaled(width: 32, height: 24)
        #expect(half.samples[0] == UInt8((0 + 3 + 2 + 5) / 4))
        #expect(picture.scaled(width: 64, height: 48) == picture)
        #expect(picture.scaled(width: 128, height: 96).scaled(width: 64, height: 48) == picture)
    }

    @Test("Colours become luminance")
    func colours() {
        let colours = LumaPicture(bgrx: [0, 0, 0, 0, 255, 255, 255, 0, 0, 255, 0, 0], width: 3, height: 1)
        #expect(colours.samples == [0, 255, 149])
    }
}
