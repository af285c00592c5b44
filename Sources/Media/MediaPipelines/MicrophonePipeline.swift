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
    typealias Command = AudioDeviceCommand<Opener>

    package let statistics = AudioDeviceStatistics()

    private let thread: DeviceThread<Command, AudioSendPipeline>
    private let muted = Atomic<Bool>(false)
    private let report: @Sendable (DeviceReport) -> Void

    /// - Parameter report: called on the microphone thread; must not block.
    package init(report: @escaping @Sendable (DeviceReport) -> Void) throws(SystemError) {
        thread = try DeviceThread(name: "microphone")
        self.report = report
    }

    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] running in
            var loop = MicrophoneLoop(report: report, statistics: statistics, outputs: thread.peers)
            loop.run(running, doorbell: thread.doorbell, commands: thread.commands) { [self] in
                MicrophoneLoop.Wanted(streams: thread.streams, isMuted: muted.load(ordering: .relaxed))
            }
        }
    }

    /// Closes the microphone and ends the thread.
    package func stop() { thread.stop() }

    package func open(_ opener: @escaping Opener) { thread.commands.post(.open(opener)) }
    package func close() { thread.commands.post(.close) }

    /// 0 to 100; in hardware where the card can, else by scaling.
    package func setVolume(_ percent: Int) { thread.commands.post(.setVolume(min(max(percent, 0), 100))) }

    /// Sends silence instead of sound.
    package func setMuted(_ value: Bool) { muted.store(value, ordering: .relaxed) }
    package var isMuted: Bool { muted.load(ordering: .relaxed) }

    package func setStreaming(_ value: Bool) { thread.setStreaming(value) }

    package func attach(_ call: AudioSendPipeline) { thread.peers.add(call) }
    package func detach(_ call: AudioSendPipeline) { thread.peers.remove(call) }

    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { thread.nudge() }
}
