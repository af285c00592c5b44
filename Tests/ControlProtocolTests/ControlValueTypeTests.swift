import ControlProtocol
import Testing

@Suite("What a parameter or a setting may hold")
struct ControlValueTypeTests {
    @Test("Values of the type come out in one form")
    func normalized() {
        #expect(ControlValueType.integer(1...5).normalized(3.0) == 3)
        #expect(ControlValueType.integer(1...5).normalized(6) == nil)
        #expect(ControlValueType.number(0...1).normalized(1) == .double(1))
        #expect(ControlValueType.number(0...1).normalized(.double(.nan)) == nil)
        #expect(ControlValueType.boolean.normalized("true") == nil)
        #expect(ControlValueType.choice(["OK", "5"]).normalized("ok") == "OK")
        #expect(ControlValueType.choice(["OK", "5"]).normalized(5) == "5")
        #expect(ControlValueType.string(maximumLength: 2).normalized("é") == "é")
        #expect(ControlValueType.string(maximumLength: 2).normalized("éa") == nil)
        #expect(ControlValueType.string(maximumLength: 9).normalized("a\u{7F}") == nil)
        #expect(ControlValueType.size.normalized("1920X1080") == "1920x1080")
        #expect(ControlValueType.list(.boolean, maximumCount: 1).normalized([true]) == [true])
        #expect(ControlValueType.list(.boolean, maximumCount: 1).normalized([true, true]) == nil)
        #expect(ControlValueType.list(.boolean, maximumCount: 1).normalized([1]) == nil)
        #expect(ControlValueType.any.normalized(nil) == JSONValue.null)
    }

    @Test(
        "Sizes that no picture has",
        arguments: [
            "", "x", "1280", "1280x", "x720", "1281x720", "16x16", "8192x4320", "-2x-2", "1280x720x2",
            "9999999999999999999x2",
        ])
    func noSize(text: String) {
        #expect(PictureSize(parsing: text) == nil)
    }

    @Test("Every type says what it expects and describes itself")
    func descriptions() {
        for type in [
            ControlValueType.boolean, .integer(ControlValueType.anyInteger), .integer(0...1), .number(0...1),
            .string(maximumLength: 1), .choice(["a"]), .size, .list(.size, maximumCount: 2), .any,
        ] {
            #expect(!type.expectation.isEmpty)
            #expect(type.description["type"] != nil)
        }
    }
}
