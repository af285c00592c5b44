import LinuxSystem
import RTP

/// Whose packets are a stream's: those of one source that come from one address (RFC 7362 §4, and what its §5 warns
/// of). Without it, whoever learns a source number could take the stream over, or carry its numbers away.
///
/// An address that signalling gave is believed at once. Any other, as that of a far end behind a NAT, is believed while
/// nothing better is known, and later only when the present one has been silent and it has sent some packets in a row.
/// Confined to the network thread.
struct SourceLatch {
    enum Verdict {
        /// It is the present source.
        case belongs
        /// The first of another source, which is the present one from here on.
        case begins
        case stranger
    }

    /// Another source takes over after so many packets of its own, and when the present one has been silent for so
    /// long: a far end that began anew, another address of its NAT, or a transfer.
    private static let takeOver = 8
    private static let takeOverSilence: Int64 = 250_000_000

    private(set) var ssrc: SSRC?
    private var address: IPEndpoint?
    private var controlAddress: IPEndpoint?
    private var candidate: (ssrc: SSRC, address: IPEndpoint)?
    private var candidatePackets = 0
    private var hasLeft = false

    // MARK: - Real-time

    /// Judges one RTP packet, of `source` from `address`.
    ///
    /// - Parameters:
    ///   - signalled: where the far end's description says that it receives; it sends from there, too (RFC 4961).
    ///   - silence: nanoseconds since the present source's last packet.
    mutating func judge(_ source: SSRC, from address: IPEndpoint, signalled: IPEndpoint, silence: Int64) -> Verdict {
        guard let ssrc, let present = self.address else {
            take(source, address)
            return .begins
        }
        if source == ssrc, address == present {
            candidate = nil
            return .belongs
        }
        let isVouchedFor = address != present && address.isSame(as: signalled)
        guard isVouchedFor || takesOver(source, address, silence) else { return .stranger }
        take(source, address)
        // The same source from another address goes on with its numbers.
        return source == ssrc ? .belongs : .begins
    }

    /// Whether RTCP from `address` is the far end's: it comes from the host that sends the stream, or from the one that
    /// signalling gave; before the stream's first packet, from the host that was heard first.
    mutating func allowsControl(from address: IPEndpoint, signalled: IPEndpoint) -> Bool {
        if address.hasSameAddress(as: signalled) { return true }
        if let known = self.address ?? controlAddress { return address.hasSameAddress(as: known) }
        controlAddress = address
        return true
    }

    /// The source has left: another need not wait until this one has been silent.
    mutating func noteGoodbye() { hasLeft = true }

    private mutating func take(_ source: SSRC, _ address: IPEndpoint) {
        ssrc = source
        self.address = address
        candidate = nil
        hasLeft = false
    }

    private mutating func takesOver(_ source: SSRC, _ address: IPEndpoint, _ silence: Int64) -> Bool {
        if candidate?.ssrc != source || candidate?.address != address {
            candidate = (source, address)
            candidatePackets = 0
        }
        candidatePackets += 1
        return candidatePackets >= Self.takeOver && (hasLeft || silence >= Self.takeOverSilence)
    }
}

extension IPEndpoint {
    /// Signalling knows no interface index.
    fileprivate func isSame(as signalled: IPEndpoint) -> Bool {
        port == signalled.port && hasSameAddress(as: signalled)
    }
}
