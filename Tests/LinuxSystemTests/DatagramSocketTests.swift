import Glibc
import Testing

@testable import LinuxSystem

@Suite("UDP sockets")
struct DatagramSocketTests {
    private static let lengths = [7, 1200, 1200, 1200, 300, 1200, 1200, 1, 64, 64, 65, 64]

    /// Sends datagrams of `lengths`, each of two parts; gives what the receiver got.
    private func carried(
        _ lengths: [Int], from sender: borrowing DatagramSocket, over address: IPEndpoint
    ) throws -> (sent: [[UInt8]], got: [[UInt8]]) {
        let receiver = try DatagramSocket(bindingTo: address)
        let sent = lengths.enumerated().map { number, length in
            (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) }
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: lengths.reduce(0, +), alignment: 16)
        defer { memory.deallocate() }
        var datagrams: [OutgoingDatagram] = []
        var start = 0
        for body in sent {
            let part = UnsafeMutableRawBufferPointer(rebasing: memory[start..<(start + body.count)])
            part.copyBytes(from: body)
            start += body.count
            let head = min(body.count, 12)
            datagrams.append(
                OutgoingDatagram(
                    prefix: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(part)[..<head]),
                    payload: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(part)[head...])))
        }
        let taken = try datagrams.withUnsafeBufferPointer {
            try sender.send($0, to: address.with(port: receiver.port))
        }
        #expect(taken == sent.count)
        var batch = DatagramBatch(capacity: 64, slotLength: 2048)
        var got: [[UInt8]] = []
        while case let count = try batch.receive(from: receiver), count > 0 {
            for index in 0..<count { got.append(Array(batch.bytes(index))) }
        }
        return (sent, got)
    }

    @Test("A batch arrives as it was cut, in order, whatever the lengths", arguments: ["127.0.0.1", "::1"])
    func batch(_ host: String) throws {
        let address = try #require(IPEndpoint(address: host, port: 0))
        let sender = try DatagramSocket(bindingTo: address)
        for lengths in [Self.lengths, Array(repeating: 1200, count: 60), [1], [12, 12], [13, 12, 11]] {
            let outcome = try carried(lengths, from: sender, over: address)
            #expect(outcome.got == outcome.sent)
        }
        let isCutting = sender.sendsSegments
        #expect(isCutting)
    }

    @Test("Where the way takes no segments each datagram goes alone, and all of them go")
    func noSegments() throws {
        let address = try #require(IPEndpoint(address: "127.0.0.1", port: 0))
        let sender = try DatagramSocket(bindingTo: address)
        // Without checksums the kernel refuses to cut (udp_send_skb, EINVAL).
        var on: Int32 = 1
        try #require(
            setsockopt(
                sender.borrowed.rawValue, SOL_SOCKET, SO_NO_CHECK, &on, socklen_t(MemoryLayout.size(ofValue: on))) == 0)
        for _ in 0..<2 {
            let outcome = try carried(Self.lengths, from: sender, over: address)
            #expect(outcome.got == outcome.sent)
            let isCutting = sender.sendsSegments
            #expect(!isCutting)
        }
    }

    @Test("A way that is down for another reason is no reason to stop cutting")
    func unreachable() throws {
        let sender = try DatagramSocket(bindingTo: .any(port: 0))
        let nowhere = try #require(IPEndpoint(address: "255.255.255.255", port: 9))
        let body = [UInt8](repeating: 1, count: 100)
        body.withUnsafeBytes { bytes in
            let one = OutgoingDatagram(prefix: bytes, payload: UnsafeRawBufferPointer(start: nil, count: 0))
            // To a broadcast address without leave: EACCES.
            _ = [one, one, one].withUnsafeBufferPointer { batch in
                #expect(throws: SystemError.self) { try sender.send(batch, to: nowhere) }
            }
        }
        let isCutting = sender.sendsSegments
        #expect(isCutting)
    }
}
