import CEC
import ControlProtocol
import LinuxSystem
import RemoteControl
import Testing

/// A machine with a clock of its own.
private struct Stage {
    var machine: CECStateMachine
    var now = MonotonicTime.zero + .seconds(1000)

    init(_ policy: CECStateMachine.Policy = .init(), connected: Bool = true) {
        machine = CECStateMachine(policy: policy)
        guard connected else { return }
        connect()
        // The first question, which nobody answers in these tests unless they say so.
        answer(1)
    }

    mutating func connect() {
        _ = feed(.line(.init(physical: CECPhysicalAddress(rawValue: 0x1000), logical: .playback1)))
    }

    mutating func feed(_ event: CECStateMachine.Event) -> [CECStateMachine.Action] { machine.handle(event, at: now) }

    mutating func hear(
        _ opcode: CECOpcode, _ operands: [UInt8] = [], from: CECLogicalAddress = .television,
        to: CECLogicalAddress = .playback1
    ) -> [CECStateMachine.Action] {
        feed(.received(CECMessage(from: from, to: to, opcode, operands)))
    }

    mutating func answer(_ power: UInt8) { _ = hear(.reportPowerStatus, [power]) }

    mutating func room(standby: Bool = false, ringing: Set<Int> = [], inCall: Bool = false) -> [CECStateMachine.Action]
    {
        feed(.room(.init(isInStandby: standby, ringing: ringing, isInCall: inCall)))
    }

    /// All that a loop which keeps every deadline does in that time.
    mutating func wait(_ time: Duration) -> [CECStateMachine.Action] {
        let end = now + time
        var actions: [CECStateMachine.Action] = []
        while let deadline = machine.deadline, deadline <= end {
            now = max(now, deadline)
            actions += feed(.due)
        }
        now = end
        return actions
    }
}

extension [CECStateMachine.Action] {
    fileprivate var sent: [String] {
        compactMap { if case .send(let message) = $0 { message.description } else { nil } }
    }
    fileprivate var power: [TelevisionReport.Power] {
        compactMap { if case .report(let report) = $0 { report.power } else { nil } }
    }
    fileprivate func count(_ text: String) -> Int { sent.count { $0 == text } }
}

@Suite("A TV over HDMI-CEC")
struct CECStateMachineTests {
    private let wake = ["40:04", "4f:82:10:00"]
    private let question = "40:8f"

    @Test("A call that comes in wakes the TV and takes its input, and the TV's answer is told")
    func wakesOnCall() {
        var stage = Stage()
        _ = stage.room()
        #expect(stage.room(ringing: [1]).sent == wake)
        #expect(stage.wait(.milliseconds(1500)).sent == [question])
        #expect(stage.hear(.reportPowerStatus, [2]).power == [])
        #expect(stage.wait(.seconds(1)).sent == [question])
        #expect(stage.hear(.reportPowerStatus, [0]).power == [.on])
        #expect(stage.wait(.seconds(60)).sent == [], "it is on: nothing more is asked")
        #expect(stage.room(ringing: [1], inCall: true).sent == [], "the same call")
    }

    @Test("Leaving standby wakes the TV, and standby sends it to sleep")
    func standby() {
        var stage = Stage()
        _ = stage.room(standby: true)
        #expect(stage.room().sent == wake)
        stage.answer(0)
        #expect(stage.room(standby: true).sent == ["40:36"])
        #expect(stage.wait(.milliseconds(1100)).sent == [question])
        #expect(stage.hear(.reportPowerStatus, [1]).power == [.off])
        #expect(stage.wait(.seconds(60)).sent == [])
    }

    @Test("A TV that shows something else is left alone when the room goes to standby")
    func othersWatch() {
        var stage = Stage()
        _ = stage.room()
        _ = stage.hear(.activeSource, [0x20, 0x00], from: CECLogicalAddress(rawValue: 8), to: .broadcast)
        #expect(stage.machine.isActiveSource == false)
        #expect(stage.room(standby: true).sent == [])
    }

    @Test("A TV that never answers costs a bounded number of messages and is told as unknown")
    func neverAnswers() {
        var stage = Stage()
        stage.answer(0)
        _ = stage.room()
        let actions = stage.room(ringing: [1]) + stage.wait(.seconds(600))
        #expect(actions.count(question) == 12)
        #expect(actions.count("40:04") == 3, "woken, and twice once more")
        #expect(actions.sent.count < 25)
        #expect(stage.machine.report.power == .unknown)
        #expect(stage.machine.deadline == nil)
    }

    @Test("A TV that answers nonsense counts as one that does not answer")
    func nonsense() {
        var stage = Stage()
        _ = stage.room(ringing: [1])
        _ = stage.wait(.milliseconds(1100))
        #expect(stage.hear(.reportPowerStatus, [9]).power == [])
        #expect(stage.hear(.reportPowerStatus, []).power == [])
        #expect(stage.hear(.reportPowerStatus, [0], from: .audioSystem).power == [], "another device's power")
        _ = stage.wait(.seconds(60))
        #expect(stage.machine.report.power == .unknown)
    }

    @Test("A TV that refuses to tell its power is not asked again; one without images is woken by text")
    func refuses() {
        var stage = Stage()
        _ = stage.room(ringing: [1])
        #expect(stage.hear(.featureAbort, [CECOpcode.imageViewOn.rawValue, 0]).sent.contains("40:0d"))
        #expect(!stage.hear(.featureAbort, [CECOpcode.imageViewOn.rawValue, 0]).sent.contains("40:0d"))
        _ = stage.wait(.milliseconds(1100))
        #expect(stage.hear(.featureAbort, [CECOpcode.giveDevicePowerStatus.rawValue, 0]).power == [.unknown])
        #expect(stage.room(ringing: [2]).sent.first == "40:0d")
        #expect(stage.wait(.seconds(60)).count(question) == 0)
    }

    @Test("A TV that goes to standby is noticed at once, and asked again when it speaks")
    func televisionSleeps() {
        var stage = Stage()
        stage.answer(0)
        _ = stage.room(inCall: true)
        #expect(stage.hear(.standby, to: .broadcast).power == [.off])
        #expect(stage.hear(.setStreamPath, [0x20, 0x00], to: .broadcast).sent == [question])
        #expect(stage.hear(.setStreamPath, [0x20, 0x00], to: .broadcast).sent == [], "not each time")
        #expect(stage.hear(.reportPowerStatus, [0]).power == [.on])
    }

    @Test("In a call the TV is asked every half minute, otherwise never")
    func asksInCall() {
        var stage = Stage()
        stage.answer(0)
        _ = stage.room()
        #expect(stage.wait(.seconds(3600)).sent == [])
        _ = stage.room(inCall: true)
        #expect(stage.wait(.milliseconds(30_500)).sent == [question])
        stage.answer(0)
        #expect(stage.wait(.seconds(30)).sent == [question])
        stage.answer(0)
        _ = stage.room()
        #expect(stage.wait(.seconds(3600)).sent == [])
    }

    @Test("A wake that comes before the line goes on when the line is there")
    func lateLine() {
        var stage = Stage(connected: false)
        _ = stage.room()
        #expect(stage.room(ringing: [1]).sent == ["f0:04"])
        stage.now = stage.now + .seconds(4)
        let actions = stage.feed(.line(.init(physical: CECPhysicalAddress(rawValue: 0x1000), logical: .playback1)))
        #expect(actions.sent.contains("4f:82:10:00"))
        _ = stage.feed(.line(.init(physical: .none, logical: nil)))
        #expect(stage.machine.report.power == .unknown)
        #expect(stage.machine.deadline == nil)
    }

    // MARK: - Keys

    @Test("A key of the TV's remote goes down and up; what is said again is held")
    func keys() {
        var stage = Stage()
        #expect(stage.hear(.userControlPressed, [0x01]).first == .keyDown(.up, code: 1))
        stage.now = stage.now + .milliseconds(400)
        #expect(stage.hear(.userControlPressed, [0x01]).first == .keyHeld)
        #expect(stage.hear(.userControlReleased).first == .keyUp(code: 1))
    }

    @Test("A key whose release is lost is let go after 550 ms, and by another key")
    func lostRelease() {
        var stage = Stage()
        _ = stage.hear(.userControlPressed, [0x01])
        #expect(!stage.wait(.milliseconds(540)).contains(.keyUp(code: 1)))
        #expect(stage.wait(.milliseconds(20)).contains(.keyUp(code: 1)))
        _ = stage.hear(.userControlPressed, [0x02])
        #expect(
            stage.hear(.userControlPressed, [0x00]).prefix(2) == [.keyUp(code: 2), .keyDown(.ok, code: 0)])
        #expect(!stage.hear(.userControlPressed, [0x7E]).contains { if case .keyDown = $0 { true } else { false } })
    }

    @Test("Choosing the room's input wakes the room")
    func chosen() {
        var stage = Stage()
        _ = stage.room(standby: true)
        let actions = stage.hear(.setStreamPath, [0x10, 0x00], to: .broadcast)
        #expect(actions.contains(.wakeRoom))
        #expect(actions.sent.first == "4f:82:10:00")
        #expect(stage.hear(.requestActiveSource, to: .broadcast).sent.first == "4f:82:10:00")
        #expect(!stage.hear(.routingChange, [0x10, 0x00, 0x20, 0x00], to: .broadcast).contains(.wakeRoom))
        #expect(stage.machine.isActiveSource == false)
    }

    // MARK: - Questions

    @Test("Questions are answered once, what nobody understands is refused, broadcasts and answers are not")
    func answers() {
        var stage = Stage()
        stage.answer(0)
        _ = stage.room()
        #expect(stage.hear(.giveDevicePowerStatus).sent == ["40:90:00"])
        #expect(stage.hear(.menuRequest, [2]).sent == ["40:8e:00"])
        #expect(stage.hear(CECOpcode(rawValue: 0xA0), [1, 2, 3]).sent == ["40:00:a0:00"])
        #expect(stage.hear(CECOpcode(rawValue: 0xA0), [1], to: .broadcast).sent == [])
        #expect(stage.hear(.featureAbort, []).sent == [])
        #expect(stage.hear(.deviceVendorID, [0, 0, 1], to: .broadcast).sent == [])
        #expect(stage.hear(CECOpcode(rawValue: 0xA0), from: .unregistered).sent == [])
        #expect(stage.hear(.giveDevicePowerStatus, to: CECLogicalAddress(rawValue: 8)).sent == [], "not ours")
    }

    // MARK: - Volume

    @Test("Where the room has no other speaker its volume keys turn the TV or its amplifier")
    func volume() {
        var stage = Stage(.init(turnsVolume: true))
        #expect(stage.feed(.volume(.volumeUp)).sent == ["40:44:41", "40:45"])
        #expect(stage.wait(.milliseconds(600)).sent == ["40:71"])
        let told = stage.hear(.reportAudioStatus, [0x80 | 30])
        #expect(told.first == .report(TelevisionReport(power: .off, volume: 30, isMuted: true)))
        _ = stage.hear(.systemAudioModeStatus, [1], from: .audioSystem)
        #expect(stage.feed(.volume(.volumeDown)).sent == ["45:44:42", "45:45"])
        #expect(!stage.hear(.userControlPressed, [0x41]).contains(.keyDown(.volumeUp, code: 0x41)))
        var plain = Stage()
        #expect(plain.feed(.volume(.volumeUp)).isEmpty)
        #expect(plain.hear(.userControlPressed, [0x41]).first == .keyDown(.volumeUp, code: 0x41))
    }

    @Test("Any messages at all cost a bounded number of answers")
    func flood() {
        var stage = Stage(.init(turnsVolume: true))
        var generator = SystemRandomNumberGenerator()
        var sent = 0
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 1...16, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            guard let message = CECMessage(bytes: bytes) else { continue }
            stage.now = stage.now + .milliseconds(5)
            let answers = stage.feed(.received(message)).sent.count
            #expect(answers <= 2)
            sent += answers
        }
        #expect(sent < 6000)
    }
}
