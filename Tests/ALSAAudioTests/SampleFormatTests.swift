import Testing

@testable import ALSAAudio

private func mixed(_ format: SampleFormat, _ samples: [Int32], channels: Int) -> [Int16] {
    var result = [Int16](repeating: 0, count: samples.count / channels)
    result.withUnsafeMutableBufferPointer { target in
        switch format {
        case .s16:
            samples.map { Int16(truncatingIfNeeded: $0) }.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress { format.downMix(base, channels: channels, into: target) }
            }
        case .s32:
            samples.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress { format.downMix(base, channels: channels, into: target) }
            }
        }
    }
    return result
}

@Suite("Sample layouts of cards")
struct SampleFormatTests {
    @Test("Channels are averaged, and full scale on all of them does not overflow", arguments: [1, 2, 6, 8])
    func sixteen(channels: Int) {
        let frame = (1...channels).map { Int32($0 * 100) }
        let loud = [Int32](repeating: 32767, count: channels)
        let low = [Int32](repeating: -32768, count: channels)
        let result = mixed(.s16, frame + loud + low, channels: channels)
        #expect(result == [Int16(frame.reduce(0, +)) / Int16(channels), 32767, -32768])
    }

    @Test("32 bits are rounded to 16, clipped at the top", arguments: [1, 2, 8])
    func thirtyTwo(channels: Int) {
        let values: [Int32] = [0x0001_8000, 0x0001_7FFF, .max, .min, -0x8000]
        let samples = values.flatMap { [Int32](repeating: $0, count: channels) }
        #expect(mixed(.s32, samples, channels: channels) == [2, 1, 32767, -32768, 0])
    }

    @Test("A sound goes to all channels")
    func spread() {
        let sound: [Int16] = [1, -2, 32767]
        var narrow = [Int16](repeating: 9, count: 6)
        narrow.withUnsafeMutableBytes { bytes in
            sound.withUnsafeBufferPointer { sound in
                if let base = bytes.baseAddress { SampleFormat.s16.spread(sound, channels: 2, into: base) }
            }
        }
        #expect(narrow == [1, 1, -2, -2, 32767, 32767])
        var wide = [Int32](repeating: 9, count: 9)
        wide.withUnsafeMutableBytes { bytes in
            sound.withUnsafeBufferPointer { sound in
                if let base = bytes.baseAddress { SampleFormat.s32.spread(sound, channels: 3, into: base) }
            }
        }
        #expect(
            wide == [65536, 65536, 65536, -131_072, -131_072, -131_072, 2_147_418_112, 2_147_418_112, 2_147_418_112])
    }
}
