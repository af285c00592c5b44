import CEC
import ControlProtocol
import LinuxSystem

/// A bounded series of questions after the TV's power.
struct PowerInquiry: Sendable, Equatable {
    /// What ends it early; nil: any answer does.
    var wanted: TelevisionReport.Power?
    var asked: Int
    let limit: Int
    var hasAnswer: Bool
    var next: MonotonicTime

    /// A device answers within a second, if it does (HDMI 1.4b, CEC 9.2).
    static let interval = Duration.seconds(1)
    static let usualLimit = 3
    /// TVs take some seconds to wake, and to go to standby.
    static let patientLimit = 12
    /// After so many questions a TV that still sleeps is told to wake once more.
    static let wakeAgainEvery = 4
    /// A second reason so soon is the same wake.
    static let wakePause = Duration.seconds(2)
    /// How long a wake waits for the line.
    static let wakePatience = Duration.seconds(15)
    /// How often a TV is asked while a call goes on.
    static let callInterval = Duration.seconds(30)
    /// How often what a TV says makes us ask.
    static let signPause = Duration.seconds(5)
}

extension CECStateMachine {
    mutating func setPower(_ power: TelevisionReport.Power, _ actions: inout [Action]) {
        guard report.power != power else { return }
        report.power = power
        actions.append(.report(report))
    }

    /// Begins a series in place of the one under way.
    mutating func ask(
        wanted: TelevisionReport.Power?, limit: Int, _ now: MonotonicTime, _ actions: inout [Action]
    ) {
        guard tellsPower, line.logical != nil else { return }
        inquiry = PowerInquiry(wanted: wanted, asked: 0, limit: limit, hasAnswer: false, next: now)
        // Before the TV has had time to do as it was told its answer is worth nothing.
        if wanted == nil { askOnceMore(now, &actions) } else { inquiry?.next = now + PowerInquiry.interval }
    }

    mutating func askOnceMore(_ now: MonotonicTime, _ actions: inout [Action]) {
        guard var current = inquiry else { return }
        guard current.asked < current.limit else {
            inquiry = nil
            if !current.hasAnswer {
                setPower(.unknown, &actions)
                actions.append(.note("the TV does not say whether it is on"))
            } else if let wanted = current.wanted, report.power != wanted {
                actions.append(.note("the TV is not \(wanted.rawValue), as it was told to be"))
            }
            return
        }
        if current.wanted == .on, current.asked > 0, current.asked % PowerInquiry.wakeAgainEvery == 0 {
            takeInput(&actions)
        }
        current.asked += 1
        current.next = now + PowerInquiry.interval
        inquiry = current
        send(.giveDevicePowerStatus, to: .television, &actions)
    }

    /// 0 on, 1 standby, 2 from standby to on, 3 from on to standby; anything else is no answer.
    mutating func powerReported(_ status: UInt8?, _ actions: inout [Action]) {
        let power: TelevisionReport.Power
        switch status {
        case 0: power = .on
        case 1: power = .off
        case 2: power = report.power == .off ? .off : report.power
        case 3: power = report.power
        default: return
        }
        inquiry?.hasAnswer = true
        setPower(power, &actions)
        let isSettled = status == 0 || status == 1
        if let inquiry, isSettled, inquiry.wanted == nil || inquiry.wanted == power { self.inquiry = nil }
    }

    /// The TV does something: if it was not known to be on, it is asked, but not again and again.
    mutating func televisionSpoke(_ now: MonotonicTime, _ actions: inout [Action]) {
        guard report.power != .on, inquiry == nil, now - lastSign >= PowerInquiry.signPause.nanoseconds else { return }
        lastSign = now
        ask(wanted: nil, limit: PowerInquiry.usualLimit, now, &actions)
    }
}
