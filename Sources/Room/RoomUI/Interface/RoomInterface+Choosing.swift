import ControlProtocol

extension RoomInterface {
    // MARK: - Moving

    mutating func move(
        _ direction: FocusMover.Direction, isRepeat: Bool, _ facts: RoomFacts, at now: Int64 = .min
    ) -> [InterfaceAction] {
        if page == .call {
            if !isRepeat {
                callPage = .menu
                pageUntil = .max
            }
            return []
        }
        if page == .logs {
            scrollLogs(direction, facts)
            return []
        }
        guard let focus = focus(facts) else { return [] }
        if case .setting(let setting) = focus, direction == .left || direction == .right {
            // What comes after stands at the left where lines begin at the right.
            let isForward = (direction == .right) != facts.language.isRightToLeft
            return change(setting, by: isForward ? 1 : -1, isRepeat: isRepeat, facts, at: now)
        }
        if case .entry(let index) = focus, let next = scrolled(from: index, direction) {
            chosenFocus = next
            return []
        }
        let next = FocusMover.next(from: focus, direction, among: places(facts), isRepeat: isRepeat)
        chosenFocus = next
        if case .list(let wanted) = next, wanted != list { return select(wanted, at: now) }
        return []
    }

    /// Within a list, scrolling it; nil where the arrow leads out of it.
    private mutating func scrolled(from index: Int, _ direction: FocusMover.Direction) -> FocusItem? {
        switch direction {
        case .down:
            let next = min(index + 1, entries.count - 1)
            firstEntry = max(firstEntry, next - PageGeometry.shownEntries + 1)
            return .entry(next)
        case .up where index > 0:
            firstEntry = min(firstEntry, index - 1)
            return .entry(index - 1)
        case .up: return .list(list)
        case .left, .right: return nil
        }
    }

    // MARK: - OK

    mutating func choose(_ facts: RoomFacts, at now: Int64) -> [InterfaceAction] {
        guard let focus = focus(facts) else { return [] }
        switch focus {
        case .tile(let tile): return choose(tile, at: now)
        case .favourite(let index): return favourites.indices.contains(index) ? [.dial(favourites[index].address)] : []
        case .result(let index): return results.indices.contains(index) ? [.dial(results[index].address)] : []
        case .entry(let index): return entries.indices.contains(index) ? [.dial(entries[index].address)] : []
        case .key(let key):
            switch page {
            case .keypad: return tone(String(key), at: now)
            case .code:
                code.append(key)
                return []
            default: return append(String(key))
            }
        case .erase where page == .code:
            code.erase()
            return []
        case .erase: return erase()
        case .confirm: return confirmCode(facts, at: now)
        case .task(let task): return choose(task, facts, at: now)
        case .maintenance:
            openMaintenance(facts, at: now)
            return []
        case .dial: return dialText()
        case .list(let wanted): return select(wanted, at: now)
        case .answer: return [.answer]
        case .decline, .cancel: return [.hangUp]
        case .close: return goHomeFromEnd()
        case .callAgain: return facts.ended.map { [.dial($0.party.address)] } ?? []
        case .leaveSafeMode: return [.leaveSafeMode]
        case .button(let button): return choose(button, facts, at: now)
        case .layout(let layout): return [.setLayout(layout)]
        case .corner(let corner): return [.setSelfViewCorner(corner)]
        case .setting(let setting): return change(setting, by: 1, isRepeat: false, facts, at: now)
        }
    }

    /// The news of the call's end has been read.
    mutating func goHomeFromEnd() -> [InterfaceAction] {
        let actions = goHome()
        situation = .idle
        return actions + [.dismissEnd]
    }

    private mutating func choose(_ tile: FocusItem.Tile, at now: Int64) -> [InterfaceAction] {
        switch tile {
        case .call:
            open(.dial, at: now)
            return []
        case .contacts: return open(.favourites, at: now)
        case .recents: return open(.recents, at: now)
        case .settings:
            open(.settings, at: now)
            return []
        case .standby: return [.setStandby(true)]
        }
    }

    private mutating func choose(
        _ button: FocusItem.Button, _ facts: RoomFacts, at now: Int64
    ) -> [InterfaceAction] {
        chosenFocus = .button(button)
        switch button {
        case .selfView: return [.setLayout(facts.layout.togglingSelfView)]
        case .camera: return [.setCameraEnabled(facts.isCameraOff)]
        case .microphone: return [.setMuted(!facts.isMuted)]
        case .addCall:
            guard facts.ongoing?.hasRoomForMore == true else { return [] }
            open(.dial, at: now)
            return []
        case .hangUp: return [.hangUp]
        case .softer, .louder:
            volumeChanged(at: now)
            return [.changeVolume(button == .louder ? 5 : -5)]
        case .hold: return [.setHeld(facts.ongoing?.isHeldHere != true)]
        case .layout:
            open(.layouts, at: now)
            return []
        case .keypad:
            open(.keypad, at: now)
            return []
        }
    }

    private mutating func change(
        _ setting: FocusItem.Setting, by step: Int, isRepeat: Bool, _ facts: RoomFacts, at now: Int64
    ) -> [InterfaceAction] {
        switch setting {
        case .volume: return [.changeVolume(step * 5)]
        case .language where !isRepeat:
            return [.setLanguage(step > 0 ? facts.language.next : facts.language.previous)]
        case .theme where !isRepeat: return [.setDark(!facts.isDark)]
        case .doNotDisturb where !isRepeat: return [.setDoNotDisturb(facts.doNotDisturb != true)]
        case .language, .theme, .doNotDisturb: return []
        }
    }
}
