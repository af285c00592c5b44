package import ControlProtocol
import LinuxSystem
import Synchronization

/// The room's settings as they are now, and `room.yaml` that keeps them: what `config.get` and `config.set` work on.
package final class RoomSettingsStore: Sendable {
    private struct State {
        /// What the file gives, without defaults.
        var given: JSONValue
        var text: [UInt8]
    }

    /// What `config.set` did.
    package struct Change: Sendable, Equatable {
        package let path: StatusPath
        /// What the setting holds now; its default when it was taken out of the file.
        package let value: JSONValue
        package let effect: ConfigurationField.Effect
        /// All settings after the change.
        package let settings: RoomSettings

        /// The members of the answer to `config.set`.
        package var json: JSONValue {
            ["path": .string(path.description), "value": value, "effect": .string(effect.rawValue)]
        }
    }

    /// The file; nil when settings are kept in memory only.
    package let file: String?
    private let state: Mutex<State>
    /// Held by the thread that writes, so that of two changes the later one is on disk in the end.
    private let writing = Mutex(())

    private init(file: String?, given: JSONValue, text: [UInt8]) {
        self.file = file
        state = Mutex(State(given: given, text: text))
    }

    /// Reads `room.yaml`; everything that is wrong with it is in the error, one line each.
    ///
    /// - Parameter mayBeMissing: a file that is not there counts as an empty one; the first `set` makes it.
    package static func load(
        _ path: String, mayBeMissing: Bool = false
    ) throws(ConfigurationError) -> RoomSettingsStore {
        let (given, text) = try ConfigurationFile.load(path, schema: RoomSchema.root, mayBeMissing: mayBeMissing)
        return RoomSettingsStore(file: path, given: given, text: text)
    }

    /// Settings from a text, kept in memory only; `file` is what issues call it.
    package static func inMemory(
        _ text: String = "", file: String = "room.yaml"
    ) throws(ConfigurationError) -> RoomSettingsStore {
        let text = Array(text.utf8)
        let given = try ConfigurationFile.parse(text, file: file, schema: RoomSchema.root)
        return RoomSettingsStore(file: nil, given: given, text: text)
    }

    /// The settings at this moment, defaults included.
    package var settings: RoomSettings { RoomSettings(given: state.withLock { $0.given }) }

    /// The members of the answer to `config.get`: the value or group at `path`, and the table's lines for it.
    package func get(_ path: String) throws(ControlError) -> JSONValue {
        let tree = Self.shown(RoomSchema.root.filled(state.withLock { $0.given }) ?? .emptyObject)
        guard let wanted = StatusPath(parsing: path), let value = tree.value(at: wanted) else {
            throw Self.unknown(path)
        }
        let settings = RoomSchema.root.settings().filter { $0.path.hasPrefix(wanted) }
        // A path into a list, such as sip.transports.0, shows a part of a setting.
        guard !settings.isEmpty else { throw Self.unknown(path) }
        return [
            "path": .string(wanted.description),
            "value": value,
            "settings": .array(settings.map { Self.description(of: $0.field, path: $0.path) }),
        ]
    }

    /// Checks and keeps one setting; null goes back to its default. Nothing has changed when it throws.
    ///
    /// Writes the file on a thread of its own and returns when the disk has it.
    package func set(_ path: String, to value: JSONValue) async throws(ControlError) -> Change {
        let (settingPath, field, normal) = try Self.checked(path, value)
        let work: @Sendable () -> Result<Change, ControlError> = { [self] in
            writing.withLock { _ in write(settingPath, field, normal) }
        }
        let outcome: Result<Change, ControlError>
        do throws(SystemError) {
            outcome = file == nil ? work() : try await runBlocking(work)
        } catch {
            throw ControlError(.inputOutput, "The setting could not be kept: \(error).")
        }
        return try outcome.get()
    }

    private func write(
        _ path: StatusPath, _ field: ConfigurationField, _ value: JSONValue?
    ) -> Result<Change, ControlError> {
        var next = state.withLock { $0 }
        var tree = StatusTree(next.given)
        tree.set(value, at: path)
        next.given = tree.root
        next.text = RoomFileEditor.edit(next.text, setting: path, to: value, given: next.given)
        if let file {
            do throws(SystemError) {
                try AtomicFile.replace(file, with: next.text)
            } catch {
                return .failure(ControlError(.inputOutput, "The setting could not be kept in \(file): \(error)."))
            }
        }
        state.withLock { [next] in $0 = next }
        return .success(
            Change(
                path: path, value: Self.shown(JSONValue(optional: value ?? field.defaultValue), field),
                effect: field.effect,
                settings: RoomSettings(given: next.given)))
    }

    // MARK: - The table

    private static func checked(
        _ path: String, _ value: JSONValue
    ) throws(ControlError) -> (path: StatusPath, field: ConfigurationField, value: JSONValue?) {
        guard let (settingPath, field) = RoomSchema.root.settings().first(where: { $0.path.description == path }),
            let controlField = field.controlField(path: path)
        else { throw unknown(path) }
        if value.isNull { return (settingPath, field, nil) }
        guard let normal = controlField.type.normalized(value) else {
            throw ControlError(.invalidConfiguration, controlField.complaint(about: value))
        }
        if let complaint = field.check?(normal) {
            throw ControlError(
                .invalidConfiguration, "\(path): \(complaint), found \(ControlField.shortened(value)).")
        }
        return (settingPath, field, normal)
    }

    /// The settings as anybody may see them.
    private static func shown(_ values: JSONValue) -> StatusTree {
        var tree = StatusTree(values)
        for (path, field) in RoomSchema.root.settings() where field.isSecret {
            if let value = tree.value(at: path) { tree.set(shown(value, field), at: path) }
        }
        return tree
    }

    private static func shown(_ value: JSONValue, _ field: ConfigurationField) -> JSONValue {
        field.isSecret && value != "" && !value.isNull ? "(set)" : value
    }

    private static func description(of field: ConfigurationField, path: StatusPath) -> JSONValue {
        var json = field.controlField(path: path.description)?.json ?? .emptyObject
        json["required"] = nil
        json["effect"] = .string(field.effect.rawValue)
        return json
    }

    private static func unknown(_ path: String) -> ControlError {
        let known = RoomSchema.root.settings().map(\.path.description)
        let groups = RoomSchema.root.fields.map(\.name)
        var message = "There is no setting \(ControlField.shortened(.string(path)))"
        if groups.contains(path) {
            message = "\(path) is a group; name one setting in it, such as "
            message += known.first { $0.hasPrefix("\(path).") } ?? "\(path).…"
        } else if let nearest = Spelling.nearest(to: path, among: known + groups) {
            message += "; did you mean \(nearest)?"
        } else {
            message += "; config.get lists them."
        }
        return ControlError(.invalidConfiguration, message, data: ["path": .string(path)])
    }
}
