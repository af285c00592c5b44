import LinuxSystem
import MediaTypes
import RealtimeSupport

/// The speaker thread's loop. Confined to that thread.
struct SpeakerLoop: ~Copyable {
    /// Under-runs without a block in time between them that are no xrun any more.
    private static let underrunLimit = 50

    private let report: @Sendable (DeviceReport) -> Void
    private let statistics: AudioDeviceStatistics
    private let inputs: OutputList<AudioReceivePipeline>
    private let tone: ToneWish
    private let block: UnsafeMutableBufferPointer<Int16>

    private var sink: (any AudioSink)?
    private var state: AudioDeviceState
    private var calls: [AudioReceivePipeline] = []
    private var voice = ToneVoice()
    private var seenVersion: UInt64 = 0

    init(
        report: @escaping @Sendable (DeviceReport) -> Void, statistics: AudioDeviceStatistics,
        inputs: OutputList<AudioReceivePipeline>, tone: ToneWish
    ) {
        self.report = report
        self.statistics = statistics
        self.inputs = inputs
        self.tone = tone
        state = AudioDeviceState(report: report, statistics: statistics, xrunLimit: Self.underrunLimit, volume: 100)
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
            if state.isStreaming {
                playOnce(doorbell)
            } else if wantsStream() {
                discardOnce(&set)
            } else {
                state.rest()
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
        do {
            switch try sink.waitForSpace(wake: doorbell.descriptor, timeout: state.patience) {
            case .ready(let delay):
                state.endXruns()
                try play(delay, on: sink)
            case .underrun:
                try mendUnderrun(sink)
            case .woken:
                break
            case .timedOut:
                lose(DeviceError(.stalled, device: sink.name, detail: "took no sound for \(state.silence) ms"))
            }
        } catch {
            lose(error)
        }
    }

    private mutating func mendUnderrun(_ sink: any AudioSink) throws(DeviceError) {
        if let underruns = state.noteXrun() {
            throw DeviceError(.failed, device: sink.name, detail: "under-ran \(underruns) times in a row")
        }
        try play(0, on: sink)
    }

    private mutating func play(_ delay: Int, on sink: any AudioSink) throws(DeviceError) {
        mix(delay)
        state.scale(block)
        try sink.write(UnsafeBufferPointer(block))
        statistics.setDelay(delay)
        state.noteBlock(of: sink)
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
        guard state.awaitTurn(&set) != nil else { return }
        mix(0)
        statistics.silentBlocks.add()
    }

    // MARK: - Set-up and repair

    private mutating func carryOut(_ command: SpeakerPipeline.Command) {
        switch command {
        case .open(let opener):
            close()
            do {
                let opened = try opener()
                sink = opened
                state.begin(opened)
            } catch {
                report(.openFailed(error))
            }
        case .close:
            if sink != nil {
                close()
                report(.closed)
            }
        case .setVolume(let percent): state.setVolume(percent, of: sink)
        }
    }

    private mutating func follow(_ wanted: Bool) {
        guard let sink else { return }
        do {
            _ = try state.follow(wanted, sink)
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
        state.end(sink)
        self.sink = nil
    }
}
