import LinuxSystem
import MediaTypes
import RealtimeSupport
import Testing

@testable import SyntheticDevices

private let nowhere = BorrowedDescriptor(rawValue: -1)

extension AudioSource {
    /// The next block and when it was taken; throws when something else comes.
    func block() throws -> (samples: [Int16], time: MonotonicTime) {
        var samples = [Int16](repeating: 0, count: AudioFormat.blockFrames)
        let result = try samples.withUnsafeMutableBufferPointer {
            try read(into: $0, wake: nowhere, timeout: 1_000_000_000)
        }
        guard case .block(let time) = result else { throw Unexpected(what: "\(result)") }
        return (samples, time)
    }
}

struct Unexpected: Error {
    let what: String
}

@Suite("Synthetic microphone")
struct SyntheticMicrophoneTests {
    @Test("It gives its tone, block after block without a seam")
    func tone() throws {
        let microphone = try SyntheticMicrophone(frequency: 997)
        try microphone.start()
        var samples: [Int16] = []
        var times: [Int64] = []
        for _ in 0..<30 {
            let block = try microphone.block()
            samples += block.samples
            times.append(block.time.nanoseconds)
        }
        #expect(ToneMeter.share(of: 997, in: samples) > 0.99)
        #expect(abs(ToneMeter.peak(of: 997, in: samples) - 0.25) < 0.01)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 10_000_000 })
    }

    @Test("Its clock runs fast or slow as told", arguments: [-50_000, 50_000])
    func drift(ppm: Int) throws {
        let microphone = try SyntheticMicrophone(drift: ppm)
        try microphone.start()
        let first = try microphone.block().time
        for _ in 0..<20 { _ = try microphone.block() }
        let took = Double(try microphone.block().time - first)
        #expect(abs(210e6 / took - 1 - Double(ppm) / 1e6) < 1e-4)
        let reading = try #require(microphone.clock())
        #expect(reading.sampleFrames >= 22 * 480)
    }

    @Test("It beeps at the moments of the lamp, to the sample")
    func beep() throws {
        let flash = FlashSchedule(period: .milliseconds(200), duration: .milliseconds(50))
        flash.followPictures(from: MonotonicTime(nanoseconds: 12_345_678), every: 33_333_333)
        let microphone = try SyntheticMicrophone(frequency: 0, flash: flash)
        try microphone.start()
        let first = try microphone.block()
        var samples = first.samples
        for _ in 0..<60 { samples += try microphone.block().samples }
        let onset = try #require(ToneMeter.onset(in: samples, level: 0.2))
        let time = first.time.advanced(byNanoseconds: Int64(onset) * 1_000_000_000 / 48_000)
        let distance = time.nanoseconds - flash.lastStart(before: time)
        #expect((0...400_000).contains(distance), "\(distance) ns")
        #expect((flash.lastStart(before: time) - 12_345_678) % 33_333_333 == 0)
    }

    @Test("A late reader is told of the over-run")
    func overrun() throws {
        let microphone = try SyntheticMicrophone(drift: 100_000)
        try microphone.start()
        let bell = try Doorbell()
        var poll = PollSet(count: 1)
        poll.watch(0, bell.descriptor, for: .readable)
        _ = try poll.wait(nanoseconds: 150_000_000)
        var samples = [Int16](repeating: 0, count: 480)
        let result = try samples.withUnsafeMutableBufferPointer {
            try microphone.read(into: $0, wake: nowhere, timeout: 0)
        }
        guard case .overrun(let lost) = result else { throw Unexpected(what: "\(result)") }
        #expect((8 * 480...40 * 480).contains(lost))
        _ = try microphone.block()
    }

    @Test("Unplugged it is gone, stalled it is silent")
    func faults() throws {
        let faults = try SyntheticFaults()
        let microphone = try SyntheticMicrophone(faults: faults)
        try microphone.start()
        faults.stall()
        var samples = [Int16](repeating: 0, count: 480)
        let stalled = try samples.withUnsafeMutableBufferPointer {
            try microphone.read(into: $0, wake: nowhere, timeout: 30_000_000)
        }
        #expect(stalled == .timedOut)
        faults.unplug()
        let error = #expect(throws: DeviceError.self) { try microphone.block() }
        #expect(error?.kind == .gone)
    }
}
