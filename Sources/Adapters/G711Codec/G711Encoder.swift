package import MediaTypes

/// G.711 for terminals that know nothing better: 8 kHz, 64 kbit/s, a packet every 20 ms.
package final class G711Encoder: AudioEncoder {
    package let name: String
    package let timestampTicksPerBlock: UInt32 = 80
    private let law: G711Law
    private let blocksPerPacket: Int
    private let converter: RateConverter
    private let samples: SampleBuffer
    private var sampleCount = 0

    private static let blockSamples = 80

    /// - Parameter blocksPerPacket: blocks of 10 ms in one packet, 1 to 6.
    package init(law: G711Law, blocksPerPacket: Int = 2) throws(DeviceError) {
        self.law = law
        name = law.name
        self.blocksPerPacket = min(max(blocksPerPacket, 1), 6)
        converter = try RateConverter(from: AudioFormat.sampleRate, to: 8000)
        samples = SampleBuffer(count: Self.blockSamples * self.blocksPerPacket)
    }

    /// G.711 has nothing to adapt.
    package func setExpectedLoss(percent: Int) {}

    // MARK: - Real-time

    package func encode(_ block: UnsafeBufferPointer<Int16>, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard block.count == AudioFormat.blockFrames else { return 0 }
        sampleCount += converter.convert(block, into: samples.part(sampleCount..<(sampleCount + Self.blockSamples)))
        guard sampleCount == samples.count else { return 0 }
        sampleCount = 0
        guard output.count >= samples.count else { return 0 }
        for (index, sample) in samples.all.enumerated() { output[index] = law.encode(sample) }
        return samples.count
    }
}
