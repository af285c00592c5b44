import LinuxSystem
package import RoomConfiguration

/// Holds the groups of users that settings name against the machine's own: a room does not start with one that is not
/// there.
package enum GroupCheck {
    private static let paths = ["control.group", "control.admin_group", "control.operator_group"]

    /// Every setting whose group is not there, each with its place in the file. Blocks: it may ask a directory service.
    package static func issues(_ file: RoomFile) -> [ConfigurationIssue] {
        paths.compactMap { path in
            let name = file.text(path)
            guard !name.isEmpty, SystemGroup.identifier(named: name) == nil else { return nil }
            return file.issue(at: path, "there is no group \(name) on this machine; create it, or name another one")
        }
    }
}
