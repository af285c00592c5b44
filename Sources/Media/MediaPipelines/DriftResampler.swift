import CSpeexDSP

/// Stretches sound by up to half a percent, so that two clocks that differ never fill or drain the queue (speexdsp).
///
/// Confined to the playback thread. At the nominal rate the samples pass through untouched.
struct DriftResampler: ~Copyable {
    private let state: OpaquePointer?
    private var offset = 0
    private var isEngaged = false

    init() {
        var error: Int32 = 0
        state = speex_resampler_init(1, 48_000, 48_000, 3, &error)
        if let state { speex_resampler_skip_zeros(state) }
    }

    deinit { if let state { speex_resampler_destroy(state) } }

    /// Samples that `output` needs at the present rate, about.
    func inputNeeded(for outputFrames: Int) -> Int {
        offset == 0 ? outputFrames : outputFrames * (48_000 + offset) / 48_000 + 2
    }

    /// Hertz by which input is used up faster than 48 kHz.
    mutating func setOffset(_ hertz: Int) {
        guard hertz != offset, let state else { return }
        offset = hertz
        isEngaged = true
        _ = speex_resampler_set_rate_frac(
            state, UInt32(48_000 + hertz), 48_000, UInt32(48_000 + hertz), 48_000)
    }

    /// - Returns: sample frames used of `input` and written to `output`.
    mutating func process(
        _ input: UnsafeBufferPointer<Int16>, into output: UnsafeMutableBufferPointer<Int16>
    ) -> (used: Int, written: Int) {
        guard isEngaged, let state, let source = input.baseAddress, let target = output.baseAddress else {
            let count = min(input.count, output.count)
            for index in 0..<count { output[index] = input[index] }
            return (count, count)
        }
        var used = UInt32(input.count)
        var written = UInt32(output.count)
        _ = speex_resampler_process_int(state, 0, source, &used, target, &written)
        return (Int(used), Int(written))
    }
}
