/// All that the screen shows, as one value; rendering is a function of it and of the screen's size.
package struct RoomScreen: Sendable, Equatable {
    package var facts: RoomFacts
    package var page: InterfacePage
    package var focus: FocusItem?
    /// The field for dialling, and what the button beside it calls.
    package var text: String
    package var dialTitle: String?
    package var results: [ContactEntry]
    /// Whether the directory has answered for `text`.
    package var hasSearched: Bool
    package var favourites: [ContactEntry]
    package var list: ContactList
    /// The visible part of the list, and where it stands in the whole.
    package var entries: ArraySlice<ContactEntry>
    package var entryCount: Int
    package var tones: String
    package var showsVolume: Bool
    /// Names and time of a call.
    package var showsDetails: Bool
    package var showsLayout: Bool
    package var notice: Phrase?
    /// What the page for codes shows; nil on every other page.
    package var code: CodeEntry.Shown?
    /// The visible lines of the logs; nil until they have been read.
    package var logLines: ArraySlice<LogLine>?
    package var logCount: Int
    /// Of what moves, counted on sixty times a second; nil while nothing moves.
    package var phase: Int?

    /// How many phases make a round.
    package static let phases = 120

    /// Whether something moves on this page.
    package var isMoving: Bool { page == .incoming || page == .dialling }
}

extension RoomInterface {
    /// What is shown at a moment. Call `update` first.
    package func screen(_ facts: RoomFacts, at now: Int64) -> RoomScreen {
        let showsDetails = page != .call || detailsUntil > now
        var facts = facts
        // What is not shown makes no difference.
        if !showsDetails { facts.ongoing?.seconds = 0 }
        return RoomScreen(
            facts: facts, page: page, focus: focus(facts), text: text, dialTitle: dialTarget?.title,
            results: page == .dial ? results : [], hasSearched: resultsText == text && !text.isEmpty,
            favourites: page == .home ? favourites : [], list: list,
            entries: page == .contacts ? entries[firstEntry...].prefix(PageGeometry.shownEntries) : [],
            entryCount: entries.count, tones: tones, showsVolume: volumeUntil > now, showsDetails: showsDetails,
            showsLayout: layoutUntil > now && situation == .ongoing && page != .layouts,
            notice: noticeUntil > now ? notice : nil,
            code: page == .code ? code.shown : nil,
            logLines: page == .logs ? logs?.dropFirst(firstLog).prefix(PageGeometry.shownLogs) : nil,
            logCount: page == .logs ? logs?.count ?? 0 : 0)
    }
}
