import Testing

@testable import SyntheticDevices

@Suite("Tone meter")
struct ToneMeterTests {
    @Test("It finds the one tone and not the others")
    func finds() {
        let table = ToneTable(frequency: 440, level: 0.5)
        var samples = [Int16](repeating: 0, count: 4800)
        samples.withUnsafeMutableBufferPointer { room in
            guard let base = room.baseAddress else { return }
            for block in 0..<10 { table.copy(to: base + block * 480, count: 480, from: Int64(block * 480)) }
        }
        #expect(abs(ToneMeter.peak(of: 440, in: samples) - 0.5) < 0.01)
        #expect(ToneMeter.share(of: 440, in: samples) > 0.99)
        #expect(ToneMeter.share(of: 600, in: samples) < 0.001)
        #expect(ToneMeter.share(of: 440, in: [0, 0, 0]) == 0)
        #expect(ToneMeter.onset(in: samples, level: 0.3) == nil)
        let later = ToneMeter.onset(in: [Int16](repeating: 0, count: 2000) + samples, level: 0.3)
        #expect(later.map { (2000..<2048).contains($0) } == true)
    }
}
