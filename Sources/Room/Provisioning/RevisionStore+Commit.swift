import ControlProtocol
import Glibc
import LinuxSystem
import RoomConfiguration

/// A change that is to become a revision.
package struct Proposal: Sendable {
    package var text: [UInt8]
    package var author: String
    package var message: String
    package var origin: Revision.Origin
    /// The revision that the difference was made against, 0 for none; nil: whatever holds.
    package var base: Int?
    /// Seconds after which it goes back by itself; nil: it stays.
    package var confirmWithin: Int64?

    package init(
        text: [UInt8], author: String, message: String = "", origin: Revision.Origin, base: Int? = nil,
        confirmWithin: Int64? = nil
    ) {
        self.text = text
        self.author = author
        self.message = message
        self.origin = origin
        self.base = base
        self.confirmWithin = confirmWithin
    }
}

extension RevisionStore {
    /// What a commit came to.
    package struct Outcome: Sendable {
        package let revision: Revision
        /// False when the settings were the same already and no revision was made.
        package let hasChanged: Bool
        package let pending: PendingChange?
    }

    /// Makes a revision of a text that was checked, and makes it the one that holds. When it throws, the old one holds.
    ///
    /// - Parameter waiting: seconds that another's change is waited for.
    package func commit(
        _ proposal: Proposal, clocks: Clocks = .now, waiting: Int = 0
    ) throws(ProvisioningError) -> Outcome {
        let file: RoomFile
        do { file = try RoomFile(parsing: proposal.text, name: "room.yaml") } catch { throw .invalid(error) }
        return try locked(by: proposal.author, waiting: waiting) { () throws(ProvisioningError) in
            try check(base: proposal.base)
            if let pending = pending() { throw .pending(pending, secondsLeft: pending.secondsLeft(clocks)) }
            if let current = try? current(), current.file.text == file.text {
                return Outcome(revision: current.revision, hasChanged: false, pending: nil)
            }
            do throws(SystemError) {
                return try commit(file, proposal, clocks)
            } catch {
                clean()
                throw .disk(error)
            }
        }
    }

    private func check(base: Int?) throws(ProvisioningError) {
        guard let base, base != currentNumber ?? 0 else { return }
        throw .conflict(base: base, current: currentNumber.flatMap { try? metadata($0) })
    }

    private func commit(
        _ file: RoomFile, _ proposal: Proposal, _ clocks: Clocks
    ) throws(SystemError) -> Outcome {
        let before = currentNumber
        let revision = Revision(
            number: (numbers.last ?? 0) + 1, time: clocks.wall, author: proposal.author, message: proposal.message,
            origin: proposal.origin, base: before, digest: Digest.sha256(file.text))
        try write(revision, file.text)
        var pending: PendingChange?
        if let seconds = proposal.confirmWithin {
            let change = PendingChange(
                revision: revision.number, back: before, deadline: clocks.wall + seconds, seconds: seconds,
                bootDeadline: clocks.sinceBoot + seconds, bootIdentifier: clocks.bootIdentifier)
            // Before it holds: from the first instant on there is a way back.
            try beforeStep(.writePending)
            try AtomicFile.replace(pendingFile, with: change.json.serializedBytes, permissions: 0o640)
            SmallFile.adopt(pendingFile, like: folder)
            try prepareWayBack(to: before)
            pending = change
        }
        do throws(SystemError) {
            try point(to: revision.number)
        } catch {
            // The rename may have been done: then the new one holds, and only the disk was not asked to hurry.
            if currentNumber != revision.number {
                if pending != nil { _ = unlink(pendingFile) }
                try? SmallFile.remove(folder(of: revision.number))
                throw error
            }
        }
        // From here on the new settings hold; what fails now only leaves more behind than has to be.
        prune(keeping: [before, revision.number], replaced: replaceable(before, by: revision))
        return Outcome(revision: revision, hasChanged: true, pending: pending)
    }

    private func write(_ revision: Revision, _ text: [UInt8]) throws(SystemError) {
        let new = "\(revisions)/.new"
        try beforeStep(.makeFolder)
        if !SmallFile.exists(revisions) {
            try SmallFile.makeFolder(revisions, permissions: 0o750)
            SmallFile.adopt(revisions, like: folder)
        }
        try SmallFile.remove(new)
        try retryingOnInterrupt("mkdir(\(new))") { mkdir(new, 0o750) }
        try beforeStep(.writeFile)
        try SmallFile.create("\(new)/room.yaml", text, permissions: 0o640)
        try beforeStep(.writeMeta)
        try SmallFile.create("\(new)/meta.json", revision.json.serializedBytes, permissions: 0o640)
        for name in ["room.yaml", "meta.json"] { SmallFile.adopt("\(new)/\(name)", like: folder) }
        SmallFile.adopt(new, like: folder)
        try beforeStep(.syncRevision)
        try SmallFile.syncFolder(new)
        try beforeStep(.nameRevision)
        let named = folder(of: revision.number)
        try retryingOnInterrupt("rename(\(new))") { rename(new, named) }
        try beforeStep(.syncRevisions)
        try SmallFile.syncFolder(revisions)
    }

    /// Makes a revision the one that holds.
    func point(to number: Int) throws(SystemError) {
        let new = "\(folder)/.current-new"
        try beforeStep(.makeLink)
        try SmallFile.remove(new)
        try retryingOnInterrupt("symlink(\(new))") { symlink("revisions/\(number)", new) }
        SmallFile.adopt(new, like: folder)
        try beforeStep(.switchLink)
        try retryingOnInterrupt("rename(\(new))") { rename(new, currentLink) }
        try beforeStep(.syncStore)
        try SmallFile.syncFolder(folder)
    }

    /// What `config.set` changes one after the other takes one place in the history, so that it does not push out what
    /// admins applied.
    private func replaceable(_ before: Int?, by revision: Revision) -> Int? {
        guard revision.origin == .room, let before, let last = try? metadata(before), last.origin == .room,
            last.author == revision.author
        else { return nil }
        return before
    }

    private func prune(keeping kept: [Int?], replaced: Int?) {
        guard (try? beforeStep(.prune)) != nil else { return }
        if let replaced { try? SmallFile.remove(folder(of: replaced)) }
        let numbers = numbers
        for number in numbers.dropLast(limit) where !kept.contains(number) { try? SmallFile.remove(folder(of: number)) }
    }

    /// Takes away what a change that failed left behind.
    private func clean() {
        try? SmallFile.remove("\(revisions)/.new")
        try? SmallFile.remove("\(folder)/.current-new")
    }
}
