import LinuxSystem
import MediaPipelines
import RTP
import Synchronization

/// One packet as it would have gone over the network.
struct SentPacket: Sendable {
    let header: RTPHeader
    let payload: [UInt8]
    let time: MonotonicTime
    let bytes: [UInt8]
}

/// Keeps what is sent in memory.
final class FakeTransport: RTPTransport {
    private let sent = Mutex<[SentPacket]>([])
    private let malformed = Mutex(0)
    private let event: EventFD

    init() throws(SystemError) { event = try EventFD() }

    var packets: [SentPacket] { sent.withLock { $0 } }
    var count: Int { sent.withLock { $0.count } }
    var malformedCount: Int { malformed.withLock { $0 } }
    func clear() { sent.withLock { $0 = [] } }

    var localPort: UInt16 { 5004 }
    var localControlPort: UInt16 { 5005 }
    func setRemote(_ rtp: IPEndpoint, control: IPEndpoint) {}
    var signalledRemote: IPEndpoint { .any(port: 0) }
    var signalledRemoteControl: IPEndpoint { .any(port: 0) }
    var descriptor: BorrowedDescriptor { event.borrowed }
    var controlDescriptor: BorrowedDescriptor? { nil }
    func receive(into batch: inout DatagramBatch) throws(SystemError) -> Int { 0 }
    func receiveControl(into batch: inout DatagramBatch) throws(SystemError) -> Int { 0 }
    func learnRemote(_ source: IPEndpoint, isControl: Bool) {}
    func sendControl(_ packet: UnsafeRawBufferPointer) {}

    func send(_ packets: UnsafeBufferPointer<OutgoingDatagram>) -> Int {
        let now = MonotonicTime.now
        for datagram in packets {
            let bytes = Array(datagram.prefix) + Array(datagram.payload)
            bytes.withUnsafeBytes { raw in
                guard let view = RTPPacketView(parsing: raw) else { return malformed.withLock { $0 += 1 } }
                let packet = SentPacket(
                    header: view.header, payload: Array(view.payload(in: raw)), time: now, bytes: bytes)
                sent.withLock { $0.append(packet) }
            }
        }
        return packets.count
    }
}
