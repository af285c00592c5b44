package import LinuxSystem
package import MediaTypes
package import RealtimeSupport
import Synchronization

/// The room's loudspeaker on its thread, and the calls whose sound is mixed for it.
///
/// ```
///  audio playback thread ("speaker")
///  each call's AudioReceivePipeline, ToneVoice -> mixer (saturating) -> volume -> AudioSink | thrown away at the same pace
/// ```
///
/// The block is mixed at the last moment before it is written. While the loudspeaker is missing the calls' queues are
/// emptied at the same pace, so that no delay is left when it comes back.
package final class SpeakerPipeline: Sendable {
    package typealias Opener = @Sendable () throws(DeviceError) -> any AudioSink

    enum Command: Sendable {
        case open(Opener)
        case close
        case setVolume(Int)
    }

    package let statistics = AudioDeviceStatistics()

    private let thread: MediaThread
    private let doorbell: Doorbell
    private let commands: CommandQueue<Command>
    private let inputs: OutputList<AudioReceivePipeline>
    private let tone = ToneWish()
    private let streaming = Atomic<Bool>(false)
    private let report: @Sendable (DeviceReport) -> Void

    /// - Parameter report: called on the speaker thread; must not block.
    package init(report: @escaping @Sendable (DeviceReport) -> Void) throws(SystemError) {
        thread = try MediaThread(name: "speaker")
        doorbell = try Doorbell()
        commands = CommandQueue(doorbell: doorbell)
        inputs = OutputList(doorbell: doorbell)
        self.report = report
    }

    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] thread in
            var loop = SpeakerLoop(report: report, statistics: statistics, inputs: inputs, tone: tone)
            loop.run(thread, doorbell: doorbell, commands: commands) { [self] in streaming.load(ordering: .acquiring) }
        }
    }

    /// Closes the loudspeaker and ends the thread.
    package func stop() {
        thread.requestStop()
        doorbell.ring()
        thread.stopAndJoin()
    }

    package func open(_ opener: @escaping Opener) { commands.post(.open(opener)) }
    package func close() { commands.post(.close) }

    /// 0 to 100; in hardware where the card can, else by scaling.
    package func setVolume(_ percent: Int) { commands.post(.setVolume(min(max(percent, 0), 100))) }

    /// What is played besides the calls while the loudspeaker streams; percent of the tone's own loudness.
    package func setTone(_ value: RoomTone, volume: Int) { tone.set(value, volume: volume) }

    package func setStreaming(_ value: Bool) {
        streaming.store(value, ordering: .releasing)
        doorbell.ring()
    }

    package func attach(_ call: AudioReceivePipeline) { inputs.add(call) }
    package func detach(_ call: AudioReceivePipeline) { inputs.remove(call) }

    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { doorbell.ring() }
}
