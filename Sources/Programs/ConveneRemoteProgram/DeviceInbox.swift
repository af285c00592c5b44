import DeviceMonitor
import LinuxSystem
import RealtimeSupport
import Synchronization

/// News of devices, brought from the monitor's stream to the program's loop.
final class DeviceInbox: Sendable {
    private let monitor: DeviceMonitor
    private let bell: Doorbell
    private let waiting = Mutex<[DeviceEvent]>([])

    init() throws(SystemError) {
        monitor = try DeviceMonitor(DeviceSubsystem.remotes)
        bell = try Doorbell()
    }

    func start() throws(SystemError) {
        try monitor.start()
        Task { [self, events = monitor.events] in
            for await event in events {
                waiting.withLock { $0.append(event) }
                bell.ring()
            }
        }
    }

    func stop() { monitor.stop() }

    /// Readable when there is news.
    var borrowed: BorrowedDescriptor { bell.descriptor }

    func take() -> [DeviceEvent] {
        bell.drain()
        return waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
