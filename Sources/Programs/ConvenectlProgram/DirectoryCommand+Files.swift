import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

extension DirectoryCommand {
    struct Import: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: Help.abstract(.directoryImport),
            discussion: "The format follows from the file's name: .vcf is vCard, .csv is CSV; - reads standard input.")

        @Argument(help: "The file, - for standard input.", completion: .file())
        var file: String

        @Option(name: .long, help: ArgumentHelp("vcard or csv.", valueName: "format"))
        var format: String?

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            let format = try DirectoryCommand.format(format, of: file)
            let bytes: [UInt8]
            do throws(SystemError) { bytes = try DirectoryCommand.read(file) } catch {
                Output.complain("\(file): \(error.reasonOfReading)")
                throw ExitStatus.inputOutput
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ValidationError("\(file) is not UTF-8; save it as UTF-8 and try again.")
            }
            try session.perform(
                .directoryImport, ["format": .string(format), "text": .string(text)], text: Self.sentence)
        }

        static func sentence(_ answer: JSONValue) -> String {
            let count = answer["skipped_count"]?.integerValue ?? 0
            var lines = [
                "\(Printable.value(answer["added"] ?? .null)) added, \(Printable.value(answer["updated"] ?? .null)) "
                    + "updated, \(count) left out."
            ]
            for skipped in answer["skipped"]?.arrayValue?.prefix(10) ?? [] {
                let problem = Printable.text(skipped["problem"]?.stringValue ?? "")
                lines.append("Line \(Printable.value(skipped["line"] ?? .null)): \(problem).")
            }
            if count > 10 { lines.append("And \(count - 10) more.") }
            return lines.joined(separator: "\n")
        }
    }

    struct Export: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: Help.abstract(.directoryExport),
            discussion: "The format follows from the file's name: .vcf is vCard, .csv is CSV; - writes standard output."
        )

        @Argument(help: "The file, - for standard output.", completion: .file())
        var file = "-"

        @Option(name: .long, help: ArgumentHelp("vcard or csv.", valueName: "format"))
        var format: String?

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            let format = try DirectoryCommand.format(format, of: file)
            let answer = try session.request(.directoryExport, ["format": .string(format)])
            let bytes = Array((answer["text"]?.stringValue ?? "").utf8)
            guard file != "-" else {
                try Output.write(bytes)
                return
            }
            try Output.replace(file, with: bytes, permissions: 0o600)
            let text = "\(Printable.value(answer["entries"] ?? .null)) entries are in \(file)."
            try Output.printLine(session.printsJSON ? JSONValue.string(file).serialized : text)
        }
    }

    static func format(_ given: String?, of file: String) throws -> String {
        if let given {
            guard ["vcard", "csv"].contains(given) else { throw ValidationError("--format takes vcard or csv.") }
            return given
        }
        let name = file.lowercased()
        if name.hasSuffix(".csv") { return "csv" }
        if name.hasSuffix(".vcf") || name.hasSuffix(".vcard") || name == "-" { return "vcard" }
        throw ValidationError("\(file) ends neither in .vcf nor in .csv; say which with --format.")
    }

    /// A file's bytes; those of standard input for "-".
    static func read(_ file: String) throws(SystemError) -> [UInt8] {
        guard file != "-" else { return try read(STDIN_FILENO, named: "standard input") }
        let descriptor = try FileDescriptor.open(file, flags: O_RDONLY)
        return try read(descriptor.borrowed.rawValue, named: file)
    }

    private static func read(_ descriptor: Int32, named name: String) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try retryingOnInterrupt("read(\(name))") {
                Int32(clamping: Glibc.read(descriptor, &chunk, chunk.count))
            }
            guard count > 0 else { return bytes }
            bytes += chunk[..<Int(count)]
        }
    }
}
