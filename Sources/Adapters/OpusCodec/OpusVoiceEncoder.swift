internal import COpus
package import MediaTypes

/// Opus (RFC 6716) for one voice: 48 kHz mono, constant packet time, no gaps in silence (no DTX).
///
/// While the far end loses packets, each packet also carries a coarse copy of the one before it (in-band FEC).
package final class OpusVoiceEncoder: AudioEncoder {
    package let name = "opus"
    package let timestampTicksPerBlock: UInt32 = UInt32(AudioFormat.blockFrames)
    private let state: EncoderState
    private let options: OpusOptions
    private let collected: SampleBuffer
    private var blockCount = 0
    private var expectedLoss = 0

    package init(options: OpusOptions = .init()) throws(DeviceError) {
        var options = options
        options.blocksPerPacket = [6, 4, 2, 1].first { $0 <= options.blocksPerPacket } ?? 1
        options.bitrate = min(max(options.bitrate, 6000), 128_000)
        options.complexity = min(max(options.complexity, 0), 10)
        self.options = options
        var status: Int32 = 0
        guard let raw = opus_encoder_create(Int32(AudioFormat.sampleRate), 1, OPUS_APPLICATION_VOIP, &status) else {
            throw DeviceError(
                .failed, device: "encoder opus",
                detail: "opus_encoder_create: \(String(cString: opus_strerror(status))) (\(status))")
        }
        state = EncoderState(raw: raw)
        collected = SampleBuffer(count: AudioFormat.blockFrames * options.blocksPerPacket)
        _ = convene_opus_set_bitrate(raw, Int32(options.bitrate))
        _ = convene_opus_set_complexity(raw, Int32(options.complexity))
        _ = convene_opus_set_signal_voice(raw)
        _ = convene_opus_set_dtx(raw, 0)
    }

    // MARK: - Real-time

    package func setExpectedLoss(percent: Int) {
        let percent = min(max(percent, 0), 100)
        if percent == expectedLoss { return }
        expectedLoss = percent
        _ = convene_opus_set_loss(state.raw, Int32(percent))
        _ = convene_opus_set_inband_fec(state.raw, percent > 0 ? 1 : 0)
    }

    package func encode(_ block: UnsafeBufferPointer<Int16>, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard block.count == AudioFormat.blockFrames, let samples = block.baseAddress, let target = output.baseAddress
        else { return 0 }
        (collected.base + blockCount * AudioFormat.blockFrames).update(from: samples, count: block.count)
        blockCount += 1
        guard blockCount == options.blocksPerPacket else { return 0 }
        blockCount = 0
        let byteCount = opus_encode(
            state.raw, collected.base, Int32(collected.count), target.assumingMemoryBound(to: UInt8.self),
            Int32(clamping: output.count))
        return max(Int(byteCount), 0)
    }
}

/// An encoder's state, freed when its owner ends.
private struct EncoderState: ~Copyable {
    let raw: OpaquePointer
    deinit { opus_encoder_destroy(raw) }
}

/// Room for samples, freed when its owner ends.
private struct SampleBuffer: ~Copyable {
    let base: UnsafeMutablePointer<Int16>
    let count: Int

    init(count: Int) {
        self.count = count
        base = .allocate(capacity: count)
        base.initialize(repeating: 0, count: count)
    }

    deinit { base.deallocate() }
}
