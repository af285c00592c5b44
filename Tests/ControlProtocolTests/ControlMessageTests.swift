import ControlProtocol
import Testing

@Suite("Requests and answers on a line")
struct ControlMessageTests {
    private func line(_ text: String) throws(ControlError) -> ControlLine {
        try ControlLine(parsing: Array(text.utf8), number: 4)
    }

    @Test("A request, a notification and a batch")
    func requests() throws {
        #expect(
            try line(#"{"jsonrpc":"2.0","id":"a","method":"m","params":[1]}"#)
                == .single(.success(ControlMessage(id: .string("a"), method: "m", parameters: [1])), id: .string("a")))
        #expect(
            try line(#"{"jsonrpc":"2.0","method":"m"}"#)
                == .single(.success(ControlMessage(id: nil, method: "m")), id: .null))
        guard case .batch(let messages) = try line(#"[{"jsonrpc":"2.0","id":1,"method":"m"}, 7]"#) else {
            Issue.record("no batch")
            return
        }
        #expect(messages.count == 2)
        #expect(messages.first?.id == .integer(1))
        #expect(throws: ControlError.self) { try messages.last?.message.get() }
    }

    @Test("A line that is no JSON is told with line and column")
    func noJSON() {
        let error = #expect(throws: ControlError.self) { try line(#"{"jsonrpc" "2.0"}"#) }
        #expect(error?.code == .parseError)
        #expect(error?.message == "Line 4, column 12: expected ':' after the member's name.")
        #expect(error?.data == ["line": 4, "column": 12])
    }

    @Test(
        "JSON that is no request is refused and keeps its id",
        arguments: [
            ("5", .null, "an object"), (#"{"id":3,"method":"m"}"#, .integer(3), "jsonrpc"),
            (#"{"jsonrpc":"1.0","id":3,"method":"m"}"#, .integer(3), "jsonrpc"),
            (#"{"jsonrpc":"2.0","id":3}"#, .integer(3), "method"),
            (#"{"jsonrpc":"2.0","id":3,"method":4}"#, .integer(3), "method"),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, .null, "id"),
            (#"{"jsonrpc":"2.0","id":[],"method":"m"}"#, .null, "id"),
            (#"{"jsonrpc":"2.0","id":3,"method":"m","parms":1}"#, .integer(3), "parms"),
        ] as [(String, ControlRequestID, String)])
    func noRequest(text: String, id: ControlRequestID, word: String) throws {
        guard case .single(.failure(let error), let found) = try line(text) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .invalidRequest)
        #expect(error.message.hasPrefix("Line 4: ") && error.message.contains(word))
        #expect(found == id)
    }

    @Test("An empty batch and one that is too long are refused as a whole")
    func batches() {
        #expect(throws: ControlError.self) { try line("[]") }
        let long = "[" + Array(repeating: "1", count: 65).joined(separator: ",") + "]"
        let error = #expect(throws: ControlError.self) { try line(long) }
        #expect(error?.code == .tooMany)
    }

    @Test("An unknown method is met with the nearest name")
    func unknownMethod() {
        let error = #expect(throws: ControlError.self) {
            try ControlMessage(id: .integer(1), method: "call.dail").resolved()
        }
        #expect(error?.code == .methodNotFound)
        #expect(error?.message == "There is no method \"call.dail\"; did you mean call.dial?")
    }

    @Test("Answers and notifications have the members that JSON-RPC asks for")
    func answers() {
        #expect(
            ControlMessage.answer(id: .integer(1), result: .success(true)).serialized
                == #"{"id":1,"jsonrpc":"2.0","result":true}"#)
        let error = ControlError(.busy, "No.", data: ["x": 1])
        #expect(
            ControlMessage.answer(id: .null, result: .failure(error)).serialized
                == #"{"error":{"code":1004,"data":{"x":1},"message":"No."},"id":null,"jsonrpc":"2.0"}"#)
        let change = StatusChange(path: StatusPath(["a"]), value: 1)
        #expect(
            ControlMessage.statusChanged(subscription: 2, sequence: 3, changes: [change])["params"]
                == ["subscription": 2, "sequence": 3, "changes": [["path": "a", "value": 1]]])
    }

    @Test("A request survives the wire")
    func roundTrip() throws {
        for message in [
            ControlMessage(id: .integer(1), method: "a", parameters: ["b": nil]),
            ControlMessage(id: .null, method: "a"),
            ControlMessage(id: nil, method: "a"),
        ] {
            #expect(try ControlMessage(json: JSONValue(parsing: message.json.serialized)) == message)
        }
    }
}
