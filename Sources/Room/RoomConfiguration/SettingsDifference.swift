package import ControlProtocol

/// What differs between two files, setting by setting and without secrets.
package struct SettingsDifference: Sendable, Equatable {
    package struct Change: Sendable, Equatable {
        package let path: String
        /// Nil when the file does not give it; "(set)" and "(set differently)" for what is secret.
        package let old: JSONValue?
        package let new: JSONValue?
        package let effect: ConfigurationField.Effect
    }

    /// In the order of the table.
    package let changes: [Change]
    /// Whether the texts differ in any way, comments and order included.
    package let textDiffers: Bool

    package init(from old: RoomFile, to new: RoomFile) {
        let before = StatusTree(old.given)
        let after = StatusTree(new.given)
        changes = RoomSchema.root.settings().compactMap { path, field in
            let (old, new) = (before.value(at: path), after.value(at: path))
            guard old != new else { return nil }
            return Change(
                path: path.description, old: old.map { field.isSecret ? "(set)" : $0 },
                new: new.map { !field.isSecret ? $0 : old == nil ? "(set)" : "(set differently)" },
                effect: field.effect)
        }
        textDiffers = old.text != new.text
    }

    package var isEmpty: Bool { changes.isEmpty }

    /// Whether a change counts only once the room's program starts anew.
    package var needsRestart: Bool { changes.contains { $0.effect == .restart } }

    /// Lines that begin with - and +, as diff(1) has them; empty when nothing differs.
    package var text: String {
        changes.flatMap { change in
            [
                change.old.map { "- \(change.path): \($0.serialized)" },
                change.new.map { "+ \(change.path): \($0.serialized)" },
            ]
        }.compactMap { $0 }.joined(separator: "\n")
    }

    package var json: JSONValue {
        .array(
            changes.map {
                [
                    "path": .string($0.path), "old": $0.old ?? .null, "new": $0.new ?? .null,
                    "effect": .string($0.effect.rawValue),
                ]
            })
    }
}

extension RoomFile {
    /// Every setting that the file gives as one line `path: value`, without secrets: for a comparison by eye or by program.
    package var summary: String {
        let tree = StatusTree(given)
        return RoomSchema.root.settings().compactMap { path, field in
            tree.value(at: path).map { "\(path): \(field.isSecret ? "(set)" : $0.serialized)\n" }
        }.joined()
    }
}
