package import ControlProtocol
package import RoomConfiguration

/// Keeps what `config.set` changes as a revision, so that nothing that holds is outside the history.
///
/// Changes that follow each other take one place in it together (`RevisionStore.commit`).
package struct RevisionKeeper: RoomFileKeeper {
    let store: RevisionStore

    /// The keeper for a file that lies in a store of revisions, such as `/var/lib/convene/config/current/room.yaml`;
    /// nil for any other.
    package init?(file: String) {
        let suffix = "/current/room.yaml"
        guard file.hasSuffix(suffix), file.utf8.count > suffix.utf8.count else { return nil }
        store = RevisionStore(folder: String(file.dropLast(suffix.count)))
    }

    package var name: String { "\(store.folder)/current/room.yaml" }

    package func read() throws(ConfigurationError) -> (text: [UInt8], version: Int) {
        guard let number = store.currentNumber else { return ([], 0) }
        do throws(ProvisioningError) {
            return (try store.read(number).file.text, number)
        } catch {
            // A room that stands still helps nobody: it goes on with the newest settings that are good.
            if let good = store.newestGood() { return (good.file.text, number) }
            throw ConfigurationError([ConfigurationIssue(file: name, message: "\(error)")])
        }
    }

    /// Whether somebody gave the room its settings.
    package var isProvisioned: Bool { store.isProvisioned }

    /// Why the revision that holds cannot be used, so that an older one stands in for it; nil when all is well.
    package var complaint: String? {
        guard let number = store.currentNumber else { return nil }
        do throws(ProvisioningError) {
            _ = try store.read(number)
            return nil
        } catch {
            return "\(error)"
        }
    }

    package func keep(_ text: [UInt8], over version: Int, message: String) throws(ControlError) {
        do throws(ProvisioningError) {
            _ = try store.commit(
                Proposal(text: text, author: "the room", message: message, origin: .room, base: version), waiting: 2)
        } catch {
            throw ControlError(.inputOutput, "The setting could not be kept: \(error).")
        }
    }
}
