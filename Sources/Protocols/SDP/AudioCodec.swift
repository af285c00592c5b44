package import RTP

/// An audio coding that this terminal can agree on.
package enum AudioCodec: String, CaseIterable, Hashable, Sendable {
    /// RFC 7587.
    case opus
    /// RFC 3551 §4.5.2: 16 kHz sound with a clock of 8 kHz.
    case g722 = "G722"
    case pcmu = "PCMU"
    case pcma = "PCMA"

    /// The name in an rtpmap.
    package var encoding: String { rawValue }

    /// Ticks a second of its RTP timestamps.
    package var clockRate: ClockRate { self == .opus ? .opus : .narrowband }

    /// Sample frames a second of the sound it carries.
    package var sampleRate: Int {
        switch self {
        case .opus: 48_000
        case .g722: 16_000
        case .pcmu, .pcma: 8_000
        }
    }

    /// Channels in its rtpmap; always 2 for Opus, whatever it carries (RFC 7587 §7).
    var channels: Int { self == .opus ? 2 : 1 }

    /// The payload type that RFC 3551 gives it; nil for a dynamic one.
    package var staticPayloadType: PayloadType? {
        switch self {
        case .opus: nil
        case .g722: PayloadType(rawValue: 9)
        case .pcmu: .pcmu
        case .pcma: .pcma
        }
    }

    /// The codec of an rtpmap. Opus with another channel count is against the RFC and still taken.
    init?(_ map: RTPMap) {
        guard let codec = AudioCodec.allCases.first(where: { map.isEncoding($0.encoding) }),
            map.clockRate == codec.clockRate, codec == .opus || map.channels == 1
        else { return nil }
        self = codec
    }
}
