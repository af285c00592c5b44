import ControlProtocol
import PeerSupport
import Testing

/// "Find a contact, call, mute, change the layout, hang up", by each way alone, and the same status at the end.
@Suite("A whole call by one way alone, in the device lab", .inDeviceLab, .serialized)
struct ContactCallLabTests {
    /// What shall be the same whatever the way.
    private struct Outcome: Equatable {
        var page: String?
        var muted: Bool?
        var layout: String?
        var state: String?
        var direction: String?
        var name: String?
        var reason: String?
        var history: String?
        var outcome: String?
    }

    /// The five steps; each is awaited in status before the next.
    private struct Way {
        var findContact: (RoomProcess) async throws -> Void
        var call: (RoomProcess) async throws -> Void
        var mute: (RoomProcess) async throws -> Void
        var layout: (RoomProcess) async throws -> Void
        var hangUp: (RoomProcess) async throws -> Void
    }

    private func run(_ way: Way, cec television: LabTelevision? = nil, withRemote: Bool = true) async throws -> Outcome
    {
        let lab = try await RoomProcess(name: "Lisboa", board: "lab")
        let second = try await RoomProcess(name: "Second", board: "lab-second")
        _ = try lab.request(
            .directoryAdd, ["name": "Blue room", "address": JSONValue(try second.address), "favourite": true])
        let remote = withRemote ? try await RemoteProcess(room: lab) : nil
        if television != nil {
            try await eventually(within: .seconds(30), "the TV is on") {
                try lab.status("display.tv.power")?.stringValue == "on" ? true : nil
            }
        }
        try await way.findContact(lab)
        try await way.call(lab)
        try await lab.call(reaches: "established", within: .seconds(20))
        try await way.mute(lab)
        try await eventually("muted") { try lab.status("audio.muted")?.boolValue == true ? true : nil }
        let before = try lab.status("display.layout")?.stringValue
        try await way.layout(lab)
        try await eventually("another layout") {
            try lab.status("display.layout")?.stringValue != before ? true : nil
        }
        try await way.hangUp(lab)
        try await lab.call(reaches: "ended")
        try await eventually(within: .seconds(20), "the news of the end have gone") {
            try lab.status("screen.page")?.stringValue == "home" ? true : nil
        }
        let history = try lab.request(.historyList)["entries"]?[0]
        let outcome = Outcome(
            page: try lab.status("screen.page")?.stringValue, muted: try lab.status("audio.muted")?.boolValue,
            layout: try lab.status("display.layout")?.stringValue, state: try lab.status("calls.1.state")?.stringValue,
            direction: try lab.status("calls.1.direction")?.stringValue,
            name: try lab.status("calls.1.remote_name")?.stringValue,
            reason: try lab.status("calls.1.reason")?.stringValue, history: history?["name"]?.stringValue,
            outcome: history?["outcome"]?.stringValue)
        if let remote {
            print("figure: key to the room's answer in a call: \(remote.taken.map(\.answerMilliseconds)) ms")
            try await remote.stop()
        }
        for room in [lab, second] { try await room.stop() }
        return outcome
    }

    private func page(_ room: RoomProcess, is wanted: String, focus: String) async throws {
        try await eventually("the page \(wanted) with \(focus)") {
            try room.status("screen.page")?.stringValue == wanted
                && room.status("screen.focus")?.stringValue == focus ? true : nil
        }
    }

    @Test("By the socket, by infrared and by the TV's remote alone: the same end")
    func sameEnd() async throws {
        let socket = Way(
            findContact: { room in
                let found = try room.request(.directorySearch, ["query": "blue"])
                #expect(found["entries"]?[0]?["name"] == "Blue room")
            },
            call: { room in
                let found = try room.request(.directorySearch, ["query": "blue"])
                _ = try room.dial(found["entries"]?[0]?["address"]?.stringValue ?? "")
            },
            mute: { _ = try $0.request(.audioMute, ["muted": true]) },
            layout: { _ = try $0.request(.displayLayout) },
            hangUp: { _ = try $0.request(.callHangup) })
        let infrared = Way(
            findContact: { room in
                try await LabRemote.press("KEY_ADDRESSBOOK")
                try await page(room, is: "contacts", focus: "entry.0")
            },
            call: { _ in try await LabRemote.press("KEY_OK") },
            mute: { _ in try await LabRemote.press("KEY_MICMUTE") },
            layout: { _ in try await LabRemote.press("KEY_BLUE") },
            hangUp: { _ in try await LabRemote.press("KEY_HANGUP_PHONE") })
        let television = try await LabTelevision(.awake)
        let cec = Way(
            findContact: { room in
                try await television.tap("0x0b")
                try await page(room, is: "contacts", focus: "entry.0")
            },
            call: { _ in try await television.tap("0x00") },
            mute: { _ in try await television.tap("0x46") },
            layout: { _ in try await television.tap("0x71") },
            hangUp: { _ in try await television.tap("0x45") })

        let bySocket = try await run(socket, withRemote: false)
        #expect(bySocket.state == "ended" && bySocket.outcome == "answered" && bySocket.history == "Blue room")
        #expect(try await run(infrared) == bySocket)
        #expect(try await run(cec, cec: television) == bySocket)
        print("figure: the end by socket, infrared and CEC: \(bySocket)")
        await television.stop()
    }
}
