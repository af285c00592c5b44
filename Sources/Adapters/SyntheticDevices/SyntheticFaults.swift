package import LinuxSystem
import RealtimeSupport
import Synchronization

/// Makes a synthetic device misbehave, from any thread: for tests and for trying out what a room does then.
///
/// One object may be given to one device after another, as a socket that things are plugged into.
package final class SyntheticFaults: Sendable {
    private let unplugged = Atomic<Bool>(false)
    private let stalled = Atomic<Bool>(false)
    private let bell: Doorbell

    package init() throws(SystemError) { bell = try Doorbell() }

    /// The device is gone: the call that waits for it throws `.gone`, and no other can be started until `plugIn`.
    package func unplug() {
        unplugged.store(true, ordering: .releasing)
        bell.ring()
    }

    package func plugIn() { unplugged.store(false, ordering: .releasing) }

    /// Nothing more comes out, or is taken, without any error.
    package func stall() { stalled.store(true, ordering: .releasing) }

    package func resume() {
        stalled.store(false, ordering: .releasing)
        bell.ring()
    }

    package var isUnplugged: Bool { unplugged.load(ordering: .acquiring) }
    package var isStalled: Bool { stalled.load(ordering: .acquiring) }

    /// Readable when something has changed since `acknowledge`.
    var descriptor: BorrowedDescriptor { bell.descriptor }

    func acknowledge() { bell.drain() }
}
