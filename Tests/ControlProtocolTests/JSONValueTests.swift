import ControlProtocol
import Testing

@Suite("JSON in memory")
struct JSONValueTests {
    @Test("A whole double counts as an integer, a fraction does not")
    func integers() {
        #expect(JSONValue.double(3).integerValue == 3)
        #expect(JSONValue.double(3.5).integerValue == nil)
        #expect(JSONValue.double(1e300).integerValue == nil)
        #expect(JSONValue.string("3").integerValue == nil)
        #expect(JSONValue(UInt64.max) == .double(18_446_744_073_709_551_616))
    }

    @Test("Members and elements that are not there are nil")
    func subscripts() {
        var value: JSONValue = ["a": [1, 2]]
        #expect(value["a"]?[1] == 2)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["b"] == nil)
        value["a"] = nil
        value["c"] = true
        #expect(value == ["c": true])
    }

    @Test("A literal that repeats a name does not crash")
    func repeatedName() {
        #expect(JSONValue(dictionaryLiteral: ("a", 1), ("a", 2)) == ["a": 2])
    }
}
