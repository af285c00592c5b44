package import MediaTypes

/// What a media thread tells the supervisor; rare, never per frame or packet.
package enum MediaEvent: Sendable {
    /// The first packet of a stream left or the first picture was decoded, for the set-up figures.
    case firstVideoPacketSent
    case firstVideoFrameDecoded
    case firstAudioPacketReceived
    /// The camera gave nothing for too long and the far end sees the slate; or it is back.
    case slate(Bool)
    /// The encoder in use, with what probing found.
    case encoderOpened(VideoCodecCapabilities)
    /// The encoder failed; `replacement` is tried next.
    case encoderFailed(DeviceError, replacement: String)
    case decoderOpened(VideoCodecCapabilities)
    case decoderFailed(DeviceError, replacement: String)
    /// The far end pressed a key (RFC 4733).
    case remoteKey(Character)
    /// Nothing has come from the far end for this long.
    case mediaTimeout(Duration)
    /// The far end left by RTCP BYE.
    case remoteGoodbye
}
