import ControlProtocol
import Testing

@testable import ConvenectlProgram

@Suite("Values for people")
struct PrintableTests {
    @Test(
        "Numbers with at most three places",
        arguments: [
            (0.0, "0"), (-0.5, "-0.5"), (29.97, "29.97"), (1.0 / 3, "0.333"), (12.3456, "12.346"), (100.0, "100"),
            (1e20, "1e+20"), (-1234.5678, "-1234.568"), (0.0001, "0"), (0.05, "0.05"),
        ])
    func numbers(value: Double, text: String) {
        #expect(Printable.value(.double(value)) == text)
    }

    @Test("Every kind of value is on one line, and text cannot steer the terminal")
    func values() {
        #expect(Printable.value(nil) == "-")
        #expect(Printable.value("") == "\"\"")
        #expect(Printable.value([1, "a", [true]]) == "[1, a, [true]]")
        #expect(Printable.value("a\u{1B}]0;x\u{7}\nb\u{202E}") == "a\u{FFFD}]0;x\u{FFFD}\u{FFFD}b\u{FFFD}")
    }

    @Test("A tree becomes leaves with paths, numbers in order")
    func leaves() {
        let leaves = Printable.leaves(["calls": ["10": ["a": 1], "9": [:]], "list": [["x": 1]], "plain": [1, 2]])
        #expect(leaves.map(\.path) == ["calls.9", "calls.10.a", "list.0.x", "plain"])
        #expect(leaves.map(\.value) == ["-", "1", "1", "[1, 2]"])
    }

    @Test("Columns are as wide as their widest cell and lines end without spaces")
    func table() {
        #expect(
            Table(heading: ["A", "B"], rows: [["long", ""], ["x", "y", "z"]]).text == "A     B\nlong\nx     y  z")
        #expect(Table(rows: []).text == "")
    }

    @Test("What a word after volume means")
    func volume() {
        #expect(VolumeCommand.Change(nil) == .show)
        #expect(VolumeCommand.Change("40") == .level(40))
        #expect(VolumeCommand.Change("+3") == .change(3))
        #expect(VolumeCommand.Change("-3") == .change(-3))
        #expect(VolumeCommand.Change("up") == .change(5))
        #expect(VolumeCommand.Change("loud") == nil)
    }

    @Test("A word becomes what the setting's type wants")
    func configValues() {
        #expect(ConfigCommand.value("42", type: "integer") == 42)
        #expect(ConfigCommand.value("42", type: "string") == "42")
        #expect(ConfigCommand.value("on", type: "boolean") == true)
        #expect(ConfigCommand.value("maybe", type: "boolean") == "maybe")
        #expect(ConfigCommand.value("[\"a\"]", type: "list") == ["a"])
        #expect(ConfigCommand.value("1280x720", type: "size") == "1280x720")
        #expect(ConfigCommand.value("loud", type: nil) == "loud")
    }
}
