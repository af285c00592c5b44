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

    /// Where they are kept; nil when settings are kept in memory only.
    private let keeper: (any RoomFileKeeper)?
    /// What issues call the file.
    private let name: String
    private let state: Mutex<State>
    /// Held by the thread that writes, so that of two changes the later one is on disk in the end.
    private let writing = Mutex(())

    private init(keeper: (any RoomFileKeeper)?, name: String, given: JSONValue, text: [UInt8]) {
        self.keeper = keeper
        self.name = name
        state = Mutex(State(given: given, text: text))
    }

    /// Reads `room.yaml`; everything that is wrong with it is in the error, one line each.
    ///
    /// - Parameter mayBeMissing: a file that is not there counts as an empty one; the first `set` makes it.
    package static func load(
        _ path: String, mayBeMissing: Bool = false
    ) throws(ConfigurationError) -> RoomSettingsStore {
        try load(PlainFileKeeper(path: path, mayBeMissing: mayBeMissing))
    }

    /// The same from where the file is kept.
    package static func load(_ keeper: any RoomFileKeeper) throws(ConfigurationError) -> RoomSettingsStore {
        let text = try keeper.read().text
        let given = try ConfigurationFile.parse(text, file: keeper.name, schema: RoomSchema.root)
        return RoomSettingsStore(keeper: keeper, name: keeper.name, given: given, text: text)
    }

    /// Settings from a text, kept in memory only; `file` is what issues call it.
    package static func inMemory(
        _ text: String = "", file: String = "room.yaml"
    ) throws(ConfigurationError) -> RoomSettingsStore {
        let text = Array(text.utf8)
        let given = try ConfigurationFile.parse(text, file: file, schema: RoomSchema.root)
        return RoomSettingsStore(keeper: nil, name: file, given: given, text: text)
    }

    /// The settings at this moment, defaults included.
    package var settings: RoomSettings { RoomSettings(given: state.withLock { $0.given }) }

    /// The file as a whole, held against the rules between settings as well, which a start does not insist on.
    package func checkedFile() throws(ConfigurationError) -> RoomFile {
        try RoomFile(parsing: state.withLock { $0.text }, name: name)
    }

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
            outcome = keeper == nil ? work() : try await runBlocking(work)
        } catch {
            throw ControlError(.inputOutput, "The setting could not be kept: \(error).")
        }
        return try outcome.get()
    }

    private func write(
        _ path: StatusPath, _ field: ConfigurationField, _ value: JSONValue?
    ) -> Result<Change, ControlError> {
        var next = state.withLock { $0 }
        var version = 0
        if let keeper {
            // What an admin applied meanwhile is not undone by changing one setting.
            do throws(ConfigurationError) {
                let latest = try keeper.read()
                version = latest.version
                if latest.text != next.text { next = try Self.state(latest.text, keeper) }
            } catch {
                return .failure(ControlError(.inputOutput, "The setting could not be kept: \(error)."))
            }
        }
        var tree = StatusTree(next.given)
        tree.set(value, at: path)
        next.given = tree.root
        next.text = RoomFileEditor.edit(next.text, setting: path, to: value, given: next.given)
        if let keeper {
            do throws(ControlError) {
                try keeper.keep(next.text, over: version, message: "config.set \(path)")
            } catch {
                return .failure(error)
            }
        }
        state.withLock { [next] in $0 = next }
        return .success(
            Change(
                path: path, value: Self.shown(JSONValue(optional: value ?? field.defaultValue), field),
                effect: field.effect,
                settings: RoomSettings(given: next.given)))
    }

    /// Reads the file anew. Nothing has changed when it throws.
    ///
    /// - Returns: the members of the answer to `config.reload`: what changed, and what of it counts from a restart on.
    package func reload() async throws(ControlError) -> (changed: [String], restart: [String]) {
        guard let keeper else { return ([], []) }
        let outcome: Result<(changed: [String], restart: [String]), ControlError>
        do throws(SystemError) {
            outcome = try await runBlocking { [self] in
                writing.withLock { _ in
                    do throws(ConfigurationError) {
                        return .success(take(try Self.state(try keeper.read().text, keeper)))
                    } catch {
                        return .failure(ControlError(.invalidConfiguration, "The settings stay as they were: \(error)"))
                    }
                }
            }
        } catch {
            throw ControlError(.inputOutput, "The settings could not be read: \(error).")
        }
        return try outcome.get()
    }

    private func take(_ next: State) -> (changed: [String], restart: [String]) {
        let before = state.withLock { state in
            defer { state = next }
            return StatusTree(state.given)
        }
        let after = StatusTree(next.given)
        let changed = RoomSchema.root.settings().filter { before.value(at: $0.path) != after.value(at: $0.path) }
        return (
            changed.map(\.path.description), changed.filter { $0.field.effect == .restart }.map(\.path.description)
        )
    }

    private static func state(_ text: [UInt8], _ keeper: any RoomFileKeeper) throws(ConfigurationError) -> State {
        State(given: try ConfigurationFile.parse(text, file: keeper.name, schema: RoomSchema.root), text: text)
    }

    // MARK: - The table

    private static func checked(
        _ path: String, _ value: JSONValue
    ) throws(ControlError) -> (path: StatusPath, field: ConfigurationField, value: JSONValue?) {
        guard let (settingPath, field) = RoomSchema.root.settings().first(where: { $0.path.description == path }),
            let controlField = field.controlField(path: path)
        else { throw unknown(path) }
        if let group = settingPath.components.first, RoomSchema.guardedGroups.contains(group) {
            throw ControlError(
                .invalidConfiguration,
                "\(path) could lock you out: change it with convenectl config apply --confirm-within 2m (or convenectl "
                    + "provision), which goes back by itself.", data: ["path": .string(path)])
        }
        if value.isNull { return (settingPath, field, nil) }
        guard let normal = controlField.type.normalized(value) else {
            throw ControlError(
                .invalidConfiguration,
                field.hidesWrongValue
                    ? "\(path): expected \(controlField.expectation)." : controlField.complaint(about: value))
        }
        if let complaint = field.check?(normal) {
            // Of a list the complaint itself names the entry.
            let isNamed = field.hidesWrongValue || normal.arrayValue?.isEmpty == false
            let found = isNamed ? "" : ", found \(ControlField.shortened(value))"
            throw ControlError(.invalidConfiguration, "\(path): \(complaint)\(found).")
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
