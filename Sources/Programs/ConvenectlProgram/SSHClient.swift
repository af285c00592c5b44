import ControlProtocol
import LinuxSystem
import Provisioning

/// One room's forced command, reached through the ssh program: a new connection for each request.
struct SSHClient: Sendable {
    let program: String
    let options: [String]
    let port: UInt16?
    let identity: String?

    /// What a room said.
    struct Reply: Sendable {
        /// The exit code of the request, 255 when there was no connection or it broke.
        let status: Int32
        let json: JSONValue
        /// What ssh or the room said besides.
        let errors: String

        var isConnected: Bool { status != 255 }

        /// Why it was refused, in the room's words or in ssh's.
        var message: String {
            if let message = json["error"]?["message"]?.stringValue { return message }
            let last = errors.split(separator: "\n").last.map(String.init) ?? ""
            if !isConnected { return last.isEmpty ? "ssh could not connect, and did not say why" : last }
            return last.isEmpty ? "the room ended with \(status) and did not say why" : last
        }
    }

    func words(_ host: String) -> [String] {
        var words = [
            program, "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o",
            "ServerAliveCountMax=3", "-o", "ControlPath=none", "-o", "ForwardAgent=no",
        ]
        for option in options { words += ["-o", option] }
        if let port { words += ["-p", String(port)] }
        if let identity { words += ["-i", identity] }
        return words + ["--", host.contains("@") ? host : "provision@\(host)"]
    }

    func ask(_ host: String, _ request: ProvisioningRequest, input: [UInt8] = []) -> Reply {
        var request = request
        request.wantsJSON = true
        if request.verb.takesInput { request.length = input.count }
        let result = Tool.run(words(host) + request.words, input: input)
        // A shell or a banner may say something first: the answer is the last line.
        let line = result.output.split(separator: 0x0A).last.map { Array($0) } ?? []
        return Reply(
            status: result.status, json: (try? JSONValue(parsing: line)) ?? .emptyObject, errors: result.errors)
    }
}
