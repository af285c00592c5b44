import LinuxSystem
import MediaTypes
import RealtimeSupport

/// The microphone thread's loop. Confined to that thread.
struct MicrophoneLoop: ~Copyable {
    struct Wanted {
        var streams: Bool
        var isMuted: Bool
    }

    /// Over-runs without a block between them that are no xrun any more.
    private static let overrunLimit = 20

    private let report: @Sendable (DeviceReport) -> Void
    private let statistics: AudioDeviceStatistics
    private let outputs: OutputList<AudioSendPipeline>
    private let block: UnsafeMutableBufferPointer<Int16>

    private var source: (any AudioSource)?
    private var state: AudioDeviceState
    private var targets: [AudioSendPipeline] = []
    private var seenVersion: UInt64 = 0

    init(
        report: @escaping @Sendable (DeviceReport) -> Void, statistics: AudioDeviceStatistics,
        outputs: OutputList<AudioSendPipeline>
    ) {
        self.report = report
        self.statistics = statistics
        self.outputs = outputs
        // At its loudest a microphone has 20 to 50 dB too much: its level is for those who know the room.
        state = AudioDeviceState(
            report: report, statistics: statistics, xrunLimit: Self.overrunLimit, volume: nil)
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
            if state.isStreaming {
                readOnce(doorbell, isMuted: want.isMuted)
            } else if want.streams {
                silenceOnce(&set)
            } else {
                state.rest()
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
        do {
            switch try source.read(into: block, wake: doorbell.descriptor, timeout: state.patience) {
            case .block(let captureTime):
                state.endXruns()
                shape(isMuted: isMuted)
                deliver(captureTime)
                state.noteBlock(of: source)
            case .overrun(let lost):
                noteOverrun(lost, source)
            case .woken:
                break
            case .timedOut:
                lose(DeviceError(.stalled, device: source.name, detail: "no sound for \(state.silence) ms"))
            }
        } catch {
            lose(error)
        }
    }

    private mutating func noteOverrun(_ lost: Int, _ source: any AudioSource) {
        statistics.lostFrames.add(UInt64(clamping: lost))
        for target in targets { target.discontinuity() }
        guard let overruns = state.noteXrun() else { return }
        lose(DeviceError(.failed, device: source.name, detail: "over-ran \(overruns) times in a row"))
    }

    private mutating func shape(isMuted: Bool) {
        var peak = 0
        if isMuted {
            block.update(repeating: 0)
        } else {
            state.scale(block)
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
        guard let time = state.awaitTurn(&set) else { return }
        block.update(repeating: 0)
        statistics.silentBlocks.add()
        statistics.setPeak(0)
        deliver(time)
    }

    // MARK: - Set-up and repair

    private mutating func carryOut(_ command: MicrophonePipeline.Command) {
        switch command {
        case .open(let opener):
            close()
            do {
                let opened = try opener()
                source = opened
                state.begin(opened)
            } catch {
                report(.openFailed(error))
            }
        case .close:
            if source != nil {
                close()
                report(.closed)
            }
        case .setVolume(let percent): state.setVolume(percent, of: source)
        }
    }

    private mutating func follow(_ wanted: Bool) {
        guard let source else { return }
        do {
            if try state.follow(wanted, source) { for target in targets { target.discontinuity() } }
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
        state.end(source)
        self.source = nil
    }
}
