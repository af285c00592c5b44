import H264Bitstream
import RTPPayload

/// The levels of the two directions of one H.264 stream (RFC 6184 §8.2.2).
struct H264Levels {
    let send: H264Level
    let receive: H264Level
    /// True when both sides allow two levels.
    let isAsymmetric: Bool

    /// Nil when the other side names a level that nobody knows.
    init?(own: H264Level, peer: H264Parameters, _ video: VideoCapabilities) {
        guard let stated = peer.profileLevelID.level, let most = peer.receiveLevel else { return nil }
        isAsymmetric = video.allowsLevelAsymmetry && peer.allowsLevelAsymmetry
        send = isAsymmetric ? most : min(own, stated)
        receive = isAsymmetric ? own : min(own, stated)
    }

    func sendFormat(_ profile: H264Profile, _ peer: H264Parameters) -> H264Format {
        H264Format(
            profile: profile, level: send, limits: peer.limits(at: send),
            packetizationMode: peer.packetizationMode ?? .singleNALUnit, parameterSets: [])
    }

    func receiveFormat(_ profile: H264Profile, _ peer: H264Parameters) -> H264Format {
        H264Format(
            profile: profile, level: receive, limits: receive.limits,
            packetizationMode: peer.packetizationMode ?? .singleNALUnit, parameterSets: peer.parameterSets)
    }
}

extension H264Capability {
    /// What makes two formats different ones, so that each needs a payload type.
    struct Key: Hashable, Sendable {
        let profile: H264Profile
        let packetizationMode: PacketizationMode
    }

    var key: Key { Key(profile: profile, packetizationMode: packetizationMode) }

    var parameters: H264Parameters {
        H264Parameters(
            profileLevelID: ProfileLevelID(profile, receiveLevel), packetizationMode: packetizationMode)
    }
}

extension H264Parameters {
    /// The profile by RFC 6184 Table 5; a combination of flags that is not in it counts as the widest of its kind.
    var profile: H264Profile? {
        if let known = profileLevelID.profile { return known }
        switch profileLevelID.profileIDC {
        case 66: return profileLevelID.constraintFlags & 0x40 != 0 ? .constrainedBaseline : .baseline
        case 77: return .main
        case 88: return .extended
        case 100: return .high
        default: return nil
        }
    }
}
