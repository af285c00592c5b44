import ALSAAudio
import CAllocationCount
import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import SyntheticDevices
import Testing

@Suite("ALSAAudio on the loopback card", .inDeviceLab, .serialized)
struct ALSALabTests {
    @Test("a tone crosses the cable in both directions, without an xrun, in little time", arguments: [false, true])
    func tone(isReversed: Bool) throws {
        let loop = try SoundLoop(cable: 2, isReversed: isReversed)
        try loop.run(blocks: 30)
        try loop.runCleanly(blocks: 150)
        loop.stop()
        #expect(ToneMeter.share(of: 1000, in: loop.heard) > 0.95)
        #expect(loop.longestDelay <= 6 * AudioFormat.blockFrames)
        let steps = zip(loop.captureTimes, loop.captureTimes.dropFirst()).map { ($1 - $0) / 1000 }
        #expect(steps.allSatisfy { (2_000...25_000).contains($0) }, "capture times in µs apart: \(steps)")
        let took = try #require(loop.captureTimes.last) - (try #require(loop.captureTimes.first))
        #expect(abs(took / 1000 - 1_490_000) < 25_000)
        print(
            "figure: sound card, capture times \(steps.min() ?? 0) to \(steps.max() ?? 0) µs apart, "
                + "played \(loop.longestDelay / 48) ms after it was written at most")
    }

    @Test("samples of 32 bits and many channels are taken as they come")
    func otherFormats() async throws {
        let card = try Lab.soundCard(named: "Loopback")
        // The other end chooses the layout of a cable.
        let other = try ChildProcess(
            "sh",
            [
                "-c",
                "ffmpeg -v error -f lavfi -i sine=frequency=700:sample_rate=48000:duration=8 -ac 6 -c:a pcm_s32le "
                    + "-f wav - | aplay -q -D hw:\(card),0,4",
            ],
            logPath: "/tmp/aplay.log")
        // The cable takes it over when that end is prepared, not when it is set.
        try await eventually("the other end plays") {
            (try? readText("/proc/asound/Loopback/pcm0p/sub4/status"))?.contains("state: RUNNING") == true ? true : nil
        }
        let wake = try Doorbell()
        let capture = try ALSACapture(PCMAddress(card: "Loopback", device: 1, subdevice: 4))
        #expect(capture.negotiated.hasPrefix("S32, 6 channels"), "\(capture.negotiated)")
        try capture.start()
        var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)
        var heard: [Int16] = []
        while heard.count < 72_000 {
            if case .block = try capture.read(into: &block, wake: wake.descriptor) { heard += block }
        }
        capture.stop()
        #expect(ToneMeter.share(of: 700, in: Array(heard.suffix(24_000))) > 0.95)
        _ = other
    }

    @Test("a reader and a writer that pause have an xrun each, are told, and the sound goes on")
    func xruns() throws {
        let loop = try SoundLoop(cable: 3)
        try loop.run(blocks: 30)
        for _ in 1...3 {
            loop.forget()
            let (overruns, underruns) = (loop.capture.overruns, loop.playback.underruns)
            var poll = PollSet(count: 1)
            _ = try poll.wait(nanoseconds: 250_000_000)
            try loop.run(blocks: 60)
            #expect(loop.overruns >= 1)
            #expect(loop.underruns >= 1)
            #expect(loop.capture.overruns - overruns == UInt64(loop.overruns))
            #expect(loop.playback.underruns - underruns >= UInt64(loop.underruns))
            try loop.runCleanly(blocks: 40)
            #expect(ToneMeter.share(of: 1000, in: loop.heard) > 0.95)
        }
        loop.stop()
    }

    @Test("what was lost in an over-run is told in sample frames")
    func lostFrames() throws {
        let loop = try SoundLoop(cable: 3)
        try loop.run(blocks: 20)
        var poll = PollSet(count: 1)
        _ = try poll.wait(nanoseconds: 300_000_000)
        var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)
        guard case .overrun(let lost) = try loop.capture.read(into: &block, wake: BorrowedDescriptor(rawValue: -1))
        else {
            Issue.record("no over-run")
            return
        }
        #expect((13_000...17_000).contains(lost))
    }

    @Test("unplugged 20 times in full sound, both directions say so, leak nothing and are back within a second")
    func unplug() async throws {
        let before = entries(of: "/proc/self/fd").count
        let threads = entries(of: "/proc/self/task").count
        var slowest: Int64 = 0
        var slowestNotice: Int64 = 0
        for round in 0..<20 {
            // The kernel's unbind waits until all descriptors are closed: it runs beside this.
            let unplugger = try MediaThread(name: "unplugger")
            var notice: Int64 = 0
            do {
                let loop = try SoundLoop(cable: round % 4)
                try loop.run(blocks: 3 + round)
                let pulled = MonotonicTime.now
                try unplugger.start { _ in try? PluggableDevice.loopbackSound.unplug() }
                let lost = failure { while true { try loop.run(blocks: 1) } }
                notice = MonotonicTime.now - pulled
                #expect(lost?.kind == .gone, "\(String(describing: lost))")
                // Each direction says the same by itself, at the latest when it is used.
                let wake = BorrowedDescriptor(rawValue: -1)
                let captureLoss = failure {
                    for _ in 0..<20 { _ = try loop.capture.read(into: &Self.scratch, wake: wake) }
                }
                let playbackLoss = failure {
                    for _ in 0..<20 {
                        _ = try loop.playback.waitForSpace(wake: wake, timeout: 1_000_000_000)
                        try Self.scratch.withUnsafeBufferPointer { try loop.playback.write($0) }
                    }
                }
                #expect(captureLoss?.kind == .gone, "\(String(describing: captureLoss))")
                #expect(playbackLoss?.kind == .gone, "\(String(describing: playbackLoss))")
                loop.stop()
            }
            unplugger.stopAndJoin()
            slowestNotice = max(slowestNotice, notice)
            try PluggableDevice.loopbackSound.plugIn()
            let plugged = MonotonicTime.now
            let again = try await eventually("the card") { try? SoundLoop(cable: round % 4) }
            try again.run(blocks: 1)
            slowest = max(slowest, MonotonicTime.now - plugged)
        }
        print(
            "figure: sound card's loss noticed, slowest of 20: \(slowestNotice / 1_000_000) ms; "
                + "back after being plugged in: \(slowest / 1_000_000) ms")
        #expect(slowestNotice < 500_000_000)
        #expect(slowest < 1_000_000_000)
        #expect(entries(of: "/proc/self/fd").count <= before)
        #expect(entries(of: "/proc/self/task").count <= threads + 1)
    }

    nonisolated(unsafe) private static var scratch = [Int16](repeating: 0, count: AudioFormat.blockFrames)

    @Test("a device that is in use is busy, and the error names who has it")
    func busy() throws {
        let address = PCMAddress(card: "Loopback", device: 0, subdevice: 5)
        let first = try ALSAPlayback(address)
        try first.start()
        let error = failure { _ = try ALSAPlayback(address) }
        #expect(error?.kind == .busy)
        #expect(error?.detail.contains("held by ") == true, "\(error?.detail ?? "")")
        first.stop()
    }

    @Test("the clocks of a card that runs half a percent slow are measured so, in both directions")
    func drift() async throws {
        let card = try Lab.soundCard(named: "Loopback")
        try await Lab.shell(
            "amixer -q -c \(card) cset iface=PCM,name='PCM Rate Shift 100000',device=1,subdevice=6 100500")
        let loop = try SoundLoop(cable: 6, blocks: 20)
        try loop.run(blocks: 30)
        var start: (capture: DeviceClockReading?, playback: DeviceClockReading?)
        try loop.runCleanly(blocks: 300) { start = (loop.capture.clock(), loop.playback.clock()) }
        func rate(_ from: DeviceClockReading?, _ to: DeviceClockReading?) throws -> Double {
            let (from, to) = (try #require(from), try #require(to))
            return Double(to.sampleFrames - from.sampleFrames) * 1e9 / Double(to.time - from.time)
        }
        let captureRate = try rate(start.capture, loop.capture.clock())
        let playbackRate = try rate(start.playback, loop.playback.clock())
        loop.stop()
        try await Lab.shell(
            "amixer -q -c \(card) cset iface=PCM,name='PCM Rate Shift 100000',device=1,subdevice=6 100000")
        print("figure: clocks measured: capture \(captureRate) Hz, playback \(playbackRate) Hz")
        #expect(abs(captureRate - 47_761) < 60)
        #expect(abs(playbackRate - 47_761) < 60)
    }

    @Test("a block costs no allocation in either direction")
    func allocations() throws {
        let playback = try ALSAPlayback(PCMAddress(card: "Loopback", device: 0, subdevice: 5), targetBlocks: 4)
        let capture = try ALSACapture(PCMAddress(card: "Loopback", device: 1, subdevice: 5))
        let wake = BorrowedDescriptor(rawValue: -1)
        var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)
        var taken = 0
        try playback.start()
        try capture.start()
        func turn() throws {
            for _ in 0..<4 {
                guard case .ready = try playback.waitForSpace(wake: wake, timeout: 0) else { break }
                try block.withUnsafeBufferPointer { try playback.write($0) }
            }
            if case .block = try capture.read(into: &block, wake: wake) { taken += 1 }
        }
        for _ in 0..<20 { try turn() }
        let before = convene_allocation_count()
        for _ in 0..<60 { try turn() }
        #expect(convene_allocation_count() == before)
        #expect(taken > 40)
    }

    @Test("the hardware's volume is set where there is one, and refused where there is none")
    func volume() async throws {
        let playback = try ALSAPlayback(PCMAddress(card: "Dummy"), mixers: ["Speaker", "Master"])
        let card = try Lab.soundCard(named: "Dummy")
        #expect(playback.setVolume(100))
        let loud = try await Lab.shell("amixer -c \(card) sget Master")
        #expect(loud.contains("[100%]"), "\(loud)")
        #expect(playback.setVolume(0))
        let quiet = try await Lab.shell("amixer -c \(card) sget Master")
        #expect(quiet.contains("[0%]"), "\(quiet)")
        let none = try ALSAPlayback(PCMAddress(card: "Loopback", device: 0, subdevice: 7), mixers: ["Master"])
        #expect(none.setVolume(50) == false)
    }

    @Test("without the name of a control the volume is nobody's but the software's")
    func softwareVolume() async throws {
        let card = try Lab.soundCard(named: "Dummy")
        _ = try await Lab.shell("amixer -c \(card) sset Master 40%")
        let playback = try ALSAPlayback(PCMAddress(card: "Dummy"))
        #expect(playback.setVolume(100) == false)
        let level = try await Lab.shell("amixer -c \(card) sget Master")
        #expect(level.contains("[40%]"), "\(level)")
    }

    @Test("a microphone keeps its level when it is opened, and is woken when it is off or at its lowest")
    func microphoneLevel() async throws {
        let card = try Lab.soundCard(named: "Dummy")
        func opened(after level: String) async throws -> String {
            _ = try await Lab.shell("amixer -c \(card) sset Mic \(level) nocap")
            _ = try ALSACapture(PCMAddress(card: "Dummy"), mixers: ["Mic"])
            return try await Lab.shell("amixer -c \(card) sget Mic | grep Left:")
        }
        let kept = try await opened(after: "30%")
        #expect(kept.contains("[30%]") && kept.contains("[on]"), "\(kept)")
        let woken = try await opened(after: "0%")
        #expect(woken.contains("[0.00dB]") && woken.contains("[on]"), "\(woken)")
        let capture = try ALSACapture(PCMAddress(card: "Dummy"), mixers: ["Mic"])
        #expect(capture.setVolume(100))
        let loud = try await Lab.shell("amixer -c \(card) sget Mic | grep Left:")
        #expect(loud.contains("[100%]"), "\(loud)")
    }

    private func failure(_ body: () throws -> Void) -> DeviceError? {
        do {
            try body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}
