import ControlProtocol
import MediaTypes
import PeerSupport
import RoomUI

/// The room's screen: how long drawing takes, and how long a key takes to be seen.
struct ScreenBench: Sendable {
    /// Milliseconds, sorted.
    private(set) var fullRedraw: [Double] = []
    private(set) var focusMove: [Double] = []
    private(set) var movingPart: [Double] = []
    private(set) var keyToPicture: [Double] = []
    /// The same while a call's pictures are on the screen.
    private(set) var keyInCall: [Double] = []

    static func measure(program: String?) async throws -> ScreenBench {
        var result = ScreenBench()
        try result.draw()
        let room = try await RoomProcess(name: "Screen room", program: program)
        try await result.press(room)
        let other = try await RoomProcess(name: "Other room", program: program)
        try await result.press(room, calling: other)
        try await room.stop()
        try await other.stop()
        return result
    }

    static func median(_ values: [Double]) -> Double? { values.isEmpty ? nil : values[values.count / 2] }
    static func percentile99(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values[min(values.count * 99 / 100, values.count - 1)]
    }

    // MARK: - Drawing, at 1080p in this process

    private mutating func draw() throws {
        let renderer = try RoomRenderer(mode: DisplayMode(width: 1920, height: 1080, refreshMillihertz: 60000))
        var facts = RoomFacts(
            roomName: "Lindau", now: CivilTime(year: 2026, month: 11, day: 24, weekday: 2, hour: 14, minute: 5))
        facts.addresses = ["sip:room@192.0.2.17"]
        facts.doNotDisturb = false
        var interface = RoomInterface()
        interface.show(
            (0..<3).map { ContactEntry(.favourite, name: "Room \($0)", address: "sip:\($0)@example.net") },
            of: .favourites)
        var now: Int64 = 10_000_000_000
        _ = interface.update(facts, at: now)
        func press(_ key: ControlKey) -> RoomScreen {
            now += 1_000_000_000
            _ = interface.press(key, facts, at: now)
            return interface.screen(facts, at: now)
        }
        func time(_ screen: RoomScreen) -> Double {
            let start = ContinuousClock.now
            _ = renderer.render(screen)
            return (ContinuousClock.now - start).milliseconds
        }
        // Each page is another one than before, so that everything is drawn.
        for round in 0..<40 {
            let pages = [press(.f4), press(.home), press(.f1), press(.home)].map { $0 }
            for page in pages {
                let taken = time(page)
                if round > 0 { fullRedraw.append(taken) }
            }
        }
        for _ in 0..<100 { focusMove.append(time(press(.right))) }
        facts.incoming = RoomFacts.Incoming(RoomFacts.Party(name: "Berlin", address: "sip:berlin@example.net"))
        _ = interface.update(facts, at: now)
        var ringing = interface.screen(facts, at: now)
        for phase in 0..<100 {
            ringing.phase = phase % 50
            let taken = time(ringing)
            if phase > 5 { movingPart.append(taken) }
        }
        fullRedraw.sort()
        focusMove.sort()
        movingPart.sort()
    }

    // MARK: - Keys, of a whole room

    /// From the request on the socket to the flip of the simulated screen that shows it.
    private mutating func press(_ room: RoomProcess) async throws {
        try await Task.sleep(for: .seconds(1))
        for number in 0..<200 {
            let before = try room.number("display.flips")
            let start = ContinuousClock.now
            try room.request(.keyPress, ["key": number % 2 == 0 ? "Right" : "Left"])
            while try room.number("display.flips") <= before {
                guard ContinuousClock.now - start < .seconds(2) else { break }
            }
            keyToPicture.append((ContinuousClock.now - start).milliseconds)
            // Not in step with the screen.
            try await Task.sleep(for: .milliseconds(20 + number * 7 % 17))
        }
        keyToPicture.sort()
    }

    /// In the menu of a call: pictures are flipped all the time, so the flip that brings the new interface counts.
    private mutating func press(_ room: RoomProcess, calling other: RoomProcess) async throws {
        let number = try room.dial(try other.address)
        try await room.call(number, reaches: "established")
        try await Task.sleep(for: .seconds(2))
        try room.request(.keyPress, ["key": "OK"])
        for number in 0..<200 {
            try await Task.sleep(for: .milliseconds(20 + number * 7 % 17))
            let before = try room.number("display.interface_flips")
            let start = ContinuousClock.now
            try room.request(.keyPress, ["key": number % 2 == 0 ? "Right" : "Left"])
            while try room.number("display.interface_flips") <= before {
                guard ContinuousClock.now - start < .seconds(2) else { break }
            }
            keyInCall.append((ContinuousClock.now - start).milliseconds)
        }
        keyInCall.sort()
        try room.request(.callHangup)
    }
}

extension ConveneBench {
    static func figures(_ screen: ScreenBench) -> [Figure] {
        [
            Figure(
                name: "a whole page drawn at 1080p, median", unit: "ms", decimals: 2, goal: .atMost(8),
                measured: ScreenBench.median(screen.fullRedraw)),
            Figure(
                name: "the same, 99th percentile", unit: "ms", decimals: 2, goal: .atMost(8),
                measured: ScreenBench.percentile99(screen.fullRedraw)),
            Figure(
                name: "the focus moves, median", unit: "ms", decimals: 2,
                measured: ScreenBench.median(screen.focusMove)),
            Figure(
                name: "a moving part, each of 60 a second, median", unit: "ms", decimals: 2,
                measured: ScreenBench.median(screen.movingPart)),
            Figure(
                name: "key on the socket to the flip, median", unit: "ms", goal: .atMost(100),
                measured: ScreenBench.median(screen.keyToPicture), note: "720p60, simulated"),
            Figure(
                name: "the same, 99th percentile", unit: "ms", goal: .atMost(100),
                measured: ScreenBench.percentile99(screen.keyToPicture)),
            Figure(
                name: "the same within a call, median", unit: "ms", goal: .atMost(100),
                measured: ScreenBench.median(screen.keyInCall), note: "720p60, simulated"),
            Figure(
                name: "the same within a call, 99th percentile", unit: "ms", goal: .atMost(100),
                measured: ScreenBench.percentile99(screen.keyInCall)),
        ]
    }
}
