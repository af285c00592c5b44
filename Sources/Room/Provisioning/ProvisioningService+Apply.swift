import ControlProtocol
import LinuxSystem
import RoomConfiguration

extension ProvisioningService {
    func apply(_ request: ProvisioningRequest, _ input: [UInt8]) throws(ProvisioningError) -> ProvisioningReply {
        let file = try checked(input)
        takeBackWhatIsOver()
        let before = try heldFile()
        let difference = SettingsDifference(from: before, to: file)
        if request.isDryRun {
            if let base = request.base, base != store.currentNumber ?? 0 {
                throw .conflict(base: base, current: store.currentNumber.flatMap { try? store.metadata($0) })
            }
            return ProvisioningReply.difference(difference, base: store.currentNumber ?? 0)
        }
        let outcome = try store.commit(
            Proposal(
                text: input, author: author(request), message: request.message, origin: .apply, base: request.base,
                confirmWithin: request.confirmWithin), clocks: clocks())
        return try bring(outcome, file, difference)
    }

    func rollBack(_ request: ProvisioningRequest) throws(ProvisioningError) -> ProvisioningReply {
        takeBackWhatIsOver()
        let before = try heldFile()
        let outcome = try store.rollBack(
            to: request.subject.flatMap { Int($0) }, author: author(request), message: request.message,
            confirmWithin: request.confirmWithin, clocks: clocks())
        let file = try store.currentFile()
        return try bring(outcome, file, SettingsDifference(from: before, to: file))
    }

    func confirm(_ request: ProvisioningRequest) throws(ProvisioningError) -> ProvisioningReply {
        let number = try store.confirm(
            request.subject.flatMap { Int($0) }, author: author(request), clocks: clocks())
        return ProvisioningReply(["revision": JSONValue(number)], text: "Revision \(number) stays.\n")
    }

    /// What nobody confirmed in time goes back before anything new is done, whether or not the watcher was there.
    private func takeBackWhatIsOver() {
        guard let pending = store.pending(), pending.secondsLeft(clocks()) == 0 else { return }
        _ = try? takeBack()
    }

    /// Takes back the change that waits when its time is over, and renders what holds then.
    @discardableResult
    package func takeBack() throws(ProvisioningError) -> Int? {
        let before = try heldFile()
        let back = try store.takeBack(
            reason: "nobody confirmed it in time", onlyWhenOver: true, clocks: clocks())
        let file = try heldFile()
        var report = try applier.render(file.system)
        applier.bringToRoom(SettingsDifference(from: before, to: file), file.settings, &report)
        return back
    }

    /// Brings a revision that holds now into the system; when the system's files cannot be written, the one before comes
    /// back.
    private func bring(
        _ outcome: RevisionStore.Outcome, _ file: RoomFile, _ difference: SettingsDifference
    ) throws(ProvisioningError) -> ProvisioningReply {
        var report: SettingsApplier.Report
        do throws(ProvisioningError) {
            report = try applier.render(file.system)
        } catch {
            guard outcome.hasChanged else { throw error }
            try store.withdraw(outcome.revision, reason: error.description)
            if let old = try? heldFile() { _ = try? applier.render(old.system) }
            throw .system("\(error); the settings are again what they were")
        }
        if outcome.hasChanged || report.hasNewSecret { applier.bringToRoom(difference, file.settings, &report) }
        let path = file.text("directory.import")
        if outcome.hasChanged, !path.isEmpty, let complaint = effects.importDirectory(path) {
            report.complaints.append(complaint)
        }
        return reply(outcome, difference, report)
    }

    private func reply(
        _ outcome: RevisionStore.Outcome, _ difference: SettingsDifference, _ report: SettingsApplier.Report
    ) -> ProvisioningReply {
        let number = outcome.revision.number
        var json: JSONValue = [
            "revision": JSONValue(number), "changed": .bool(outcome.hasChanged), "changes": difference.json,
            "files": .array(report.changed.map(JSONValue.string)), "done": .array(report.done.map(JSONValue.string)),
            "complaints": .array(report.complaints.map(JSONValue.string)), "pending": .null,
        ]
        var text = difference.isEmpty ? "" : "\(difference.text)\n"
        text +=
            outcome.hasChanged
            ? "Revision \(number) holds.\n" : "Nothing differs from revision \(number), which holds.\n"
        if let pending = outcome.pending {
            json["pending"] = ["revision": JSONValue(number), "seconds_left": .integer(pending.seconds)]
            text += "It goes back in \(pending.seconds) s unless it is confirmed: config confirm \(number)\n"
        }
        return ProvisioningReply(json, text: text, errors: report.complaints.joined(separator: "\n"))
    }

    /// Renders what holds, as at boot. A box without settings, or with damaged ones, gets the defaults, so that it stays
    /// reachable.
    package func render() throws(ProvisioningError) -> (report: SettingsApplier.Report, complaint: ProvisioningError?) {
        var complaint: ProvisioningError?
        var file: RoomFile
        do throws(ProvisioningError) { file = try store.currentFile() } catch {
            complaint = error
            // The newest one that is good keeps the box where its admins look for it.
            if let good = store.newestGood() { file = good.file } else { file = try heldFile() }
        }
        return (try applier.render(file.system), complaint)
    }
}
