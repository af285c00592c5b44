import CLinux

/// Tells the service manager how the process fares (sd_notify(3)'s datagram protocol).
///
/// Without `NOTIFY_SOCKET` in the environment each call does nothing.
package final class ServiceNotifier: Sendable {
    private let descriptor: FileDescriptor
    private let path: [UInt8]
    /// How often the manager wants to hear `WATCHDOG=1` (half of WATCHDOG_USEC); nil without a watchdog.
    package let watchdogInterval: Duration?

    package init() {
        watchdogInterval = Self.environment("WATCHDOG_USEC").flatMap { Int64($0) }.map { .microseconds(max($0, 2) / 2) }
        guard let name = Self.environment("NOTIFY_SOCKET"), !name.isEmpty, name.utf8.count < 108 else {
            descriptor = FileDescriptor(owning: -1)
            path = []
            return
        }
        // A leading @ stands for an abstract socket, whose name begins with a zero byte.
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        let raw = CLinux.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        descriptor = FileDescriptor(owning: raw)
        path = raw >= 0 ? bytes : []
    }

    /// Sends assignments such as "READY=1" or "STATUS=In a call"; lost when the manager does not listen.
    package func send(_ assignments: String) {
        guard !path.isEmpty else { return }
        let message = Array(assignments.utf8)
        _ = convene_send_to_unix(descriptor.borrowed.rawValue, path, path.count, message, message.count)
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }
}
