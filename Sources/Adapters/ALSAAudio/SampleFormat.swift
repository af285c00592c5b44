internal import CALSA
import MediaTypes

/// The layouts of samples that are taken from and given to cards, in the order of preference.
enum SampleFormat: CaseIterable {
    case s16
    case s32

    var pcmFormat: snd_pcm_format_t {
        switch self {
        case .s16: SND_PCM_FORMAT_S16_LE
        case .s32: SND_PCM_FORMAT_S32_LE
        }
    }

    var name: String {
        switch self {
        case .s16: "S16"
        case .s32: "S32"
        }
    }

    var bytesPerSample: Int {
        switch self {
        case .s16: 2
        case .s32: 4
        }
    }

    // MARK: - Real-time

    /// The mean of all channels, so that no sum overflows and one dead channel only weakens the sound.
    ///
    /// - Parameter source: interleaved, `target.count` × `channels` samples of this format.
    func downMix(
        _ source: UnsafeRawPointer, channels: Int, into target: UnsafeMutableBufferPointer<Int16>
    ) {
        switch self {
        case .s16:
            let samples = source.assumingMemoryBound(to: Int16.self)
            if channels == 1, let base = target.baseAddress {
                base.update(from: samples, count: target.count)
                return
            }
            for frame in 0..<target.count {
                var sum: Int32 = 0
                for channel in 0..<channels { sum &+= Int32(samples[frame * channels + channel]) }
                target[frame] = Int16(clamping: sum / Int32(channels))
            }
        case .s32:
            let samples = source.assumingMemoryBound(to: Int32.self)
            for frame in 0..<target.count {
                var sum: Int64 = 0
                for channel in 0..<channels { sum &+= Int64(samples[frame * channels + channel]) }
                // Rounded to the nearest of the sixteen upper bits.
                target[frame] = Int16(clamping: (sum / Int64(channels) + 0x8000) >> 16)
            }
        }
    }

    /// The same sound on all channels.
    ///
    /// - Parameter target: room for `source.count` × `channels` samples of this format, interleaved.
    func spread(_ source: UnsafeBufferPointer<Int16>, channels: Int, into target: UnsafeMutableRawPointer) {
        switch self {
        case .s16:
            let samples = target.assumingMemoryBound(to: Int16.self)
            if channels == 1, let base = source.baseAddress {
                samples.update(from: base, count: source.count)
                return
            }
            for frame in 0..<source.count {
                for channel in 0..<channels { samples[frame * channels + channel] = source[frame] }
            }
        case .s32:
            let samples = target.assumingMemoryBound(to: Int32.self)
            for frame in 0..<source.count {
                let sample = Int32(source[frame]) << 16
                for channel in 0..<channels { samples[frame * channels + channel] = sample }
            }
        }
    }
}
