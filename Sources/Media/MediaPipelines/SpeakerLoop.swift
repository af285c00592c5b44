import LinuxSystem
import MediaTypes
import RealtimeSupport

/// The speaker thread's loop. Confined to that thread.
struct SpeakerLoop: ~Copyable {
    private static let stallLimit: Int64 = 500_000_000
    private static let blockTime: Int64 = 10_000_000
    /// Under-runs without a block in time between them that are no xrun any more.
    private static let underrunLimit = 50

    private let report: @Sendable (DeviceReport) -> Void
    private let statistics: AudioDeviceStatistics
    private let inputs: OutputList<AudioReceivePipeline>
    private let tone: ToneWish
    private let block: UnsafeMutableBufferPointer<Int16>

    private var sink: (any AudioSink)?
    private var isStreaming = false
    private var hasBlock = false
    private var underruns = 0
    private var lastBlock: Int64 = 0
    private var volume = 100
    private var softwareGain = 256
    private var calls: [AudioReceivePipeline] = []
    private var voice = ToneVoice()
    private var seenVersion: UInt64 = 0
    private var clock = ClockEstimator()
    private var nextClockReading: Int64 = 0
    private var nextDiscard: Int64 = 0

    init(
        report: @escaping @Sendable (DeviceReport) -> Void, statistics: AudioDeviceStatistics,
        inputs: OutputList<AudioReceivePipeline>, tone: ToneWish
    ) {
        self.report = report
        self.statistics = statistics
        self.inputs = inputs
        self.tone = tone
        block = .allocate(capacity: AudioFormat.blockFrames)
        block.initialize(repeating: 0)
    }

    deinit { block.deallocate() }

    mutating func run(
        _ thread: MediaThread, doorbell: Doorbell, commands: CommandQueue<SpeakerPipeline.Command>,
        wantsStream: () -> Bool
    ) {
        var set = PollSet(count: 2)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        while !thread.isStopping {
            thread.beat()
            if isStreaming {
                playOnce(doorbell)
            } else if wantsStream() {
                discardOnce(&set)
            } else {
                nextDiscard = 0
                _ = try? set.wait()
            }
            doorbell.drain()
            if thread.isStopping { break }
            for command in commands.take() { carryOut(command) }
            inputs.refresh(&calls, seen: &seenVersion)
            follow(wantsStream())
        }
        close()
        _ = commands.close()
    }

    // MARK: - Real-time

    private mutating func playOnce(_ doorbell: Doorbell) {
        guard let sink else { return }
        // The wait goes on after a wake-up for something else: it does not begin anew.
        let left = max(Self.stallLimit - (MonotonicTime.now.nanoseconds - lastBlock), 0)
        do {
            switch try sink.waitForSpace(wake: doorbell.descriptor, timeout: left) {
            case .ready(let delay):
                underruns = 0
                try play(delay, on: sink)
            case .underrun:
                try mendUnderrun(sink)
            case .woken:
                break
            case .timedOut:
                let silence = (MonotonicTime.now.nanoseconds - lastBlock) / 1_000_000
                lose(DeviceError(.stalled, device: sink.name, detail: "took no sound for \(silence) ms"))
            }
        } catch {
            lose(error)
        }
    }

    private mutating func mendUnderrun(_ sink: any AudioSink) throws(DeviceError) {
        statistics.xruns.add()
        clock.reset()
        underruns += 1
        guard underruns <= Self.underrunLimit else {
            throw DeviceError(.failed, device: sink.name, detail: "under-ran \(underruns) times in a row")
        }
        report(.xrun(total: statistics.xruns.value))
        try play(0, on: sink)
    }

    private mutating func play(_ delay: Int, on sink: any AudioSink) throws(DeviceError) {
        mix(delay)
        if softwareGain != 256 {
            for index in block.indices { block[index] = Int16(clamping: Int(block[index]) * softwareGain / 256) }
        }
        try sink.write(UnsafeBufferPointer(block))
        statistics.setDelay(delay)
        let now = MonotonicTime.now.nanoseconds
        lastBlock = now
        if now >= nextClockReading {
            nextClockReading = now + 1_000_000_000
            if let reading = sink.clock() { statistics.setClock(clock.add(reading)) }
        }
        if !hasBlock {
            hasBlock = true
            report(.running)
        }
    }

    private mutating func mix(_ delay: Int) {
        block.update(repeating: 0)
        let now = MonotonicTime.now
        for call in calls { call.mix(into: block, delayFrames: delay, at: now) }
        let wish = tone.current
        voice.mix(into: block, wish.tone, volume: wish.volume)
        statistics.blocks.add()
        var peak = 0
        for sample in block { peak = max(peak, abs(Int(sample))) }
        statistics.setPeak(peak)
    }

    private mutating func discardOnce(_ set: inout PollSet) {
        let now = MonotonicTime.now.nanoseconds
        if nextDiscard == 0 { nextDiscard = now + Self.blockTime }
        if now < nextDiscard {
            _ = try? set.wait(nanoseconds: nextDiscard - now)
            return
        }
        if now - nextDiscard > 200_000_000 { nextDiscard = now }
        mix(0)
        statistics.silentBlocks.add()
        nextDiscard += Self.blockTime
    }

    // MARK: - Set-up and repair

    private mutating func carryOut(_ command: SpeakerPipeline.Command) {
        switch command {
        case .open(let opener):
            close()
            do {
                let opened = try opener()
                sink = opened
                applyVolume()
                report(.opened(DeviceDetails(name: opened.name)))
            } catch {
                report(.openFailed(error))
            }
        case .close:
            if sink != nil {
                close()
                report(.closed)
            }
        case .setVolume(let percent):
            volume = percent
            applyVolume()
        }
    }

    private mutating func applyVolume() {
        let inHardware = sink?.setVolume(volume) ?? false
        softwareGain = inHardware ? 256 : AudioGain.factor(percent: volume)
    }

    private mutating func follow(_ wanted: Bool) {
        guard let sink, wanted != isStreaming else { return }
        if !wanted {
            isStreaming = false
            sink.stop()
            return
        }
        do {
            try sink.start()
            isStreaming = true
            hasBlock = false
            underruns = 0
            lastBlock = MonotonicTime.now.nanoseconds
            nextClockReading = 0
            nextDiscard = 0
            clock.reset()
        } catch {
            lose(error)
        }
    }

    private mutating func lose(_ error: DeviceError) {
        statistics.losses.add()
        close()
        report(.lost(error))
    }

    private mutating func close() {
        guard let sink else { return }
        if isStreaming { sink.stop() }
        isStreaming = false
        self.sink = nil
    }
}
