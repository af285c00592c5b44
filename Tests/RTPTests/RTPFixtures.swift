/// Packets kept for the tests and as corpus of the fuzz test.
enum RTPFixtures {
    static func fixed(first: UInt8, second: UInt8 = 0x60) -> [UInt8] {
        [first, second, 0x12, 0x34, 0, 0, 0x10, 0, 0xCA, 0xFE, 0xBA, 0xBE]
    }

    static let corpus: [[UInt8]] = [
        fixed(first: 0x80) + Array(repeating: 0x55, count: 40),
        fixed(first: 0x80, second: 0xE0) + [0x7C, 0x85, 1, 2, 3],
        fixed(first: 0x83) + Array(1...12) + [1, 2, 3],
        fixed(first: 0x90) + [0xBE, 0xDE, 0, 2, 0x10, 1, 0x22, 1, 2, 3, 0, 0, 1, 2, 3],
        fixed(first: 0x90) + [0x10, 0x00, 0, 1, 1, 2, 3, 4, 1, 2, 3],
        fixed(first: 0xA0) + [1, 2, 3, 0, 0, 3],
        fixed(first: 0xBF) + Array(repeating: 7, count: 60) + [0xBE, 0xDE, 0, 1, 0, 0, 0, 0, 9, 9, 0, 2],
    ]

    static let broken: [[UInt8]] = [
        [],
        [0x80],
        Array(fixed(first: 0x80).dropLast()),
        fixed(first: 0x40) + [1, 2, 3],  // version 1
        fixed(first: 0x81) + [1, 2, 3],  // one source announced, three bytes there
        fixed(first: 0x90) + [0xBE, 0xDE],  // extension head cut
        fixed(first: 0x90) + [0xBE, 0xDE, 0xFF, 0xFF, 1, 2, 3, 4],  // extension far too long
        fixed(first: 0xA0) + [1, 2, 0],  // padding of zero bytes
        fixed(first: 0xA0) + [1, 2, 4],  // padding into the header
        fixed(first: 0xA1) + [0, 0, 0, 1, 5],  // padding into the sources
    ]
}
