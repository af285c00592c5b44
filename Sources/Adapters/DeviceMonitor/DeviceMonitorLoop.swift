import CUdev
import Glibc
import LinuxSystem
import RealtimeSupport

/// What the monitor's thread does.
enum DeviceMonitorLoop {
    /// Whether udev runs; without it (initramfs, the device lab) the kernel's own messages are taken.
    static var hasUdev: Bool { access("/run/udev/control", F_OK) == 0 }

    static func run(
        _ thread: MediaThread, _ subsystems: Set<DeviceSubsystem>,
        _ continuation: AsyncStream<DeviceEvent>.Continuation
    ) {
        let hasUdev = hasUdev
        guard let context = UdevContext(),
            let monitor = UdevMonitor(
                context, source: hasUdev ? "udev" : "kernel", subsystems: subsystems),
            udev_monitor_enable_receiving(monitor.raw) >= 0
        else {
            // Devices that are there can be used nevertheless.
            continuation.yield(.snapshot(DeviceMonitor.snapshot(subsystems)))
            return
        }
        var table = DeviceTable()
        var unnamed = UnnamedCards()
        var isStale = true
        var waits = PollSet(count: 2)
        waits.watch(0, BorrowedDescriptor(rawValue: udev_monitor_get_fd(monitor.raw)), for: .readable)
        waits.watch(1, thread.stopDescriptor, for: .readable)
        while !thread.isStopping {
            if isStale {
                table.replace(with: enumerate(context, subsystems, onlyInitialized: hasUdev))
                // It stands for all events before it, so that it does not matter which of them it pushed out.
                _ = deliver(.snapshot(table.all), to: continuation)
                isStale = false
                unnamed = UnnamedCards()
                for (path, device) in table.entries { _ = unnamed.isComplete(device, at: path) }
            }
            thread.beat()
            guard (try? waits.wait(nanoseconds: unnamed.isEmpty ? nil : UnnamedCards.interval)) != nil else { return }
            isStale = !lookAgain(context, &unnamed, &table, continuation)
            let socket = waits.readiness(0)
            if !socket.isDisjoint(with: [.hangUp, .invalid]) { return }
            if !socket.isDisjoint(with: [.readable, .error]) {
                isStale = !receive(monitor, &table, &unnamed, continuation) || isStale
            }
        }
    }

    /// Takes all messages that wait; false when some were lost, so that everything is to be looked up again.
    private static func receive(
        _ monitor: borrowing UdevMonitor, _ table: inout DeviceTable, _ unnamed: inout UnnamedCards,
        _ continuation: AsyncStream<DeviceEvent>.Continuation
    ) -> Bool {
        var isComplete = true
        while true {
            errno = 0
            guard let device = UdevDevice(owning: udev_monitor_receive_device(monitor.raw)) else {
                // ENOBUFS: the socket overflowed.
                return isComplete && errno != ENOBUFS
            }
            guard let action = device.action, let path = device.syspath else { continue }
            let described = action == "remove" ? nil : device.description()
            if action == "remove" { unnamed.forget(path) }
            guard unnamed.isComplete(described, at: path) else { continue }
            if let event = table.apply(action: action, path: path, described) {
                if !deliver(event, to: continuation) { isComplete = false }
            }
        }
    }

    /// Looks at sound cards that had no name yet; false when an event was lost.
    private static func lookAgain(
        _ context: borrowing UdevContext, _ unnamed: inout UnnamedCards, _ table: inout DeviceTable,
        _ continuation: AsyncStream<DeviceEvent>.Continuation
    ) -> Bool {
        var isComplete = true
        for path in unnamed.paths {
            // Attributes are kept by the object, so that each look needs a new one.
            let described = UdevDevice(owning: udev_device_new_from_syspath(context.raw, path))?.description()
            guard unnamed.isComplete(described, at: path), let described else { continue }
            if let event = table.apply(action: "add", path: path, described) {
                if !deliver(event, to: continuation) { isComplete = false }
            }
        }
        return isComplete
    }

    /// False when an older event had to give way.
    private static func deliver(_ event: DeviceEvent, to continuation: AsyncStream<DeviceEvent>.Continuation) -> Bool {
        if case .dropped = continuation.yield(event) { return false }
        return true
    }

    static func enumerate(
        _ context: borrowing UdevContext, _ subsystems: Set<DeviceSubsystem>, onlyInitialized: Bool
    ) -> [String: DeviceDescription] {
        guard let list = UdevEnumeration(context, subsystems: subsystems) else { return [:] }
        var found: [String: DeviceDescription] = [:]
        for path in list.syspaths {
            guard let device = UdevDevice(owning: udev_device_new_from_syspath(context.raw, path)) else { continue }
            // What udev has not finished yet is announced by it later.
            if onlyInitialized && !device.isInitialized { continue }
            if let description = device.description() { found[path] = description }
        }
        return found
    }
}
