import Glibc
import LinuxSystem
import RealtimeSupport
import Synchronization

/// Sees the packets on the loopback interface, so that calls of any program are timed by the same observer.
///
/// It notes the first INVITE and the first RTP packet to a port that an SDP named for video.
final class PacketWatch: Sendable {
    struct Times: Sendable {
        var invite: MonotonicTime?
        var answer: MonotonicTime?
        var firstVideo: MonotonicTime?
        var videoPorts: Set<UInt16> = []
    }

    private let socket: FileDescriptor
    private let thread: MediaThread
    private let seen = Mutex(Times())

    /// Begins to watch; nil without the right to (CAP_NET_RAW).
    static func start() throws -> PacketWatch? {
        // A raw socket gets a copy of each UDP packet that arrives, with its IPv4 header (raw(7)).
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_UDP))
        guard descriptor >= 0 else { return nil }
        return try PacketWatch(FileDescriptor(owning: descriptor))
    }

    private init(_ socket: consuming FileDescriptor) throws {
        self.socket = socket
        thread = try MediaThread(name: "packet-watch")
        try thread.start { [self] thread in
            var poll = PollSet(count: 2)
            poll.watch(0, self.socket.borrowed, for: .readable)
            poll.watch(1, thread.stopDescriptor, for: .readable)
            var packet = [UInt8](repeating: 0, count: 65_536)
            while !thread.isStopping, (try? poll.wait()) != nil {
                let count = recv(self.socket.borrowed.rawValue, &packet, packet.count, Int32(MSG_DONTWAIT))
                if count > 0 { seen.withLock { $0.note(packet[..<count], at: .now) } }
            }
        }
    }

    /// Ends the watch and gives what was seen.
    func stop() -> Times {
        thread.stopAndJoin()
        return seen.withLock { $0 }
    }
}

extension PacketWatch.Times {
    /// Takes an IPv4 packet into account.
    fileprivate mutating func note(_ packet: ArraySlice<UInt8>, at time: MonotonicTime) {
        guard packet.count >= 28, packet[0] >> 4 == 4, packet[9] == UInt8(IPPROTO_UDP) else { return }
        let header = Int(packet[0] & 15) * 4
        guard packet.count > header + 8 else { return }
        let destination = UInt16(packet[header + 2]) << 8 | UInt16(packet[header + 3])
        let payload = packet[(header + 8)...]
        if let first = payload.first, first >> 6 == 2 {
            // Payload types 72 to 76 with the marker are RTCP's (RFC 5761 §4).
            let kind = payload.dropFirst().first.map { $0 & 0x7f } ?? 0
            if firstVideo == nil, videoPorts.contains(destination), !(72...76).contains(kind) { firstVideo = time }
            return
        }
        guard payload.starts(with: "INVITE ".utf8) || payload.starts(with: "SIP/2.0 ".utf8) else { return }
        if invite == nil, payload.starts(with: "INVITE ".utf8) { invite = time }
        let text = String(decoding: payload, as: UTF8.self)
        if answer == nil, invite != nil, text.hasPrefix("SIP/2.0 200"), text.contains("INVITE") { answer = time }
        if let media = text.firstRange(of: "m=video ") {
            let port = text[media.upperBound...].prefix { $0.isNumber }
            if let port = UInt16(port), port != 0 { videoPorts.insert(port) }
        }
    }
}
