import ArgumentParser
import ControlClient
import Glibc
import LinuxSystem

struct BridgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bridge", abstract: "Joins standard input and output to the control socket, byte for byte.",
        discussion: """
            For programs on other machines: ssh room convenectl bridge is the control socket, and any number of them \
            run side by side. It ends when the terminal closes the socket, or when nobody reads its output any more. \
            The end of its input is told to the terminal, which answers what is still open and goes on with \
            subscriptions.
            """)

    @OptionGroup var options: TerminalOptions

    func run() throws {
        // A reader that is gone is an end like any other, told by write.
        signal(SIGPIPE, SIG_IGN)
        do throws(SystemError) {
            var bridge = Bridge(try UnixSocket.connect(to: options.socketPath))
            try bridge.run()
        } catch {
            let failure = ControlClientError.cannotConnect(path: options.socketPath, error)
            Output.complain(error.operation.hasPrefix("connect") ? failure.description : error.description)
            throw error.operation.hasPrefix("connect") ? ExitStatus.code(for: failure) : ExitStatus.inputOutput
        }
    }
}

/// Copies between standard input and output and a socket until one side has ended. Holds one piece each way.
struct Bridge: ~Copyable {
    /// What a pipe that is writable takes without blocking (pipe(7), PIPE_BUF).
    private static let pieceLimit = 4096

    private let socket: FileDescriptor
    private var toSocket: [UInt8] = []
    private var toOutput: [UInt8] = []
    private var isInputOpen = true

    init(_ socket: consuming FileDescriptor) { self.socket = socket }

    mutating func run() throws(SystemError) {
        var set = PollSet(count: 4)
        while true {
            // Only what can be passed on is read, so that a slow side holds the other one up and nothing grows.
            let isReading = isInputOpen && toSocket.isEmpty
            set.watch(0, isReading ? BorrowedDescriptor(rawValue: STDIN_FILENO) : nil, for: .readable)
            set.watch(1, BorrowedDescriptor(rawValue: STDOUT_FILENO), for: toOutput.isEmpty ? [] : .writable)
            set.watch(2, toOutput.isEmpty ? socket.borrowed : nil, for: .readable)
            set.watch(3, toSocket.isEmpty ? nil : socket.borrowed, for: .writable)
            _ = try set.wait()
            if set.readiness(1).contains(.error) { return }
            if set.readiness(1).contains(.writable), !(try passToOutput()) { return }
            if !set.readiness(0).isEmpty { try takeInput() }
            if !set.readiness(3).isEmpty, !(try passToSocket()) { return }
            if !set.readiness(2).isEmpty, !(try takeFromSocket()) { return }
        }
    }

    private mutating func takeInput() throws(SystemError) {
        toSocket = try Self.read(STDIN_FILENO, named: "standard input")
        guard toSocket.isEmpty else { return }
        isInputOpen = false
        _ = shutdown(socket.borrowed.rawValue, Int32(SHUT_WR))
    }

    /// - Returns: false once the terminal has closed.
    private mutating func takeFromSocket() throws(SystemError) -> Bool {
        do throws(SystemError) {
            toOutput = try Self.read(socket.borrowed.rawValue, named: "control socket")
        } catch {
            guard error.errno == ECONNRESET else { throw error }
        }
        return !toOutput.isEmpty
    }

    private mutating func passToSocket() throws(SystemError) -> Bool {
        let raw = socket.borrowed.rawValue
        let bytes = toSocket
        do throws(SystemError) {
            let count = try retryingOnInterrupt("send(control socket)") {
                Int32(clamping: send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
            }
            toSocket.removeFirst(Int(count))
            return true
        } catch {
            switch error.errno {
            case EAGAIN: return true
            // What the terminal said before it closed is still to be read; the next read tells the end.
            case EPIPE, ECONNRESET:
                toSocket = []
                isInputOpen = false
                return true
            default: throw error
            }
        }
    }

    /// - Returns: false when nobody reads any more.
    private mutating func passToOutput() throws(SystemError) -> Bool {
        let bytes = toOutput
        do throws(SystemError) {
            let count = try retryingOnInterrupt("write(standard output)") {
                Int32(clamping: write(STDOUT_FILENO, bytes, bytes.count))
            }
            toOutput.removeFirst(Int(count))
            return true
        } catch {
            switch error.errno {
            case EAGAIN: return true
            case EPIPE: return false
            default: throw error
            }
        }
    }

    /// Up to one piece; nothing at the end.
    private static func read(_ descriptor: Int32, named name: String) throws(SystemError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: pieceLimit)
        let count = try retryingOnInterrupt("read(\(name))") {
            Int32(clamping: Glibc.read(descriptor, &chunk, chunk.count))
        }
        return Array(chunk.prefix(Int(count)))
    }
}
