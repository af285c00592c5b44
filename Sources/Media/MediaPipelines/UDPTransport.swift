import Glibc
package import LinuxSystem
import RealtimeSupport
import Synchronization

/// RTP and RTCP over plain UDP on an even port and the one above it (RFC 3550 §11).
package final class UDPTransport: RTPTransport {
    private let rtp: DatagramSocket
    private let control: DatagramSocket
    private let remote: AtomicSnapshot<IPEndpoint>
    private let remoteControl: AtomicSnapshot<IPEndpoint>
    private let signalled: AtomicSnapshot<IPEndpoint>
    private let signalledControl: AtomicSnapshot<IPEndpoint>
    /// Held by whoever changes the remote addresses: the control side at offer/answer, the network thread when it
    /// learns one. Never by senders.
    private let changes = Mutex<Void>(())

    /// Binds a pair of ports within `ports`, or wherever the kernel likes when the range is nil.
    package convenience init(address: IPEndpoint, ports: ClosedRange<UInt16>? = nil) throws(SystemError) {
        // Even numbers with their odd neighbour inside the range.
        let range = ports ?? 16_384...55_999
        let lowest = (Int(range.lowerBound) + 1) & ~1
        let pairs = (Int(range.upperBound) - lowest + 1) / 2
        guard pairs > 0 else { throw SystemError(operation: "bind(RTP, \(range))", errno: EADDRNOTAVAIL) }
        let start = Int.random(in: 0..<pairs)
        var last = SystemError(operation: "bind(RTP)", errno: EADDRINUSE)
        for attempt in 0..<min(pairs, 64) {
            let first = UInt16(lowest + (start + attempt) % pairs * 2)
            do {
                let even = try DatagramSocket(bindingTo: address.with(port: first))
                let odd = try DatagramSocket(bindingTo: address.with(port: first + 1))
                self.init(rtp: even, control: odd)
                return
            } catch { last = error }
        }
        throw last
    }

    private init(rtp: consuming DatagramSocket, control: consuming DatagramSocket) {
        self.rtp = rtp
        self.control = control
        remote = AtomicSnapshot(.any(port: 0))
        remoteControl = AtomicSnapshot(.any(port: 0))
        signalled = AtomicSnapshot(.any(port: 0))
        signalledControl = AtomicSnapshot(.any(port: 0))
    }

    package var localPort: UInt16 { rtp.port }
    package var localControlPort: UInt16 { control.port }
    package var descriptor: BorrowedDescriptor { rtp.borrowed }
    package var controlDescriptor: BorrowedDescriptor? { control.borrowed }

    package var signalledRemote: IPEndpoint { signalled.load() }
    package var signalledRemoteControl: IPEndpoint { signalledControl.load() }

    package func setRemote(_ rtp: IPEndpoint, control: IPEndpoint) {
        changes.withLock { _ in
            signalled.store(rtp)
            signalledControl.store(control)
            remote.store(rtp)
            remoteControl.store(control)
        }
    }

    package func learnRemote(_ source: IPEndpoint, isControl: Bool) {
        let target = isControl ? remoteControl : remote
        if target.load() == source { return }
        changes.withLock { _ in target.store(source) }
    }

    // MARK: - Real-time

    package func send(_ packets: UnsafeBufferPointer<OutgoingDatagram>) -> Int {
        let peer = remote.load()
        guard peer.port != 0, !peer.isUnspecified else { return 0 }
        // A network that is down loses packets; the call lives on signalling and on RTCP.
        return (try? rtp.send(packets, to: peer)) ?? 0
    }

    package func sendControl(_ packet: UnsafeRawBufferPointer) {
        let peer = remoteControl.load()
        guard peer.port != 0, !peer.isUnspecified else { return }
        var datagram = OutgoingDatagram(prefix: packet, payload: UnsafeRawBufferPointer(start: nil, count: 0))
        // Multiplexed RTCP leaves from the RTP port, too (RFC 5761 §5.1.1).
        let isMultiplexed = peer == remote.load()
        withUnsafePointer(to: &datagram) {
            let batch = UnsafeBufferPointer(start: $0, count: 1)
            _ = isMultiplexed ? try? rtp.send(batch, to: peer) : try? control.send(batch, to: peer)
        }
    }

    package func receive(into batch: inout DatagramBatch) throws(SystemError) -> Int { try batch.receive(from: rtp) }

    package func receiveControl(into batch: inout DatagramBatch) throws(SystemError) -> Int {
        try batch.receive(from: control)
    }
}
