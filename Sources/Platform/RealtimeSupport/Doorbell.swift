package import LinuxSystem

/// An eventfd that several threads share: any of them rings, one waits and drains.
package final class Doorbell: Sendable {
    private let event: EventFD

    package init() throws(SystemError) { event = try EventFD() }

    /// To be polled by the thread that waits; valid while the doorbell lives.
    package var descriptor: BorrowedDescriptor { event.borrowed }

    /// Wakes the thread that waits. Real-time safe.
    package func ring() { event.signal() }

    /// Takes all rings back. Real-time safe.
    package func drain() { event.drain() }
}
