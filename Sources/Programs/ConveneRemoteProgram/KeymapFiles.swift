import Glibc
import LinuxSystem
import RemoteControl
import RoomConfiguration

/// The keymap files that a board file or the room names.
enum KeymapFiles {
    /// A keymap that is not there.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Each file by its name, read and checked: the ones that the board names, or those of `names`.
    static func load(_ names: [String], boardFile: String) throws -> [String: Keymap] {
        var keymaps: [String: Keymap] = [:]
        for name in names where keymaps[name] == nil {
            let places = BoardConfiguration.keymapPaths(name, boardFile: boardFile)
            guard let place = places.first(where: { access($0, R_OK) == 0 }) else {
                throw Missing(
                    description: "\(boardFile): the keymap \(name) is not there; looked for "
                        + places.joined(separator: ", "))
            }
            keymaps[name] = try Keymap.parse(read(place), file: place)
        }
        return keymaps
    }

    /// At most one byte more than the parser takes.
    private static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, flags: O_RDONLY)
        let raw = file.borrowed.rawValue
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= Keymap.maximumBytes {
            let count = try retryingOnInterrupt("read(\(path))") {
                Int32(clamping: Glibc.read(raw, &chunk, chunk.count))
            }
            if count == 0 { break }
            bytes += chunk.prefix(Int(count))
        }
        return bytes
    }
}
