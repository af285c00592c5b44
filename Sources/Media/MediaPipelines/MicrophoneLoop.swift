import LinuxSystem
import MediaTypes
import RealtimeSupport

/// The microphone thread's loop. Confined to that thread.
struct MicrophoneLoop: ~Copyable {
    struct Wanted {
        var streams: Bool
        var isMuted: Bool
    }

    private static let stallLimit: Int64 = 500_000_000
    private static let blockTime: Int64 = 10_000_000
    /// Over-runs without a block between them that are no xrun any more.
    private static let overrunLimit = 20

    private let report: @Sendable (DeviceReport) -> Void
    private let statistics: AudioDeviceStatistics
    private let outputs: OutputList<AudioSendPipeline>
    private let block: UnsafeMutableBufferPointer<Int16>

    private var source: (any AudioSource)?
    private var isStreaming = false
    private var hasBlock = false
    private var overruns = 0
    private var volume = 100
    private var softwareGain = 256
    private var targets: [AudioSendPipeline] = []
    private var seenVersion: UInt64 = 0
    private var clock = ClockEstimator()
    private var nextClockReading: Int64 = 0
    private var nextSilence: Int64 = 0
    private var lastBlock: Int64 = 0

    init(
        report: @escaping @Sendable (DeviceReport) -> Void, statistics: AudioDeviceStatistics,
        outputs: OutputList<AudioSendPipeline>
    ) {
        self.report = report
        self.statistics = statistics
        self.outputs = outputs
        block = .allocate(capacity: AudioFormat.blockFrames)
        block.initialize(repeating: 0)
    }

    deinit { block.deallocate() }

    mutating func run(
        _ thread: MediaThread, doorbell: Doorbell, commands: CommandQueue<MicrophonePipeline.Command>,
        wanted: () -> Wanted
    ) {
        var set = PollSet(count: 2)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        while !thread.isStopping {
            thread.beat()
            let want = wanted()
            if isStreaming {
                readOnce(doorbell, isMuted: want.isMuted)
            } else if want.streams {
                silenceOnce(&set)
            } else {
                nextSilence = 0
                _ = try? set.wait()
            }
            doorbell.drain()
            if thread.isStopping { break }
            for command in commands.take() { carryOut(command) }
            outputs.refresh(&targets, seen: &seenVersion)
            follow(wanted().streams)
        }
        close()
        _ = commands.close()
    }

    // MARK: - Real-time

    private mutating func readOnce(_ doorbell: Doorbell, isMuted: Bool) {
        guard let source else { return }
        // The wait goes on after a wake-up for something else: it does not begin anew.
        let left = max(Self.stallLimit - (MonotonicTime.now.nanoseconds - lastBlock), 0)
        do {
            switch try source.read(into: block, wake: doorbell.descriptor, timeout: left) {
            case .block(let captureTime):
                lastBlock = MonotonicTime.now.nanoseconds
                overruns = 0
                shape(isMuted: isMuted)
                deliver(captureTime)
                readClock(source)
                if !hasBlock {
                    hasBlock = true
                    report(.running)
                }
            case .overrun(let lost):
                noteOverrun(lost, source)
            case .woken:
                break
            case .timedOut:
                let silence = (MonotonicTime.now.nanoseconds - lastBlock) / 1_000_000
                lose(DeviceError(.stalled, device: source.name, detail: "no sound for \(silence) ms"))
            }
        } catch {
            lose(error)
        }
    }

    private mutating func noteOverrun(_ lost: Int, _ source: any AudioSource) {
        statistics.xruns.add()
        statistics.lostFrames.add(UInt64(clamping: lost))
        clock.reset()
        overruns += 1
        for target in targets { target.discontinuity() }
        if overruns > Self.overrunLimit {
            lose(DeviceError(.failed, device: source.name, detail: "over-ran \(overruns) times in a row"))
        } else {
            report(.xrun(total: statistics.xruns.value))
        }
    }

    private mutating func shape(isMuted: Bool) {
        var peak = 0
        if isMuted {
            block.update(repeating: 0)
        } else {
            if softwareGain != 256 {
                for index in block.indices { block[index] = Int16(clamping: Int(block[index]) * softwareGain / 256) }
            }
            for sample in block { peak = max(peak, abs(Int(sample))) }
        }
        statistics.setPeak(peak)
    }

    private mutating func deliver(_ captureTime: MonotonicTime) {
        statistics.blocks.add()
        let sound = UnsafeBufferPointer(block)
        for target in targets { target.take(sound, captureTime: captureTime) }
    }

    /// One block of silence each 10 ms while there is no microphone.
    private mutating func silenceOnce(_ set: inout PollSet) {
        let now = MonotonicTime.now.nanoseconds
        if nextSilence == 0 { nextSilence = now + Self.blockTime }
        if now < nextSilence {
            _ = try? set.wait(nanoseconds: nextSilence - now)
            return
        }
        // After a long pause the clock starts again instead of catching up in a burst.
        if now - nextSilence > 200_000_000 { nextSilence = now }
        block.update(repeating: 0)
        statistics.silentBlocks.add()
        statistics.setPeak(0)
        deliver(MonotonicTime(nanoseconds: nextSilence - Self.blockTime))
        nextSilence += Self.blockTime
    }

    private mutating func readClock(_ source: any AudioSource) {
        guard lastBlock >= nextClockReading else { return }
        nextClockReading = lastBlock + 1_000_000_000
        if let reading = source.clock() { statistics.setClock(clock.add(reading)) }
    }

    // MARK: - Set-up and repair

    private mutating func carryOut(_ command: MicrophonePipeline.Command) {
        switch command {
        case .open(let opener):
            close()
            do {
                let opened = try opener()
                source = opened
                applyVolume()
                report(.opened(DeviceDetails(name: opened.name)))
            } catch {
                report(.openFailed(error))
            }
        case .close:
            if source != nil {
                close()
                report(.closed)
            }
        case .setVolume(let percent):
            volume = percent
            applyVolume()
        }
    }

    private mutating func applyVolume() {
        let inHardware = source?.setVolume(volume) ?? false
        softwareGain = inHardware ? 256 : AudioGain.factor(percent: volume)
    }

    private mutating func follow(_ wanted: Bool) {
        guard let source, wanted != isStreaming else { return }
        if !wanted {
            isStreaming = false
            source.stop()
            return
        }
        do {
            try source.start()
            isStreaming = true
            hasBlock = false
            overruns = 0
            lastBlock = MonotonicTime.now.nanoseconds
            nextClockReading = 0
            nextSilence = 0
            clock.reset()
            for target in targets { target.discontinuity() }
        } catch {
            lose(error)
        }
    }

    private mutating func lose(_ error: DeviceError) {
        statistics.losses.add()
        close()
        for target in targets { target.discontinuity() }
        report(.lost(error))
    }

    private mutating func close() {
        guard let source else { return }
        if isStreaming { source.stop() }
        isStreaming = false
        self.source = nil
    }
}

/// Volume in per cent to a factor.
enum AudioGain {
    /// In 256ths: 0 at 0 %, −40 dB at 1 %, 0 dB at 100 %, straight in decibels between.
    static func factor(percent: Int) -> Int {
        guard percent > 0 else { return 0 }
        guard percent < 100 else { return 256 }
        // 10^(−2 · (1 − percent/100)) by repeated multiplication: no libm call, and it runs only on a change.
        let step = 0.954_992_586_021_436  // 10^(−0.02)
        var factor = 256.0
        for _ in percent..<100 { factor *= step }
        return max(Int(factor.rounded()), 1)
    }
}
