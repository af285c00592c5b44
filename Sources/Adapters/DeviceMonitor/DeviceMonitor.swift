package import LinuxSystem
import RealtimeSupport

/// Watches devices come and go, from one thread that sleeps until the kernel speaks.
package final class DeviceMonitor: Sendable {
    /// What happened, a `.snapshot` first; one reader. At most 256 events wait; when more come, the oldest are dropped
    /// and a new `.snapshot` follows.
    package let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let thread: MediaThread
    private let subsystems: Set<DeviceSubsystem>

    /// Makes a monitor that does nothing yet.
    ///
    /// - Parameter subsystems: what it watches; nothing else wakes it.
    package init(_ subsystems: Set<DeviceSubsystem> = DeviceSubsystem.media) throws(SystemError) {
        self.subsystems = subsystems
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(256))
        thread = try MediaThread(name: "devices")
    }

    /// Starts the thread "devices". The socket is open before the first enumeration, so that nothing is missed
    /// between both.
    package func start() throws(SystemError) {
        let continuation = continuation
        let subsystems = subsystems
        try thread.start { thread in
            DeviceMonitorLoop.run(thread, subsystems, continuation)
            continuation.finish()
        }
    }

    /// Ends the thread and the stream.
    package func stop() { thread.stopAndJoin() }

    /// Turns of the thread's loop; stands still while no device changes.
    package var heartbeat: UInt64 { thread.heartbeat }

    /// The devices that are there now; for programs that do not wait for changes.
    package static func snapshot(
        _ subsystems: Set<DeviceSubsystem> = DeviceSubsystem.media
    ) -> [DeviceDescription] {
        guard let context = UdevContext() else { return [] }
        var table = DeviceTable()
        table.replace(
            with: DeviceMonitorLoop.enumerate(context, subsystems, onlyInitialized: DeviceMonitorLoop.hasUdev))
        return table.all
    }
}
