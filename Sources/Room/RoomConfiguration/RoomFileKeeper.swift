package import ControlProtocol
import LinuxSystem

/// Where the room's program keeps `room.yaml`: a plain file, or revisions. Blocks.
package protocol RoomFileKeeper: Sendable {
    /// What issues call the file.
    var name: String { get }
    /// The text that holds, and which one it is.
    func read() throws(ConfigurationError) -> (text: [UInt8], version: Int)
    /// Keeps a text that was made from that version. Nothing has changed when it throws.
    func keep(_ text: [UInt8], over version: Int, message: String) throws(ControlError)
}

/// One file, which knows no versions.
struct PlainFileKeeper: RoomFileKeeper {
    let path: String
    let mayBeMissing: Bool

    var name: String { path }

    func read() throws(ConfigurationError) -> (text: [UInt8], version: Int) {
        (try ConfigurationFile.text(path, mayBeMissing: mayBeMissing), 0)
    }

    func keep(_ text: [UInt8], over version: Int, message: String) throws(ControlError) {
        do throws(SystemError) {
            try AtomicFile.replace(path, with: text)
        } catch {
            throw ControlError(
                .inputOutput, "The setting could not be kept in \(path): \(error.reason(writing: path)).")
        }
    }
}
