import CSpeexDSP

/// Stretches sound by up to half a percent, so that two clocks that differ never fill or drain the queue (speexdsp).
///
/// All sound passes through the filter, at the nominal rate too: switching it in later would be heard as a click.
/// Confined to the playback thread.
struct DriftResampler: ~Copyable {
    private static let nominal = 48_000
    private let state: OpaquePointer?
    private var offset = 0
    /// Input that the filter looks ahead, to be given once.
    private var lookAhead: Int

    init() {
        var error: Int32 = 0
        state = speex_resampler_init(1, UInt32(Self.nominal), UInt32(Self.nominal), 3, &error)
        lookAhead = 0
        if let state {
            // The filter's tables for both directions are made now, not while sound is played.
            Self.setRate(state, 240)
            Self.setRate(state, -240)
            Self.setRate(state, 0)
            speex_resampler_skip_zeros(state)
            lookAhead = Int(speex_resampler_get_input_latency(state)) + 8
        }
    }

    deinit { if let state { speex_resampler_destroy(state) } }

    // MARK: - Real-time

    /// Samples that give at least `outputFrames` at the present rate.
    func inputNeeded(for outputFrames: Int) -> Int {
        (outputFrames * (Self.nominal + offset) + Self.nominal - 1) / Self.nominal + 1 + lookAhead
    }

    /// Hertz by which input is used up faster than 48 kHz.
    mutating func setOffset(_ hertz: Int) {
        guard hertz != offset, let state else { return }
        offset = hertz
        Self.setRate(state, hertz)
        // The filter may have grown by a few samples.
        lookAhead = max(lookAhead, 8)
    }

    private static func setRate(_ state: OpaquePointer, _ hertz: Int) {
        _ = speex_resampler_set_rate_frac(
            state, UInt32(nominal + hertz), UInt32(nominal), UInt32(nominal + hertz), UInt32(nominal))
    }

    /// - Returns: sample frames used of `input` and written to `output`.
    mutating func process(
        _ input: UnsafeBufferPointer<Int16>, into output: UnsafeMutableBufferPointer<Int16>
    ) -> (used: Int, written: Int) {
        guard let state, let source = input.baseAddress, let target = output.baseAddress else {
            let count = min(input.count, output.count)
            for index in 0..<count { output[index] = input[index] }
            return (count, count)
        }
        var used = UInt32(input.count)
        var written = UInt32(output.count)
        _ = speex_resampler_process_int(state, 0, source, &used, target, &written)
        lookAhead = 0
        return (Int(used), Int(written))
    }
}
