import Glibc
import Provisioning
import RoomConfiguration

/// Board and room as their files give them, read together, so that what is wrong with both is said at once.
struct StartFiles {
    /// All that is wrong, one line each.
    struct Complaints: Error {
        let lines: [String]
    }

    let board: BoardConfiguration
    let store: RoomSettingsStore
    /// Where revisions are kept; nil for a plain file.
    let keeper: RevisionKeeper?
    /// The room's file as it was named, or the standard one.
    let roomFile: String
    /// What a start goes on with all the same, one line each.
    let remarks: [String]

    static let standardRoom = "/etc/convene/room.yaml"

    /// Reads both. Blocks.
    ///
    /// - Parameters:
    ///   - room: nil when no file was named.
    ///   - isCheck: whether the rules between settings count as well, the machine has to have the groups that are named,
    ///     and a file that was named has to be there.
    static func load(board: String, room: String?, isCheck: Bool) throws(Complaints) -> StartFiles {
        let file = room ?? standardRoom
        let keeper = RevisionKeeper(file: file)
        var lines: [String] = []
        var remarks: [String] = []
        let foundBoard = readBoard(board, &lines)
        var foundStore: RoomSettingsStore?
        // Of revisions there are none before the first settings come: that is no fault.
        let isAway = keeper == nil && isMissing(file)
        if isAway, isCheck, room != nil {
            lines.append("\(file): there is no such file")
        } else {
            if isAway { remarks.append("there is no file \(file); the defaults hold") }
            if let complaint = keeper?.complaint {
                remarks.append("\(complaint); the newest good settings hold meanwhile")
            }
            foundStore = readRoom(file, keeper, isCheck: isCheck, &lines)
        }
        guard let foundBoard, let foundStore, lines.isEmpty else { throw Complaints(lines: lines) }
        return StartFiles(board: foundBoard, store: foundStore, keeper: keeper, roomFile: file, remarks: remarks)
    }

    private static func readBoard(_ path: String, _ lines: inout [String]) -> BoardConfiguration? {
        guard !isMissing(path) else {
            lines.append(
                "there is no board file \(path); name one with --board (Board/*/board.yaml of the source has some)")
            return nil
        }
        do throws(ConfigurationError) {
            return try BoardConfiguration.load(path)
        } catch {
            lines += error.issues.map(\.description)
            return nil
        }
    }

    private static func readRoom(
        _ file: String, _ keeper: RevisionKeeper?, isCheck: Bool, _ lines: inout [String]
    ) -> RoomSettingsStore? {
        do throws(ConfigurationError) {
            let store: RoomSettingsStore
            if let keeper {
                store = try RoomSettingsStore.load(keeper)
            } else {
                store = try RoomSettingsStore.load(file, mayBeMissing: true)
            }
            if isCheck { lines += GroupCheck.issues(try store.checkedFile()).map(\.description) }
            return store
        } catch {
            lines += error.issues.map(\.description)
            return nil
        }
    }

    private static func isMissing(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 && errno == ENOENT
    }
}
