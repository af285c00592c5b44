/// How NAL units are laid into packets (RFC 6184 §5.4 and §6.2 to §6.3).
///
/// Mode 2, interleaved, is for streaming with B slices and is not offered here.
package enum PacketizationMode: UInt8, Hashable, Sendable {
    /// One NAL unit a packet.
    case singleNALUnit = 0
    /// Single NAL units, STAP-A and FU-A.
    case nonInterleaved = 1
}
