import LinuxSystem
import MediaTypes
import RealtimeSupport
import Testing

@testable import SyntheticDevices

private let nowhere = BorrowedDescriptor(rawValue: -1)

@Suite("Null speaker")
struct NullSpeakerTests {
    func play(_ speaker: NullSpeaker, _ blocks: [[Int16]]) throws {
        for block in blocks {
            switch try speaker.waitForSpace(wake: nowhere, timeout: 1_000_000_000) {
            case .ready, .underrun: try block.withUnsafeBufferPointer { try speaker.write($0) }
            case .woken, .timedOut: throw Unexpected(what: "no space")
            }
        }
    }

    @Test("It takes sound at its own pace and remembers it", arguments: [0, 100_000, -100_000])
    func pace(ppm: Int) throws {
        let speaker = try NullSpeaker(drift: ppm, remembering: .seconds(1))
        try speaker.start()
        let ramp = (0..<30).map { block in (0..<480).map { Int16(block * 480 + $0) } }
        let began = MonotonicTime.now
        try play(speaker, ramp)
        let took = Double(MonotonicTime.now - began)
        // Three of the thirty blocks wait in the buffer at once.
        let expected = 270e6 / (1 + Double(ppm) / 1e6)
        #expect(took > expected - 5e6)
        #expect(took < expected + 60e6)
        let heard = try #require(speaker.recording?.last(48_000))
        #expect(heard.samples == Array(ramp.joined()))
        #expect(abs(heard.start - began) < 60_000_000)
        #expect(try #require(speaker.clock()).sampleFrames <= 30 * 480)
    }

    @Test("Without sound in time it under-runs, once, and goes on")
    func underrun() throws {
        let speaker = try NullSpeaker()
        try speaker.start()
        let silence = [[Int16]](repeating: [Int16](repeating: 0, count: 480), count: 2)
        try play(speaker, silence)
        var poll = PollSet(count: 1)
        _ = try poll.wait(nanoseconds: 60_000_000)
        #expect(try speaker.waitForSpace(wake: nowhere, timeout: 0) == .underrun)
        try play(speaker, silence)
        guard case .ready(let delay) = try speaker.waitForSpace(wake: nowhere, timeout: 0) else {
            throw Unexpected(what: "not ready")
        }
        #expect((1...960).contains(delay))
    }

    @Test("Unplugged it is gone, for writing too; stalled it has no space; waking ends the wait")
    func faults() throws {
        let faults = try SyntheticFaults()
        let bell = try Doorbell()
        let speaker = try NullSpeaker(faults: faults)
        try speaker.start()
        faults.stall()
        #expect(try speaker.waitForSpace(wake: bell.descriptor, timeout: 20_000_000) == .timedOut)
        bell.ring()
        #expect(try speaker.waitForSpace(wake: bell.descriptor, timeout: 2_000_000_000) == .woken)
        faults.unplug()
        #expect(throws: DeviceError.self) { try speaker.waitForSpace(wake: nowhere, timeout: 0) }
        #expect(throws: DeviceError.self) {
            try [Int16](repeating: 0, count: 480).withUnsafeBufferPointer { try speaker.write($0) }
        }
        #expect(throws: DeviceError.self) { try speaker.start() }
    }
}
