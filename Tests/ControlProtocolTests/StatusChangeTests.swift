import ControlProtocol
import FuzzSupport
import Testing

@Suite("What changed in the status tree")
struct StatusChangeTests {
    private func changes(_ old: JSONValue, _ new: JSONValue, under path: StatusPath = .root) -> [String] {
        StatusTree(new).changes(since: StatusTree(old), under: path).map(\.json.serialized)
    }

    @Test("Only the leaf that changed is told")
    func leaf() {
        #expect(
            changes(["a": ["b": 1, "c": 2], "d": 3], ["a": ["b": 1, "c": 5], "d": 3]) == [#"{"path":"a.c","value":5}"#])
        #expect(changes(["a": 1], ["a": 1]).isEmpty)
    }

    @Test("What is new comes whole, what is gone goes whole")
    func subtrees() {
        #expect(
            changes(["calls": ["1": ["s": 1]]], ["calls": ["2": ["s": 1, "t": 2]]]) == [
                #"{"path":"calls.1","removed":true}"#, #"{"path":"calls.2","value":{"s":1,"t":2}}"#,
            ])
    }

    @Test("Null is a value and not a removal")
    func null() {
        #expect(changes(["a": 1], ["a": nil]) == [#"{"path":"a","value":null}"#])
        #expect(changes(["a": nil], [:]) == [#"{"path":"a","removed":true}"#])
    }

    @Test("An array that grows or shrinks is told element by element, the last removed first")
    func arrays() {
        #expect(
            changes(["a": [1, 2]], ["a": [1, 3, 4]]) == [#"{"path":"a.1","value":3}"#, #"{"path":"a.2","value":4}"#])
        #expect(
            changes(["a": [1, 2, 3]], ["a": [1]]) == [
                #"{"path":"a.2","removed":true}"#, #"{"path":"a.1","removed":true}"#,
            ])
    }

    @Test("Below a path only, also when the path begins or ceases to exist")
    func underPath() {
        let path = StatusPath(["calls", "1"])
        #expect(changes(["x": 1], ["x": 2], under: path).isEmpty)
        #expect(changes([:], ["calls": ["1": ["s": 1]]], under: path) == [#"{"path":"calls.1","value":{"s":1}}"#])
        #expect(changes(["calls": ["1": 5]], ["calls": [:]], under: path) == [#"{"path":"calls.1","removed":true}"#])
    }

    @Test("A change survives the wire, and what is no change is refused")
    func json() {
        for change in [
            StatusChange(path: StatusPath(["a.b", "c"]), value: ["x": nil]), StatusChange(path: .root, value: nil),
        ] {
            #expect(StatusChange(json: change.json) == change)
        }
        #expect(StatusChange(json: ["path": "a"]) == nil)
        #expect(StatusChange(json: ["path": "a..b", "value": 1]) == nil)
        #expect(StatusChange(json: 5) == nil)
    }

    @Test("The changes between any two trees turn the one into the other, on the whole and below any path")
    func property() {
        var random = SplitMix64(seed: 5)
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 7 : 4), using: &random) {
            case 0: return .null
            case 1: return .integer(Int64.random(in: 0...2, using: &random))
            case 2: return .string("x")
            case 3: return .bool(true)
            case 4:
                return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth - 1) })
            default:
                var members: [String: JSONValue] = [:]
                for name in ["a", "b.c", "1", "d"] where Bool.random(using: &random) {
                    members[name] = value(depth - 1)
                }
                return .object(members)
            }
        }
        for _ in 0..<3000 {
            let old = StatusTree(["t": value(4), "u": value(2)])
            let new = StatusTree(["t": value(4), "u": value(2)])
            var applied = old
            for change in new.changes(since: old) { applied.apply(change) }
            #expect(applied == new)
            var part = old
            for change in new.changes(since: old, under: StatusPath(["t"])) { part.apply(change) }
            #expect(part["t"] == new["t"])
            #expect(part["u"] == old["u"])
        }
    }
}
