import ControlProtocol
import FuzzSupport
import Testing

@Suite("Reading JSON")
struct JSONParserTests {
    @Test(
        "Values of every kind",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false\n", .bool(false)), ("0", .integer(0)),
            ("-0", .integer(0)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.0", .double(1)), ("1e2", .double(100)),
            ("-2.5E-1", .double(-0.25)), ("5e-324", .double(.leastNonzeroMagnitude)), ("1e-999", .double(0)),
            ("\"\"", .string("")),
            ("[]", .array([])), ("[ 1 , [ ] ]", .array([.integer(1), .array([])])), ("{}", .object([:])),
            ("{\"a\":{\"b\":[null]}}", .object(["a": .object(["b": .array([.null])])])),
        ] as [(String, JSONValue)])
    func values(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(
        "Strings with escapes and scalars beyond 16 bits",
        arguments: [
            (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u4F60""#, "é你"),
            (#""\ud83d\ude00""#, "😀"), ("\"😀é\"", "😀é"), (#""\u0000""#, "\0"), ("\"\u{7F}\"", "\u{7F}"),
        ])
    func strings(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    @Test(
        "What is no JSON is told with its place",
        arguments: [
            ("", 0), ("  ", 2), ("nul", 0), ("tru e", 0), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0),
            (".5", 0),
            ("1e999", 0), ("\"", 1), ("\"\\", 2), (#""\x""#, 2), (#""\u12g4""#, 5), (#""\ud83d""#, 3),
            (#""\ud83d\u0041""#, 3), (#""\ude00""#, 3), ("\"\u{1}\"", 1), ("[1,]", 3), ("[1 2]", 3), ("[", 1),
            ("{\"a\"}", 4), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{\"a\":1,\"a\":2}", 7), ("1 2", 2), ("{}x", 2),
            ("NaN", 0), ("'a'", 0), ("\u{FEFF}1", 0),
        ])
    func failures(text: String, offset: Int) {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.reason.hasPrefix("expected") == true)
    }

    @Test("Bytes that are no UTF-8 are refused, an overlong slash and a lone surrogate too")
    func notUTF8() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
            #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        }
    }

    @Test("64 levels are read, 65 are refused, and a million brackets end soon")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        _ = try JSONValue(parsing: nested(64))
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(65)) }
        #expect(error?.offset == 64)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 200_000)) }
    }

    static let corpus = [
        #"{"jsonrpc":"2.0","id":1,"method":"call.dial","params":{"address":"sip:room@host"}}"#,
        #"[{"jsonrpc":"2.0","method":"key.press","params":["OK"]},{"jsonrpc":"2.0","id":"x","method":"describe"}]"#,
        #"{"a":[1,-2.5e-3,true,false,null,"\ud83d\ude00\n"],"b":{"c":{}}}"#,
        #"{"jsonrpc":"2.0","id":null,"method":"config.set","params":{"path":"audio.volume","value":40}}"#,
        "9223372036854775808", "[[[[[[]]]]]]",
    ]

    @Test("30,000 mutated texts are read or refused, what is read survives writing, and no request crashes the table")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: Self.corpus.map { Array($0.utf8) },
            interesting: ["\\u", "\\ud800", "1e308", "{\"", "[", "]", "}", ",", ":", "\"", "-", "e", "null", "\n"].map {
                Array($0.utf8)
            }, seed: 3)
        var accepted = 0
        fuzzer.run(count: 30_000) { input in
            let bytes = Array(input)
            if let value = try? JSONValue(parsing: bytes) {
                accepted += 1
                #expect(!value.serializedBytes.contains(0x0A))
                #expect((try? JSONValue(parsing: value.serializedBytes)) == value)
            }
            guard let line = try? ControlLine(parsing: bytes, number: 1), case .single(.success(let message), _) = line,
                let (method, parameters) = try? message.resolved()
            else { return }
            _ = try? ControlCommand(method: method, parameters: parameters)
        }
        #expect(accepted > 300)
    }
}
