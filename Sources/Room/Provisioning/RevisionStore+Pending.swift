import ControlProtocol
import Glibc
import LinuxSystem

extension RevisionStore {
    /// The change that waits for its confirmation; nil when none does.
    ///
    /// One whose revision does not hold was cut before it began to count: it is as if it had never been.
    package func pending() -> PendingChange? {
        guard let bytes = try? SmallFile.read(pendingFile, maximum: 4096), let json = try? JSONValue(parsing: bytes),
            let pending = PendingChange(json), pending.revision == currentNumber
        else { return nil }
        return pending
    }

    /// Lets the change that waits stay.
    ///
    /// - Parameter number: the revision that is meant; nil for whichever waits.
    @discardableResult
    package func confirm(
        _ number: Int?, author: String, clocks: Clocks = .now, waiting: Int = 2
    ) throws(ProvisioningError) -> Int {
        try locked(by: author, waiting: waiting) { () throws(ProvisioningError) in
            try confirmLocked(number, clocks)
        }
    }

    private func confirmLocked(_ number: Int?, _ clocks: Clocks) throws(ProvisioningError) -> Int {
        guard let pending = pending(), number == nil || number == pending.revision, pending.secondsLeft(clocks) > 0
        else { throw .noPending }
        do throws(SystemError) {
            let path = pendingFile
            try retryingOnInterrupt("unlink(\(path))") { unlink(path) }
            try SmallFile.syncFolder(folder)
        } catch {
            throw .disk(error)
        }
        return pending.revision
    }

    /// Goes back to what held before the change that waits. Needs no room on the disk.
    ///
    /// - Parameter onlyWhenOver: false goes back at once, as an admin asks; true only once its time is over.
    /// - Returns: the revision that holds again, nil when there was none before; throws `noPending` when it is not due.
    @discardableResult
    package func takeBack(
        reason: String, onlyWhenOver: Bool, clocks: Clocks = .now
    ) throws(ProvisioningError) -> Int? {
        try locked(by: "the way back", waiting: 10) { () throws(ProvisioningError) in
            try takeBackLocked(reason, onlyWhenOver, clocks)
        }
    }

    private func takeBackLocked(
        _ reason: String, _ onlyWhenOver: Bool, _ clocks: Clocks
    ) throws(ProvisioningError) -> Int? {
        guard let pending = pending(), !onlyWhenOver || pending.secondsLeft(clocks) == 0 else { throw .noPending }
        do throws(SystemError) {
            if let back = pending.back, numbers.contains(back) {
                try goBack(to: back)
            } else {
                let link = currentLink
                try retryingOnInterrupt("unlink(\(link))") { unlink(link) }
                try SmallFile.syncFolder(folder)
            }
        } catch {
            throw .disk(error)
        }
        // The link decides: what is left of the file means nothing any more.
        _ = unlink(pendingFile)
        let note: JSONValue = ["time": .integer(clocks.wall), "reason": .string(reason)]
        let path = "\(folder(of: pending.revision))/taken-back"
        try? SmallFile.create(path, note.serializedBytes, permissions: 0o640)
        SmallFile.adopt(path, like: folder)
        return pending.back
    }

    /// Makes the link of the way back ahead of time, so that going back is one rename and takes no room on the disk.
    func prepareWayBack(to number: Int?) throws(SystemError) {
        let link = backLink
        try SmallFile.remove(link)
        guard let number else { return }
        try retryingOnInterrupt("symlink(\(link))") { symlink("revisions/\(number)", link) }
        SmallFile.adopt(link, like: folder)
    }

    private var backLink: String { "\(folder)/.back" }

    private func goBack(to number: Int) throws(SystemError) {
        guard SmallFile.link(backLink) == "revisions/\(number)" else { return try point(to: number) }
        let (from, link) = (backLink, currentLink)
        try retryingOnInterrupt("rename(\(from))") { rename(from, link) }
        try SmallFile.syncFolder(folder)
    }

    /// Goes back to an older revision by making a new one of its text.
    ///
    /// - Parameter number: the one to go back to; nil for the one before that was not taken back.
    package func rollBack(
        to number: Int?, author: String, message: String, confirmWithin: Int64?, clocks: Clocks = .now
    ) throws(ProvisioningError) -> Outcome {
        if number == nil, pending() != nil {
            let back = try takeBack(reason: "asked by \(author)", onlyWhenOver: false, clocks: clocks)
            guard let back else { throw .system("there were no settings before: what holds now are the defaults") }
            return Outcome(revision: try metadata(back), hasChanged: true, pending: nil)
        }
        guard let current = currentNumber else { throw noRevision(number ?? 1) }
        guard let wanted = number ?? numbers.last(where: { $0 < current && !wasTakenBack($0) }) else {
            throw .usage("there is no older revision than \(current) to go back to")
        }
        let text = try text(wanted)
        return try commit(
            Proposal(
                text: text, author: author, message: message.isEmpty ? "back to revision \(wanted)" : message,
                origin: .rollback, confirmWithin: confirmWithin), clocks: clocks)
    }
}

extension RevisionStore {
    /// Removes what is left of a change that was cut before it began to count.
    package func forgetStalePending() {
        guard SmallFile.exists(pendingFile) else { return }
        _ = try? locked(by: "the way back", waiting: 2) { () throws(ProvisioningError) in
            if pending() == nil { _ = unlink(pendingFile) }
        }
    }

    /// Takes back a revision that the system could not take, at once.
    func withdraw(_ revision: Revision, reason: String) throws(ProvisioningError) {
        try locked(by: "the way back", waiting: 10) { () throws(ProvisioningError) in
            try withdrawLocked(revision, reason)
        }
    }

    private func withdrawLocked(_ revision: Revision, _ reason: String) throws(ProvisioningError) {
        guard currentNumber == revision.number else { return }
        do throws(SystemError) {
            if let base = revision.base, numbers.contains(base) {
                try point(to: base)
            } else {
                let link = currentLink
                try retryingOnInterrupt("unlink(\(link))") { unlink(link) }
            }
        } catch {
            throw .disk(error)
        }
        _ = unlink(pendingFile)
        let note: JSONValue = ["reason": .string(Revision.cleaned(reason, 500))]
        try? SmallFile.create(
            "\(folder(of: revision.number))/taken-back", note.serializedBytes, permissions: 0o640)
    }
}
