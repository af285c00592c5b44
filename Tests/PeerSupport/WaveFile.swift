/// A recorded sound, read from or written to a RIFF WAVE file of 16-bit samples.
package struct WaveFile: Sendable {
    /// Samples a second and channel.
    package let sampleRate: Int
    package let channels: Int
    /// Interleaved S16LE.
    package let samples: [Int16]

    package init(sampleRate: Int, channels: Int, samples: [Int16]) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.samples = samples
    }

    /// Reads a file, also one whose writer was stopped before it could put the length in the header.
    package init(path: String) throws(ChildProcess.Failure) {
        let bytes = try readBytes(path)
        guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8)
        else { throw .init("\(path) is no WAVE file") }
        var (position, rate, channels) = (12, 0, 0)
        var data: ArraySlice<UInt8> = []
        while position + 8 <= bytes.count {
            let name = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            let length = bytes.littleEndian(at: position + 4, count: 4)
            let start = position + 8
            let end = min(bytes.count, start + length)
            if name == "fmt " && end - start >= 16 {
                let (format, bits) = (
                    bytes.littleEndian(at: start, count: 2), bytes.littleEndian(at: start + 14, count: 2)
                )
                guard [1, 0xfffe].contains(format), bits == 16 else {
                    throw .init("\(path): format \(format) with \(bits) bits; only 16-bit PCM is read")
                }
                channels = bytes.littleEndian(at: start + 2, count: 2)
                rate = bytes.littleEndian(at: start + 4, count: 4)
            } else if name == "data" {
                data = length == 0 ? bytes[start...] : bytes[start..<end]
                if length == 0 { break }
            }
            position = end + length % 2
        }
        guard rate > 0, channels > 0 else { throw .init("\(path) has no format") }
        (sampleRate, self.channels) = (rate, channels)
        samples = stride(from: data.startIndex, to: data.endIndex - 1, by: 2).map {
            Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8)
        }
    }

    /// One channel's samples, full scale 1.
    package func channel(_ index: Int) -> [Float] {
        stride(from: index, to: samples.count, by: channels).map { Float(samples[$0]) / 32768 }
    }

    /// The file's bytes.
    package var encoded: [UInt8] {
        func field(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let length = samples.count * 2
        var bytes = Array("RIFF".utf8) + field(36 + length, 4) + Array("WAVEfmt ".utf8) + field(16, 4)
        bytes += field(1, 2) + field(channels, 2) + field(sampleRate, 4) + field(sampleRate * channels * 2, 4)
        bytes += field(channels * 2, 2) + field(16, 2) + Array("data".utf8) + field(length, 4)
        bytes += samples.flatMap { field(Int($0), 2) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate func littleEndian(at position: Int, count: Int) -> Int {
        guard position + count <= self.count else { return 0 }
        return self[position..<position + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
