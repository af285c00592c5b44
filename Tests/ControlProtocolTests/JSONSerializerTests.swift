import ControlProtocol
import Testing

@Suite("Writing JSON")
struct JSONSerializerTests {
    @Test(
        "One line, names in order, numbers as they are",
        arguments: [
            (.null, "null"), (.integer(.min), "-9223372036854775808"), (.double(1), "1.0"), (.double(0.1), "0.1"),
            (.double(1e300), "1e+300"), (.double(.infinity), "null"), (.double(.nan), "null"), (.double(-0.0), "-0.0"),
            (["b": 1, "a": [true, nil], "10": 2, "9": 3], #"{"9":3,"10":2,"a":[true,null],"b":1}"#),
            (.string("a\"\\\n\r\t\u{1}\u{1F}\u{7F}é😀/"), #""a\"\\\n\r\t\u0001\u001f\u007fé😀/""#),
            (.array([]), "[]"), (.emptyObject, "{}"),
        ] as [(JSONValue, String)])
    func oneLine(value: JSONValue, text: String) {
        #expect(value.serialized == text)
    }

    @Test("For people, over several lines")
    func pretty() {
        let value: JSONValue = ["a": [1, ["b": []]], "c": [:]]
        #expect(
            value.prettyPrinted == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    }
                  ],
                  "c": {}
                }
                """)
    }

    @Test("Every double comes back as it was")
    func doubles() throws {
        for value in [Double.pi, 1e16, 1e15, 123_456_789.125, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e-7] {
            #expect(try JSONValue(parsing: JSONValue.double(value).serialized) == .double(value))
        }
    }
}
