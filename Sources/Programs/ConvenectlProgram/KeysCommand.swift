import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

struct KeysCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Makes this terminal's keyboard the room's remote.",
        discussion: "\(TypedKeys.help)\nIt also reads a pipe: printf '\\033[B\\r' | convenectl keys")

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        let terminal = RawTerminal()
        defer { terminal.restore() }
        if terminal.isTerminal { try Output.printLine(TypedKeys.help) }
        var keys = TypedKeys()
        var last: (typed: TypedKeys.Typed, at: MonotonicTime)?
        while true {
            let typed: [TypedKeys.Typed]
            switch terminal.read(within: keys.isWaiting ? 30 : -1) {
            case .bytes(let bytes): typed = keys.take(bytes)
            case .nothing: typed = keys.flush()
            case .end:
                for rest in keys.flush() { try press(rest, isRepeat: false, &session) }
                return
            }
            for one in typed {
                if one == .end { return }
                let now = MonotonicTime.now
                // A terminal does not tell that a key is held; it repeats it some thirty times a second.
                let isRepeat = terminal.isTerminal && last?.typed == one && now - (last?.at ?? .zero) < 90_000_000
                last = (one, now)
                try press(one, isRepeat: isRepeat, &session)
            }
        }
    }

    private func press(_ typed: TypedKeys.Typed, isRepeat: Bool, _ session: inout Session) throws {
        do {
            switch typed {
            case .end: return
            case .key(let key): try send(key, isRepeat, &session)
            case .character(let character):
                if let key = TypedKeys.key(for: character), try !takesText(&session) || key.tone != nil {
                    try send(key, isRepeat, &session)
                } else {
                    _ = try session.request(.keyType, ["text": .string(String(character))])
                }
            }
        } catch ControlClientError.refused(let error) {
            // The room said no; the next key may be another matter.
            Output.complain(error.message)
        }
        let screen = try session.request(.statusGet, ["path": "screen"])["value"] ?? .null
        try Output.printLine(session.printsJSON ? screen.serialized : Self.line(screen))
    }

    private func send(_ key: ControlKey, _ isRepeat: Bool, _ session: inout Session) throws {
        _ = try session.request(.keyPress, ["key": .string(key.rawValue), "repeat": .bool(isRepeat)])
    }

    private func takesText(_ session: inout Session) throws -> Bool {
        try session.request(.statusGet, ["path": "screen.page"])["value"]?.stringValue == "dial"
    }

    /// Where the keys have led, for who does not see the screen.
    static func line(_ screen: JSONValue) -> String {
        let page = Printable.text(screen["page"]?.stringValue ?? "?")
        let focus = screen["focus"]?.stringValue.map { "  [\(Printable.text($0))]" } ?? ""
        let text = screen["text"]?.stringValue ?? ""
        return "\(page)\(focus)\(text.isEmpty ? "" : "  “\(Printable.text(text))”")"
    }
}

/// Standard input, each key as it comes where it is a terminal.
private struct RawTerminal {
    enum Input {
        case bytes([UInt8])
        case nothing
        case end
    }

    let isTerminal: Bool
    private let before: termios

    init() {
        var settings = termios()
        isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
        before = settings
        guard isTerminal else { return }
        // Signals too come as bytes, so that the terminal is put back whatever ends the program.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    func restore() {
        guard isTerminal else { return }
        var settings = before
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// - Parameter milliseconds: how long to wait, −1 for ever.
    func read(within milliseconds: Int32) -> Input {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let ready = poll(&descriptor, 1, milliseconds)
        if ready == 0 || (ready < 0 && errno == EINTR) { return .nothing }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        return count > 0 ? .bytes(Array(buffer.prefix(count))) : .end
    }
}
