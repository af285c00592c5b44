internal import CALSA
import LinuxSystem
import MediaTypes

/// What was agreed with a card (ALSA's hw_params).
struct HardwareSetup {
    let format: SampleFormat
    let channels: Int
    let periodFrames: Int
    let bufferFrames: Int

    private static let mostChannels = 8

    /// Negotiates and sets the card up; it is prepared afterwards.
    init(_ pcm: OpaquePointer, _ request: PCMStream.Request, name: String) throws(DeviceError) {
        var raw: OpaquePointer?
        guard snd_pcm_hw_params_malloc(&raw) == 0 else {
            throw DeviceError(.failed, device: name, detail: "snd_pcm_hw_params_malloc: Cannot allocate memory")
        }
        defer { snd_pcm_hw_params_free(raw) }
        func check(_ result: Int32, _ operation: @autoclosure () -> String) throws(DeviceError) {
            if result < 0 { throw DeviceError(device: name, SystemError(operation: operation(), errno: -result)) }
        }
        try check(snd_pcm_hw_params_any(pcm, raw), "snd_pcm_hw_params_any")
        try check(
            snd_pcm_hw_params_set_access(pcm, raw, SND_PCM_ACCESS_RW_INTERLEAVED),
            "snd_pcm_hw_params_set_access(interleaved)")
        let format = SampleFormat.allCases.first { snd_pcm_hw_params_test_format(pcm, raw, $0.pcmFormat) == 0 }
        guard let format else {
            throw DeviceError(.unsupported, device: name, detail: "neither S16 nor S32 samples")
        }
        try check(
            snd_pcm_hw_params_set_format(pcm, raw, format.pcmFormat), "snd_pcm_hw_params_set_format(\(format.name))")
        try check(
            snd_pcm_hw_params_set_rate(pcm, raw, UInt32(AudioFormat.sampleRate), 0),
            "snd_pcm_hw_params_set_rate(\(AudioFormat.sampleRate))")
        let channels = try Self.channels(pcm, raw, request, name: name)
        try check(
            snd_pcm_hw_params_set_channels(pcm, raw, UInt32(channels)), "snd_pcm_hw_params_set_channels(\(channels))")
        var period = snd_pcm_uframes_t(request.periodFrames)
        try check(
            snd_pcm_hw_params_set_period_size_near(pcm, raw, &period, nil),
            "snd_pcm_hw_params_set_period_size_near(\(request.periodFrames))")
        // A card with longer periods needs more of them than were thought of.
        var buffer = snd_pcm_uframes_t(max(request.bufferFrames, Int(clamping: period) * 3))
        try check(
            snd_pcm_hw_params_set_buffer_size_near(pcm, raw, &buffer), "snd_pcm_hw_params_set_buffer_size_near")
        try check(snd_pcm_hw_params(pcm, raw), "snd_pcm_hw_params")
        try check(snd_pcm_hw_params_get_period_size(raw, &period, nil), "snd_pcm_hw_params_get_period_size")
        try check(snd_pcm_hw_params_get_buffer_size(raw, &buffer), "snd_pcm_hw_params_get_buffer_size")
        guard buffer >= 2 * AudioFormat.blockFrames else {
            throw DeviceError(.unsupported, device: name, detail: "a buffer of \(buffer) sample frames is too short")
        }
        self.format = format
        self.channels = channels
        periodFrames = Int(clamping: period)
        bufferFrames = Int(clamping: buffer)
    }

    private static func channels(
        _ pcm: OpaquePointer, _ raw: OpaquePointer?, _ request: PCMStream.Request, name: String
    ) throws(DeviceError) -> Int {
        var fewest: UInt32 = 0
        var most: UInt32 = 0
        guard snd_pcm_hw_params_get_channels_min(raw, &fewest) == 0,
            snd_pcm_hw_params_get_channels_max(raw, &most) == 0
        else {
            throw DeviceError(.failed, device: name, detail: "snd_pcm_hw_params_get_channels_min: no channels")
        }
        let wanted = request.channels ?? (request.isCapture ? 1 : 2)
        // The nearest number of channels that the card really has, more rather than fewer.
        let possible = (1...mostChannels).filter { snd_pcm_hw_params_test_channels(pcm, raw, UInt32($0)) == 0 }
        if let channels = possible.first(where: { $0 >= wanted }) ?? possible.last { return channels }
        throw DeviceError(
            .unsupported, device: name, detail: "\(fewest) to \(most) channels; 1 to \(mostChannels) can be used")
    }
}
