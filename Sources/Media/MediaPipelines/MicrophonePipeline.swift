package import LinuxSystem
package import MediaTypes
package import RealtimeSupport
import Synchronization

/// The room's microphone on its thread, and the calls that its sound goes to.
///
/// ```
///  audio capture thread ("microphone")
///  AudioSource | silence paced by a timer -> mute, volume -> each call's AudioSendPipeline
/// ```
///
/// While the microphone is missing and a call wants sound, silence is sent, so that the far end's clock goes on.
package final class MicrophonePipeline: Sendable {
    package typealias Opener = @Sendable () throws(DeviceError) -> any AudioSource

    enum Command: Sendable {
        case open(Opener)
        case close
        case setVolume(Int)
    }

    package let statistics = AudioDeviceStatistics()

    private let thread: MediaThread
    private let doorbell: Doorbell
    private let commands: CommandQueue<Command>
    private let outputs: OutputList<AudioSendPipeline>
    private let streaming = Atomic<Bool>(false)
    private let muted = Atomic<Bool>(false)
    private let report: @Sendable (DeviceReport) -> Void

    /// - Parameter report: called on the microphone thread; must not block.
    package init(report: @escaping @Sendable (DeviceReport) -> Void) throws(SystemError) {
        thread = try MediaThread(name: "microphone")
        doorbell = try Doorbell()
        commands = CommandQueue(doorbell: doorbell)
        outputs = OutputList(doorbell: doorbell)
        self.report = report
    }

    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] thread in
            var loop = MicrophoneLoop(report: report, statistics: statistics, outputs: outputs)
            loop.run(thread, doorbell: doorbell, commands: commands) { [self] in
                MicrophoneLoop.Wanted(
                    streams: streaming.load(ordering: .acquiring), isMuted: muted.load(ordering: .relaxed))
            }
        }
    }

    /// Closes the microphone and ends the thread.
    package func stop() {
        thread.requestStop()
        doorbell.ring()
        thread.stopAndJoin()
    }

    package func open(_ opener: @escaping Opener) { commands.post(.open(opener)) }
    package func close() { commands.post(.close) }

    /// 0 to 100; in hardware where the card can, else by scaling.
    package func setVolume(_ percent: Int) { commands.post(.setVolume(min(max(percent, 0), 100))) }

    /// Sends silence instead of sound.
    package func setMuted(_ value: Bool) { muted.store(value, ordering: .relaxed) }
    package var isMuted: Bool { muted.load(ordering: .relaxed) }

    package func setStreaming(_ value: Bool) {
        streaming.store(value, ordering: .releasing)
        doorbell.ring()
    }

    package func attach(_ call: AudioSendPipeline) { outputs.add(call) }
    package func detach(_ call: AudioSendPipeline) { outputs.remove(call) }

    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { doorbell.ring() }
}

/// Figures of a microphone or loudspeaker, written by its thread.
package final class AudioDeviceStatistics: Sendable {
    package let blocks = Counter()
    package let xruns = Counter()
    package let lostFrames = Counter()
    package let losses = Counter()
    /// Blocks of silence that stood for a missing device.
    package let silentBlocks = Counter()
    private let peakValue = Atomic<Int>(0)
    private let delayValue = Atomic<Int>(0)
    private let clockValue = AtomicSnapshot(ClockRatio(partsPerMillion: 0, isKnown: false))

    package init() {}

    /// Highest sample of the last block, 0 to 32768.
    package var peak: Int { peakValue.load(ordering: .relaxed) }
    /// Sample frames between the last written block and the loudspeaker, or the microphone and the last read one.
    package var delayFrames: Int { delayValue.load(ordering: .relaxed) }
    /// The card's clock against the system's, measured.
    package var clock: ClockRatio { clockValue.load() }

    func setPeak(_ value: Int) { peakValue.store(value, ordering: .relaxed) }
    func setDelay(_ value: Int) { delayValue.store(value, ordering: .relaxed) }
    func setClock(_ value: ClockRatio) { clockValue.store(value) }
}
