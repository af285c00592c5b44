/// What a datagram on a media port is, by its first two bytes (RFC 7983 §7, RFC 5761 §4).
package enum DatagramKind: Equatable, Sendable {
    case rtp
    case rtcp
    case stun
    case dtls
    case unknown

    // MARK: - Real-time

    /// Looks at two bytes only: the parser of that protocol still has to accept the rest.
    package init(of datagram: UnsafeRawBufferPointer) {
        guard let first = datagram.uint8(at: 0) else {
            self = .unknown
            return
        }
        switch first {
        case 0...3:
            self = .stun
        case 20...63:
            self = .dtls
        case 128...191:
            guard let second = datagram.uint8(at: 1) else {
                self = .unknown
                return
            }
            self = (192...223).contains(second) ? .rtcp : .rtp
        default:
            self = .unknown
        }
    }
}
