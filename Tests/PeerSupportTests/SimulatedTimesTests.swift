import Glibc
import PeerSupport
import Testing

@Suite("Flash and beep")
struct SimulatedTimesTests {
    @Test("the begin of a beep within another tone is found to a millisecond")
    func beginnings() {
        let samples = (0..<48_000).map { index -> Float in
            let isBeep = (12_000..<16_800).contains(index) || (30_000..<34_800).contains(index)
            let phase = Double(index) * 2 * .pi / 48_000
            return Float(isBeep ? 0.5 * sin(phase * 1000) : 0.25 * sin(phase * 440))
        }
        let found = BeepFinder(frequency: 1000).beginnings(in: samples)
        #expect(found.count == 2)
        for (index, expected) in [12_000, 30_000].enumerated() where index < found.count {
            #expect(abs(found[index] - expected) <= 60, "\(found[index])")
        }
    }

    @Test("flashes and samples have the times that were written")
    func times() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/times"
        try writeText(
            "lamp 100 1\nlamp 200 0\nlamp 3000000000 1\nlamp 3100000000 0\nsound 1000000000 0\nsound 1020000000 480\n",
            to: path)
        let times = try SimulatedTimes(path: path)
        #expect(times.flashes == [3_000_000_000], "what was on at first has no begin")
        #expect(times.time(ofSample: 479) == 1_009_979_166)
        #expect(times.time(ofSample: 480) == 1_020_000_000)
        #expect(throws: ChildProcess.Failure.self) {
            try writeText("nonsense\n", to: path)
            _ = try SimulatedTimes(path: path)
        }
    }

    @Test("each flash has its beep, or none")
    func skews() {
        let skews = FlashAndBeep.skews(
            flashes: [0, 2_000_000_000, 9_000_000_000], beeps: [20_000_000, 1_990_000_000])
        #expect(skews == [20, -10])
    }
}
