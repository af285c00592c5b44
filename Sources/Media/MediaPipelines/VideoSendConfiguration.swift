package import MediaTypes
package import RTP
package import RTPPayload
package import RealtimeSupport

/// What one call's outgoing video is made with; settled by offer and answer.
package struct VideoSendConfiguration: Sendable {
    package var payloadType: PayloadType
    package var packetization: PacketizationMode
    /// Bytes of RTP payload in one packet: the path's MTU less IP, UDP, RTP and SRTP headers.
    package var maximumPayloadSize: Int
    /// The most that the far end takes, as in SDP (see `VideoEncoderConfiguration`).
    package var profileLevelID: UInt32
    package var bitrate: BitsPerSecond
    package var frameRate: FrameRate
    /// Pictures larger than this are scaled down before encoding.
    package var maximumSize: (width: Int, height: Int)
    package var scheduling: ThreadScheduling

    package init(
        payloadType: PayloadType, packetization: PacketizationMode, maximumPayloadSize: Int = 1200,
        profileLevelID: UInt32, bitrate: BitsPerSecond, frameRate: FrameRate, maximumSize: (width: Int, height: Int),
        scheduling: ThreadScheduling = .init()
    ) {
        self.payloadType = payloadType
        self.packetization = packetization
        self.maximumPayloadSize = maximumPayloadSize
        self.profileLevelID = profileLevelID
        self.bitrate = bitrate
        self.frameRate = frameRate
        self.maximumSize = maximumSize
        self.scheduling = scheduling
    }
}
