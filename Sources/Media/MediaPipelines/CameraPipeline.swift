package import LinuxSystem
package import MediaTypes
package import RealtimeSupport
import Synchronization

/// The room's camera on its thread, and the inboxes that its pictures go to.
///
/// ```
///  camera thread ("camera")
///  VideoSource -> FrameInbox of the self view
///              -> FrameInbox of each call's VideoSendPipeline
/// ```
///
/// Opening, streaming and closing happen on the thread; the control side posts wishes and hears reports.
package final class CameraPipeline: Sendable {
    package typealias Opener = @Sendable () throws(DeviceError) -> any VideoSource

    enum Command: Sendable {
        case open(Opener)
        case close
        case setControl(String, Int, @Sendable (DeviceError?) -> Void)
    }

    /// Figures for status.
    package let statistics = CameraStatistics()

    private let thread: DeviceThread<Command, FrameInbox>
    private let keyFrameWanted = Atomic<Bool>(false)
    private let report: @Sendable (DeviceReport) -> Void
    private let openPictures = Mutex<CameraPictures?>(nil)

    /// What the open camera gives; nil while none is open. Any thread.
    package var pictures: CameraPictures? { openPictures.withLock { $0 } }

    /// - Parameter report: called on the camera thread; must not block.
    package init(report: @escaping @Sendable (DeviceReport) -> Void) throws(SystemError) {
        thread = try DeviceThread(name: "camera")
        self.report = report
    }

    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] running in
            var loop = CameraLoop(
                report: report, statistics: statistics, outputs: thread.peers,
                opened: { [self] pictures in openPictures.withLock { $0 = pictures } })
            loop.run(running, doorbell: thread.doorbell, commands: thread.commands) { [self] in
                CameraLoop.Wanted(
                    streams: thread.streams,
                    keyFrame: keyFrameWanted.exchange(false, ordering: .acquiringAndReleasing))
            }
        }
    }

    /// Closes the camera and ends the thread.
    package func stop() { thread.stop() }

    /// Opens a camera with `opener` on the thread, closing the one that is open.
    package func open(_ opener: @escaping Opener) { thread.commands.post(.open(opener)) }

    package func close() { thread.commands.post(.close) }

    /// Sets a control of the open camera; `done` hears the outcome on the camera thread, or at once when that has ended.
    package func setControl(_ identifier: String, to value: Int, done: @escaping @Sendable (DeviceError?) -> Void) {
        if !thread.commands.post(.setControl(identifier, value, done)) { done(CameraLoop.absent) }
    }

    /// Asks a camera that encodes by itself for a key frame; others ignore it. Any thread.
    package func requestKeyFrame() {
        keyFrameWanted.store(true, ordering: .releasing)
        thread.doorbell.ring()
    }

    /// Streams or rests; a resting camera stays open and costs nothing.
    package func setStreaming(_ value: Bool) { thread.setStreaming(value) }

    /// From now on pictures go to `inbox` too; the newest one does at once, while it is fresh.
    package func attach(_ inbox: FrameInbox) { thread.peers.add(inbox) }

    package func detach(_ inbox: FrameInbox) { thread.peers.remove(inbox) }

    /// For the watchdog.
    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { thread.nudge() }
}

/// Figures of the camera, written by its thread.
package final class CameraStatistics: Sendable {
    package let frames = Counter()
    package let damagedFrames = Counter()
    /// Frames that the device counted and did not give.
    package let missedFrames = Counter()
    package let losses = Counter()
    /// From the driver's time stamp until the thread had the picture.
    package let delivery = LatencyHistogram()

    package init() {}
}
