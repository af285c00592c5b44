package import ControlProtocol
import Glibc
package import LinuxSystem

/// What a room remembers between its starts, as one JSON file that is replaced as a whole.
///
/// State, not configuration: nobody writes it by hand, and a room without it starts all the same. Blocks; call it on a
/// thread that may.
package struct StateFile: Sendable {
    /// What the file held at the start.
    package enum Reading: Sendable, Equatable {
        /// There is none yet.
        case nothing
        case object(JSONValue)
        /// It was no JSON object; it lies beside its place now, or stays where that is not allowed. A sentence.
        case damaged(String)
        /// It cannot be read. A sentence.
        case unreadable(String)
    }

    /// The longest file that is read.
    static let limit = 1 << 20

    package let path: String

    /// - Parameter folder: where what the room remembers lies.
    package init(folder: String, name: String = "room-state.json") {
        path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// Reads it. A file that is no JSON object is set aside, so that the next one does not overwrite the evidence.
    package func read() -> Reading {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try SmallFile.read(path, maximum: Self.limit, flags: O_NONBLOCK)
        } catch {
            guard error.errno != ENOENT, error.errno != ENOTDIR else { return .nothing }
            return .unreadable("What the room remembered cannot be read from \(path): \(error).")
        }
        do throws(JSONParseError) {
            let value = try JSONValue(parsing: bytes)
            if case .object = value { return .object(value) }
            return setAside("it holds no JSON object")
        } catch {
            return setAside("\(error)")
        }
    }

    /// Replaces it; a reader sees the old or the new one, whenever the power goes.
    package func write(_ value: JSONValue) throws(SystemError) {
        try AtomicFile.replace(path, with: Array((value.serialized + "\n").utf8), permissions: 0o640)
    }

    private func setAside(_ why: String) -> Reading {
        let aside = "\(path).damaged"
        guard rename(path, aside) == 0 else {
            return .damaged("What the room remembered in \(path) is damaged (\(why)); it starts with its settings.")
        }
        return .damaged(
            "What the room remembered is damaged (\(why)); it lies in \(aside) now, and the room starts with its settings."
        )
    }
}
