/// The room's directory and call history, as the supervisor and the interface see them.
///
/// Nothing here blocks the caller: the work is done on threads of its own. A store that cannot be used makes every
/// method throw a `DirectoryError` whose description is a plain sentence; calls go on without it.
package protocol ContactBook: Sendable {
    // MARK: Entries

    /// The entries that hold each word of `query` anywhere in name, address or note; case and accents do not count.
    ///
    /// Favourites come first, then those called last, then those whose name begins with the query, then by name.
    /// An empty query gives all in that order.
    ///
    /// - Parameter limit: at most so many, 1 or more.
    func search(_ query: String, limit: Int) async throws(DirectoryError) -> [DirectoryEntry]

    /// The favourites by name.
    func favourites(limit: Int) async throws(DirectoryError) -> [DirectoryEntry]

    func entry(_ id: Int64) async throws(DirectoryError) -> DirectoryEntry

    /// What the directory calls somebody; nil when it does not know the address or cannot be read.
    ///
    /// Port 5060, parameters and the case of letters do not count; without an entry of that port, one without counts.
    func name(of address: String) async -> String?

    /// Adds an entry; an address that is there already is refused.
    func add(_ draft: DirectoryDraft) async throws(DirectoryError) -> DirectoryEntry

    /// Changes what `change` names and leaves the rest.
    func edit(_ id: Int64, _ change: DirectoryChange) async throws(DirectoryError) -> DirectoryEntry

    func remove(_ id: Int64) async throws(DirectoryError)

    /// Adds all drafts, or none when one of them is wrong. An address that is there already takes the draft's name and
    /// note, and stays a favourite if it was one.
    func merge(_ drafts: [DirectoryDraft]) async throws(DirectoryError) -> MergeOutcome

    /// Every entry by name, for an export.
    func all() async throws(DirectoryError) -> [DirectoryEntry]

    // MARK: History

    /// Keeps a call that is over; the oldest beyond the history's limit are forgotten.
    func record(_ call: FinishedCall) async throws(DirectoryError)

    /// The newest calls first.
    func history(limit: Int, missedOnly: Bool) async throws(DirectoryError) -> [HistoryEntry]

    func historyEntry(_ id: Int64) async throws(DirectoryError) -> HistoryEntry

    func clearHistory() async throws(DirectoryError)

    /// The missed calls have been looked at: they count no longer.
    func markHistorySeen() async throws(DirectoryError)

    /// How many calls are kept from now on.
    func limitHistory(to limit: Int) async throws(DirectoryError)

    // MARK: State

    /// Opens the store when it is not open yet, and tells how it is.
    func refresh() async -> ContactBookState

    /// How it was after the last use; does not wait.
    var state: ContactBookState { get }
}

/// What status shows of the directory.
package struct ContactBookState: Sendable, Equatable {
    /// Entries in the directory.
    package var entries = 0
    /// Missed calls that nobody has looked at.
    package var missed = 0
    /// Why the store cannot be used or written, one sentence; nil when all is well.
    package var trouble: String?

    package init(entries: Int = 0, missed: Int = 0, trouble: String? = nil) {
        self.entries = entries
        self.missed = missed
        self.trouble = trouble
    }
}

/// What an import did.
package struct MergeOutcome: Sendable, Equatable {
    package var added = 0
    package var updated = 0

    package init(added: Int = 0, updated: Int = 0) {
        self.added = added
        self.updated = updated
    }
}
