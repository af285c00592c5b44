/// The pages for whoever looks after the room: logs, diagnostics, factory reset, and the code before them.
extension RoomInterface {
    /// A PIN is typed: which keys come is nobody else's business.
    package var isAskingPIN: Bool { page == .code && code.purpose == .pin }

    /// How the page for codes stands, as status names it; nil on every other page.
    package var codeState: String? {
        guard page == .code else { return nil }
        return switch code.refusal {
        case .wrong: "wrong"
        case .wait: "wait"
        case nil: code.isChecking ? "checking" : "typing"
        }
    }

    /// The number that has to be typed before the room is erased, while the screen shows it.
    package var codeNumber: String? { page == .code ? code.shown.number : nil }

    // MARK: - Answers

    /// The PIN was right.
    package mutating func unlocked(at now: Int64) {
        guard page == .code, code.purpose == .pin else { return }
        open(.maintenance, at: now)
        code = CodeEntry()
    }

    /// It was not, or nothing counts for a while.
    package mutating func refused(_ refusal: CodeEntry.Refusal, at now: Int64) {
        guard page == .code, code.purpose == .pin else { return }
        code.isChecking = false
        code.clear()
        code.refusal = refusal
        chosenFocus = nil
        touch(at: now)
    }

    /// The lines of the journal, oldest first; the newest are shown. Too late, they are not kept.
    package mutating func show(logs found: [LogLine]) {
        guard page == .logs else { return }
        logs = found
        firstLog = max(found.count - PageGeometry.shownLogs, 0)
    }

    // MARK: - Going in and out

    mutating func openMaintenance(_ facts: RoomFacts, at now: Int64) {
        guard let maintenance = facts.maintenance else { return }
        code = CodeEntry()
        open(maintenance.isLocked ? .code : .maintenance, at: now)
    }

    /// One page back; on the page for codes a typed digit first.
    mutating func leaveMaintenance(at now: Int64) {
        switch page {
        case .code where !code.isEmpty: code.erase()
        case .code:
            if case .erase = code.purpose {
                open(.maintenance, at: now)
                chosenFocus = .task(.erase)
            } else {
                backToSettings(at: now)
            }
            code = CodeEntry()
        case .logs:
            open(.maintenance, at: now)
            logs = nil
        default: backToSettings(at: now)
        }
    }

    private mutating func backToSettings(at now: Int64) {
        open(.settings, at: now)
        chosenFocus = .maintenance
    }

    // MARK: - Tasks

    mutating func choose(_ task: FocusItem.Task, _ facts: RoomFacts, at now: Int64) -> [InterfaceAction] {
        guard let maintenance = facts.maintenance, !maintenance.work.isGoingOn else { return [] }
        switch task {
        case .logs:
            logs = nil
            open(.logs, at: now)
            return [.readLogs]
        case .diagnostics: return [.writeDiagnostics]
        case .erase:
            guard maintenance.canErase else { return [] }
            code = CodeEntry()
            // Four digits that nobody knows before; they guard against a slip, not against anybody.
            code.purpose = .erase(number: "\(1000 + Int((now / 1000).magnitude % 9000))")
            open(.code, at: now)
            return []
        }
    }

    // MARK: - Codes

    /// A digit of a remote or of a keyboard; OK then says that it was all.
    mutating func typeCode(_ digit: Character) {
        code.append(digit)
        chosenFocus = .confirm
    }

    mutating func confirmCode(_ facts: RoomFacts, at now: Int64) -> [InterfaceAction] {
        guard let maintenance = facts.maintenance, !code.isEmpty, !code.isChecking else { return [] }
        switch code.purpose {
        case .pin:
            code.isChecking = true
            return [.unlockMaintenance(code.typed)]
        case .erase(let number):
            guard maintenance.canErase, code.typed == number else {
                code.clear()
                code.refusal = .wrong
                chosenFocus = nil
                return []
            }
            code = CodeEntry()
            open(.maintenance, at: now)
            chosenFocus = .task(.erase)
            return [.eraseRoom]
        }
    }

    // MARK: - Logs

    /// Up and down by a line, left and right by a page.
    mutating func scrollLogs(_ direction: FocusMover.Direction, _ facts: RoomFacts) {
        let step =
            switch direction {
            case .up: -1
            case .down: 1
            case .left: facts.language.isRightToLeft ? PageGeometry.shownLogs : -PageGeometry.shownLogs
            case .right: facts.language.isRightToLeft ? -PageGeometry.shownLogs : PageGeometry.shownLogs
            }
        let last = max((logs?.count ?? 0) - PageGeometry.shownLogs, 0)
        firstLog = min(max(firstLog + step, 0), last)
    }
}
