import FoundationEssentials
import Synchronization

/// The JSON control connection of a running baresip (its module ctrl_tcp: netstrings of JSON objects).
final class BaresipControl: Sendable {
    /// One object that baresip sent: an event, or the answer to a command.
    struct Message: Decodable, Sendable {
        var event: Bool?
        var type: String?
        var param: String?
        var ok: Bool?
        var data: String?
        var token: String?
    }

    private struct State: ~Copyable {
        var connection: LoopbackConnection
        var received: [UInt8] = []
        var messages: [Message] = []
        var lastToken = 0
    }

    private let state: Mutex<State>

    /// Connects as soon as baresip listens.
    static func connect(port: UInt16, within limit: Duration) async throws -> BaresipControl {
        try await eventually(within: limit, "baresip listens for commands on port \(port)") {
            guard let connection = LoopbackConnection(port: port) else { return nil }
            return BaresipControl(connection)
        }
    }

    private init(_ connection: consuming LoopbackConnection) {
        state = Mutex(State(connection: connection))
    }

    /// Carries out a command of baresip's menu, and gives its answer.
    func command(_ name: String, _ parameters: String = "") async throws -> String {
        let token = try state.withLock { state throws(ChildProcess.Failure) in
            state.lastToken += 1
            let body = "{\"command\":\"\(name)\",\"params\":\"\(parameters)\",\"token\":\"\(state.lastToken)\"}"
            try state.connection.send(Array("\(body.utf8.count):\(body),".utf8))
            return "\(state.lastToken)"
        }
        let answer = try await eventually(within: .seconds(5), "baresip answers '\(name)'") {
            try messages().first { $0.token == token }
        }
        guard answer.ok == true else {
            throw ChildProcess.Failure("baresip refused '\(name) \(parameters)': \(answer.data ?? "")")
        }
        return answer.data ?? ""
    }

    /// All events and answers since the connection was made.
    func messages() throws -> [Message] {
        try state.withLock { state throws(ChildProcess.Failure) in
            while let bytes = try state.connection.receive(), !bytes.isEmpty { state.received += bytes }
            while let message = nextNetstring(&state.received) {
                if let decoded = try? JSONDecoder().decode(Message.self, from: Data(message)) {
                    state.messages.append(decoded)
                }
            }
            return state.messages
        }
    }
}

/// Takes the first whole netstring ("5:hello,") from the front of `bytes`.
private func nextNetstring(_ bytes: inout [UInt8]) -> [UInt8]? {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
        let length = Int(String(decoding: bytes[..<colon], as: UTF8.self)), bytes.count > colon + 1 + length
    else { return nil }
    let content = Array(bytes[(colon + 1)..<(colon + 1 + length)])
    bytes.removeFirst(colon + 1 + length + 1)
    return content
}
