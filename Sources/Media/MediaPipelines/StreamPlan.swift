package import LinuxSystem
package import MediaTypes
package import RTP

/// Which audio codec a call uses, and how its codec objects are made.
package struct AudioCodecChoice: Sendable {
    package let name: String
    package let clockRate: ClockRate
    /// Makes an encoder whose packets hold so many blocks of 10 ms.
    package let makeEncoder: @Sendable (_ blocksPerPacket: Int) throws(DeviceError) -> sending any AudioEncoder
    package let makeDecoder: @Sendable () throws(DeviceError) -> sending any AudioDecoder

    package init(
        name: String, clockRate: ClockRate,
        makeEncoder: @escaping @Sendable (_ blocksPerPacket: Int) throws(DeviceError) -> sending any AudioEncoder,
        makeDecoder: @escaping @Sendable () throws(DeviceError) -> sending any AudioDecoder
    ) {
        self.name = name
        self.clockRate = clockRate
        self.makeEncoder = makeEncoder
        self.makeDecoder = makeDecoder
    }
}

/// One negotiated stream's addresses and directions.
package struct StreamAddress: Sendable, Equatable {
    package var remote: IPEndpoint
    package var remoteControl: IPEndpoint
    package var sends: Bool
    package var receives: Bool

    package init(remote: IPEndpoint, remoteControl: IPEndpoint, sends: Bool, receives: Bool) {
        self.remote = remote
        self.remoteControl = remoteControl
        self.sends = sends
        self.receives = receives
    }
}

/// A codec that the far end may send in place of the agreed one, with the same clock (RFC 3264 §5.1).
package struct AlternativeAudioCodec: Sendable, Equatable {
    package var payloadType: PayloadType
    package var codec: AudioCodecChoice

    package init(payloadType: PayloadType, codec: AudioCodecChoice) {
        self.payloadType = payloadType
        self.codec = codec
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.payloadType == right.payloadType && left.codec.name == right.codec.name
    }
}

/// The sound of a call as offer and answer settled it.
package struct AudioStreamPlan: Sendable {
    package var address: StreamAddress
    package var codec: AudioCodecChoice
    package var sendPayloadType: PayloadType
    package var receivePayloadTypes: [PayloadType]
    /// Telephone events (RFC 4733): what we send, and what we take.
    package var sendTelephoneEvent: PayloadType?
    package var receiveTelephoneEvent: PayloadType?
    /// The clock in which an event's duration counts (RFC 4733 §2.3.5); nil for the codec's.
    package var telephoneEventClock: ClockRate?
    /// Milliseconds of sound in a packet that we send, as the far end wants it.
    package var packetTime: Int
    /// What may come in place of the agreed codec.
    package var alternatives: [AlternativeAudioCodec]

    package init(
        address: StreamAddress, codec: AudioCodecChoice, sendPayloadType: PayloadType,
        receivePayloadTypes: [PayloadType], sendTelephoneEvent: PayloadType?, receiveTelephoneEvent: PayloadType?,
        telephoneEventClock: ClockRate? = nil, packetTime: Int = 20, alternatives: [AlternativeAudioCodec] = []
    ) {
        self.telephoneEventClock = telephoneEventClock
        self.packetTime = packetTime
        self.alternatives = alternatives
        self.address = address
        self.codec = codec
        self.sendPayloadType = sendPayloadType
        self.receivePayloadTypes = receivePayloadTypes
        self.sendTelephoneEvent = sendTelephoneEvent
        self.receiveTelephoneEvent = receiveTelephoneEvent
    }
}

/// The pictures of a call as offer and answer settled it.
package struct VideoStreamPlan: Sendable {
    package var address: StreamAddress
    package var send: VideoSendConfiguration
    package var receivePayloadTypes: [PayloadType]
    /// Annex-B parameter sets of the far end from SDP; empty when it sent none.
    package var parameterSets: [UInt8]
    /// Whether the far end takes PLI and FIR (`a=rtcp-fb`, RFC 4585 and 5104). PLI is sent in any case: a receiver
    /// that does not know it ignores it, and one that forgot to offer it answers with the picture.
    package var takesPictureLoss: Bool
    package var takesFullIntraRequest: Bool

    package init(
        address: StreamAddress, send: VideoSendConfiguration, receivePayloadTypes: [PayloadType],
        parameterSets: [UInt8] = [], takesPictureLoss: Bool, takesFullIntraRequest: Bool
    ) {
        self.address = address
        self.send = send
        self.receivePayloadTypes = receivePayloadTypes
        self.parameterSets = parameterSets
        self.takesPictureLoss = takesPictureLoss
        self.takesFullIntraRequest = takesFullIntraRequest
    }
}
