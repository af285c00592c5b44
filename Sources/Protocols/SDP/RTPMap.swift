package import RTP

/// What a payload type means (RFC 8866 §6.6, RFC 3551 §6).
package struct RTPMap: Hashable, Sendable {
    package var payloadType: PayloadType
    /// The encoding's name; compare it with `isEncoding`, case does not count.
    package var encoding: String
    package var clockRate: ClockRate
    /// Channels of audio; 1 when not given.
    package var channels: Int

    package init(payloadType: PayloadType, encoding: String, clockRate: ClockRate, channels: Int = 1) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRate = clockRate
        self.channels = channels
    }

    /// Nil for a value that is no rtpmap.
    init?(value: String) {
        let words = value.words
        guard words.count >= 2, let number = words[0].decimal(UInt8.self),
            let payloadType = PayloadType(rawValue: number)
        else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, let hertz = parts[1].decimal(UInt32.self),
            let clockRate = ClockRate(hertz: hertz)
        else { return nil }
        let channels = parts.count > 2 ? parts[2].decimal(UInt8.self).map(Int.init) ?? 1 : 1
        self.init(
            payloadType: payloadType, encoding: String(parts[0]), clockRate: clockRate, channels: max(1, channels))
    }

    var value: String {
        "\(payloadType.rawValue) \(encoding)/\(clockRate.hertz)" + (channels > 1 ? "/\(channels)" : "")
    }

    /// True when the encoding's name is `name`, in upper or lower case.
    package func isEncoding(_ name: String) -> Bool {
        encoding.lowercased() == name.lowercased()
    }

    /// The static payload types that need no rtpmap, as far as terminals still use them.
    static func ofStatic(_ payloadType: PayloadType) -> RTPMap? {
        switch payloadType.rawValue {
        case 0: RTPMap(payloadType: payloadType, encoding: "PCMU", clockRate: .narrowband)
        case 3: RTPMap(payloadType: payloadType, encoding: "GSM", clockRate: .narrowband)
        case 8: RTPMap(payloadType: payloadType, encoding: "PCMA", clockRate: .narrowband)
        case 9: RTPMap(payloadType: payloadType, encoding: "G722", clockRate: .narrowband)
        case 13: RTPMap(payloadType: payloadType, encoding: "CN", clockRate: .narrowband)
        case 18: RTPMap(payloadType: payloadType, encoding: "G729", clockRate: .narrowband)
        case 31: RTPMap(payloadType: payloadType, encoding: "H261", clockRate: .video)
        case 34: RTPMap(payloadType: payloadType, encoding: "H263", clockRate: .video)
        default: nil
        }
    }
}
