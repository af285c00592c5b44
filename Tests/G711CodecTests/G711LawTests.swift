import Testing

@testable import G711Codec

@Suite("G.711 laws")
struct G711LawTests {
    @Test("Each code is the best one for its own value, but for the second zero of µ-law", arguments: G711Law.allCases)
    func codes(law: G711Law) {
        for code in UInt8.min...UInt8.max {
            let again = law.encode(law.decode(code))
            #expect(again == code || (law == .mu && code == 0x7F && again == 0xFF))
        }
    }

    @Test("Known values (ITU-T G.711 Tables 1a, 1b, 2a and 2b, in 16 bits)")
    func known() {
        #expect(G711Law.mu.decode(0x00) == -32124)
        #expect(G711Law.mu.decode(0x80) == 32124)
        #expect(G711Law.mu.decode(0xFF) == 0)
        #expect(G711Law.mu.encode(0) == 0xFF)
        #expect(G711Law.mu.encode(.max) == 0x80)
        #expect(G711Law.mu.encode(.min) == 0x00)
        #expect(G711Law.a.decode(0xD5) == 8)
        #expect(G711Law.a.decode(0x55) == -8)
        #expect(G711Law.a.decode(0xAA) == 32256)
        #expect(G711Law.a.decode(0x2A) == -32256)
        #expect(G711Law.a.encode(0) == 0xD5)
        #expect(G711Law.a.encode(.max) == 0xAA)
        #expect(G711Law.a.encode(.min) == 0x2A)
    }

    @Test("The error is small next to the sample", arguments: G711Law.allCases)
    func error(law: G711Law) {
        for value in stride(from: -32768, through: 32767, by: 7) {
            let error = abs(Int(law.decode(law.encode(Int16(value)))) - value)
            #expect(error <= max(abs(value) / 24, 16) || abs(value) > 32124)
        }
    }
}
