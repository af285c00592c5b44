import RTCP
import Testing

struct RTCPIntervalTests {
    @Test("A small session keeps the minimum, halved at the start, spread over half to one and a half")
    func minimum() {
        let interval = RTCPInterval(bandwidth: 10_000)
        let times = [0.0, 0.5, 1.0].map {
            interval.seconds(members: 2, senders: 2, weSend: true, averageSize: 120, isInitial: false, random: $0)
        }
        #expect(times.map { ($0 * 1.21828 * 1000).rounded() } == [2500, 5000, 7500])
        let first = interval.seconds(
            members: 1, senders: 0, weSend: false, averageSize: 120, isInitial: true, random: 0.5)
        #expect(abs(first * 1.21828 - 2.5) < 1e-9)
    }

    @Test("Senders that are few share a quarter of the bandwidth, all others three quarters")
    func shares() {
        let interval = RTCPInterval(bandwidth: 100)
        func mean(_ weSend: Bool) -> Double {
            interval.seconds(
                members: 100, senders: 10, weSend: weSend, averageSize: 100, isInitial: false, random: 0.5) * 1.21828
        }
        #expect(abs(mean(true) - 40) < 1e-6)
        #expect(abs(mean(false) - 120) < 1e-6)
        let many = interval.seconds(
            members: 100, senders: 50, weSend: true, averageSize: 100, isInitial: false, random: 0.5)
        #expect(abs(many * 1.21828 - 100) < 1e-6)
    }

    @Test("A fast session may report more often than every five seconds")
    func reducedMinimum() {
        #expect(abs(RTCPInterval(sessionBitsPerSecond: 1_500_000).minimumSeconds - 0.24) < 1e-9)
        #expect(RTCPInterval(sessionBitsPerSecond: 64_000).minimumSeconds == 5)
    }

    @Test("Nonsense gives a finite time above zero")
    func nonsense() {
        for bandwidth in [0, -1, .nan, .infinity] as [Double] {
            for size in [-1, 0, .nan] as [Double] {
                for random in [-1, 2, .nan] as [Double] {
                    let time = RTCPInterval(bandwidth: bandwidth, minimumSeconds: .nan).seconds(
                        members: -5, senders: .max, weSend: true, averageSize: size, isInitial: true, random: random)
                    #expect(time > 0 && time.isFinite)
                }
            }
        }
        #expect(RTCPInterval(sessionBitsPerSecond: 0).minimumSeconds == 5)
    }
}
