import Glibc
import Logging
import RoomState
import Supervisor

/// What outlives a start of the room: what people chose, and how the starts before ended.
struct RoomMemory {
    let stateFile: StateFile
    let starts: StartRecord

    /// - Parameters:
    ///   - stateFolder: nil for the service manager's, or else the folder of the directory's file.
    ///   - directory: the directory's file.
    init(stateFolder: String?, directory: String) {
        let folder = stateFolder ?? Self.first(of: "STATE_DIRECTORY") ?? Self.folder(of: directory)
        // A development run has its folder made; the service manager makes the others.
        mkdir(folder, 0o750)
        stateFile = StateFile(folder: folder)
        starts = StartRecord(folders: [folder] + (Self.first(of: "RUNTIME_DIRECTORY").map { [$0] } ?? []))
    }

    /// Counts this start.
    ///
    /// - Returns: why the room is to do less, nil for all that it can.
    func begin(_ logger: Logger) -> SafeMode? {
        let unfinished = starts.begin()
        guard let count = unfinished.tooMany else { return nil }
        let safeMode = SafeMode(unfinishedStarts: count, wereBoots: unfinished.areBoots)
        logger.critical("\(safeMode.sentence)")
        return safeMode
    }

    /// Counts the start as a good one once it has lived for a while.
    func settleLater(_ logger: Logger) -> Task<Void, Never> {
        Task {
            do {
                try await Task.sleep(for: StartRecord.goodLife, tolerance: .seconds(5))
            } catch {
                return
            }
            starts.settle()
            logger.debug("the start counts as a good one")
        }
    }

    private static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// systemd may give several folders, divided by colons (systemd.exec(5)).
    private static func first(of name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let first = String(cString: value).prefix { $0 != ":" }
        return first.isEmpty ? nil : String(first)
    }
}
