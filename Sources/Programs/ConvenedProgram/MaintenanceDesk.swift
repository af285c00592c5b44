import ControlProtocol
import Glibc
import LinuxSystem
import Supervisor
import SystemUpdate

/// Has the system's own service do what the screen's maintenance page asks for, over its socket.
struct MaintenanceDesk: MaintenanceService {
    let path: String
    let lock: AdminLock

    /// The service's socket is there: on a box, and where the Debian package is installed.
    var isThere: Bool { access(path, W_OK) == 0 }

    func unlock(pin: String) async -> Result<Void, ControlError> { await lock.unlock(pin: pin, user: getuid()) }

    func logs() async -> Result<[String], MaintenanceFailure> {
        await ask(.logs).map { $0.said.split(separator: "\n").map(String.init) }
    }

    func writeDiagnostics() async -> Result<String, MaintenanceFailure> {
        await ask(.diagnostics).flatMap { answer in
            let path = (try? JSONValue(parsing: answer.said))?["path"]?.stringValue
            guard let name = path?.split(separator: "/").last else {
                return .failure(.failed("the service did not say what it wrote"))
            }
            return .success(String(name))
        }
    }

    func erase() async -> MaintenanceFailure? {
        switch await ask(.erase) {
        case .success: nil
        case .failure(let failure): failure
        }
    }

    private func ask(_ request: MaintenanceRequest) async -> Result<MaintenanceRequest.Answer, MaintenanceFailure> {
        let path = path
        do throws(SystemError) {
            let bytes = try await runBlocking { () -> Result<[UInt8], SystemError> in
                do throws(SystemError) { return .success(try Self.exchange(request, at: path)) } catch {
                    return .failure(error)
                }
            }.get()
            guard let answer = MaintenanceRequest.Answer(parsing: bytes) else {
                return .failure(.failed("the service ended before its answer did"))
            }
            // Of sysexits(3): EX_UNAVAILABLE.
            if request == .diagnostics, answer.status == 69 { return .failure(.noStick) }
            return answer.status == 0 ? .success(answer) : .failure(.failed(answer.said))
        } catch {
            return .failure(.failed("\(error)"))
        }
    }

    /// Blocks until the service has answered, or the request's patience is over.
    private static func exchange(_ request: MaintenanceRequest, at path: String) throws(SystemError) -> [UInt8] {
        let socket = try UnixSocket.connect(to: path)
        let raw = socket.borrowed.rawValue
        let line = Array("\(request.rawValue)\n".utf8)
        guard send(raw, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
            throw SystemError.last("send(\(path))")
        }
        let end = MonotonicTime.now + request.patience
        var set = PollSet(count: 1)
        set.watch(0, socket.borrowed, for: .readable)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count <= MaintenanceRequest.maximumAnswer {
            let left = end - .now
            guard left > 0 else { throw SystemError(operation: "read(\(path))", errno: ETIMEDOUT) }
            guard try set.wait(nanoseconds: left) > 0 else { continue }
            let count = try retryingOnInterrupt("read(\(path))") { Int32(clamping: read(raw, &chunk, chunk.count)) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk.prefix(Int(count)))
        }
        throw SystemError(operation: "read(\(path))", errno: EFBIG)
    }
}
