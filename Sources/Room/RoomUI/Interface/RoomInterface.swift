import ControlProtocol
import MediaTypes

/// What the people in the room see and what their keys do: pages, focus, fields. Pure: keys, texts and the room's
/// facts in, actions out, time injected.
///
/// The room's facts are given with each call and not kept, so that interface and room can never disagree.
package struct RoomInterface: Sendable, Equatable {
    /// What the room is about, whatever page somebody chose.
    package enum Situation: Sendable, Equatable {
        case idle, incoming, dialling, ongoing, ended, standby
    }

    package internal(set) var situation = Situation.idle
    /// The page while nothing goes on.
    var idlePage = InterfacePage.home
    /// The page in a call.
    var callPage = InterfacePage.call
    var chosenFocus: FocusItem?

    /// The field for dialling.
    package internal(set) var text = ""
    package internal(set) var results: [ContactEntry] = []
    /// What `results` belong to.
    var resultsText = ""
    var favourites: [ContactEntry] = []
    package internal(set) var list = ContactList.favourites
    package internal(set) var entries: [ContactEntry] = []
    var firstEntry = 0
    /// Tones sent in this call, the last ones.
    var tones = ""
    var notice: Phrase?
    var code = CodeEntry()
    /// Oldest first; nil until they have been read.
    package internal(set) var logs: [LogLine]?
    var firstLog = 0

    // Until when things are shown, or from when they count; monotonic nanoseconds.
    var volumeUntil: Int64 = 0
    var detailsUntil: Int64 = 0
    var noticeUntil: Int64 = 0
    var layoutUntil: Int64 = 0
    /// When the page is left if no key comes.
    var pageUntil = Int64.max
    var lastKeyAt = Int64.min
    var confirmsFrom = Int64.min
    var lastToggle: ControlKey?
    var lastToggleAt = Int64.min

    static let second: Int64 = 1_000_000_000
    /// The longest text in the field.
    static let longestText = 200

    package init() {}

    /// What to ask the room for at the start.
    package static let firstActions: [InterfaceAction] = [.load(.favourites)]

    package var page: InterfacePage {
        switch situation {
        case .standby: .standby
        case .incoming: .incoming
        case .dialling: .dialling
        case .ended: .ended
        case .ongoing: callPage
        case .idle: idlePage
        }
    }

    // MARK: - The room's facts

    /// Follows what has become of the room, and what time does.
    package mutating func update(_ facts: RoomFacts, at now: Int64) -> [InterfaceAction] {
        var actions: [InterfaceAction] = []
        let found = Self.situation(facts)
        if found != situation {
            let before = situation
            situation = found
            chosenFocus = nil
            // Whoever was about to press OK on another page does not mean this one.
            confirmsFrom = lastKeyAt > now - Self.second ? now + Self.second / 2 : now
            switch found {
            case .ongoing:
                // Back from a second call's ringing the menu is not what people look for.
                callPage = .call
                detailsUntil = now + 8 * Self.second
                if before != .incoming || tones.isEmpty { tones = "" }
                pageUntil = .max
            case .idle, .standby:
                actions += goHome()
            case .incoming, .dialling, .ended:
                pageUntil = .max
                tones = found == .ended ? "" : tones
            }
            if found == .ended || found == .dialling { text = "" }
        }
        if now >= pageUntil {
            pageUntil = .max
            if situation == .ongoing {
                callPage = .call
                chosenFocus = nil
            } else {
                actions += goHome()
            }
        }
        return actions
    }

    static func situation(_ facts: RoomFacts) -> Situation {
        if facts.isStandby { return .standby }
        if facts.incoming != nil { return .incoming }
        if facts.dialling != nil { return .dialling }
        if facts.ongoing != nil { return .ongoing }
        return facts.ended == nil ? .idle : .ended
    }

    /// When something on the screen changes by itself, nil when nothing does.
    package func nextChange(after now: Int64) -> Int64? {
        [volumeUntil, detailsUntil, noticeUntil, layoutUntil, pageUntil].filter { $0 > now && $0 != .max }.min()
    }

    // MARK: - Answers

    /// Entries that the directory found for a text; too late, they are not shown.
    package mutating func show(results found: [ContactEntry], for query: String) {
        guard query == text else { return }
        results = Array(found.prefix(PageGeometry.shownResults))
        resultsText = query
    }

    /// The entries of a list.
    package mutating func show(_ found: [ContactEntry], of kind: ContactList) {
        if kind == .favourites { favourites = Array(found.prefix(PageGeometry.shownFavourites)) }
        guard kind == list else { return }
        entries = found
        firstEntry = min(firstEntry, max(found.count - PageGeometry.shownEntries, 0))
    }

    /// Says something for a few seconds.
    package mutating func notify(_ phrase: Phrase, at now: Int64) {
        notice = phrase
        noticeUntil = now + 4 * Self.second
    }

    /// Somebody changed the volume, wherever.
    package mutating func volumeChanged(at now: Int64) { volumeUntil = now + 2 * Self.second }

    /// Somebody changed the layout, wherever.
    package mutating func layoutChanged(at now: Int64) { layoutUntil = now + 2 * Self.second }

    /// Whether OK means something now: not in the half second after the page changed by itself.
    package func takesOK(at now: Int64) -> Bool { now >= confirmsFrom }

    // MARK: - Pages

    mutating func goHome() -> [InterfaceAction] {
        idlePage = .home
        callPage = .call
        chosenFocus = nil
        text = ""
        results = []
        code = CodeEntry()
        logs = nil
        pageUntil = .max
        return [.load(.favourites)]
    }

    mutating func open(_ page: InterfacePage, at now: Int64) {
        if situation == .ongoing { callPage = page } else { idlePage = page }
        chosenFocus = nil
        touch(at: now)
    }

    mutating func open(_ wanted: ContactList, at now: Int64) -> [InterfaceAction] {
        if page != .contacts { open(.contacts, at: now) }
        return select(wanted, at: now)
    }

    mutating func select(_ wanted: ContactList, at now: Int64) -> [InterfaceAction] {
        list = wanted
        entries = wanted == .favourites ? favourites : []
        firstEntry = 0
        return [.load(wanted)] + (wanted == .recents ? [.sawMissedCalls] : [])
    }

    /// Puts off leaving the page.
    mutating func touch(at now: Int64) {
        switch page {
        case .dial, .contacts, .settings, .maintenance, .logs, .code: pageUntil = now + 120 * Self.second
        case .menu, .keypad, .layouts: pageUntil = now + 20 * Self.second
        default: pageUntil = .max
        }
    }

    // MARK: - Focus

    /// All that can have the focus now, as it stands on the screen.
    package func places(_ facts: RoomFacts, _ geometry: PageGeometry = PageGeometry()) -> [PageGeometry.Place] {
        let places = written(facts, geometry)
        return facts.language.isRightToLeft ? geometry.mirrored(places) : places
    }

    /// The same before a page for a language from right to left is mirrored.
    private func written(_ facts: RoomFacts, _ geometry: PageGeometry) -> [PageGeometry.Place] {
        switch page {
        case .home:
            (facts.isSafeMode ? [geometry.safeModeButton] : geometry.favourites(favourites.count)) + geometry.tiles
        case .dial:
            [PageGeometry.Place(.dial, geometry.dialButton)] + geometry.keyboard + geometry.results(results.count)
        case .contacts: geometry.lists + geometry.entries(first: firstEntry, total: entries.count)
        case .settings:
            geometry.settings(
                hasDoNotDisturb: facts.doNotDisturb != nil, hasMaintenance: facts.maintenance != nil)
        case .maintenance: geometry.tasks
        case .code: geometry.codeKeys
        case .incoming: geometry.cardButtons([.answer, .decline])
        case .dialling: geometry.cardButtons([.cancel])
        case .ended: geometry.cardButtons([.close, .callAgain])
        case .menu: geometry.buttons
        case .keypad: geometry.keypad
        case .layouts: geometry.layouts(withCorners: facts.layout == .pictureInPicture)
        case .call, .standby, .logs: []
        }
    }

    /// What has the focus; nil where there is nothing to choose.
    package func focus(_ facts: RoomFacts) -> FocusItem? {
        let places = places(facts)
        if let chosenFocus, places.contains(where: { $0.item == chosenFocus }) { return chosenFocus }
        return switch page {
        case .home: .tile(.call)
        case .dial: .dial
        case .contacts: entries.isEmpty ? .list(list) : .entry(firstEntry)
        case .settings: .setting(.language)
        case .maintenance: .task(.logs)
        case .code: .key("5")
        case .incoming: .answer
        case .dialling: .cancel
        case .ended: .close
        case .menu: .button(.microphone)
        case .keypad: .key("5")
        case .layouts: .layout(facts.layout)
        case .call, .standby, .logs: nil
        }
    }
}
