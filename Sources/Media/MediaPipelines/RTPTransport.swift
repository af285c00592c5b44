package import LinuxSystem

/// The way of one media stream over the network: plain UDP here, SRTP or ICE with DTLS behind the same port.
///
/// Sending may happen on any one thread at a time; receiving belongs to the call's network thread.
package protocol RTPTransport: AnyObject, Sendable {
    /// The ports to be written into SDP.
    var localPort: UInt16 { get }
    var localControlPort: UInt16 { get }
    /// Where RTP and RTCP go. Set from SDP, then from where packets really come (symmetric RTP, RFC 4961).
    func setRemote(_ rtp: IPEndpoint, control: IPEndpoint)
    /// What `setRemote` said last, whatever was learned since. Real-time safe.
    var signalledRemote: IPEndpoint { get }
    var signalledRemoteControl: IPEndpoint { get }
    /// Sends RTP packets in order; returns how many the network took. Real-time safe.
    func send(_ packets: UnsafeBufferPointer<OutgoingDatagram>) -> Int
    /// Sends one compound RTCP packet. Real-time safe.
    func sendControl(_ packet: UnsafeRawBufferPointer)
    /// Readable when RTP (or multiplexed RTCP) waits.
    var descriptor: BorrowedDescriptor { get }
    /// Readable when RTCP waits on a port of its own; nil when it is multiplexed (RFC 5761).
    var controlDescriptor: BorrowedDescriptor? { get }
    /// Takes what waits on the RTP port into `batch`; 0 when nothing does.
    func receive(into batch: inout DatagramBatch) throws(SystemError) -> Int
    /// Takes what waits on the RTCP port into `batch`; 0 when nothing does.
    func receiveControl(into batch: inout DatagramBatch) throws(SystemError) -> Int
    /// Tells where the last accepted packet came from.
    func learnRemote(_ source: IPEndpoint, isControl: Bool)
}
