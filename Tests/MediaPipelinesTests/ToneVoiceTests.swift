import Glibc
import MediaTypes
import Testing

@testable import MediaPipelines

@Suite("The tones of the room")
struct ToneVoiceTests {
    /// Samples of so many blocks.
    private func play(_ voice: inout ToneVoice, _ tone: RoomTone, volume: Int = 100, blocks: Int) -> [Int16] {
        let block = UnsafeMutableBufferPointer<Int16>.allocate(capacity: AudioFormat.blockFrames)
        defer { block.deallocate() }
        var samples: [Int16] = []
        for _ in 0..<blocks {
            block.update(repeating: 0)
            voice.mix(into: block, tone, volume: volume)
            samples += Array(block)
        }
        return samples
    }

    /// The share of a frequency in the samples' power.
    private func share(_ frequency: Double, _ samples: ArraySlice<Int16>) -> Double {
        var (real, imaginary, power) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let angle = 2 * .pi * frequency * Double(index) / 48_000
            real += Double(sample) * cos(angle)
            imaginary += Double(sample) * sin(angle)
            power += Double(sample) * Double(sample)
        }
        return power == 0 ? 0 : 2 * (real * real + imaginary * imaginary) / (power * Double(samples.count))
    }

    private func peak(_ samples: ArraySlice<Int16>) -> Int { samples.map { abs(Int($0)) }.max() ?? 0 }

    @Test(
        "Each ring tone has its notes and its pauses, and never clips",
        arguments: [
            (RoomTone.classic, 400.0, 0.1, 0.3), (.chime, 659.26, 0.05, 0.4), (.pulse, 880, 0.02, 0.08),
            (.soft, 392, 0.1, 0.5), (.ringback, 425, 0.1, 0.9),
        ])
    func notes(tone: RoomTone, frequency: Double, from: Double, to: Double) {
        var voice = ToneVoice()
        let samples = play(&voice, tone, blocks: 600)
        let note = samples[Int(from * 48_000)..<Int(to * 48_000)]
        #expect(share(frequency, note) > (tone == .classic ? 0.4 : 0.9))
        #expect((5_000...11_600).contains(peak(note)))
        #expect(peak(samples[...]) <= 11_600)
        let period = tone.period
        #expect(peak(samples[(period - 9_600)..<(period - 480)]) < 40)
        #expect(share(frequency, samples[(period + Int(from * 48_000))..<(period + Int(to * 48_000))]) > 0.4)
    }

    @Test("No step between two samples is large, when a tone begins, changes and ends")
    func noClicks() {
        var voice = ToneVoice()
        var samples = play(&voice, .pulse, blocks: 5)
        samples += play(&voice, .soft, blocks: 20)
        samples += play(&voice, .none, blocks: 3)
        #expect(peak(samples.suffix(960)) == 0)
        // 880 Hz at this peak moves 1323 a sample at most.
        for (left, right) in zip(samples, samples.dropFirst()) { #expect(abs(Int(left) - Int(right)) < 1_500) }
    }

    @Test("Half the volume is half as loud, and none is silence")
    func volume() {
        var voice = ToneVoice()
        let loud = peak(play(&voice, .ringback, blocks: 50).suffix(9_600))
        let half = peak(play(&voice, .ringback, volume: 50, blocks: 30).suffix(9_600))
        #expect(abs(half * 2 - loud) < 20)
        #expect(peak(play(&voice, .ringback, volume: 0, blocks: 5).suffix(480)) == 0)
    }

    @Test("What is mixed in stays within its range")
    func saturation() {
        var voice = ToneVoice()
        let block = UnsafeMutableBufferPointer<Int16>.allocate(capacity: AudioFormat.blockFrames)
        defer { block.deallocate() }
        for _ in 0..<20 {
            block.update(repeating: 32_000)
            voice.mix(into: block, .ringback, volume: 100)
        }
        #expect(block.contains(32_767))
        #expect(block.allSatisfy { $0 > 20_000 })
    }
}
