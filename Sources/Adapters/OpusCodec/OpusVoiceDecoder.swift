internal import COpus
package import MediaTypes

/// Opus (RFC 6716) into 48 kHz mono, whatever bandwidth or channels the other side sends.
package final class OpusVoiceDecoder: AudioDecoder {
    package let name = "opus"
    package let clockRate = AudioFormat.sampleRate
    private let state: DecoderState

    /// Opus works in steps of 2.5 ms.
    private static let step = 120
    /// 120 ms, the longest packet.
    private static let longest = 5760

    package init() throws(DeviceError) {
        var status: Int32 = 0
        guard let raw = opus_decoder_create(Int32(AudioFormat.sampleRate), 1, &status) else {
            throw DeviceError(
                .failed, device: "decoder opus",
                detail: "opus_decoder_create: \(String(cString: opus_strerror(status))) (\(status))")
        }
        state = DecoderState(raw: raw)
    }

    // MARK: - Real-time

    package func decode(_ packet: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int16>) -> Int {
        run(packet, into: output, count: min(output.count, Self.longest), takesRedundancy: false)
    }

    /// Fills whole steps of 2.5 ms, as many as `output` holds, up to 120 ms.
    package func conceal(into output: UnsafeMutableBufferPointer<Int16>, next: UnsafeRawBufferPointer?) -> Int {
        let count = min(output.count, Self.longest) / Self.step * Self.step
        if count == 0 { return 0 }
        if let next, !next.isEmpty {
            let recovered = run(next, into: output, count: count, takesRedundancy: true)
            if recovered > 0 { return recovered }
        }
        return run(UnsafeRawBufferPointer(start: nil, count: 0), into: output, count: count, takesRedundancy: false)
    }

    /// An empty packet asks for concealment.
    private func run(
        _ packet: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int16>, count: Int,
        takesRedundancy: Bool
    ) -> Int {
        guard let target = output.baseAddress else { return 0 }
        let samples = opus_decode(
            state.raw, packet.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(clamping: packet.count), target,
            Int32(count), takesRedundancy ? 1 : 0)
        return max(Int(samples), 0)
    }
}

/// A decoder's state, freed when its owner ends.
private struct DecoderState: ~Copyable {
    let raw: OpaquePointer
    deinit { opus_decoder_destroy(raw) }
}
