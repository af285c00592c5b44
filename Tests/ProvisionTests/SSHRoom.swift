import Glibc
import PeerSupport

/// A room's sshd as a process of its own on loopback: its own host key, one client key, and the forced command with a
/// folder of its own instead of the system's.
final class SSHRoom: Sendable {
    let name: String
    let folder: TemporaryFolder
    let port: UInt16
    private let server: ChildProcess

    /// - Parameter key: the client's public key, as a line of authorized_keys.
    init(name: String, key: String) async throws {
        self.name = name
        folder = try TemporaryFolder()
        port = try freePort()
        let path = folder.path
        try await Shell.run("ssh-keygen -q -t ed25519 -N '' -f '\(path)/host'")
        try writeText("restrict \(key)\n", to: "\(path)/keys")
        let convenectl = try RoomProcess.builtProgram("convenectl")
        try writeText(
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(path)/host
            PidFile none
            UsePAM no
            StrictModes no
            AuthorizedKeysFile \(path)/keys
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            MaxStartups 100
            ForceCommand \(convenectl) config serve --store \(path)/config --files \(path)/files --root \(path)/root
            DisableForwarding yes
            PermitTTY no

            """, to: "\(path)/sshd_config")
        // sshd wants to be called by its whole path, and as root its empty folder.
        if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
        server = try ChildProcess("/usr/sbin/sshd", ["-D", "-e", "-f", "\(path)/sshd_config"], logPath: "\(path)/log")
        try await server.output(containing: "Server listening")
    }

    /// What the room's file is now; nil when it has no settings.
    var text: String? { try? readText("\(folder.path)/config/current/room.yaml") }
    var log: String { server.log }

    func rendered(_ path: String) -> String? { try? readText("\(folder.path)/root/run/\(path)") }

    /// The line of known_hosts.
    var knownHost: String {
        get throws { "[127.0.0.1]:\(port) \(try readText("\(folder.path)/host.pub"))" }
    }

    /// convenectl config … on the room itself.
    func box(_ words: String...) async throws -> Run {
        try await Shell.program(
            try RoomProcess.builtProgram("convenectl"),
            ["config"] + words
                + [
                    "--store", "\(folder.path)/config", "--files", "\(folder.path)/files", "--root",
                    "\(folder.path)/root",
                ])
    }

    func stop() async { await server.stop() }
}

/// How a program ended, and what it said.
struct Run: Sendable {
    let status: Int32
    let output: String
}

enum Shell {
    static func program(_ program: String, _ arguments: [String], input: String = "") async throws -> Run {
        let folder = try TemporaryFolder()
        let child = try ChildProcess(program, arguments, logPath: "\(folder.path)/out")
        try? child.send(input)
        child.closeInput()
        let outcome = try await child.wait(within: .seconds(90))
        guard case .exited(let status) = outcome else { return Run(status: -1, output: child.log) }
        return Run(status: status, output: child.log)
    }

    @discardableResult
    static func run(_ script: String) async throws -> String {
        let run = try await program("sh", ["-c", script])
        guard run.status == 0 else { throw ChildProcess.Failure("\(script): \(run.output)") }
        return run.output
    }
}

/// An admin's machine: a key, a list of hosts, and an ssh that knows them.
final class AdminMachine: Sendable {
    let folder: TemporaryFolder
    let rooms: [SSHRoom]

    /// Starts that many rooms, called room-1 and so on.
    init(rooms count: Int) async throws {
        folder = try TemporaryFolder()
        let path = folder.path
        try await Shell.run("ssh-keygen -q -t ed25519 -N '' -C anna@laptop -f '\(path)/key'")
        let key = String(try readText("\(path)/key.pub").prefix { $0 != "\n" })
        var rooms: [SSHRoom] = []
        for number in 1...count { rooms.append(try await SSHRoom(name: "room-\(number)", key: key)) }
        self.rooms = rooms
        try writeText(try rooms.map { try $0.knownHost }.joined(), to: "\(path)/known_hosts")
        let user = getpwuid(geteuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "root"
        try writeText(
            rooms.map { room in
                """
                Host \(room.name)
                    HostName 127.0.0.1
                    Port \(room.port)
                    User \(user)
                    IdentityFile \(path)/key
                    IdentitiesOnly yes
                    UserKnownHostsFile \(path)/known_hosts
                    StrictHostKeyChecking yes

                """
            }.joined(), to: "\(path)/ssh_config")
        // Rooms are called by their bare name here; the program would make it provision@NAME.
        try writeText(
            """
            #!/bin/sh
            for word; do
                shift
                case $word in
                    provision@*) set -- "$@" "${word#provision@}" ;;
                    *) set -- "$@" "$word" ;;
                esac
            done
            exec ssh -F '\(path)/ssh_config' "$@"

            """, to: "\(path)/ssh")
        chmod("\(path)/ssh", 0o755)
    }

    func file(_ name: String, _ text: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try writeText(text, to: path)
        return path
    }

    func provision(_ words: String...) async throws -> Run {
        try await Shell.program(
            try RoomProcess.builtProgram("convenectl"), ["provision", "--ssh", "\(folder.path)/ssh"] + words)
    }

    /// ssh itself, as an admin or an attacker would use it.
    func ssh(_ room: SSHRoom, _ words: String..., input: String = "") async throws -> Run {
        try await Shell.program("\(folder.path)/ssh", ["-o", "BatchMode=yes", room.name] + words, input: input)
    }

    func stop() async { for room in rooms { await room.stop() } }
}
