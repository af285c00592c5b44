import ControlProtocol
import Testing

@Suite("The status tree")
struct StatusTreeTests {
    @Test("A value is found where it was set, and the way to it is made")
    func setAndGet() {
        var tree = StatusTree()
        tree["calls.1.video.send.bitrate"] = 1_500_000
        tree["calls.1.state"] = "established"
        #expect(tree["calls.1.video.send.bitrate"] == 1_500_000)
        #expect(tree.root == ["calls": ["1": ["video": ["send": ["bitrate": 1_500_000]], "state": "established"]]])
        tree["calls.1"] = nil
        #expect(tree.root == ["calls": [:]])
        #expect(tree["calls.1.state"] == nil)
        #expect(tree[""] == ["calls": [:]])
    }

    @Test("Elements of an array are set, appended and removed, and an index far out does nothing")
    func arrays() {
        var tree = StatusTree(["a": [1, 2]])
        tree["a.0"] = 5
        tree["a.2"] = 3
        tree["a.9"] = 9
        tree["a.-1"] = 9
        #expect(tree["a"] == [5, 2, 3])
        #expect(tree["a.2"] == 3)
        tree["a.0"] = nil
        tree["a.7"] = nil
        #expect(tree["a"] == [2, 3])
    }

    @Test("Removing what is not there makes nothing")
    func removeMissing() {
        var tree = StatusTree(["a": 1])
        tree["b.c.d"] = nil
        #expect(tree.root == ["a": 1])
    }

    @Test("Where a path stops leading anywhere, the names that could follow are known")
    func alternatives() {
        let tree = StatusTree(["calls": ["1": ["state": "x"]], "audio": [1]])
        let first = tree.alternatives(to: StatusPath(["call"]))
        #expect(first?.known == .root && first?.missing == "call" && first?.names == ["audio", "calls"])
        let second = tree.alternatives(to: StatusPath(["calls", "1", "stat"]))
        #expect(second?.known == StatusPath(["calls", "1"]) && second?.names == ["state"])
        #expect(tree.alternatives(to: StatusPath(["audio", "0"])) == nil)
    }
}
