import Glibc
import PeerSupport
import Testing

@Suite("ToneDetector")
struct ToneDetectorTests {
    private func tone(_ frequency: Double, level: Double = 0.5, seconds: Double = 0.5) -> [Float] {
        (0..<Int(48_000 * seconds)).map { Float(level * sin(2 * .pi * frequency * Double($0) / 48_000)) }
    }

    @Test("A pure tone is all of the sound", arguments: [400.0, 440, 1000, 3000])
    func pureTone(frequency: Double) {
        let detector = ToneDetector(frequency: frequency, sampleRate: 48_000)
        #expect(detector.share(of: tone(frequency)) > 0.95)
        #expect(detector.share(of: tone(frequency, level: 0.01)) > 0.95)
    }

    @Test("Another tone, silence and noise are not it")
    func somethingElse() {
        let detector = ToneDetector(frequency: 440, sampleRate: 48_000)
        var generator = SystemRandomNumberGenerator()
        #expect(detector.share(of: tone(1000)) < 0.01)
        #expect(detector.share(of: [Float](repeating: 0, count: 24_000)) == 0)
        #expect(detector.share(of: (0..<24_000).map { _ in .random(in: -1...1, using: &generator) }) < 0.1)
        #expect(detector.share(of: []) == 0)
    }

    @Test("A short gap does not hide the tone")
    func gap() {
        var samples = tone(440)
        for index in 6000..<9000 { samples[index] = 0 }
        #expect(ToneDetector(frequency: 440, sampleRate: 48_000).share(of: samples) > 0.95)
    }
}
