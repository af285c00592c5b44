internal import CALSA
import LinuxSystem
import MediaTypes

/// An open stream of the library's, closed when its owner ends.
///
/// It is the plain hardware (`type hw`), described here and not by the system's ALSA configuration: no resampling or
/// mixing of the library's can come between. Only for HDMI outputs that want whole IEC 60958 subframes (those of the
/// Raspberry Pi) the library packs the samples into them.
struct PCMHandle: ~Copyable {
    let raw: OpaquePointer

    /// How the library reaches the card.
    enum Wiring {
        case direct
        case subframes
    }

    init(_ address: PCMAddress, card: SoundCard, isCapture: Bool, name: String) throws(DeviceError) {
        let direct = try PCMHandle(address, .direct, card: card, isCapture: isCapture, name: name)
        if isCapture || !Self.takesOnlySubframes(direct.raw) {
            self = direct
            return
        }
        _ = consume direct
        self = try PCMHandle(address, .subframes, card: card, isCapture: isCapture, name: name)
    }

    private init(
        _ address: PCMAddress, _ wiring: Wiring, card: SoundCard, isCapture: Bool, name: String
    ) throws(DeviceError) {
        let text = Self.definition(address, wiring, card: card.number)
        var configuration: OpaquePointer?
        guard snd_config_load_string(&configuration, text, 0) == 0, let configuration else {
            throw DeviceError(.failed, device: name, detail: "snd_config_load_string: Cannot allocate memory")
        }
        defer { snd_config_delete(configuration) }
        var opened: OpaquePointer?
        let direction = isCapture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
        let result = snd_pcm_open_lconf(&opened, "room", direction, Int32(SND_PCM_NONBLOCK), configuration)
        if result == 0, let opened {
            raw = opened
            return
        }
        let error = SystemError(operation: "snd_pcm_open", errno: -result)
        guard result == -EBUSY || result == -EAGAIN else { throw DeviceError(device: name, error) }
        let holder = SoundCard.holder(of: address, card: card, isCapture: isCapture)
        throw DeviceError(.busy, device: name, detail: error.description + (holder.map { ", held by \($0)" } ?? ""))
    }

    deinit { snd_pcm_close(raw) }

    /// The stream in the language of ALSA's configuration, named `room`.
    static func definition(_ address: PCMAddress, _ wiring: Wiring, card: Int) -> String {
        let hardware = "type hw card \(card) device \(address.device) subdevice \(address.subdevice)"
        switch wiring {
        case .direct: return "pcm.room { \(hardware) }"
        case .subframes:
            // The channel status of consumer PCM, original, without copyright; the library fills the rate in.
            return """
                pcm.room {
                    type iec958
                    slave { format IEC958_SUBFRAME_LE pcm { \(hardware) } }
                    status [ 4 130 0 1 ]
                    hdmi_mode true
                }
                """
        }
    }

    private static func takesOnlySubframes(_ pcm: OpaquePointer) -> Bool {
        var parameters: OpaquePointer?
        guard snd_pcm_hw_params_malloc(&parameters) == 0 else { return false }
        defer { snd_pcm_hw_params_free(parameters) }
        guard snd_pcm_hw_params_any(pcm, parameters) >= 0 else { return false }
        let takesSamples = SampleFormat.allCases.contains {
            snd_pcm_hw_params_test_format(pcm, parameters, $0.pcmFormat) == 0
        }
        let takesSubframes = snd_pcm_hw_params_test_format(pcm, parameters, SND_PCM_FORMAT_IEC958_SUBFRAME_LE) == 0
        return takesSubframes && !takesSamples
    }
}
