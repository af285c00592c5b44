import ArgumentParser
import ControlClient
import ControlProtocol
import LinuxSystem

struct ScreenCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen", abstract: Help.abstract(.screenCapture),
        discussion: "The file is written here, by you; - writes it to standard output.")

    @Argument(help: "The file to write, such as shot.png.", completion: .file(extensions: ["png"]))
    var file: String

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        let answer = try session.request(.screenCapture, ["inline": true])
        guard let bytes = answer["png"]?.stringValue.flatMap(Base64.decode) else {
            throw ControlClientError.protocolViolation("a picture that is no base64")
        }
        if file == "-" {
            try Output.write(bytes)
            return
        }
        try Output.replace(file, with: bytes)
        var summary = answer
        summary["png"] = nil
        summary["path"] = .string(file)
        let size = "\(Printable.value(answer["width"] ?? .null))x\(Printable.value(answer["height"] ?? .null))"
        try Output.printLine(session.printsJSON ? summary.serialized : "\(file): \(size), \(bytes.count) bytes")
    }
}
