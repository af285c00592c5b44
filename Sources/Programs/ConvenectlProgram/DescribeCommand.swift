import ArgumentParser
import ControlClient
import ControlProtocol

struct DescribeCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: Help.abstract(.describe))

    @Argument(
        help: ArgumentHelp(Help.parameter(.describe, "method")),
        completion: .list(ControlMethod.allCases.map(\.rawValue)))
    var method: String?

    @Flag(name: .long, help: "The whole reference as Markdown; needs no terminal.")
    var markdown = false

    @Flag(name: .long, help: "A JSON Schema of all requests and notifications; needs no terminal.")
    var jsonSchema = false

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard !(markdown && jsonSchema), method == nil || !(markdown || jsonSchema) else {
            throw ValidationError("describe takes one of a method, --markdown and --json-schema.")
        }
    }

    func run() throws {
        guard markdown || jsonSchema else {
            try runOnTerminal()
            return
        }
        try Output.printLine(markdown ? ReferenceMarkdown.text : ReferenceSchema.schema.prettyPrinted)
    }

    func run(_ session: inout Session) throws {
        let parameters: [String: JSONValue] = method.map { ["method": .string($0)] } ?? [:]
        try session.perform(.describe, parameters) { answer in
            method == nil ? Self.overview(answer) : Self.details(answer["methods"]?[0] ?? .null)
        }
    }

    /// A line a method, then a line an error code.
    static func overview(_ answer: JSONValue) -> String {
        let methods = (answer["methods"]?.arrayValue ?? []).map { method in
            ["method", "role", "summary"].map { method[$0]?.stringValue ?? "" }
        }
        let errors = (answer["errors"]?.arrayValue ?? []).map { error in
            [
                Printable.value(error["code"] ?? .null), error["name"]?.stringValue ?? "",
                error["summary"]?.stringValue ?? "",
            ]
        }
        return Table(heading: ["METHOD", "ROLE", "WHAT IT DOES"], rows: methods).text + "\n\n"
            + Table(heading: ["CODE", "ERROR", "WHAT IT MEANS"], rows: errors).text
    }

    static func details(_ method: JSONValue) -> String {
        var parts = [
            """
            \(method["method"]?.stringValue ?? ""): \(method["summary"]?.stringValue ?? "")
            Role: \(method["role"]?.stringValue ?? "")
            Errors: \(names(method["errors"]))
            """
        ]
        for (member, heading) in [("parameters", "PARAMETER"), ("result", "RESULT")] {
            let rows = (method[member]?.arrayValue ?? []).map { field in
                [field["name"]?.stringValue ?? "", allowed(field), needed(field), field["summary"]?.stringValue ?? ""]
            }
            guard !rows.isEmpty else { continue }
            parts.append(Table(heading: [heading, "TYPE", "", "WHAT IT IS"], rows: rows).text)
        }
        return parts.joined(separator: "\n\n")
    }

    private static func names(_ list: JSONValue?) -> String {
        let names = list?.arrayValue?.compactMap(\.stringValue) ?? []
        return names.isEmpty ? "none of its own" : names.joined(separator: ", ")
    }

    /// The type with its range and unit, such as "integer 0..100 percent".
    private static func allowed(_ field: JSONValue) -> String {
        var text = field["type"]?.stringValue ?? ""
        if let minimum = field["minimum"], let maximum = field["maximum"], maximum.integerValue != .max {
            text += " \(Printable.value(minimum))..\(Printable.value(maximum))"
        }
        if let unit = field["unit"]?.stringValue { text += " \(unit)" }
        if let words = field["allowed"]?.arrayValue?.compactMap(\.stringValue) {
            text = words.count <= 5 ? words.joined(separator: "|") : "one of \(words.count) words"
        }
        return text
    }

    private static func needed(_ field: JSONValue) -> String {
        if field["required"]?.boolValue == true { return "required" }
        if let value = field["default"] { return "default \(Printable.value(value))" }
        return field["role"]?.stringValue.map { "role \($0)" } ?? ""
    }
}

struct RawCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "raw", abstract: "Calls any method with parameters as JSON and prints the answer as JSON.")

    @Argument(help: "The method, such as audio.volume.", completion: .list(ControlMethod.allCases.map(\.rawValue)))
    var method: String

    @Argument(help: "The parameters, an object or a list, such as '{\"level\": 40}'.")
    var parameters: String?

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard let parameters else { return }
        do throws(JSONParseError) {
            guard try JSONValue(parsing: parameters).isContainer else {
                throw JSONParseError(offset: 0, reason: "expected an object or a list")
            }
        } catch {
            throw ValidationError("The parameters are no JSON: \(error).")
        }
    }

    func run(_ session: inout Session) throws {
        let parameters = parameters.flatMap { try? JSONValue(parsing: $0) }
        let answer = try session.client.request(named: method, parameters, timeout: session.limit)
        try Output.printLine(session.printsJSON ? answer.serialized : answer.prettyPrinted)
    }
}
