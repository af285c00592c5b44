package import ControlProtocol
import Glibc
package import LinuxSystem

/// A connection to the control socket for programs that may wait: convenectl, tests, benchmarks.
///
/// Blocking; confined to one thread at a time. Notifications that come while an answer is waited for are kept, in
/// order, for `nextChange`.
package struct ControlClient: ~Copyable, Sendable {
    /// The longest line that is taken from the terminal: a picture of its screen in base64 is the largest.
    package static let answerLimit = 96 << 20

    package let path: String
    private let socket: FileDescriptor
    private var framer = LineFramer(maximumLength: answerLimit)
    private var lines: [LineFramer.Output] = []
    private var notifications: [StatusNotification] = []
    private var nextID: Int64 = 1

    /// Connects to the socket at `path`.
    package init(path: String) throws(ControlClientError) {
        self.init(path: path, socket: try Self.connect(to: path))
    }

    /// Apart from the above, which may throw: Swift 6.2.3 does not compile one that has begun to fill its properties.
    private init(path: String, socket: consuming FileDescriptor) {
        self.path = path
        self.socket = socket
    }

    private static func connect(to path: String) throws(ControlClientError) -> FileDescriptor {
        do throws(SystemError) {
            return try UnixSocket.connect(to: path)
        } catch {
            throw .cannotConnect(path: path, error)
        }
    }

    /// For poll(2): readable when something came that no call has taken yet.
    package var borrowed: BorrowedDescriptor { socket.borrowed }

    // MARK: - Requests

    /// Calls a method and waits for its result.
    ///
    /// - Parameter timeout: nil waits without end.
    package mutating func request(
        _ method: ControlMethod, _ parameters: [String: JSONValue] = [:], timeout: Duration? = .seconds(30)
    ) throws(ControlClientError) -> JSONValue {
        try request(named: method.rawValue, .object(parameters), timeout: timeout)
    }

    /// The same for any name and any parameters, for the raw mode of convenectl and for tests.
    package mutating func request(
        named method: String, _ parameters: JSONValue?, timeout: Duration? = .seconds(30)
    ) throws(ControlClientError) -> JSONValue {
        let id = nextID
        nextID += 1
        try send(ControlMessage(id: .integer(id), method: method, parameters: parameters).json.serializedBytes)
        let deadline = timeout.map { MonotonicTime.now + $0 }
        while true {
            guard let message = try nextMessage(until: deadline) else { throw .timedOut(timeout ?? .zero) }
            if let notification = StatusNotification(json: message) {
                notifications.append(notification)
                continue
            }
            // An answer without an id is to a line that the terminal could not read: ours, since nothing else is out.
            guard message["id"] == .integer(id) || message["id"] == .null else { continue }
            if let error = message["error"] { throw .refused(Self.error(error)) }
            guard let result = message["result"] else { throw .protocolViolation("an answer without a result") }
            return result
        }
    }

    /// Subscribes to a path and gives the tree that the changes are applied to.
    package mutating func subscribe(_ path: StatusPath) throws(ControlClientError) -> StatusView {
        let answer = try request(.statusSubscribe, ["path": .string(path.description)])
        guard let number = answer["subscription"]?.integerValue, let value = answer["value"] else {
            throw .protocolViolation("a subscription without a number")
        }
        return StatusView(subscription: number, path: path, value: value)
    }

    /// The next notification, nil when none comes in time.
    ///
    /// - Parameter timeout: nil waits without end.
    package mutating func nextChange(timeout: Duration? = nil) throws(ControlClientError) -> StatusNotification? {
        if !notifications.isEmpty { return notifications.removeFirst() }
        let deadline = timeout.map { MonotonicTime.now + $0 }
        while let message = try nextMessage(until: deadline) {
            if let notification = StatusNotification(json: message) { return notification }
        }
        return nil
    }

    // MARK: - Lines

    /// Sends one line; the line end is added. Waits while the terminal does not read.
    package mutating func send(_ line: [UInt8]) throws(ControlClientError) {
        var rest = (line + [0x0A])[...]
        let raw = socket.borrowed.rawValue
        do throws(SystemError) {
            while !rest.isEmpty {
                let sent = try retryingOnInterrupt("send(\(path))") {
                    rest.withUnsafeBytes { bytes in
                        Int32(
                            clamping: Glibc.send(raw, bytes.baseAddress, min(bytes.count, 1 << 20), Int32(MSG_NOSIGNAL))
                        )
                    }
                }
                rest = rest.dropFirst(Int(sent))
            }
        } catch {
            throw error.errno == EPIPE || error.errno == ECONNRESET ? .closed(path: path) : .system(error)
        }
    }

    /// The next line as JSON, nil when the time is over.
    package mutating func nextMessage(until deadline: MonotonicTime?) throws(ControlClientError) -> JSONValue? {
        while lines.isEmpty {
            guard try receive(until: deadline) else { return nil }
        }
        switch lines.removeFirst() {
        case .tooLong: throw .protocolViolation("a line longer than \(Self.answerLimit) bytes")
        case .line(let bytes, _):
            do throws(JSONParseError) {
                return try JSONValue(parsing: bytes)
            } catch {
                throw .protocolViolation("\(error)")
            }
        }
    }

    /// - Returns: false when the time is over.
    private mutating func receive(until deadline: MonotonicTime?) throws(ControlClientError) -> Bool {
        let raw = socket.borrowed.rawValue
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        do throws(SystemError) {
            var poll = PollSet(count: 1)
            poll.watch(0, socket.borrowed, for: .readable)
            while try poll.wait(nanoseconds: deadline.map { max(0, $0 - .now) }) == 0 {
                if let deadline, deadline <= .now { return false }
            }
            let count = try retryingOnInterrupt("recv(\(path))") {
                Int32(clamping: recv(raw, &chunk, chunk.count, 0))
            }
            guard count > 0 else { throw SystemError(operation: "recv(\(path))", errno: ECONNRESET) }
            var received: [LineFramer.Output] = []
            framer.append(chunk.span.extracting(0..<Int(count))) { received.append($0) }
            lines += received
            return true
        } catch {
            throw error.errno == ECONNRESET ? .closed(path: path) : .system(error)
        }
    }

    private static func error(_ json: JSONValue) -> ControlError {
        ControlError(
            ControlErrorCode(rawValue: Int(clamping: json["code"]?.integerValue ?? 0)),
            json["message"]?.stringValue ?? "The terminal refused without saying why.", data: json["data"])
    }
}
