import ArgumentParser
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning
import RoomConfiguration

/// Where settings are kept and what they are rendered into; the standard places are those of a box.
struct StoreOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Where revisions are kept.", valueName: "folder"))
    var store = RevisionStore.standardFolder

    @Option(name: .long, help: ArgumentHelp("Where the box keeps secrets and certificates.", valueName: "folder"))
    var files = SecretStore.standardFolder

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The root folder that files are rendered into; with any but / nothing running is told.", valueName: "folder"
        ))
    var root = "/"

    @Option(name: .long, help: ArgumentHelp("The room's control socket.", valueName: "path"))
    var roomSocket = TerminalOptions.standardSocket

    @Option(
        name: .long,
        help: ArgumentHelp("The box's socket for those who are not root.", valueName: "path"))
    var through = StoreOptions.standardSocket

    @Flag(name: .long, help: "Print the answer as JSON on one line.")
    var json = false

    static let standardSocket = "/run/convene-provision.sock"

    func service(caller: String) -> ProvisioningService {
        let effects: any SystemEffects = root == "/" ? BoxEffects(socketPath: roomSocket) : NoEffects()
        return ProvisioningService(
            store: RevisionStore(folder: store), secrets: SecretStore(folder: files), root: root, effects: effects,
            caller: caller)
    }

    /// Carries out a request here, or through the box's socket when that is for root only, and prints the answer.
    func perform(_ request: ProvisioningRequest, input: [UInt8] = []) throws {
        var request = request
        request.wantsJSON = request.wantsJSON || json || TerminalOptions.isJSONAsked
        if request.author.isEmpty { request.author = LocalUser.name }
        // A cut connection must not stop it half-way; the store would hold, but the system would be told half.
        for number in [SIGHUP, SIGPIPE] { _ = signal(number, SIG_IGN) }
        if geteuid() != 0, store == RevisionStore.standardFolder, access(through, F_OK) == 0 {
            try print(try ProvisioningLink.ask(through, request, input: input, remote: ""))
        } else {
            let reply = service(caller: "").perform(request, input: input)
            try print(ProvisioningLink.Answer(reply, asJSON: request.wantsJSON))
        }
    }

    private func print(_ answer: ProvisioningLink.Answer) throws {
        try Output.write(answer.output)
        for line in answer.errors.split(separator: "\n") { Output.complain(String(line)) }
        if answer.status != 0 { throw ExitCode(answer.status) }
    }
}

/// Who calls this program, for the history.
enum LocalUser {
    /// Such as "anna@laptop".
    static var name: String {
        let sudo = getenv("SUDO_USER").map { String(cString: $0) } ?? ""
        let user = sudo.isEmpty ? userName(getuid()) : sudo
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, 255)
        let bytes = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(user)@\(String(decoding: bytes, as: UTF8.self))"
    }

    static func userName(_ identifier: UInt32) -> String {
        guard let entry = getpwuid(identifier), let name = entry.pointee.pw_name else { return "user \(identifier)" }
        return String(cString: name)
    }
}

/// The file that a command takes: by name, or - for standard input.
struct FileArgument {
    static func read(_ path: String) throws -> [UInt8] {
        do throws(SystemError) {
            if path == "-" {
                return try SmallFile.read(
                    BorrowedDescriptor(rawValue: STDIN_FILENO), named: "standard input",
                    maximum: RoomFile.maximumBytes)
            }
            return try SmallFile.read(path, maximum: RoomFile.maximumBytes)
        } catch {
            Output.complain("\(path == "-" ? "standard input" : path): \(error.reasonOfReading)")
            throw ExitStatus.inputOutput
        }
    }
}

/// A time such as 90s, 2m or 1h, in seconds.
struct TimeSpan: ExpressibleByArgument {
    let seconds: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        let unit = argument.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? argument[...] : argument.dropLast()), number > 0, number <= 3600
        else { return nil }
        seconds = number * (unit ?? 1)
        guard ProvisioningRequest.confirmRange.contains(seconds) else { return nil }
    }

    static var defaultValueDescription: String { "" }
}

extension ConfigCommand {
    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a room.yaml the settings that hold, as a new revision.",
            discussion: """
                Checks the whole file first; nothing changes when anything is wrong with it. With --confirm-within the \
                old settings come back by themselves unless config confirm comes in time, also after a reboot.
                """)

        @Argument(help: "The file, - for standard input.", completion: .file())
        var file: String

        @Option(
            name: .long,
            help: ArgumentHelp("Goes back by itself unless it is confirmed by then, such as 2m.", valueName: "time"))
        var confirmWithin: TimeSpan?

        @Option(name: .long, help: ArgumentHelp("Why, for the history.", valueName: "text"))
        var message = ""

        @Option(
            name: .long,
            help: ArgumentHelp("Refuses when another revision than this one holds by now.", valueName: "number"))
        var base: Int?

        @Flag(name: .long, help: "Only shows what would differ.")
        var dryRun = false

        @OptionGroup var options: StoreOptions

        func run() throws {
            var request = ProvisioningRequest(.apply)
            request.confirmWithin = confirmWithin?.seconds
            request.message = message
            request.base = base
            request.isDryRun = dryRun
            try options.perform(request, input: try FileArgument.read(file))
        }
    }

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows what a room.yaml would change, setting by setting and without secrets.")

        @Argument(help: "The file, - for standard input.", completion: .file())
        var file: String

        @OptionGroup var options: StoreOptions

        func run() throws { try options.perform(ProvisioningRequest(.diff), input: try FileArgument.read(file)) }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what is wrong with a room.yaml, line by line.",
            discussion: "With --offline it is held against the table of settings only, as on any machine; else against "
                + "this box as well: the files, certificates, secrets and groups of users that it names.")

        @Argument(help: "The file, - for standard input.", completion: .file())
        var file: String

        @Flag(name: .long, help: "Leaves this machine's own files out of it.")
        var offline = false

        @OptionGroup var options: StoreOptions

        func run() throws {
            let text = try FileArgument.read(file)
            guard offline else { return try options.perform(ProvisioningRequest(.check), input: text) }
            do throws(ConfigurationError) {
                let room = try RoomFile(parsing: text, name: file)
                try? Output.printLine("\(file): room “\(room.settings.name)” is valid.")
            } catch {
                for issue in error.issues { Output.complain(issue.description) }
                throw ExitCode(65)
            }
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the revisions: who changed the settings, when and why.",
            discussion: "* holds now, - was taken back because nobody confirmed it.")

        @OptionGroup var options: StoreOptions

        func run() throws { try options.perform(ProvisioningRequest(.history)) }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the room.yaml of a revision, as it was applied.")

        @Argument(help: "The revision; left out: the one that holds.")
        var revision: Int?

        @OptionGroup var options: StoreOptions

        func run() throws {
            var request = ProvisioningRequest(.export)
            request.subject = revision.map(String.init)
            try options.perform(request)
        }
    }

    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Goes back to an older revision, by making a new one of it.",
            discussion: "While a change waits for its confirmation and no revision is named, that change is taken back."
        )

        @Argument(help: "The revision to go back to; left out: the one before.")
        var revision: Int?

        @Option(
            name: .long,
            help: ArgumentHelp("Goes back by itself unless it is confirmed by then, such as 2m.", valueName: "time"))
        var confirmWithin: TimeSpan?

        @Option(name: .long, help: ArgumentHelp("Why, for the history.", valueName: "text"))
        var message = ""

        @OptionGroup var options: StoreOptions

        func run() throws {
            var request = ProvisioningRequest(.rollback)
            request.subject = revision.map(String.init)
            request.confirmWithin = confirmWithin?.seconds
            request.message = message
            try options.perform(request)
        }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a change stay that would go back by itself.")

        @Argument(help: "The revision; left out: whichever waits.")
        var revision: Int?

        @OptionGroup var options: StoreOptions

        func run() throws {
            var request = ProvisioningRequest(.confirm)
            request.subject = revision.map(String.init)
            try options.perform(request)
        }
    }

    struct State: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Says which revision holds, and whether it waits for a confirmation.")

        @OptionGroup var options: StoreOptions

        func run() throws { try options.perform(ProvisioningRequest(.status)) }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps a certificate or a secret on the box, which room.yaml then names.",
            discussion: "dot1x.password: file:NAME names a secret; certificates are named by the path that is printed.")

        @Argument(help: "The name to keep it under.")
        var name: String

        @Argument(help: "The file, - for standard input.", completion: .file())
        var file: String

        @Flag(name: .long, help: "Only root may read it.")
        var secret = false

        @OptionGroup var options: StoreOptions

        func run() throws {
            var request = ProvisioningRequest(.put)
            request.subject = name
            request.isSecret = secret
            try options.perform(request, input: try FileArgument.read(file))
        }
    }

    struct Forget: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a file that config put kept.")

        @Argument(help: "Its name.")
        var name: String

        @OptionGroup var options: StoreOptions

        func run() throws {
            var request = ProvisioningRequest(.forget)
            request.subject = name
            try options.perform(request)
        }
    }
}
