import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import RemoteControl

/// The connection to the room's control socket. Never waits; confined to the program's loop.
///
/// While the room is away what is pressed is lost, and not kept for later: nobody wants a call hung up that was made
/// after the key. Connects anew after a pause of 100 ms that doubles up to 5 s.
final class RoomLink {
    /// What the loop shall know.
    enum News {
        case status(StatusTree)
        /// The room took a key; its kernel event's time.
        case pressed(RemotePress, event: MonotonicTime)
        case lost(String)
    }

    private struct Pending {
        var press: RemotePress?
        var path: StatusPath?
        /// The kernel's time of a press.
        var event = MonotonicTime.zero
        var sent: MonotonicTime
    }

    /// A status with all figures of several calls has some 50 KB.
    private static let lineLimit = 8 << 20
    /// A room that does not answer for so long is taken as lost.
    private static let patience = Duration.seconds(10)
    private static let pressLimit = 16

    let path: String
    private let paths: [String]
    private var connection: Connection?
    private var framer = LineFramer(maximumLength: lineLimit)
    private var pending: [Int64: Pending] = [:]
    private var views: [StatusView] = []
    private var nextID: Int64 = 1
    private var delay: ReconnectDelay
    private(set) var dropped = 0

    /// Holds the socket, which has one owner.
    private final class Connection {
        let socket: FileDescriptor
        init(_ socket: consuming FileDescriptor) { self.socket = socket }
    }

    /// - Parameter paths: the parts of status to follow.
    init(path: String, paths: [String]) {
        self.path = path
        self.paths = paths
        delay = ReconnectDelay(at: .now)
    }

    var borrowed: BorrowedDescriptor? { connection?.socket.borrowed }
    var isConnected: Bool { connection != nil }

    /// When `tick` has something to do.
    var deadline: MonotonicTime? {
        connection == nil ? delay.due : pending.values.map(\.sent).min().map { $0 + Self.patience }
    }

    // MARK: - Connection

    /// Connects when it is time to; gives up a room that does not answer.
    func tick(_ now: MonotonicTime) -> [News] {
        if let oldest = pending.values.map(\.sent).min(), connection != nil,
            now - oldest > Self.patience.nanoseconds
        {
            return [lose("it has not answered for \(Self.patience)", now)]
        }
        guard connection == nil, let due = delay.due, due <= now else { return [] }
        do throws(SystemError) {
            connection = Connection(try UnixSocket.connect(to: path, isBlocking: false))
        } catch {
            delay.failed(at: now)
            return []
        }
        framer = LineFramer(maximumLength: Self.lineLimit)
        delay.succeeded()
        for path in paths {
            guard let parsed = StatusPath(parsing: path) else { continue }
            _ = send(.statusSubscribe, ["path": .string(path)], Pending(path: parsed, sent: now))
        }
        return []
    }

    private func lose(_ reason: String, _ now: MonotonicTime) -> News {
        connection = nil
        pending = [:]
        views = []
        delay.lost(at: now)
        return .lost(reason)
    }

    // MARK: - To the room

    /// Presses a key or types a sign; false when it is lost, because the room is away or has fallen behind.
    func press(_ press: RemotePress, event: MonotonicTime, at now: MonotonicTime) -> Bool {
        let waiting = pending.values.count { $0.press != nil }
        // A held key never piles up before a slow room.
        guard connection != nil, waiting < (press.isRepeat ? 1 : Self.pressLimit) else {
            dropped += 1
            return false
        }
        let request = Pending(press: press, event: event, sent: now)
        switch press.meaning {
        case .key(let key):
            var parameters: [String: JSONValue] = ["key": .string(key.rawValue)]
            if press.isRepeat { parameters["repeat"] = true }
            return send(.keyPress, parameters, request)
        case .text(let text): return send(.keyType, ["text": .string(text)], request)
        }
    }

    func report(_ report: TelevisionReport, at now: MonotonicTime) {
        _ = send(.displayTV, report.members, Pending(sent: now))
    }

    /// Has the room leave standby.
    func wake(at now: MonotonicTime) { _ = send(.roomStandby, ["enabled": false], Pending(sent: now)) }

    private func send(_ method: ControlMethod, _ parameters: [String: JSONValue], _ request: Pending) -> Bool {
        guard let raw = borrowed?.rawValue else { return false }
        let id = nextID
        nextID += 1
        let line = ControlMessage(id: .integer(id), method: method.rawValue, parameters: .object(parameters)).json
        let bytes = line.serializedBytes + [UInt8(ascii: "\n")]
        let sent = Glibc.send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        guard sent == bytes.count else {
            dropped += 1
            // Half a line would spoil all that follow; reading from the closed socket tells the loop.
            if sent > 0 { shutdown(raw, Int32(SHUT_RDWR)) }
            return false
        }
        pending[id] = request
        return true
    }

    // MARK: - From the room

    /// Takes what has come.
    func receive(_ now: MonotonicTime) -> [News] {
        guard let raw = borrowed?.rawValue else { return [] }
        var chunk = [UInt8](repeating: 0, count: 32 << 10)
        var lines: [LineFramer.Output] = []
        var end: String?
        while end == nil {
            let count = recv(raw, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            let code = errno
            if count > 0 {
                framer.append(chunk.span.extracting(0..<count)) { lines.append($0) }
            } else if count < 0, code == EAGAIN {
                break
            } else if count == 0 || code != EINTR {
                end = count == 0 ? "it closed the connection" : SystemError.name(of: code)
            }
        }
        var news: [News] = []
        for line in lines {
            guard case .line(let bytes, _) = line, let message = try? JSONValue(parsing: bytes) else {
                end = "it says what is no JSON-RPC"
                break
            }
            if let found = take(message) { news.append(found) } else { end = "a change of its status was missed" }
        }
        if let end { news.append(lose(end, now)) }
        return news
    }

    /// Nil when the status can no longer be followed.
    private func take(_ message: JSONValue) -> News? {
        if let change = StatusNotification(json: message) {
            guard let index = views.firstIndex(where: { $0.subscription == change.subscription }) else {
                return .status(status)
            }
            return views[index].apply(change) ? .status(status) : nil
        }
        guard let id = message["id"]?.integerValue, let request = pending.removeValue(forKey: id) else {
            return .status(status)
        }
        if let path = request.path, let number = message["result"]?["subscription"]?.integerValue {
            views.append(
                StatusView(subscription: number, path: path, value: message["result"]?["value"] ?? .null))
        }
        if let press = request.press { return .pressed(press, event: request.event) }
        return .status(status)
    }

    /// All that is followed, in one tree.
    private var status: StatusTree {
        var tree = StatusTree()
        for view in views { tree.set(view.value, at: view.path) }
        return tree
    }
}
