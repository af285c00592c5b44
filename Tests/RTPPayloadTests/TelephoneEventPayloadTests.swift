import FuzzSupport
import RTPPayload
import Testing

struct TelephoneEventPayloadTests {
    @Test("The bytes are those of RFC 4733")
    func bytes() {
        var written = [UInt8](repeating: 0, count: 4)
        let event = TelephoneEventPayload(event: 11, isEnd: true, volume: 10, duration: 800)
        #expect(written.withUnsafeMutableBytes { event.write(into: $0) } == 4)
        #expect(written == [11, 0x8A, 3, 0x20])
        #expect(written.withUnsafeBytes { TelephoneEventPayload(parsing: $0) } == event)
    }

    @Test("Keys and events belong together")
    func keys() {
        for key: Character in ["0", "5", "9", "*", "#", "A", "D"] {
            #expect(TelephoneEventPayload.event(of: key).flatMap(TelephoneEventPayload.key(of:)) == key)
        }
        #expect(TelephoneEventPayload.event(of: "d") == 15)
        #expect(TelephoneEventPayload.event(of: "x") == nil)
        #expect(TelephoneEventPayload.event(of: "٣") == nil)
        #expect(TelephoneEventPayload.key(of: 16) == nil)
    }

    @Test("Short buffers are refused both ways")
    func short() {
        let short: [UInt8] = [1, 2, 3]
        #expect(short.withUnsafeBytes { TelephoneEventPayload(parsing: $0) } == nil)
        var small: [UInt8] = [1, 2, 3]
        let event = TelephoneEventPayload(event: 1, isEnd: false, duration: 1)
        #expect(small.withUnsafeMutableBytes { event.write(into: $0) } == nil)
    }

    @Test("Any input is parsed or refused, and what is parsed writes back")
    func fuzz() {
        var fuzzer = MutationFuzzer(corpus: [[11, 0x8A, 3, 0x20], [0, 0, 0, 0, 1, 2]], seed: 4733)
        fuzzer.run(count: 20_000) { payload in
            guard let event = TelephoneEventPayload(parsing: payload) else {
                #expect(payload.count < 4)
                return
            }
            var written = [UInt8](repeating: 0, count: 4)
            _ = written.withUnsafeMutableBytes { event.write(into: $0) }
            // The reserved bit is not kept.
            #expect(written == [payload[0], payload[1] & 0xBF, payload[2], payload[3]])
        }
    }
}
