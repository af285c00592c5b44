import ControlProtocol
import Glibc
import LinuxSystem
package import RoomConfiguration

/// The room's settings as numbered revisions in one folder.
///
///     revisions/12/room.yaml   the file
///     revisions/12/meta.json   who, when, why
///     current -> revisions/12  what holds
///     pending.json             what goes back by itself, and when
///     lock                     held while something is changed
///
/// What holds changes in one step, the rename of `current`; before that step everything is on the disk, so a cut at any
/// instant leaves the old or the new settings whole. Blocks; not for event loops.
package struct RevisionStore: Sendable {
    /// The steps of a change, in their order; tests cut at each.
    enum Step: String, Sendable, CaseIterable {
        case makeFolder, writeFile, writeMeta, syncRevision, nameRevision, syncRevisions, writePending, makeLink
        case switchLink, syncStore, prune
    }

    /// `/var/lib/convene/config` on a box.
    package let folder: String
    /// How many revisions are kept.
    package let limit: Int
    /// Called before each step; what it throws is what the step would have thrown.
    let beforeStep: @Sendable (Step) throws(SystemError) -> Void

    package static let standardFolder = "/var/lib/convene/config"

    package init(folder: String, limit: Int = 50) {
        self.init(folder: folder, limit: limit) { (_) throws(SystemError) in }
    }

    init(folder: String, limit: Int = 50, beforeStep: @escaping @Sendable (Step) throws(SystemError) -> Void) {
        self.folder = folder
        self.limit = max(2, limit)
        self.beforeStep = beforeStep
    }

    var revisions: String { "\(folder)/revisions" }
    var currentLink: String { "\(folder)/current" }
    var pendingFile: String { "\(folder)/pending.json" }

    func folder(of number: Int) -> String { "\(revisions)/\(number)" }

    // MARK: - Reading

    /// The number of the revision that holds; nil when there are no settings yet.
    package var currentNumber: Int? {
        guard let target = SmallFile.link(currentLink), let name = target.split(separator: "/").last else { return nil }
        return Int(name)
    }

    /// The numbers of all revisions that are kept, from the oldest up.
    package var numbers: [Int] { SmallFile.names(in: revisions).compactMap { Int($0) }.filter { $0 > 0 }.sorted() }

    /// The revision that holds.
    package func current() throws(ProvisioningError) -> (revision: Revision, file: RoomFile)? {
        guard let number = currentNumber else { return nil }
        return try read(number)
    }

    /// The text of the settings that hold, empty when there are none.
    package func currentFile() throws(ProvisioningError) -> RoomFile {
        if let current = try current() { return current.file }
        do { return try RoomFile.empty } catch { throw .invalid(error) }
    }

    /// Who made a revision, when and why.
    package func metadata(_ number: Int) throws(ProvisioningError) -> Revision {
        guard numbers.contains(number) else { throw noRevision(number) }
        let bytes: [UInt8]
        do { bytes = try SmallFile.read("\(folder(of: number))/meta.json", maximum: 16 * 1024) } catch {
            throw .damaged(number, reason: "\(error)")
        }
        guard let json = try? JSONValue(parsing: bytes), let revision = Revision(json), revision.number == number else {
            throw .damaged(number, reason: "its meta.json is not what was written")
        }
        return revision
    }

    /// The text of a revision, as it was applied.
    package func text(_ number: Int) throws(ProvisioningError) -> [UInt8] {
        let revision = try metadata(number)
        let bytes: [UInt8]
        do { bytes = try SmallFile.read("\(folder(of: number))/room.yaml", maximum: RoomFile.maximumBytes) } catch {
            throw .damaged(number, reason: "\(error)")
        }
        guard Digest.sha256(bytes) == revision.digest else {
            throw .damaged(number, reason: "its room.yaml is not what was applied")
        }
        return bytes
    }

    /// A revision with its file, checked.
    package func read(_ number: Int) throws(ProvisioningError) -> (revision: Revision, file: RoomFile) {
        let text = try text(number)
        let revision = try metadata(number)
        do {
            return (revision, try RoomFile(parsing: text, name: "revision \(number)"))
        } catch {
            throw .invalid(error)
        }
    }

    /// The newest revision that can be read, is right, and was not taken back.
    package func newestGood() -> (revision: Revision, file: RoomFile)? {
        for number in numbers.reversed() where !wasTakenBack(number) {
            if let good = try? read(number) { return good }
        }
        return nil
    }

    /// Whether somebody gave the room its settings; what the room itself keeps (`config.set`) does not count.
    package var isProvisioned: Bool {
        history().contains { $0.origin != .room && $0.origin != .factory && !wasTakenBack($0.number) }
    }

    /// All revisions that can be read, the newest first.
    package func history() -> [Revision] { numbers.reversed().compactMap { try? metadata($0) } }

    /// Whether a revision was taken back because nobody confirmed it.
    package func wasTakenBack(_ number: Int) -> Bool { SmallFile.exists("\(folder(of: number))/taken-back") }

    func noRevision(_ number: Int) -> ProvisioningError {
        let numbers = numbers
        guard let first = numbers.first, let last = numbers.last else { return .noRevision(number, known: nil) }
        return .noRevision(number, known: first...max(first, last))
    }
}
