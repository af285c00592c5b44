import CSpeexDSP

/// Stretches sound by up to half a percent, so that two clocks that differ never fill or drain the queue (speexdsp).
///
/// All sound passes through the filter, at the nominal rate too: switching it in later would be heard as a click.
/// Confined to the playback thread.
struct DriftResampler: ~Copyable {
    private static let nominal = 48_000
    /// speexdsp's scale, 0 to 10: 32 taps. What is wrong in a tone is 75 dB below it up to 12 kHz and 61 dB at 18 kHz,
    /// all of the band is as loud as it was; less than a voice's codec does to it, for three quarters of what the next
    /// step costs.
    private static let quality: Int32 = 2
    /// Sample frames that one call takes at most: a block, what the largest offset adds to it, and the look-ahead.
    private static let longest = 1024
    private let state: OpaquePointer?
    /// speexdsp computes in floating point; its own conversion calls the C library for each sample.
    private let source: UnsafeMutablePointer<Float>
    private let target: UnsafeMutablePointer<Float>
    private var offset = 0
    /// Input that the filter looks ahead, to be given once.
    private var lookAhead: Int

    init() {
        var error: Int32 = 0
        state = speex_resampler_init(1, UInt32(Self.nominal), UInt32(Self.nominal), Self.quality, &error)
        source = .allocate(capacity: Self.longest)
        source.initialize(repeating: 0, count: Self.longest)
        target = .allocate(capacity: Self.longest)
        target.initialize(repeating: 0, count: Self.longest)
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

    deinit {
        if let state { speex_resampler_destroy(state) }
        source.deallocate()
        target.deallocate()
    }

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
        let inputCount = min(input.count, Self.longest)
        let outputCount = min(output.count, Self.longest)
        guard let state else {
            let count = min(inputCount, outputCount)
            for index in 0..<count { output[index] = input[index] }
            return (count, count)
        }
        for index in 0..<inputCount { source[index] = Float(input[index]) }
        var used = UInt32(inputCount)
        var written = UInt32(outputCount)
        _ = speex_resampler_process_float(state, 0, source, &used, target, &written)
        lookAhead = 0
        let count = min(Int(written), outputCount)
        for index in 0..<count {
            // Rounded by truncation of what is above nothing: the processor does that without the C library.
            let above = target[index] + 32768.5
            output[index] = Int16(truncatingIfNeeded: Int32(above < 65535 ? max(above, 0) : 65535) - 32768)
        }
        return (Int(used), count)
    }
}
