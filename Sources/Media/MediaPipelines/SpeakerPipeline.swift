package import LinuxSystem
package import MediaTypes
package import RealtimeSupport

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
    typealias Command = AudioDeviceCommand<Opener>

    package let statistics = AudioDeviceStatistics()

    private let thread: DeviceThread<Command, AudioReceivePipeline>
    private let tone = ToneWish()
    private let report: @Sendable (DeviceReport) -> Void

    /// - Parameter report: called on the speaker thread; must not block.
    package init(report: @escaping @Sendable (DeviceReport) -> Void) throws(SystemError) {
        thread = try DeviceThread(name: "speaker")
        self.report = report
    }

    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] running in
            var loop = SpeakerLoop(report: report, statistics: statistics, inputs: thread.peers, tone: tone)
            loop.run(running, doorbell: thread.doorbell, commands: thread.commands) { [self] in thread.streams }
        }
    }

    /// Closes the loudspeaker and ends the thread.
    package func stop() { thread.stop() }

    package func open(_ opener: @escaping Opener) { thread.commands.post(.open(opener)) }
    package func close() { thread.commands.post(.close) }

    /// 0 to 100; in hardware where the card can, else by scaling.
    package func setVolume(_ percent: Int) { thread.commands.post(.setVolume(min(max(percent, 0), 100))) }

    /// What is played besides the calls while the loudspeaker streams; percent of the tone's own loudness.
    package func setTone(_ value: RoomTone, volume: Int) { tone.set(value, volume: volume) }

    package func setStreaming(_ value: Bool) { thread.setStreaming(value) }

    package func attach(_ call: AudioReceivePipeline) { thread.peers.add(call) }
    package func detach(_ call: AudioReceivePipeline) { thread.peers.remove(call) }

    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { thread.nudge() }
}
