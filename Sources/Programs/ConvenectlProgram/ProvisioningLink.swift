import ArgumentParser
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning
import RoomConfiguration

/// The box's socket for those who may change settings without being root: one request and one answer a connection.
///
/// Each is a line of JSON with the length of the bytes that follow. The service at the other end is started by systemd
/// for each connection; who may connect follows from the socket's group.
enum ProvisioningLink {
    struct Answer {
        let status: Int32
        let output: [UInt8]
        let errors: String

        init(status: Int32, output: [UInt8], errors: String) {
            self.status = status
            self.output = output
            self.errors = errors
        }

        init(_ reply: ProvisioningReply, asJSON: Bool) {
            status = reply.status
            output = Array((asJSON ? "\(reply.json.serialized)\n" : reply.text).utf8)
            errors = asJSON ? "" : reply.errors
        }
    }

    private static let maximumHead = 16 * 1024

    // MARK: - Asking

    static func ask(
        _ path: String, _ request: ProvisioningRequest, input: [UInt8], remote: String
    ) throws -> Answer {
        do throws(SystemError) {
            let socket = try UnixSocket.connect(to: path)
            let head: JSONValue = [
                "words": .array(request.words.map(JSONValue.string)), "remote": .string(remote),
                "length": JSONValue(input.count),
            ]
            try SmallFile.write(head.serializedBytes + [0x0A] + input, to: socket.borrowed, named: path)
            shutdown(socket.borrowed.rawValue, Int32(SHUT_WR))
            let bytes = try SmallFile.read(socket.borrowed, named: path, maximum: 4 << 20)
            guard let (head, body) = split(bytes), let status = head["status"]?.integerValue else {
                throw SystemError(operation: "read(\(path))", errno: EPROTO)
            }
            return Answer(
                status: Int32(clamping: status), output: body, errors: head["errors"]?.stringValue ?? "")
        } catch {
            Output.complain("the box's settings cannot be reached: \(error)")
            throw ExitStatus.unavailable
        }
    }

    // MARK: - Answering

    /// Answers the one request that comes over standard input, a connected socket.
    static func answer(_ options: StoreOptions) throws {
        let socket = BorrowedDescriptor(rawValue: STDIN_FILENO)
        do throws(SystemError) {
            let peer = try PeerCredentials(of: socket)
            let bytes = try SmallFile.read(
                socket, named: "the socket", maximum: maximumHead + RoomFile.maximumBytes + SecretStore.maximumBytes)
            let answer = answer(bytes, user: LocalUser.userName(peer.userID), options)
            let head: JSONValue = ["status": JSONValue(answer.status), "errors": .string(answer.errors)]
            try SmallFile.write(head.serializedBytes + [0x0A] + answer.output, to: socket, named: "the socket")
        } catch {
            Output.complain("\(error)")
            throw ExitStatus.inputOutput
        }
    }

    private static func answer(_ bytes: [UInt8], user: String, _ options: StoreOptions) -> Answer {
        guard let (head, body) = split(bytes), let words = head["words"]?.arrayValue?.compactMap(\.stringValue),
            let length = head["length"]?.integerValue, length == Int64(body.count)
        else {
            // A file that was cut on the way is never taken for a whole one.
            return Answer(status: 65, output: [], errors: "the request was cut on its way; nothing has changed")
        }
        do throws(ProvisioningError) {
            let request = try ProvisioningRequest(words: words)
            let remote = head["remote"]?.stringValue ?? ""
            let service = options.service(caller: remote.isEmpty ? user : "\(user) from \(remote)")
            return Answer(service.perform(request, input: body), asJSON: request.wantsJSON)
        } catch {
            return Answer(status: 64, output: [], errors: error.description)
        }
    }

    private static func split(_ bytes: [UInt8]) -> (head: JSONValue, body: [UInt8])? {
        guard let end = bytes.prefix(maximumHead).firstIndex(of: 0x0A),
            let head = try? JSONValue(parsing: Array(bytes[..<end]))
        else { return nil }
        return (head, Array(bytes[bytes.index(after: end)...]))
    }
}
