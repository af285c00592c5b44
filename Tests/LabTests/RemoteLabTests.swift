import ControlProtocol
import Glibc
import PeerSupport
import PictureSupport
import Testing

/// From a kernel event to the room: infrared through rc-loopback, a keyboard through uinput.
@Suite("convene-remote in the device lab", .inDeviceLab, .serialized)
struct RemoteLabTests {
    private func muted(_ room: RoomProcess) throws -> Bool? { try room.status("audio.muted")?.boolValue }
    private func volume(_ room: RoomProcess) throws -> Int { Int(try room.number("audio.volume")) }

    private func wait(_ room: RoomProcess, muted wanted: Bool) async throws {
        try await eventually("the microphone is \(wanted ? "muted" : "open")") {
            try muted(room) == wanted ? true : nil
        }
    }

    @Test("An infrared press crosses rc-core, evdev and the socket, and is seen on the screen")
    func infrared() async throws {
        let room = try await RoomProcess(name: "Lab", board: "lab")
        let remote = try await RemoteProcess(room: room)
        let card = try Lab.card(driver: "vkms")
        let before = try await ScreenGrab(card: card).luma
        try await LabRemote.press("KEY_MICMUTE")
        try await wait(room, muted: true)
        let flips = try room.number("display.flips")
        try await eventually("the screen says so") { () async throws -> Bool? in
            try await ScreenGrab(card: card).luma.similarity(to: before) < 0.9999 ? true : nil
        }
        #expect(flips >= 1)
        for (key, level) in [("KEY_VOLUMEUP", 65), ("KEY_VOLUMEDOWN", 60), ("KEY_VOLUMEDOWN", 55)] {
            try await LabRemote.press(key)
            try await eventually("the volume is \(level)") { try volume(room) == level ? true : nil }
            // The receiver takes the next of the same key within a quarter of a second for the key still held.
            try await Task.sleep(for: .milliseconds(350))
        }
        try await LabRemote.press("KEY_MICMUTE")
        try await wait(room, muted: false)
        try await remote.stop()
        try await room.stop()
    }

    @Test("The receiver listens for the keymap's protocol only, and unknown scancodes are told once")
    func unknownScancodes() async throws {
        let room = try await RoomProcess(name: "Lab", board: "lab")
        let remote = try await RemoteProcess(room: room)
        let protocols = try readText("/sys/class/rc/rc0/protocols")
        #expect(protocols.contains("[nec]") && !protocols.contains("[rc-5]"), "\(protocols)")
        for code in ["0x0777", "0x0778", "0x0779"] { try await LabRemote.send(code) }
        try await LabRemote.press("KEY_MICMUTE")
        try await wait(room, muted: true)
        let told = remote.process.log.split(separator: "\n").filter { $0.contains("without a meaning") }
        #expect(told.count == 1)
        #expect(told.first?.contains("0x777") == true)
        try await remote.stop()
        try await room.stop()
    }

    @Test("A held key repeats after 500 ms and then 10 times a second, and an unplugged keyboard lets it go")
    func repeats() async throws {
        let room = try await RoomProcess(name: "Lab", board: "lab")
        _ = try room.request(.audioVolume, ["level": 100])
        let remote = try await RemoteProcess(room: room)
        var keyboard: LabKeyboard? = try LabKeyboard()
        try await remote.process.output(containing: "Convene test keyboard")
        let clock = ContinuousClock()
        let start = clock.now
        try keyboard?.set(LabKeyboard.volumeDown, down: true)
        try await eventually(every: .milliseconds(2), "the first repeat") {
            remote.taken.contains { $0.isRepeat } ? true : nil
        }
        let first = (clock.now - start) / .milliseconds(1)
        try await Task.sleep(for: .seconds(1))
        try keyboard?.set(LabKeyboard.volumeDown, down: false)
        // Nothing more comes: told by the next press, which is taken after all that were sent before.
        try keyboard?.tap(LabKeyboard.mute)
        try await wait(room, muted: true)
        let times = remote.taken.filter(\.isRepeat).map(\.event)
        let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1e6 }.sorted()
        print("figure: first repeat seen after \(first.rounded()) ms, then every \(gaps[gaps.count / 2].rounded()) ms")
        #expect(first >= 495)
        #expect(first < 900)
        #expect((7...12).contains(times.count))
        #expect(gaps.allSatisfy { $0 > 40 })
        #expect(try volume(room) == 100 - 5 * (1 + times.count))

        try keyboard?.set(LabKeyboard.volumeDown, down: true)
        try await eventually("it repeats") { remote.taken.filter(\.isRepeat).count > times.count + 2 ? true : nil }
        keyboard = nil
        try await remote.process.output(containing: "Convene test keyboard is gone")
        let left = try volume(room)
        try await Task.sleep(for: .milliseconds(700))
        #expect(try volume(room) == left, "a keyboard that is gone holds nothing")
        try await remote.stop()
        try await room.stop()
    }

    @Test("Two keyboards and the infrared remote at once, one of them plugged in and out")
    func several() async throws {
        let room = try await RoomProcess(name: "Lab", board: "lab")
        _ = try room.request(.audioVolume, ["level": 50])
        let remote = try await RemoteProcess(room: room)
        let one = try LabKeyboard(name: "Convene test one")
        for round in 1...3 {
            let other = try LabKeyboard(name: "Convene test other \(round)")
            for name in ["Convene test one", "Convene test other \(round)"] {
                try await remote.process.output(containing: name)
            }
            try one.tap(LabKeyboard.volumeUp)
            try other.tap(LabKeyboard.volumeUp)
            try await LabRemote.press("KEY_VOLUMEDOWN")
            try await eventually("three presses") { remote.taken.count == 3 * round ? true : nil }
            #expect(try volume(room) == 50 + 5 * round)
            // The receiver takes the next of the same key within a quarter of a second for the key still held.
            try await Task.sleep(for: .milliseconds(350))
        }
        try await remote.stop()
        try await room.stop()
    }

    @Test("A press while the room is away is lost, and the room is found again when it comes back")
    func roomAway() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/room.sock"
        let remote = try await RemoteProcess(socketPath: path)
        let keyboard = try LabKeyboard()
        try await remote.process.output(containing: "Convene test keyboard")
        for round in 0..<2 {
            try keyboard.tap(LabKeyboard.mute)
            try await eventually("the press is lost") {
                remote.process.log.matches(of: /is lost/).count > round ? true : nil
            }
            let room = try await RoomProcess(name: "Lab", board: "lab", socketPath: path)
            try await eventually("the room is found") {
                remote.process.log.matches(of: /the room is there/).count > round ? true : nil
            }
            #expect(try muted(room) == false, "what was pressed before is not done now")
            try keyboard.tap(LabKeyboard.mute)
            try await wait(room, muted: true)
            try await room.stop()
            try await eventually("the loss is noticed") {
                remote.process.log.matches(of: /the room is away/).count > round ? true : nil
            }
        }
        try await remote.stop()
    }

    @Test("convenectl remote learn writes a keymap that works")
    func learns() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/learnt.toml"
        let learning = try ChildProcess(
            try RoomProcess.builtProgram("convenectl"),
            ["remote", "learn", file, "--name", "found", "--keys", "OK", "Up", "Down"], logPath: "\(folder.path)/log")
        try await learning.output(containing: "OK: press it", within: .seconds(20))
        func press(_ code: String) async throws {
            // The same press is over when the remote has been silent for a moment.
            try await Task.sleep(for: .milliseconds(700))
            try await LabRemote.send(code)
        }
        try await press("0x1234")
        try await learning.output(containing: "OK: once more")
        try await press("0x1234")
        try await learning.output(containing: "OK: nec 0x1234")
        try await press("0x1235")
        try await learning.output(containing: "Up: once more")
        try await press("0x1236")
        try await learning.output(containing: "Up: that was another key")
        try await press("0x1235")
        try await press("0x1235")
        try await learning.output(containing: "Up: nec 0x1235")
        try learning.send("\n")
        #expect(try await learning.wait(within: .seconds(10)) == .exited(status: 0), "\(learning.log)")
        let text = try readText(file)
        #expect(text.contains("0x1234 = \"KEY_OK\"") && text.contains("0x1235 = \"KEY_UP\""), "\(text)")
        #expect(text.contains("protocol = \"nec\"") && text.contains("name = \"found\""))
        let board = "\(folder.path)/board.yaml"
        try writeText("remote: {match: [{driver: rc-loopback, keymaps: [learnt.toml]}]}\n", to: board)
        try await Lab.shell("\(try RoomProcess.builtProgram("convene-remote")) --check --board \(board)")
    }

    @Test("A key shows its effect on the screen, from the kernel's event to the flip")
    func keyToFlip() async throws {
        let room = try await RoomProcess(name: "Lab", board: "lab")
        let remote = try await RemoteProcess(room: room)
        let keyboard = try LabKeyboard()
        try await remote.process.output(containing: "Convene test keyboard")
        var times: [Double] = []
        for round in 0..<60 {
            let flips = try room.number("display.flips")
            let event = try keyboard.tap(round % 2 == 0 ? LabKeyboard.volumeUp : LabKeyboard.volumeDown)
            let flip = try await eventually(within: .seconds(5), every: .milliseconds(150), "a flip") {
                try room.number("display.flips") > flips ? try room.number("display.last_flip_ns") : nil
            }
            times.append((flip - Double(event)) / 1e6)
        }
        let found = LabTimes(Array(times.dropFirst(3)))
        found.printFigure("key to flip, home screen, vkms at 60 Hz")
        LabTimes(remote.taken.map(\.answerMilliseconds)).printFigure("key to the room's answer")
        #expect(found.median < 100)
        try await remote.stop()
        try await room.stop()
    }
}
