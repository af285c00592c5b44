package import ControlProtocol

extension RoomInterface {
    /// A key of a remote.
    ///
    /// - Parameter isRepeat: it is still held since an earlier press. Repeats move the focus and change volume, zoom
    ///   and the end of a text; they never choose, call, or switch anything.
    package mutating func press(
        _ key: ControlKey, isRepeat: Bool = false, _ facts: RoomFacts, at now: Int64
    ) -> [InterfaceAction] {
        var actions = update(facts, at: now)
        defer { lastKeyAt = now }
        if facts.isStandby {
            // Nobody sees a focus yet: the first press only wakes.
            return isRepeat ? actions : actions + [.setStandby(false)]
        }
        touch(at: now)
        if situation == .ongoing, callPage == .call { detailsUntil = max(detailsUntil, now + 5 * Self.second) }
        if isRepeat, !repeats(key) { return actions }
        if let toggled = toggle(key, isRepeat: isRepeat, facts, at: now) { return actions + toggled }
        switch key {
        case .volumeUp, .volumeDown:
            volumeChanged(at: now)
            actions.append(.changeVolume(key == .volumeUp ? 5 : -5))
        case .zoomIn, .zoomOut: actions.append(.zoom(key == .zoomIn ? 1 : -1))
        case .up: actions += move(.up, isRepeat: isRepeat, facts)
        case .down: actions += move(.down, isRepeat: isRepeat, facts)
        case .left: actions += move(.left, isRepeat: isRepeat, facts, at: now)
        case .right: actions += move(.right, isRepeat: isRepeat, facts, at: now)
        case .ok:
            guard now >= confirmsFrom else { return actions }
            if page == .call { open(.menu, at: now) } else { actions += choose(facts, at: now) }
        case .back: actions += back(isRepeat: isRepeat, at: now)
        case .home: actions += home(at: now)
        case .call: actions += callKey(facts, at: now)
        case .disconnect: actions += disconnect(at: now)
        case .phoneBook, .f2: actions += jump(facts, at: now) { $0.open(.favourites, at: now) }
        case .f3: actions += jump(facts, at: now) { $0.open(.recents, at: now) }
        case .f1:
            actions += jump(facts, at: now) {
                $0.open(.dial, at: now)
                return []
            }
        case .f4:
            if situation == .idle { open(.settings, at: now) }
        case .presentation: notify(.nothingToShare, at: now)
        default:
            if let tone = key.tone { actions += digit(tone, at: now) }
        }
        return actions
    }

    /// Text of a keyboard. It goes into the field for dialling, which opens for it; in a call, what is a tone is sent.
    package mutating func type(_ typed: String, _ facts: RoomFacts, at now: Int64) -> [InterfaceAction] {
        let actions = update(facts, at: now)
        lastKeyAt = now
        if facts.isStandby { return actions + [.setStandby(false)] }
        touch(at: now)
        switch page {
        case .home, .contacts, .settings: open(.dial, at: now)
        case .dial: break
        case .code:
            for digit in typed { typeCode(digit) }
            return actions
        case .call, .menu, .keypad, .layouts:
            let sent = typed.uppercased().filter { "0123456789ABCD*#".contains($0) }
            return sent.isEmpty ? actions : actions + tone(sent, at: now)
        case .incoming, .dialling, .ended, .standby, .maintenance, .logs: return actions
        }
        return actions + append(typed)
    }

    // MARK: - Keys with a meaning of their own

    private func repeats(_ key: ControlKey) -> Bool {
        switch key {
        case .up, .down, .left, .right, .volumeUp, .volumeDown, .zoomIn, .zoomOut: true
        case .back: page == .dial && !text.isEmpty || page == .code && !code.isEmpty
        default: false
        }
    }

    /// Keys that switch between two states. A press that two receivers heard (the TV's and the room's) would switch
    /// twice, so the second within a twelfth of a second does not count.
    private mutating func toggle(
        _ key: ControlKey, isRepeat: Bool, _ facts: RoomFacts, at now: Int64
    ) -> [InterfaceAction]? {
        switch key {
        case .muteMic, .layout, .selfview, .standby: break
        default: return nil
        }
        if lastToggle == key, now - lastToggleAt < Self.second / 12, lastToggleAt <= now { return [] }
        lastToggle = key
        lastToggleAt = now
        switch key {
        case .muteMic: return [.setMuted(!facts.isMuted)]
        case .layout:
            layoutChanged(at: now)
            return [.setLayout(facts.layout.next)]
        case .selfview:
            layoutChanged(at: now)
            return [.setLayout(facts.layout.togglingSelfView)]
        default: return situation == .idle || situation == .ended ? [.setStandby(true)] : []
        }
    }

    private mutating func callKey(_ facts: RoomFacts, at now: Int64) -> [InterfaceAction] {
        switch page {
        case .incoming: return [.answer]
        case .dial: return dialText()
        case .contacts, .home:
            if case .entry(let index) = focus(facts), entries.indices.contains(index) {
                return [.dial(entries[index].address)]
            }
            if case .favourite(let index) = focus(facts), favourites.indices.contains(index) {
                return [.dial(favourites[index].address)]
            }
            open(.dial, at: now)
            return []
        case .settings:
            open(.dial, at: now)
            return []
        case .maintenance, .logs, .code: return []
        case .ended: return facts.ended.map { [.dial($0.party.address)] } ?? []
        case .call, .menu, .keypad, .layouts:
            return facts.ongoing?.isHeldHere == true ? [.setHeld(false)] : []
        case .dialling, .standby: return []
        }
    }

    private mutating func disconnect(at now: Int64) -> [InterfaceAction] {
        switch situation {
        case .incoming, .dialling, .ongoing: return [.hangUp]
        case .idle: return goHome()
        case .ended: return goHomeFromEnd()
        case .standby: return []
        }
    }

    private mutating func home(at now: Int64) -> [InterfaceAction] {
        switch situation {
        case .idle: return goHome()
        case .ongoing:
            callPage = .call
            chosenFocus = nil
            text = ""
            detailsUntil = now + 8 * Self.second
            return []
        case .ended: return goHomeFromEnd()
        case .incoming, .dialling, .standby: return []
        }
    }

    private mutating func back(isRepeat: Bool, at now: Int64) -> [InterfaceAction] {
        switch page {
        case .dial where !text.isEmpty: return erase()
        case .dial, .contacts, .settings:
            let focus: FocusItem =
                switch page {
                case .dial: .tile(.call)
                case .settings: .tile(.settings)
                default: list == .recents ? .tile(.recents) : .tile(.contacts)
                }
            let actions = home(at: now)
            if situation == .idle { chosenFocus = focus }
            return actions
        case .maintenance, .logs, .code:
            leaveMaintenance(at: now)
            return []
        case .menu, .keypad, .layouts:
            callPage = .call
            chosenFocus = nil
            return []
        case .call:
            // Names and time come and go.
            detailsUntil = lastKeyAt < now - 5 * Self.second ? now + 8 * Self.second : now
            return []
        case .ended: return goHomeFromEnd()
        case .home, .incoming, .dialling, .standby: return []
        }
    }

    /// To a page of contacts or dialling: when idle, or in a call that leaves room for another.
    private mutating func jump(
        _ facts: RoomFacts, at now: Int64, _ body: (inout RoomInterface) -> [InterfaceAction]
    ) -> [InterfaceAction] {
        switch situation {
        case .idle: return body(&self)
        case .ongoing where facts.ongoing?.hasRoomForMore == true: return body(&self)
        default: return []
        }
    }

    private mutating func digit(_ digit: Character, at now: Int64) -> [InterfaceAction] {
        switch page {
        case .home, .contacts, .settings:
            open(.dial, at: now)
            return append(String(digit))
        case .dial: return append(String(digit))
        case .code:
            typeCode(digit)
            return []
        case .call, .menu, .keypad, .layouts: return tone(String(digit), at: now)
        case .incoming, .dialling, .ended, .standby, .maintenance, .logs: return []
        }
    }

    mutating func tone(_ digits: String, at now: Int64) -> [InterfaceAction] {
        if callPage != .keypad { open(.keypad, at: now) }
        tones = String((tones + digits).suffix(16))
        touch(at: now)
        return [.sendTones(digits)]
    }

    // MARK: - The field

    mutating func append(_ typed: String) -> [InterfaceAction] {
        let clean = ForeignText.cleaned(typed)
        // A space alone is none at the ends of a cleaned text.
        let addition = typed == " " ? " " : clean
        guard !addition.isEmpty, !(text.isEmpty && addition == " ") else { return [] }
        text = String((text + addition).prefix(Self.longestText))
        return searched()
    }

    mutating func erase() -> [InterfaceAction] {
        guard !text.isEmpty else { return [] }
        text.removeLast()
        return searched()
    }

    private mutating func searched() -> [InterfaceAction] {
        if text.isEmpty {
            results = []
            return []
        }
        return [.search(text)]
    }

    /// What the button for dialling calls: an address as it was typed, or the first entry that fits a name.
    package var dialTarget: (title: String, address: String)? {
        let typed = text.trimmed
        guard !typed.isEmpty else { return nil }
        let isAddress = typed.contains("@") || typed.contains(":") || typed.allSatisfy { "0123456789.*#+".contains($0) }
        if !isAddress, resultsText == text, let first = results.first { return (first.title, first.address) }
        return (typed, typed)
    }

    func dialText() -> [InterfaceAction] { dialTarget.map { [.dial($0.address)] } ?? [] }
}

extension DisplayLayout {
    /// The one with the own picture where there is none, and without it where there is.
    var togglingSelfView: DisplayLayout {
        switch self {
        case .remote: .pictureInPicture
        case .pictureInPicture, .sideBySide, .grid, .local: .remote
        }
    }

    package var showsSelf: Bool { self != .remote }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
