import LinuxSystem
package import RoomConfiguration

/// Brings the settings that hold into the system: writes its files and tells whom they concern.
package struct SettingsApplier: Sendable {
    /// What was done.
    package struct Report: Sendable, Equatable {
        /// Paths that changed, from the root folder down.
        package var changed: [String] = []
        package var done: [String] = []
        /// What did not go as it should; the settings hold nevertheless.
        package var complaints: [String] = []
        /// The room has to read a secret anew, whether its settings differ or not.
        var hasNewSecret: Bool { changed.contains(RenderedPath.accountPassword) }
    }

    let root: String
    let secrets: SecretStore
    let effects: any SystemEffects

    package init(root: String, secrets: SecretStore, effects: any SystemEffects) {
        self.root = root
        self.secrets = secrets
        self.effects = effects
    }

    /// Writes the files and tells the system.
    ///
    /// Throws before anything is written when something that the settings name cannot be read, and while it writes when
    /// the disk fails.
    package func render(_ settings: SystemSettings) throws(ProvisioningError) -> Report {
        let entries = SystemRenderer.render(settings, try inputs(settings))
        var report = Report()
        do { report.changed = try RenderedTree(root: root).write(entries) } catch {
            throw .system("the system's files could not be written: \(error)")
        }
        for action in ReloadAction.actions(forChanged: report.changed, rendered: entries) {
            if let complaint = effects.perform(action) {
                report.complaints.append(complaint)
            } else {
                report.done.append(action.description)
            }
        }
        return report
    }

    private func inputs(_ settings: SystemSettings) throws(ProvisioningError) -> SystemRenderer.Inputs {
        var inputs = SystemRenderer.Inputs()
        let below = root == "/" ? "" : root
        if settings.admission.method == .peap || settings.admission.method == .ttls,
            let password = settings.admission.password
        {
            inputs.admissionPassword = try secrets.read(password)
        }
        if let password = settings.accountPassword { inputs.accountPassword = try secrets.read(password) }
        if !settings.authorities.isEmpty,
            let standard = try? SmallFile.read("\(below)/\(RenderedPath.systemAuthorities)", maximum: 2 << 20)
        {
            inputs.authorities = standard
        }
        for file in settings.authorities {
            do throws(SystemError) {
                inputs.authorities += try SmallFile.read(below + file, maximum: 256 * 1024)
            } catch {
                throw .system("the authority \(file) cannot be read: \(error)")
            }
            if inputs.authorities.last != 0x0A { inputs.authorities.append(0x0A) }
        }
        return inputs
    }

    /// Has the room take the settings, and starts it anew where that is needed and nobody is in a call.
    package func bringToRoom(_ difference: SettingsDifference, _ settings: RoomSettings, _ report: inout Report) {
        switch effects.reloadRoom() {
        case .notRunning: report.done.append("the room is not running: it reads the settings when it starts")
        case .failed(let reason): report.complaints.append("the room did not read its settings anew: \(reason)")
        case .done(let isInCall):
            report.done.append("the room read its settings anew")
            guard difference.needsRestart || report.hasNewSecret else { break }
            if isInCall {
                report.complaints.append(
                    "some settings count only once the room starts anew, and it is in a call; when that is over: "
                        + "systemctl restart convened")
            } else if let complaint = effects.restartRoom() {
                report.complaints.append(complaint)
            } else {
                report.done.append("the room starts anew")
            }
        }
    }
}
