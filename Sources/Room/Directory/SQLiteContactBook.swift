import LinuxSystem
import Synchronization

/// The directory in a file of SQLite's.
///
/// The file is opened at the first use and again at the next one when that failed, so that a store that is mended or
/// mounted later is found. Each piece of work runs on a thread of its own that ends with it; the lock puts them in order.
package final class SQLiteContactBook: ContactBook {
    /// Where the file lies.
    package let path: String
    private let maximumPages: Int
    private let store = Mutex<DirectoryStore?>(nil)
    private let known = Mutex(ContactBookState())
    private let historyLimit: Mutex<Int>

    /// - Parameters:
    ///   - path: of the file; nothing is opened yet.
    ///   - historyLimit: how many calls are kept.
    ///   - maximumBytes: how large the file may grow.
    package init(path: String, historyLimit: Int = 500, maximumBytes: Int = 64 << 20) {
        self.path = path
        self.historyLimit = Mutex(historyLimit)
        maximumPages = max(maximumBytes / 4096, 1)
    }

    package var state: ContactBookState { known.withLock { $0 } }

    // MARK: - Entries

    package func search(_ query: String, limit: Int) async throws(DirectoryError) -> [DirectoryEntry] {
        try await perform { store throws(DirectoryError) in try store.search(query, limit: limit) }
    }

    package func favourites(limit: Int) async throws(DirectoryError) -> [DirectoryEntry] {
        try await perform { store throws(DirectoryError) in try store.favourites(limit: limit) }
    }

    package func entry(_ id: Int64) async throws(DirectoryError) -> DirectoryEntry {
        try await perform { store throws(DirectoryError) in try store.entry(id) }
    }

    package func name(of address: String) async -> String? {
        guard let key = AddressKey(address) else { return nil }
        do throws(DirectoryError) {
            return try await perform { store throws(DirectoryError) in try store.entry(of: key)?.name }
        } catch {
            return nil
        }
    }

    package func add(_ draft: DirectoryDraft) async throws(DirectoryError) -> DirectoryEntry {
        let draft = try CheckedDraft(draft)
        return try await perform(isChange: true) { store throws(DirectoryError) in try store.add(draft) }
    }

    package func edit(_ id: Int64, _ change: DirectoryChange) async throws(DirectoryError) -> DirectoryEntry {
        try await perform(isChange: true) { store throws(DirectoryError) in try store.edit(id, change) }
    }

    package func remove(_ id: Int64) async throws(DirectoryError) {
        try await perform(isChange: true) { store throws(DirectoryError) in try store.remove(id) }
    }

    package func merge(_ drafts: [DirectoryDraft]) async throws(DirectoryError) -> MergeOutcome {
        try await perform(isChange: true) { store throws(DirectoryError) in
            var checked: [CheckedDraft] = []
            checked.reserveCapacity(drafts.count)
            for draft in drafts { checked.append(try CheckedDraft(draft)) }
            return try store.merge(checked)
        }
    }

    package func all() async throws(DirectoryError) -> [DirectoryEntry] {
        try await perform { store throws(DirectoryError) in try store.all() }
    }

    // MARK: - History

    package func record(_ call: FinishedCall) async throws(DirectoryError) {
        let limit = historyLimit.withLock { $0 }
        try await perform(isChange: true) { store throws(DirectoryError) in try store.record(call, limit: limit) }
    }

    package func history(limit: Int, missedOnly: Bool) async throws(DirectoryError) -> [HistoryEntry] {
        try await perform { store throws(DirectoryError) in try store.history(limit: limit, missedOnly: missedOnly) }
    }

    package func historyEntry(_ id: Int64) async throws(DirectoryError) -> HistoryEntry {
        try await perform { store throws(DirectoryError) in try store.call(id) }
    }

    package func clearHistory() async throws(DirectoryError) {
        try await perform(isChange: true) { store throws(DirectoryError) in try store.clearHistory() }
    }

    package func markHistorySeen() async throws(DirectoryError) {
        try await perform(isChange: true) { store throws(DirectoryError) in try store.markSeen() }
    }

    package func limitHistory(to limit: Int) async throws(DirectoryError) {
        historyLimit.withLock { $0 = limit }
        try await perform(isChange: true) { store throws(DirectoryError) in try store.forget(beyond: limit) }
    }

    // MARK: - State

    package func refresh() async -> ContactBookState {
        // What went wrong stands in the state.
        try? await perform(isChange: true) { _ throws(DirectoryError) in }
        return state
    }

    // MARK: - Work

    private func perform<Outcome: Sendable>(
        isChange: Bool = false,
        _ body: @escaping @Sendable (DirectoryStore) throws(DirectoryError) -> Outcome
    ) async throws(DirectoryError) -> Outcome {
        let outcome: Result<Outcome, DirectoryError>
        do throws(SystemError) {
            outcome = try await runBlocking { [self] in locked(isChange: isChange, body) }
        } catch {
            throw .store(StoreTrouble(.unavailable, path: path, detail: error.description))
        }
        return try outcome.get()
    }

    private func locked<Outcome: Sendable>(
        isChange: Bool, _ body: (DirectoryStore) throws(DirectoryError) -> Outcome
    ) -> Result<Outcome, DirectoryError> {
        store.withLock { store in
            do throws(DirectoryError) {
                // A disk that was read-only may have become writable.
                if let known = store, known.database.isReadOnly, DirectoryStore.mayChange(path) { store = nil }
                let isOpening = store == nil
                let open: DirectoryStore
                if let known = store {
                    open = known
                } else {
                    open = try DirectoryStore(path: path, maximumPages: maximumPages)
                    store = open
                }
                let outcome = try body(open)
                if isChange || isOpening {
                    let state = ContactBookState(
                        entries: try open.entryCount(), missed: try open.missedCount(),
                        trouble: open.database.isReadOnly
                            ? StoreTrouble(.readOnly, path: path, detail: "the file or its disk is read-only")
                                .description
                            : nil)
                    known.withLock { $0 = state }
                }
                return .success(outcome)
            } catch {
                if case .store(let trouble) = error {
                    known.withLock { $0.trouble = trouble.description }
                    // A damaged file is looked at anew the next time: it may have been replaced.
                    if trouble.kind == .damaged || trouble.kind == .unavailable { store = nil }
                }
                return .failure(error)
            }
        }
    }
}
