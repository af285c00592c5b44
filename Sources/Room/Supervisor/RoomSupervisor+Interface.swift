import ControlProtocol
import Directory
import Glibc
import LinuxSystem
import Logging
import RoomUI

extension RoomSupervisor {
    // MARK: - Keys and texts

    /// A key of a remote: the interface says what it means, and the room does it as if the socket had asked.
    func press(_ key: ControlKey, isRepeat: Bool) async throws(ControlError) {
        if closesMessage(key) { return }
        let actions = interface.press(key, isRepeat: isRepeat, facts, at: MonotonicTime.now.nanoseconds)
        // The focus moves at once, whatever the actions take.
        refreshScreen()
        publishSoon()
        try await perform(actions)
    }

    func type(_ text: String) async throws(ControlError) -> JSONValue {
        let actions = interface.type(text, facts, at: MonotonicTime.now.nanoseconds)
        refreshScreen()
        publishSoon()
        try await perform(actions)
        return ["text": JSONValue(interface.text)]
    }

    private func perform(_ actions: [InterfaceAction]) async throws(ControlError) {
        var failure: ControlError?
        for action in actions {
            do {
                try await perform(action)
            } catch {
                failure = failure ?? error
            }
        }
        refreshScreen()
        if let failure { throw failure }
    }

    private func perform(_ action: InterfaceAction) async throws(ControlError) {
        switch action {
        case .dial(let address):
            try checkCallLimit()
            // The screen says what becomes of it; the key has done its work, and a name may take long to be looked up.
            Task.immediate { _ = try? await self.dial(address) }
        case .answer:
            if let ringing = machine.ringingCall { await feed(.answer(number: ringing.number)) }
        case .hangUp:
            if let call = machine.ringingCall ?? machine.livingCalls.last { await feed(.hangUp(number: call.number)) }
        case .setMuted(let wanted): await feed(.mute(wanted))
        case .changeVolume(let change): await feed(.volume(machine.volume + change))
        case .setCameraEnabled(let wanted): await feed(.cameraEnabled(wanted))
        case .setLayout(let layout): await feed(.layout(layout))
        case .setSelfViewCorner(let corner): _ = await setSelfView(nil, corner)
        case .sendTones(let digits): _ = try await sendTones(digits, nil)
        case .zoom(let steps): try await zoom(by: steps)
        case .setStandby(let wanted): await feed(.standby(wanted))
        case .setHeld(let wanted):
            if let call = machine.calls.last(where: { $0.phase == .established && $0.isHeldLocally != wanted }) {
                await feed(.hold(number: call.number, wanted))
            }
        case .setLanguage(let wanted):
            language = wanted
            lookChanged()
        case .setDark(let wanted):
            isDark = wanted
            lookChanged()
        case .dismissEnd: endShownUntil = .zero
        case .setDoNotDisturb(let wanted): await feed(.doNotDisturb(wanted))
        case .leaveSafeMode: _ = try await setSafeMode(false)
        case .search, .load, .sawMissedCalls: request([action])
        case .unlockMaintenance, .readLogs, .writeDiagnostics, .eraseRoom: maintain(action)
        }
    }

    /// People in the room choose how its screen looks; the admin's settings stay what they are.
    private func lookChanged() {
        keepChoices()
        arrangeScreen()
        publishSoon()
    }

    // MARK: - What is asked elsewhere

    /// Asks for lists and searches; their answers come later, and the screen does not wait.
    func request(_ actions: [InterfaceAction]) {
        for action in actions {
            switch action {
            case .search(let text):
                pendingSearch = text
                searchSoon()
            case .load(let list):
                Task {
                    let found = await self.entries(of: list)
                    self.interface.show(found, of: list)
                    self.refreshScreen()
                    self.publishSoon()
                }
            case .sawMissedCalls:
                guard contacts.state.missed > 0 else { continue }
                Task { _ = await self.handle(.contacts(.markHistorySeen)) }
            default: break
            }
        }
    }

    /// One search at a time; of the texts that came meanwhile only the last one counts.
    private func searchSoon() {
        guard !isSearching else { return }
        isSearching = true
        Task {
            while let text = self.takePendingSearch() {
                let found = await self.reading { contacts throws(DirectoryError) in
                    try await contacts.search(text, limit: 8)
                }
                self.interface.show(results: found.map(Self.shown), for: text)
                self.refreshScreen()
                self.publishSoon()
            }
            self.isSearching = false
        }
    }

    private func entries(of list: ContactList) async -> [ContactEntry] {
        switch list {
        case .favourites:
            await reading { contacts throws(DirectoryError) in try await contacts.favourites(limit: 200) }
                .map(Self.shown)
        case .everyone:
            await reading { contacts throws(DirectoryError) in try await contacts.search("", limit: 500) }
                .map(Self.shown)
        case .recents:
            await reading { contacts throws(DirectoryError) in
                try await contacts.history(limit: 100, missedOnly: false)
            }.map(Self.shown)
        }
    }

    /// What cannot be read is not shown; the store says in status what is wrong with it.
    private func reading<Found: Sendable>(
        _ read: (any ContactBook) async throws(DirectoryError) -> [Found]
    ) async -> [Found] {
        do throws(DirectoryError) {
            return try await read(contacts)
        } catch {
            logger.warning("the directory was not read", metadata: ["error": "\(error)"])
            return []
        }
    }

    private static func shown(_ entry: DirectoryEntry) -> ContactEntry {
        ContactEntry(entry.isFavourite ? .favourite : .contact, name: entry.name, address: entry.address)
    }

    private static func shown(_ call: HistoryEntry) -> ContactEntry {
        let kind: ContactEntry.Kind =
            call.outcome == .missed ? .missed : call.direction == .incoming ? .incoming : .outgoing
        return ContactEntry(kind, name: call.name, address: call.address, moment: civilTime(time_t(call.started)))
    }

    private func takePendingSearch() -> String? {
        defer { pendingSearch = nil }
        return pendingSearch
    }

    // MARK: - Commands

    func setSelfView(_ visible: Bool?, _ corner: SelfViewCorner?) async -> JSONValue {
        if let corner { selfViewCorner = corner }
        keepChoices()
        let shows = machine.layout != .remote
        let wanted = visible ?? (corner == nil ? !shows : shows)
        interface.layoutChanged(at: MonotonicTime.now.nanoseconds)
        if wanted != shows { await feed(.layout(wanted ? .pictureInPicture : .remote)) }
        arrangeScreen()
        publishSoon()
        return selfViewStatus
    }

    func setStandby(_ wanted: Bool?) async throws(ControlError) -> JSONValue {
        let wanted = wanted ?? !machine.isStandby
        guard !wanted || machine.livingCalls.isEmpty else {
            throw ControlError(.wrongState, "The room is in a call; hang up before standby.")
        }
        await feed(.standby(wanted))
        return ["enabled": JSONValue(machine.isStandby)]
    }

    // MARK: - Status

    var selfViewStatus: JSONValue {
        ["visible": JSONValue(machine.layout != .remote), "corner": JSONValue(selfViewCorner.rawValue)]
    }

    /// Page and focus as the interface has them, so that all that drive it can see where they are.
    var screenStatus: JSONValue {
        let focus = interface.focus(facts)
        return [
            "page": JSONValue(interface.page.rawValue),
            // Where the focus stands among the digits would tell the PIN.
            "focus": JSONValue(optional: interface.isAskingPIN ? nil : focus.map { JSONValue($0.name) }),
            "takes_ok": JSONValue(interface.takesOK(at: MonotonicTime.now.nanoseconds)),
            "text": JSONValue(interface.text),
            "results": .array(interface.results.map { JSONValue($0.title) }),
            "entries": JSONValue(interface.entries.count),
            "language": JSONValue(facts.language.rawValue),
            "theme": facts.isDark ? "dark" : "light",
            "message": JSONValue(optional: shownMessage.map { JSONValue($0) }),
            "maintenance": maintenanceStatus,
            "logs": JSONValue(interface.logs?.count ?? 0),
            "code": JSONValue(optional: interface.codeState.map { JSONValue($0) }),
            "code_number": JSONValue(optional: interface.codeNumber.map { JSONValue($0) }),
        ]
    }
}
