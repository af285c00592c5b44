import ArgumentParser
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning
import RoomConfiguration

/// Provisions rooms from an admin's machine, through the ssh program that the admin has.
struct ProvisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Gives one or more rooms their settings, over ssh.",
        discussion: """
            Checks the file here first, shows what would change on each room, applies it as a new revision and prints its \
            number. With --confirm-within the change is confirmed over a new connection, which shows that the room can \
            still be reached; when that fails the old settings come back by themselves.

              convenectl provision room-1 room.yaml --dry-run
              convenectl provision room-1 room.yaml --confirm-within 2m --message "new VLAN"
              convenectl provision room-1 room.yaml --secret dot1x=password.txt
              convenectl provision room-1 room-2 room-3 room.yaml

            Logs in as provision unless the host is written USER@HOST, with keys only. ssh reads ~/.ssh/config as ever; \
            -o passes an option to it.

            Exit codes: 0 all rooms have it (or nothing differs); 65 the file is wrong; 69 a room cannot be reached; \
            74 a room's disk failed or is full; 75 somebody else changes settings, or it could not be confirmed; \
            1 and 71 the room refused, and says why. With several rooms, the first that is not 0.
            """)

    @Argument(help: "The rooms, then the file (- for standard input).", completion: .file())
    var hostsAndFile: [String]

    @Flag(name: .long, help: "Only shows what would change.")
    var dryRun = false

    @Option(
        name: .long,
        help: ArgumentHelp("Goes back by itself unless it can be confirmed by then, such as 2m.", valueName: "time"))
    var confirmWithin: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp("Where the room is reached once its network changed; for one room.", valueName: "host"))
    var confirmAt: String?

    @Option(name: .long, help: ArgumentHelp("Why, for the room's history.", valueName: "text"))
    var message = ""

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Brings a secret that the file names as file:NAME first; may be repeated.", valueName: "NAME=FILE"))
    var secret: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The same for a certificate or any other file; may be repeated.", valueName: "NAME=FILE"))
    var file: [String] = []

    @Option(
        name: [.customShort("o")], help: ArgumentHelp("An option for ssh; may be repeated.", valueName: "ssh option"))
    var sshOptions: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("The port of the rooms' ssh.", valueName: "number"))
    var port: UInt16?

    @Option(name: .shortAndLong, help: ArgumentHelp("The key to log in with.", valueName: "file"))
    var identity: String?

    @Option(name: .long, help: ArgumentHelp("The ssh program.", valueName: "program"))
    var ssh = "ssh"

    @Flag(name: .long, help: "Print the outcome as JSON, one line a room.")
    var json = false

    func validate() throws {
        guard hostsAndFile.count >= 2 else { throw ValidationError("provision takes at least one room and a file.") }
        for host in hosts where host.hasPrefix("-") || host.contains(where: \.isWhitespace) || host.isEmpty {
            throw ValidationError("“\(host)” is no room to connect to.")
        }
        if confirmAt != nil, hosts.count > 1 { throw ValidationError("--confirm-at is for one room at a time.") }
        for pair in secret + file {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, SecretReference.isName(String(parts[0])) else {
                throw ValidationError("“\(pair)”: expected NAME=FILE, the name of letters, digits, - _ and .")
            }
        }
    }

    private var hosts: [String] { Array(hostsAndFile.dropLast()) }

    func run() throws {
        let path = hostsAndFile.last ?? "-"
        let text = try FileArgument.read(path)
        do throws(ConfigurationError) {
            _ = try RoomFile(parsing: text, name: path)
        } catch {
            for issue in error.issues { Output.complain(issue.description) }
            throw ExitCode(65)
        }
        var plan = RemoteRoom.Plan(text: text, author: LocalUser.name)
        plan.isDryRun = dryRun
        plan.confirmWithin = confirmWithin?.seconds
        plan.message = message
        for (pairs, isSecret) in [(secret, true), (file, false)] {
            for pair in pairs {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                plan.files.append(
                    RemoteRoom.File(name: parts[0], bytes: try FileArgument.read(parts[1]), isSecret: isSecret))
            }
        }
        let rooms = hosts.map { host in
            RemoteRoom(
                host: host, confirmAt: confirmAt ?? host,
                ssh: SSHClient(program: ssh, options: sshOptions, port: port, identity: identity))
        }
        let outcomes = try SideBySide.map(rooms) { [plan] room in room.provision(plan) }
        for (host, outcome) in zip(hosts, outcomes) { try show(outcome, of: host) }
        if let failed = outcomes.first(where: { $0.status != 0 }) { throw ExitCode(failed.status) }
    }

    private func show(_ outcome: RemoteRoom.Outcome, of host: String) throws {
        if json || TerminalOptions.isJSONAsked {
            var line = outcome.json
            line["host"] = .string(host)
            line["status"] = JSONValue(outcome.status)
            return try Output.printLine(line.serialized)
        }
        let prefix = hosts.count > 1 ? "\(Printable.text(host)): " : ""
        for line in outcome.lines { try Output.printLine(prefix + Printable.text(line)) }
        for line in outcome.complaints { Output.complain("\(host): \(line)") }
    }
}
