import FuzzSupport
import RTP
import Testing

struct ReceptionStatisticsTests {
    private func statistics(_ minimumSequential: Int = 2) -> ReceptionStatistics {
        ReceptionStatistics(clockRate: .video, minimumSequential: minimumSequential)
    }

    private func feed(_ statistics: inout ReceptionStatistics, _ number: Int) -> ReceptionStatistics.Outcome {
        statistics.receive(
            SequenceNumber(0).advanced(by: number), timestamp: RTPTimestamp(0).advanced(by: Int64(number) * 3000),
            arrivalNanoseconds: Int64(number) * 33_333_333)
    }

    @Test("A source is believed after two packets in a row")
    func probation() {
        var source = statistics()
        #expect(feed(&source, 10) == .probation)
        #expect(source.makeReport() == nil)
        #expect(feed(&source, 500) == .probation)
        #expect(feed(&source, 501) == .accepted)
        #expect(source.expectedCount == 1)
        #expect(source.cumulativeLost == 0)
    }

    @Test("With a probation of one, the first packet counts")
    func noProbation() {
        var source = statistics(1)
        #expect(feed(&source, 65535) == .accepted)
        #expect(feed(&source, 65536) == .accepted)
        #expect(source.expectedCount == 2)
        #expect(source.makeReport()?.extendedHighestSequenceNumber == 0x1_0000)
    }

    @Test("Losses are counted over the wrap, and the fraction covers one interval")
    func losses() throws {
        var source = statistics(1)
        for number in 65_000..<66_000 where number % 10 != 3 {
            _ = feed(&source, number)
        }
        let firstReport = source.makeReport()
        let first = try #require(firstReport)
        #expect(first.cumulativeLost == 100)
        #expect(first.fractionLost == 25)  // 100 of 1000, in 256ths
        #expect(first.extendedHighestSequenceNumber == 65_999)
        for number in 66_000..<66_100 { _ = feed(&source, number) }
        let secondReport = source.makeReport()
        let second = try #require(secondReport)
        #expect(second.cumulativeLost == 100)
        #expect(second.fractionLost == 0)
        for number in 66_100..<66_200 where number % 2 == 1 { _ = feed(&source, number) }
        #expect(source.makeReport()?.fractionLost == 128)
    }

    @Test("Copies make the cumulative loss negative, never the fraction")
    func duplicates() throws {
        var source = statistics(1)
        for number in 1...20 {
            #expect(feed(&source, number) == .accepted)
            #expect(feed(&source, number) == .lateOrDuplicate)
        }
        let made = source.makeReport()
        let report = try #require(made)
        #expect(report.cumulativeLost == -20)
        #expect(report.fractionLost == 0)
    }

    @Test("A late packet heals its loss")
    func reordered() {
        var source = statistics(1)
        for number in [1, 2, 4, 5, 3] { _ = feed(&source, number) }
        #expect(source.cumulativeLost == 0)
        #expect(source.makeReport()?.extendedHighestSequenceNumber == 5)
    }

    @Test("One wild packet is ignored, two in a row are a restart")
    func restart() {
        var source = statistics(1)
        for number in 1...100 { _ = feed(&source, number) }
        #expect(feed(&source, 20_000) == .outOfRange)
        #expect(feed(&source, 101) == .accepted)
        #expect(feed(&source, 30_000) == .outOfRange)
        #expect(feed(&source, 30_001) == .restarted)
        #expect(source.expectedCount == 1)
        #expect(feed(&source, 30_002) == .accepted)
        #expect(source.cumulativeLost == 0)
    }

    @Test("Jitter settles at the mean deviation of the transit time")
    func jitter() {
        var source = statistics(1)
        for number in 0..<2_000 {
            // Every other packet comes 10 ms late: |D| is always 900 ticks.
            let late: Int64 = number % 2 == 0 ? 0 : 10_000_000
            _ = source.receive(
                SequenceNumber(0).advanced(by: number), timestamp: RTPTimestamp(UInt32(number) * 1800),
                arrivalNanoseconds: Int64(number) * 20_000_000 + late)
        }
        #expect((895...900).contains(source.jitter))
        #expect((9_900_000...10_000_000).contains(source.jitterNanoseconds))
    }

    @Test("A steady stream has no jitter, also over the wrap of its timestamps")
    func steady() {
        var source = statistics(1)
        for number in 0..<1_000 {
            _ = source.receive(
                SequenceNumber(0).advanced(by: number),
                timestamp: RTPTimestamp(0xFFFF_F000).advanced(by: Int64(number) * 1800),
                arrivalNanoseconds: Int64(number) * 20_000_000)
        }
        #expect(source.jitter == 0)
    }

    @Test("Any order of packets leaves numbers in their ranges")
    func fuzz() {
        var random = SplitMix64(seed: 11)
        for round in 0..<50 {
            var source = statistics(round % 3)
            var number = 0
            for _ in 0..<500 {
                number += Int.random(in: -200...4000, using: &random)
                _ = source.receive(
                    SequenceNumber(0).advanced(by: number),
                    timestamp: RTPTimestamp(UInt32.random(in: 0...UInt32.max, using: &random)),
                    arrivalNanoseconds: Int64.random(in: .min ... .max, using: &random))
                if let report = source.makeReport() {
                    #expect((-0x80_0000...0x7F_FFFF).contains(report.cumulativeLost))
                }
            }
        }
    }
}
