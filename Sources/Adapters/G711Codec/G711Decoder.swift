package import MediaTypes

/// G.711 into 48 kHz; lost sound is filled with the last pitch period.
package final class G711Decoder: AudioDecoder {
    package let name: String
    package let clockRate = 8000
    private let converter: RateConverter
    private let table: SampleBuffer
    private let samples: SampleBuffer
    private var concealment = WaveformConcealment()

    /// 120 ms, the longest packet.
    private static let longest = 960
    private static let ratio = 6

    package init(law: G711Law) throws(DeviceError) {
        name = law.name
        converter = try RateConverter(from: 8000, to: AudioFormat.sampleRate)
        samples = SampleBuffer(count: Self.longest)
        table = SampleBuffer(count: 256)
        for code in 0...255 { table.all[code] = law.decode(UInt8(code)) }
    }

    // MARK: - Real-time

    /// Takes up to 120 ms; longer packets are malformed.
    package func decode(_ packet: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int16>) -> Int {
        guard !packet.isEmpty, packet.count <= min(Self.longest, output.count / Self.ratio) else { return 0 }
        let decoded = samples.part(0..<packet.count)
        for index in 0..<packet.count { decoded[index] = table.all[Int(packet[index])] }
        concealment.heard(decoded)
        return converter.convert(UnsafeBufferPointer(decoded), into: output)
    }

    /// Fills as much as `output` holds, up to 120 ms.
    package func conceal(into output: UnsafeMutableBufferPointer<Int16>, next: UnsafeRawBufferPointer?) -> Int {
        let guessed = samples.part(0..<min(Self.longest, output.count / Self.ratio))
        concealment.fill(guessed)
        return converter.convert(UnsafeBufferPointer(guessed), into: output)
    }
}
