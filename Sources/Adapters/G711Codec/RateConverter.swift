internal import CSpeexDSP
import MediaTypes

/// A sample rate converter of speexdsp between 48 and 8 kHz, freed when its owner ends.
///
/// The filter is 64 samples of the lower rate long, which delays the sound by 4 ms and lets 3.4 kHz pass.
struct RateConverter: ~Copyable {
    private let state: OpaquePointer
    private static let quality: Int32 = 4

    init(from source: Int, to target: Int) throws(DeviceError) {
        var status: Int32 = 0
        guard let raw = speex_resampler_init(1, UInt32(source), UInt32(target), Self.quality, &status) else {
            throw DeviceError(
                .failed, device: "codec G.711",
                detail: "speex_resampler_init: \(String(cString: speex_resampler_strerror(status))) (\(status))")
        }
        state = raw
    }

    deinit { speex_resampler_destroy(state) }

    /// Converts all of `input` as far as `output` has room; gives back how many samples came out. Real-time safe.
    func convert(_ input: UnsafeBufferPointer<Int16>, into output: UnsafeMutableBufferPointer<Int16>) -> Int {
        guard let source = input.baseAddress, let target = output.baseAddress else { return 0 }
        var read = UInt32(clamping: input.count)
        var written = UInt32(clamping: output.count)
        return speex_resampler_process_int(state, 0, source, &read, target, &written) == 0 ? Int(written) : 0
    }
}
