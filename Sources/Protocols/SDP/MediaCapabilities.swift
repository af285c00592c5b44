package import H264Bitstream
package import RTPPayload

/// What one local stream can send and receive.
package enum MediaCapabilities: Hashable, Sendable {
    case audio(AudioCapabilities)
    case video(VideoCapabilities)

    var kind: MediaKind {
        switch self {
        case .audio: .audio
        case .video: .video
        }
    }
}

/// What an audio stream can do.
package struct AudioCapabilities: Hashable, Sendable {
    /// In order of preference, which decides when both sides have several in common.
    package var codecs: [AudioCodec]
    /// What we ask of a sender of Opus.
    package var opus: OpusParameters
    /// True when keys can be sent and received as telephone events (RFC 4733).
    package var hasTelephoneEvents: Bool
    /// Milliseconds of audio in a packet that we like to receive.
    package var packetTime: Int

    package init(
        codecs: [AudioCodec] = [.opus, .pcmu, .pcma], opus: OpusParameters = .standard,
        hasTelephoneEvents: Bool = true, packetTime: Int = 20
    ) {
        self.codecs = codecs
        self.opus = opus
        self.hasTelephoneEvents = hasTelephoneEvents
        self.packetTime = packetTime
    }
}

extension OpusParameters {
    /// Error correction in band, packets from 10 ms on, mono or stereo as the sender likes.
    package static var standard: OpusParameters {
        var parameters = OpusParameters()
        parameters.usesInBandFEC = true
        parameters.minimumPacketTime = 10
        return parameters
    }
}

/// One way in which a video stream can be coded and packed.
package struct H264Capability: Hashable, Sendable {
    /// The profile that can be sent and received: both directions share it (RFC 6184 §8.2.2).
    package var profile: H264Profile
    package var packetizationMode: PacketizationMode
    /// The level that the decoder handles at most.
    package var receiveLevel: H264Level
    /// False for what is only accepted when the other side offers it, so that our offers stay short.
    package var isOffered: Bool

    package init(
        _ profile: H264Profile, _ packetizationMode: PacketizationMode, receiveLevel: H264Level,
        isOffered: Bool = true
    ) {
        self.profile = profile
        self.packetizationMode = packetizationMode
        self.receiveLevel = receiveLevel
        self.isOffered = isOffered
    }

    /// The usual list: each profile in order of preference, fragmentation before single NAL units.
    ///
    /// Only High and Constrained Baseline are offered. A constrained baseline stream keeps to Baseline, Main and High
    /// too, so that an encoder which makes nothing else can take them all.
    package static func list(profiles: [H264Profile], receiveLevel: H264Level) -> [H264Capability] {
        [PacketizationMode.nonInterleaved, .singleNALUnit].flatMap { mode in
            profiles.map { profile in
                let isOffered = profile == .constrainedBaseline || (profile == .high && mode == .nonInterleaved)
                return H264Capability(profile, mode, receiveLevel: receiveLevel, isOffered: isOffered)
            }
        }
    }
}

/// What a video stream can do.
package struct VideoCapabilities: Hashable, Sendable {
    /// In order of preference, which decides when both sides have several in common.
    package var formats: [H264Capability]
    /// Bits a second that we want to receive at most; nil leaves it to the level.
    package var maximumReceiveBitrate: Int?
    /// True when the encoder can keep to another level than the decoder.
    package var allowsLevelAsymmetry: Bool
    /// Feedback that we send and take.
    package var feedback: FeedbackAbilities

    package init(
        formats: [H264Capability], maximumReceiveBitrate: Int? = nil, allowsLevelAsymmetry: Bool = true,
        feedback: FeedbackAbilities = [.pictureLossIndication, .fullIntraRequest]
    ) {
        self.formats = formats
        self.maximumReceiveBitrate = maximumReceiveBitrate
        self.allowsLevelAsymmetry = allowsLevelAsymmetry
        self.feedback = feedback
    }
}
