/// Datagrams kept for the tests and as corpus of the fuzz test.
enum RTCPFixtures {
    static func bytes(hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Sender report with one block, and a CNAME "room@host".
    static let senderReport = bytes(
        hex: """
            81c8000c 11223344 e1a2b3c4 80000000 00015f90 00000064 0001e240
            55667788 40000102 00010203 0000012c b3c47fff 00010000
            81ca0004 11223344 0109 726f6f6d40686f7374 00
            """)

    /// Receiver report without blocks, a description with three items, and a goodbye with a reason.
    static let goodbye = bytes(
        hex: """
            80c90001 aabbccdd
            81ca0005 aabbccdd 0103 612e62 0205 416c696365 0600 0000
            82cb0004 aabbccdd 00000009 06 6c6561766521 00
            """)

    static let pictureLoss = bytes(hex: "81ce0002 00000001 00000002")

    static let fullIntra = bytes(hex: "84ce0006 00000001 00000000 00000002 07000000 00000003 ff000000")

    /// 100, 101, 116, then 65535 and 0.
    static let nack = bytes(hex: "81cd0004 00000001 00000002 0064 8001 ffff 0001")

    /// A receiver report and an extended report that we do not read, padded.
    static let padded = bytes(hex: "80c90001 aabbccdd a0cf0002 00000001 00000004")

    static let corpus = [senderReport, goodbye, pictureLoss, fullIntra, nack, padded]

    static let broken: [[UInt8]] = [
        [],
        bytes(hex: "81ce00"),
        bytes(hex: "81ce0003 00000001 00000002"),  // longer than the datagram
        bytes(hex: "81ce0001 00000001 00000002"),  // bytes left over
        bytes(hex: "41ce0002 00000001 00000002"),  // version 1
        bytes(hex: "8060 0002 00000001 00000002"),  // RTP
        bytes(hex: "a0c90001 00000004 81ce0002 00000001 00000002"),  // padding before the end
    ]
}
