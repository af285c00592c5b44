import RTP
import Testing

struct DatagramKindTests {
    private static let cases: [([UInt8], DatagramKind)] = [
        ([], .unknown),
        ([0x80], .unknown),
        ([0x80, 0], .rtp),
        ([0x80, 0xE0], .rtp),  // payload type 96 with marker
        ([0x80, 200], .rtcp),
        ([0x81, 201], .rtcp),
        ([0x81, 206], .rtcp),
        ([0x90, 111], .rtp),
        ([0x00, 0x01], .stun),
        ([22, 0xFE], .dtls),
        ([0x7F, 1], .unknown),
        ([0xC0, 200], .unknown),
    ]

    @Test("Media, control, STUN and DTLS share one port", arguments: cases)
    func kinds(bytes: [UInt8], kind: DatagramKind) {
        #expect(bytes.withUnsafeBytes { DatagramKind(of: $0) } == kind)
    }
}
