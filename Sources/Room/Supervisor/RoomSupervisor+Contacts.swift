import ControlProtocol
import Directory
import Glibc
import LinuxSystem
import Logging
import RoomUI

/// The directory and the call history: always beside calls and screen, never in their way.
extension RoomSupervisor {
    /// Opens the store once the room is up.
    func openContacts() {
        Task {
            await self.waitUntilReady()
            _ = await self.contacts.refresh()
            await self.contactsUsed()
        }
    }

    func limitHistory() {
        let limit = settings.historyLimit
        Task {
            do throws(DirectoryError) {
                try await self.contacts.limitHistory(to: limit)
            } catch {
                self.logger.warning("the history was not shortened", metadata: ["error": "\(error)"])
            }
            await self.contactsUsed()
        }
    }

    /// Tells status and screen how the store is now.
    private func contactsUsed() async {
        // Favourites may be others now.
        if interface.page == .home { request(RoomInterface.firstActions) }
        let state = contacts.state
        guard state != shownContacts else { return }
        shownContacts = state
        if let trouble = state.trouble { logger.warning("directory", metadata: ["trouble": "\(trouble)"]) }
        await feed(.contactsTrouble(state.trouble))
        publishSoon()
    }

    // MARK: - Calls

    func lookUpName(_ number: Int) {
        guard let address = machine.call(number)?.remoteAddress else { return }
        Task {
            guard let name = await self.contacts.name(of: address) else { return }
            await self.feed(.nameKnown(number: number, name))
        }
    }

    func keepInHistory(_ number: Int, _ outcome: CallOutcome) {
        guard let call = machine.call(number) else { return }
        let now = MonotonicTime.now.nanoseconds
        let seconds = outcome == .answered && call.answeredAt > 0 ? (now - call.answeredAt) / 1_000_000_000 : 0
        let finished = FinishedCall(
            name: call.remoteName ?? "", address: call.remoteAddress,
            direction: call.isIncoming ? .incoming : .outgoing, outcome: outcome,
            started: Int64(time(nil)) - (now - call.startedAt) / 1_000_000_000, seconds: Int(seconds))
        Task {
            do throws(DirectoryError) {
                try await self.contacts.record(finished)
                self.tellHistory()
            } catch {
                self.logger.warning("the call was not kept", metadata: ["call": "\(number)", "error": "\(error)"])
            }
            await self.contactsUsed()
        }
    }

    // MARK: - Commands

    func carryOut(_ command: ContactCommand) async throws(ControlError) -> JSONValue {
        let result: Result<JSONValue, ControlError>
        do throws(DirectoryError) {
            result = .success(try await performed(command))
        } catch {
            result = .failure(ContactFormatting.error(error))
        }
        await contactsUsed()
        return try result.get()
    }

    private func performed(_ command: ContactCommand) async throws(DirectoryError) -> JSONValue {
        switch command {
        case .search(let query, let limit, let favouritesOnly):
            let found = try await contacts.search(query, limit: favouritesOnly ? 10_000 : limit)
            let wanted = favouritesOnly ? Array(found.prefix { $0.isFavourite }.prefix(limit)) : found
            return ["entries": .array(wanted.map(ContactFormatting.entry))]
        case .get(let id): return ContactFormatting.entry(try await contacts.entry(id))
        case .add(let name, let address, let favourite, let note):
            return ContactFormatting.entry(
                try await contacts.add(
                    DirectoryDraft(name: name, address: address, isFavourite: favourite, note: note)))
        case .edit(let id, let name, let address, let favourite, let note):
            return ContactFormatting.entry(
                try await contacts.edit(
                    id, DirectoryChange(name: name, address: address, isFavourite: favourite, note: note)))
        case .remove(let id):
            try await contacts.remove(id)
            return ["id": .integer(id)]
        case .importFile(let format, let text): return try await importFile(format, text)
        case .exportFile(let format): return try await exportFile(format)
        case .history(let limit, let missedOnly):
            let calls = try await contacts.history(limit: limit, missedOnly: missedOnly)
            return [
                "entries": .array(calls.map(ContactFormatting.call)), "missed": JSONValue(contacts.state.missed),
            ]
        case .clearHistory:
            try await contacts.clearHistory()
            return ["missed": JSONValue(contacts.state.missed)]
        case .markHistorySeen:
            try await contacts.markHistorySeen()
            return ["missed": JSONValue(contacts.state.missed)]
        }
    }

    private func importFile(_ name: String, _ text: String) async throws(DirectoryError) -> JSONValue {
        let format = ContactFormat(rawValue: name) ?? .vcard
        // Reading megabytes takes a tenth of a second: not on the actor.
        let read = try await aside { () throws(DirectoryError) in try format.read(text) }
        let outcome = try await contacts.merge(read.drafts)
        return [
            "added": JSONValue(outcome.added), "updated": JSONValue(outcome.updated),
            "skipped": .array(read.skipped.prefix(100).map(ContactFormatting.problem)),
            "skipped_count": JSONValue(read.skipped.count),
        ]
    }

    private func exportFile(_ name: String) async throws(DirectoryError) -> JSONValue {
        let format = ContactFormat(rawValue: name) ?? .vcard
        let entries = try await contacts.all()
        let text = try await aside { () throws(DirectoryError) in format.write(entries) }
        return ["format": JSONValue(format.rawValue), "entries": JSONValue(entries.count), "text": JSONValue(text)]
    }

    private func aside<Outcome: Sendable>(
        _ work: @escaping @Sendable () throws(DirectoryError) -> Outcome
    ) async throws(DirectoryError) -> Outcome {
        let outcome: Result<Outcome, DirectoryError>
        do throws(SystemError) {
            outcome = try await runBlocking {
                do throws(DirectoryError) { return .success(try work()) } catch { return .failure(error) }
            }
        } catch {
            throw .store(StoreTrouble(.unavailable, path: "", detail: "\(error)"))
        }
        return try outcome.get()
    }
}
