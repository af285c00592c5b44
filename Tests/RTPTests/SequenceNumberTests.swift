import RTP
import Testing

struct SequenceNumberTests {
    @Test("Numbers wrap around in both directions")
    func wrap() {
        #expect(SequenceNumber(65535).next == SequenceNumber(0))
        #expect(SequenceNumber(3).advanced(by: -5) == SequenceNumber(65534))
        #expect(SequenceNumber(1).advanced(by: 65536 * 3 + 2) == SequenceNumber(3))
    }

    @Test("The distance takes the shorter way round")
    func distance() {
        #expect(SequenceNumber(65530).distance(to: SequenceNumber(4)) == 10)
        #expect(SequenceNumber(4).distance(to: SequenceNumber(65530)) == -10)
        #expect(SequenceNumber(0).distance(to: SequenceNumber(32767)) == 32767)
        #expect(SequenceNumber(0).distance(to: SequenceNumber(32768)) == -32768)
        #expect(SequenceNumber(2).isNewer(than: SequenceNumber(65000)))
        #expect(!SequenceNumber(65000).isNewer(than: SequenceNumber(2)))
        #expect(!SequenceNumber(7).isNewer(than: SequenceNumber(7)))
    }

    @Test("Unwrapped numbers grow through several cycles, and late ones keep their place")
    func unwrap() {
        var unwrapper = SequenceUnwrapper()
        var expected: Int64 = 65000
        var number = SequenceNumber(65000)
        for step in 0..<300_000 {
            #expect(unwrapper.unwrap(number).rawValue == expected)
            if step % 1000 == 500 {
                #expect(unwrapper.unwrap(number.advanced(by: -20)).rawValue == expected - 20)
                #expect(unwrapper.newest?.rawValue == expected)
            }
            number = number.next
            expected += 1
        }
        #expect(unwrapper.newest?.sequenceNumber == number.advanced(by: -1))
    }

    @Test("A packet older than the first one gets a negative place")
    func olderThanFirst() {
        var unwrapper = SequenceUnwrapper()
        _ = unwrapper.unwrap(SequenceNumber(2))
        let older = unwrapper.unwrap(SequenceNumber(65533))
        #expect(older.rawValue == -3)
        #expect(older.sequenceNumber == SequenceNumber(65533))
    }
}
