import LinuxSystem
import Synchronization

/// SIGTERM and SIGINT as a descriptor, blocked for all threads.
enum TerminationSignals {
    static let descriptor = Holder()

    final class Holder: Sendable {
        private let signals = Mutex<Owned?>(nil)

        func set(_ value: consuming SignalFD) {
            let owned = Owned(value)
            signals.withLock { $0 = owned }
        }

        /// To be polled; nil when nobody has taken the signals.
        var borrowed: BorrowedDescriptor? { signals.withLock { $0?.signals.borrowed } }

        /// Whether one has come.
        func hasCome() -> Bool { signals.withLock { $0?.signals.next() } != nil }
    }

    private final class Owned: Sendable {
        let signals: SignalFD
        init(_ signals: consuming SignalFD) { self.signals = signals }
    }
}
