import CDatagrams
import CLinux
import Synchronization

/// An IP address and port. IPv4 addresses are held as IPv4-mapped IPv6 ones (RFC 4291 §2.5.5.2).
package struct IPEndpoint: Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
    /// 16 bytes in network order, as two big-endian halves.
    package let high: UInt64
    package let low: UInt64
    package let port: UInt16
    /// Interface index of a link-local address; 0 otherwise.
    package let scope: UInt32

    package init(high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0) {
        self.high = high
        self.low = low
        self.port = port
        self.scope = scope
    }

    /// Reads a numeric IPv4 or IPv6 address ("192.0.2.1", "2001:db8::1"); nil for anything else, names included.
    package init?(address: String, port: UInt16) {
        guard address.utf8.count <= 64 else { return nil }
        var four: UInt32 = 0
        if inet_pton(AF_INET, address, &four) == 1 {
            self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: four)), port: port)
            return
        }
        var sixteen: (UInt64, UInt64) = (0, 0)
        guard inet_pton(AF_INET6, address, &sixteen) == 1 else { return nil }
        self.init(high: UInt64(bigEndian: sixteen.0), low: UInt64(bigEndian: sixteen.1), port: port)
    }

    /// All local addresses (::, which takes IPv4 too).
    package static func any(port: UInt16) -> IPEndpoint { IPEndpoint(high: 0, low: 0, port: port) }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
    package var isUnspecified: Bool { high == 0 && (low == 0 || low == 0xFFFF_0000_0000) }

    /// The same address with another port.
    package func with(port: UInt16) -> IPEndpoint { IPEndpoint(high: high, low: low, port: port, scope: scope) }

    /// Whether both stand for the same host.
    package func hasSameAddress(as other: IPEndpoint) -> Bool { high == other.high && low == other.low }

    /// The address without port, as SDP and SIP write it.
    package var address: String {
        var text = [CChar](repeating: 0, count: 64)
        if isIPv4 {
            var four = UInt32(truncatingIfNeeded: low).bigEndian
            _ = inet_ntop(AF_INET, &four, &text, 64)
        } else {
            var sixteen = (high.bigEndian, low.bigEndian)
            _ = inet_ntop(AF_INET6, &sixteen, &text, 64)
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package var description: String { isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }

    fileprivate var raw: convene_endpoint {
        var endpoint = convene_endpoint()
        withUnsafeMutableBytes(of: &endpoint.address) {
            $0.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        endpoint.port = port
        endpoint.scope = scope
        return endpoint
    }

    fileprivate init(_ raw: convene_endpoint) {
        var copy = raw
        let halves = withUnsafeBytes(of: &copy.address) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(high: halves.0, low: halves.1, port: raw.port, scope: raw.scope)
    }
}

/// One datagram to be sent: two parts that the kernel puts together. The memory is the caller's until the call returns.
package struct OutgoingDatagram: BitwiseCopyable {
    package var prefix: UnsafeRawBufferPointer
    package var payload: UnsafeRawBufferPointer

    package init(prefix: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) {
        self.prefix = prefix
        self.payload = payload
    }
}

/// A bound UDP socket for IPv4 and IPv6 that never blocks. Sending and receiving may happen on different threads.
package struct DatagramSocket: ~Copyable, Sendable {
    /// Datagrams in one system call at most.
    package static let batchLimit = Int(CONVENE_BATCH_LIMIT)

    private let descriptor: FileDescriptor
    package let port: UInt16
    /// Whether datagrams of one length leave as one message that the kernel cuts (UDP_SEGMENT), until a way turns out
    /// not to take it.
    private let segments: Atomic<Bool>

    /// Binds to `local`; port 0 lets the kernel choose.
    package init(bindingTo local: IPEndpoint) throws(SystemError) {
        var raw = local.raw
        let opened = FileDescriptor(
            owning: try retryingOnInterrupt("bind(UDP \(local))") { convene_udp_open(&raw) })
        let number = opened.borrowed.rawValue
        port = UInt16(truncatingIfNeeded: try retryingOnInterrupt("getsockname") { convene_udp_port(number) })
        segments = Atomic(convene_udp_segments(number) != 0)
        descriptor = opened
    }

    var sendsSegments: Bool { segments.load(ordering: .relaxed) }

    /// To be polled for reading.
    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// Sends datagrams to one peer, in order. Real-time safe: no allocation, one system call for each 64.
    ///
    /// Neighbours of one length, such as the fragments of a picture, pass the kernel's network code as one message that
    /// is cut at its end (UDP_SEGMENT, udp(7)); where a way turns out not to take that, each goes alone.
    ///
    /// - Returns: how many the kernel took; fewer when its queue is full (the rest is lost, as a network loses them).
    package func send(_ datagrams: UnsafeBufferPointer<OutgoingDatagram>, to peer: IPEndpoint) throws(SystemError)
        -> Int
    {
        var destination = peer.raw
        var sent = 0
        while sent < datagrams.count {
            let count = min(datagrams.count - sent, Self.batchLimit)
            let result = withUnsafeTemporaryAllocation(of: convene_outgoing.self, capacity: count) { items -> Int32 in
                for index in 0..<count {
                    let datagram = datagrams[sent + index]
                    items[index] = convene_outgoing(
                        prefix: datagram.prefix.baseAddress, prefix_length: datagram.prefix.count,
                        payload: datagram.payload.baseAddress, payload_length: datagram.payload.count)
                }
                var inOne: Int32 = segments.load(ordering: .relaxed) ? 1 : 0
                let before = inOne
                let sent = convene_udp_send(
                    borrowed.rawValue, &destination, items.baseAddress, Int32(count), &inOne)
                if inOne != before { segments.store(false, ordering: .relaxed) }
                return sent
            }
            if result < 0 {
                let number = convene_errno()
                if number == EAGAIN || number == ENOBUFS { return sent }
                throw SystemError(operation: "sendmmsg(\(peer))", errno: number)
            }
            sent += Int(result)
            if result < count { return sent }
        }
        return sent
    }
}

/// Room for a batch of received datagrams, made once. Confined to the thread that receives.
package struct DatagramBatch: ~Copyable {
    private let storage: UnsafeMutableRawPointer
    private let items: UnsafeMutablePointer<convene_incoming>
    private let slotLength: Int
    private let capacity: Int

    /// - Parameters:
    ///   - capacity: datagrams in one call, 1 to 64.
    ///   - slotLength: longest datagram in bytes; longer ones are told as truncated.
    package init(capacity: Int, slotLength: Int) {
        self.capacity = min(max(capacity, 1), DatagramSocket.batchLimit)
        self.slotLength = max(slotLength, 64)
        storage = .allocate(byteCount: self.capacity * self.slotLength, alignment: 16)
        items = .allocate(capacity: self.capacity)
        items.initialize(repeating: convene_incoming(), count: self.capacity)
    }

    deinit {
        storage.deallocate()
        items.deallocate()
    }

    /// Takes what waits in the socket. Real-time safe.
    ///
    /// - Returns: how many datagrams came; 0 when none waits. An ICMP error of an earlier datagram counts as none.
    package mutating func receive(from socket: borrowing DatagramSocket) throws(SystemError) -> Int {
        let result = convene_udp_receive(
            socket.borrowed.rawValue, storage, slotLength, items, Int32(capacity))
        if result < 0 {
            let number = convene_errno()
            if number == EAGAIN || number == ECONNREFUSED { return 0 }
            throw SystemError(operation: "recvmmsg", errno: number)
        }
        return Int(result)
    }

    /// The bytes of datagram `index` of the last call; empty for one that was longer than a slot.
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        precondition(index >= 0 && index < capacity, "datagram index")
        if items[index].truncated != 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: storage + index * slotLength, count: min(items[index].length, slotLength))
    }

    /// Where datagram `index` of the last call came from.
    package func source(_ index: Int) -> IPEndpoint {
        precondition(index >= 0 && index < capacity, "datagram index")
        return IPEndpoint(items[index].source)
    }

    /// When the kernel received it, in CLOCK_REALTIME nanoseconds; 0 when it did not say.
    package func receivedAt(_ index: Int) -> Int64 {
        precondition(index >= 0 && index < capacity, "datagram index")
        return items[index].received
    }
}
