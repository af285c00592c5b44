package import H264Bitstream
package import RTP
package import RTPPayload

/// What both sides agreed on for one `m=` line.
package struct NegotiatedMedia: Hashable, Sendable {
    /// The local stream on this line.
    package var identifier: String
    /// The format to send, with the payload type that the other side gave it.
    package var send: NegotiatedFormat
    /// Every format that may arrive, with the payload types that we gave; the first one is the agreed one.
    package var receive: [NegotiatedFormat]
    /// What we do: our wish, limited by what the other side allows.
    package var direction: MediaDirection
    /// Where to send; nil while the other side takes nothing (address 0.0.0.0).
    package var remote: RemoteEndpoint?
    /// Keys as events; nil when they have to go another way.
    package var telephoneEvent: TelephoneEventFormat?
    /// Milliseconds of audio to put into a packet; 20 when the other side does not care. Nil for video.
    package var packetTime: Int?
    /// Bits a second that the other side wants to receive at most; nil when it does not say.
    package var maximumSendBitrate: Int?
    /// RTCP feedback that both sides know.
    package var feedback: FeedbackAbilities
    /// True when RTCP goes to and comes from the RTP port.
    package var multiplexesRTCP: Bool
    /// True when feedback may go without a report before it (RFC 5506).
    package var allowsReducedSizeRTCP: Bool

    package init(
        identifier: String, send: NegotiatedFormat, receive: [NegotiatedFormat], direction: MediaDirection,
        remote: RemoteEndpoint?, telephoneEvent: TelephoneEventFormat?, packetTime: Int?, maximumSendBitrate: Int?,
        feedback: FeedbackAbilities, multiplexesRTCP: Bool, allowsReducedSizeRTCP: Bool
    ) {
        self.identifier = identifier
        self.send = send
        self.receive = receive
        self.direction = direction
        self.remote = remote
        self.telephoneEvent = telephoneEvent
        self.packetTime = packetTime
        self.maximumSendBitrate = maximumSendBitrate
        self.feedback = feedback
        self.multiplexesRTCP = multiplexesRTCP
        self.allowsReducedSizeRTCP = allowsReducedSizeRTCP
    }
}

/// A coding with the payload type that names it in one direction.
package struct NegotiatedFormat: Hashable, Sendable {
    package var payloadType: PayloadType
    package var coding: Coding

    /// The coding and what is to be known about it.
    package enum Coding: Hashable, Sendable {
        /// For sending: what the other side wants. For receiving: what we asked for.
        case audio(AudioCodec, OpusParameters?)
        case video(H264Format)
    }

    /// Ticks a second of its timestamps.
    package var clockRate: ClockRate {
        switch coding {
        case .audio(let codec, _): codec.clockRate
        case .video: .video
        }
    }

    package init(payloadType: PayloadType, coding: Coding) {
        self.payloadType = payloadType
        self.coding = coding
    }
}

/// What was agreed on about an H.264 stream.
package struct H264Format: Hashable, Sendable {
    /// The profile to keep to.
    package var profile: H264Profile
    /// The level that was agreed on for this direction.
    package var level: H264Level
    /// What the receiver of this direction takes: the level's limits, widened by its max- parameters.
    package var limits: H264Level.Limits
    package var packetizationMode: PacketizationMode
    /// SPS and PPS that the sender of this direction announced, without start codes; empty when it did not.
    package var parameterSets: [[UInt8]]

    package init(
        profile: H264Profile, level: H264Level, limits: H264Level.Limits, packetizationMode: PacketizationMode,
        parameterSets: [[UInt8]]
    ) {
        self.profile = profile
        self.level = level
        self.limits = limits
        self.packetizationMode = packetizationMode
        self.parameterSets = parameterSets
    }
}

/// Where the other side receives.
package struct RemoteEndpoint: Hashable, Sendable {
    /// A literal address; a host name where the other side wrote one.
    package var address: String
    package var rtpPort: UInt16
    /// The same as the RTP port when they are multiplexed.
    package var rtcpPort: UInt16
    /// The address for RTCP; nearly always the same.
    package var rtcpAddress: String

    package init(address: String, rtpPort: UInt16, rtcpPort: UInt16, rtcpAddress: String) {
        self.address = address
        self.rtpPort = rtpPort
        self.rtcpPort = rtcpPort
        self.rtcpAddress = rtcpAddress
    }
}

/// The payload types of telephone events.
package struct TelephoneEventFormat: Hashable, Sendable {
    package var sendPayloadType: PayloadType
    package var receivePayloadType: PayloadType
    package var clockRate: ClockRate

    package init(sendPayloadType: PayloadType, receivePayloadType: PayloadType, clockRate: ClockRate) {
        self.sendPayloadType = sendPayloadType
        self.receivePayloadType = receivePayloadType
        self.clockRate = clockRate
    }
}

/// Why a line carries no media.
package enum LineRefusal: Hashable, Sendable {
    /// The offer itself has port 0.
    case notOffered
    /// No local stream is left for this kind of media.
    case noLocalStream
    /// The transport is unknown, such as encrypted media without encryption here.
    case unsupportedTransport
    case noCommonCodec
    /// Neither the line nor the session has an address.
    case noAddress
    /// The other side answered with port 0, or not at all.
    case refusedByPeer
}

/// One line of a negotiated session.
package enum NegotiatedLine: Hashable, Sendable {
    case active(NegotiatedMedia)
    case refused(LineRefusal)

    /// The agreement; nil for a refused line.
    package var media: NegotiatedMedia? {
        if case .active(let media) = self { media } else { nil }
    }
}

/// Why an offer or an answer cannot be used as a whole.
package enum NegotiationError: Error, Hashable, Sendable {
    /// Not one line can carry media: 488 Not Acceptable Here. One reason for each line.
    case nothingAcceptable([LineRefusal])
    /// The answer has more lines than the offer, or another kind of media on a line (RFC 3264 §6).
    case answerDoesNotFit(line: Int)
    /// There is no offer that an answer could belong to.
    case noOffer
}
