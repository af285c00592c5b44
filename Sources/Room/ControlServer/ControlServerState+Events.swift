import ControlProtocol
import Glibc
import LinuxSystem
import NIOCore
import Synchronization

extension ControlServerState {
    /// Numbers the event and hands it to those who asked for it. Any thread that may take a lock.
    func publish(_ event: ControlEvent) {
        let numbered = shared.withLock { shared -> NumberedEvent? in
            shared.lastEvent += 1
            guard shared.eventSubscriptions > 0 else { return nil }
            return NumberedEvent(event: event, number: shared.lastEvent, time: UTCTime.text(Int64(time(nil))))
        }
        guard let numbered else { return }
        eventLoop.execute {
            for connection in self.connections { connection.send(numbered) }
        }
    }

    var lastEventNumber: Int64 { shared.withLock { $0.lastEvent } }

    func eventSubscriptionsChanged(by difference: Int) {
        guard difference != 0 else { return }
        shared.withLock { $0.eventSubscriptions += difference }
    }
}
