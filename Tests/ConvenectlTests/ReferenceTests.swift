import ControlProtocol
import PeerSupport
import Testing

@Suite("The generated reference")
struct ReferenceTests {
    private func generated(_ option: String) async throws -> String {
        // No terminal is needed: the tables are in the program.
        let folder = try TemporaryFolder()
        let child = try ChildProcess(
            "sh",
            [
                "-c",
                "exec '\(try FakeTerminal.program())' describe \(option) --socket /nowhere > '\(folder.path)/out'",
            ], logPath: "\(folder.path)/log")
        #expect(try await child.wait(within: .seconds(20)) == .exited(status: 0))
        return try readText("\(folder.path)/out")
    }

    @Test(
        "The files in the docs are what convenectl makes now; make docs writes them anew",
        arguments: [("--markdown", "control-socket.md"), ("--json-schema", "control-socket.schema.json")])
    func current(option: String, file: String) async throws {
        #expect(try await generated(option) == (try readText("\(RoomProcess.sourceFolder)/.docs/\(file)")))
    }

    @Test("Every method, event and error stands in both")
    func complete() async throws {
        let text = try await generated("--markdown")
        let schema = try JSONValue(parsing: try await generated("--json-schema"))
        let definitions = try #require(schema["$defs"]?.objectValue)
        for method in ControlMethod.allCases {
            #expect(text.contains("\n### `\(method.rawValue)`\n"))
            #expect(definitions[method.rawValue]?["properties"]?["method"]?["const"] == .string(method.rawValue))
            #expect(definitions["\(method.rawValue).result"] != nil)
        }
        for event in ControlEventName.allCases {
            #expect(text.contains("| `\(event.rawValue)` |"))
            #expect(definitions["event.\(event.rawValue)"] != nil)
        }
        for error in ControlErrorCode.table { #expect(text.contains("| \(error.code.rawValue) | `\(error.name)` |")) }
        // No reference leads nowhere.
        for part in schema.serialized.split(separator: "\"$ref\":\"#/$defs/").dropFirst() {
            #expect(definitions[String(part.prefix { $0 != "\"" })] != nil)
        }
    }

    @Test("No result and no parameter is without a type, but those that hold whole trees")
    func typed() {
        let open = ["value", "methods", "errors", "notifications", "settings", "events", "roles"]
        for method in ControlMethod.allCases {
            for field in method.description.parameters + method.description.result where !open.contains(field.name) {
                #expect(field.type != .any, "\(method.rawValue) \(field.name)")
                if case .list(.any, _) = field.type { Issue.record("\(method.rawValue) \(field.name)") }
            }
        }
    }
}
