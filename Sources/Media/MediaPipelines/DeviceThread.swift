import LinuxSystem
import RealtimeSupport
import Synchronization

/// A device's thread with what the control side tells it: commands in their order, whether to stream, and who takes or
/// gives what the device has. The part that camera, microphone and loudspeaker have in common; any thread may call it.
final class DeviceThread<Command: Sendable, Peer: AnyObject & Sendable>: Sendable {
    let doorbell: Doorbell
    let commands: CommandQueue<Command>
    let peers: OutputList<Peer>
    private let thread: MediaThread
    private let streaming = Atomic<Bool>(false)

    init(name: String) throws(SystemError) {
        thread = try MediaThread(name: name)
        doorbell = try Doorbell()
        commands = CommandQueue(doorbell: doorbell)
        peers = OutputList(doorbell: doorbell)
    }

    func start(
        scheduling: ThreadScheduling, _ body: @escaping @Sendable (MediaThread) -> Void
    ) throws(SystemError) {
        try thread.start(scheduling: scheduling, body)
    }

    /// Ends the thread, which closes its device.
    func stop() {
        thread.requestStop()
        doorbell.ring()
        thread.stopAndJoin()
    }

    /// Whether the device shall stream; one that rests stays open and costs nothing.
    var streams: Bool { streaming.load(ordering: .acquiring) }

    func setStreaming(_ value: Bool) {
        streaming.store(value, ordering: .releasing)
        doorbell.ring()
    }

    /// For the watchdog.
    var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    func nudge() { doorbell.ring() }
}
