import ControlProtocol
import PeerSupport
import Testing

/// HDMI-CEC between the room's output and a TV of the kernel's making (vivid).
@Suite("The TV over HDMI-CEC in the device lab", .inDeviceLab, .serialized)
struct TelevisionLabTests {
    private func power(
        _ room: RoomProcess, is wanted: String, within limit: Duration = .seconds(30), _ remote: RemoteProcess
    ) async throws {
        do {
            try await eventually(within: limit, "the TV is \(wanted)") {
                try room.status("display.tv.power")?.stringValue == wanted ? true : nil
            }
        } catch {
            throw ChildProcess.Failure("\(error); convene-remote said:\n\(remote.process.log.suffix(2000))")
        }
    }

    private func rooms() async throws -> (lab: RoomProcess, second: RoomProcess) {
        let lab = try await RoomProcess(name: "Lisboa", board: "lab", settings: "call:\n  auto_answer: false\n")
        return (lab, try await RoomProcess(name: "Second", board: "lab-second"))
    }

    @Test("An incoming call wakes the TV and takes its input; the TV's remote answers it and hangs up")
    func call() async throws {
        let television = try await LabTelevision(.asleep)
        let (lab, second) = try await rooms()
        let remote = try await RemoteProcess(room: lab)
        try await power(lab, is: "off", remote)
        try second.dial(lab.address)
        try await lab.call(reaches: "ringing_in")
        try await power(lab, is: "on", remote)
        #expect(television.heard("IMAGE_VIEW_ON") >= 1, "\(television.log)")
        #expect(television.heard("ACTIVE_SOURCE") >= 1, "\(television.log)")
        // Play answers, Pause mutes, Stop hangs up.
        try await television.tap("0x44")
        try await lab.call(reaches: "established", within: .seconds(20))
        try await television.tap("0x46")
        try await eventually("the microphone is muted") {
            try lab.status("audio.muted")?.boolValue == true ? true : nil
        }
        try await television.tap("0x45")
        try await lab.call(reaches: "ended")
        try await remote.stop()
        await television.stop()
        for room in [lab, second] { try await room.stop() }
    }

    @Test("A key of the TV's remote repeats only while it is really held")
    func heldKey() async throws {
        let television = try await LabTelevision(.awake)
        let room = try await RoomProcess(name: "Lisboa", board: "lab")
        let remote = try await RemoteProcess(room: room)
        try await power(room, is: "on", remote)
        try await television.say("0x44", "0x41")
        try await eventually("a press") { remote.taken.count == 1 ? true : nil }
        // No release and no word that it is held: it was a tap.
        try await Task.sleep(for: .milliseconds(900))
        #expect(remote.taken.count == 1)
        #expect(try room.number("audio.volume") == 65)
        for _ in 0..<5 {
            try await television.say("0x44", "0x42")
            try await Task.sleep(for: .milliseconds(250))
        }
        try await television.say("0x45")
        try await eventually("repeats") { remote.taken.contains(where: \.isRepeat) ? true : nil }
        let count = remote.taken.count
        #expect((4...25).contains(count), "\(remote.taken)")
        try await Task.sleep(for: .milliseconds(700))
        #expect(remote.taken.count <= count + 1)
        try await remote.stop()
        await television.stop()
        try await room.stop()
    }

    @Test("The TV's standby is noticed, and the room's standby sends it there")
    func standby() async throws {
        let television = try await LabTelevision(.awake)
        let room = try await RoomProcess(name: "Lisboa", board: "lab")
        let remote = try await RemoteProcess(room: room)
        try await power(room, is: "on", remote)
        try await LabRemote.press("KEY_POWER")
        try await eventually("the room rests") { try room.status("room.standby")?.boolValue == true ? true : nil }
        try await eventually("the TV is told") { television.heard("STANDBY (0x36)") >= 1 ? true : nil }
        try await power(room, is: "off", remote)
        try await LabRemote.press("KEY_OK")
        try await eventually("the room wakes") { try room.status("room.standby")?.boolValue == false ? true : nil }
        try await power(room, is: "on", remote)
        try await television.say("0x36", toAll: true)
        try await power(room, is: "off", within: .seconds(5), remote)
        #expect(try room.status("room.standby")?.boolValue == false, "the room goes on")
        try await remote.stop()
        await television.stop()
        try await room.stop()
    }

    @Test("A TV that hears and never answers has no effect on the room and is not asked for ever")
    func silent() async throws {
        let television = try await LabTelevision(.silent)
        let (lab, second) = try await rooms()
        let remote = try await RemoteProcess(room: lab)
        try await power(lab, is: "unknown", remote)
        try second.dial(lab.address)
        try await lab.call(reaches: "ringing_in")
        try await LabRemote.press("KEY_PHONE")
        try await lab.call(reaches: "established", within: .seconds(20))
        try await remote.process.output(containing: "does not say whether it is on", within: .seconds(40))
        let said = { remote.process.log.matches(of: /said 40:/).count }
        let before = said()
        #expect(before < 30, "\(remote.process.log)")
        try await LabRemote.press("KEY_HANGUP_PHONE")
        try await lab.call(reaches: "ended")
        try await remote.stop()
        await television.stop()
        for room in [lab, second] { try await room.stop() }
    }

    @Test("The TV shows the room's name, as much of it as CEC takes")
    func name() async throws {
        let television = try await LabTelevision(.awake)
        let room = try await RoomProcess(name: "Conference Lisboa", board: "lab")
        let remote = try await RemoteProcess(room: room)
        try await power(room, is: "on", remote)
        let told = try await Lab.shell("cec-ctl -s -D vivid -a vivid-000-vid-cap0 --to 4 --give-osd-name")
        #expect(told.contains("Conference Lis"), "\(told)")
        try await remote.stop()
        await television.stop()
        try await room.stop()
    }
}
