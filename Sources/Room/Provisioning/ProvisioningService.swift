import ControlProtocol
import LinuxSystem
import RoomConfiguration

/// Answers requests about the settings of one box. Blocks; used by one request at a time.
package struct ProvisioningService: Sendable {
    let store: RevisionStore
    let secrets: SecretStore
    let root: String
    let effects: any SystemEffects
    /// Who asks as far as the box knows, such as "provision from 192.0.2.5"; empty for who sits at it.
    let caller: String
    let clocks: @Sendable () -> Clocks

    package init(
        store: RevisionStore, secrets: SecretStore, root: String, effects: any SystemEffects, caller: String,
        clocks: @escaping @Sendable () -> Clocks = { Clocks.now }
    ) {
        self.store = store
        self.secrets = secrets
        self.root = root
        self.effects = effects
        self.caller = caller
        self.clocks = clocks
    }

    var applier: SettingsApplier { SettingsApplier(root: root, secrets: secrets, effects: effects) }

    /// - Parameter input: the file that comes with it, empty where none does.
    package func perform(_ request: ProvisioningRequest, input: [UInt8]) -> ProvisioningReply {
        do throws(ProvisioningError) {
            if let length = request.length, length != input.count {
                throw .cut(expected: length, came: input.count)
            }
            switch request.verb {
            case .status: return try status()
            case .check: return try check(input)
            case .diff: return try difference(input)
            case .apply: return try apply(request, input)
            case .confirm: return try confirm(request)
            case .history: return history()
            case .export: return try export(request)
            case .rollback: return try rollBack(request)
            case .put: return try put(request, input)
            case .forget:
                try secrets.forget(request.subject ?? "")
                return ProvisioningReply([:], text: "\(request.subject ?? "") is forgotten.\n")
            }
        } catch {
            return ProvisioningReply(error)
        }
    }

    func author(_ request: ProvisioningRequest) -> String {
        switch (request.author.isEmpty, caller.isEmpty) {
        case (false, false): "\(request.author) (\(caller))"
        case (false, true): request.author
        case (true, false): caller
        case (true, true): "the box"
        }
    }

    // MARK: - Looking

    private func status() throws(ProvisioningError) -> ProvisioningReply {
        var json: JSONValue = ["schema": JSONValue(RoomSchema.newestVersion), "revision": .null, "pending": .null]
        guard let number = store.currentNumber else {
            return ProvisioningReply(json, text: "The room has no settings yet.\n")
        }
        let revision = try store.metadata(number)
        json["revision"] = revision.json
        var text = "\(revision.line)\n"
        if let pending = store.pending() {
            let left = pending.secondsLeft(clocks())
            json["pending"] = ["revision": JSONValue(pending.revision), "seconds_left": .integer(left)]
            text += "It goes back in \(left) s unless it is confirmed: config confirm \(number)\n"
        }
        return ProvisioningReply(json, text: text)
    }

    func checked(_ input: [UInt8]) throws(ProvisioningError) -> RoomFile {
        let file: RoomFile
        do { file = try RoomFile(parsing: input, name: "room.yaml") } catch { throw .invalid(error) }
        let issues = BoxCheck(root: root, secrets: secrets, now: clocks().wall).issues(file)
        guard issues.isEmpty else { throw .invalid(ConfigurationError(issues)) }
        return file
    }

    private func check(_ input: [UInt8]) throws(ProvisioningError) -> ProvisioningReply {
        _ = try checked(input)
        return ProvisioningReply([:], text: "room.yaml is good for this box.\n")
    }

    /// The settings that hold; a damaged or newer revision counts as none, so that a good one can take its place.
    func heldFile() throws(ProvisioningError) -> RoomFile {
        do throws(ProvisioningError) { return try store.currentFile() } catch {
            do { return try RoomFile.empty } catch { throw .invalid(error) }
        }
    }

    private func difference(_ input: [UInt8]) throws(ProvisioningError) -> ProvisioningReply {
        let base = store.currentNumber ?? 0
        return ProvisioningReply.difference(
            SettingsDifference(from: try heldFile(), to: try checked(input)), base: base)
    }

    private func history() -> ProvisioningReply {
        let current = store.currentNumber
        let revisions = store.history()
        let json = revisions.map { revision -> JSONValue in
            var json = revision.json
            json["current"] = .bool(revision.number == current)
            json["taken_back"] = .bool(store.wasTakenBack(revision.number))
            return json
        }
        let text = revisions.map { revision in
            let mark = revision.number == current ? "*" : store.wasTakenBack(revision.number) ? "-" : " "
            return "\(mark) \(revision.line)\n"
        }
        return ProvisioningReply(
            ["revisions": .array(json)], text: text.isEmpty ? "The room has no settings yet.\n" : text.joined())
    }

    private func export(_ request: ProvisioningRequest) throws(ProvisioningError) -> ProvisioningReply {
        let number = request.subject.flatMap { Int($0) } ?? store.currentNumber
        guard let number else { return ProvisioningReply(["revision": JSONValue(0), "text": ""], text: "") }
        let text = String(decoding: try store.text(number), as: UTF8.self)
        let settings = (try? RoomFile(parsing: Array(text.utf8), name: "room.yaml").summary) ?? ""
        return ProvisioningReply(
            ["revision": JSONValue(number), "text": .string(text), "settings": .string(settings)], text: text)
    }

    private func put(_ request: ProvisioningRequest, _ input: [UInt8]) throws(ProvisioningError) -> ProvisioningReply {
        let path = try secrets.put(request.subject ?? "", input, isSecret: request.isSecret)
        return ProvisioningReply(["path": .string(path)], text: "\(path) is kept.\n")
    }
}

extension ProvisioningReply {
    static func difference(_ difference: SettingsDifference, base: Int) -> ProvisioningReply {
        let what = difference.textDiffers ? "Only comments or the order differ.\n" : "Nothing differs.\n"
        return ProvisioningReply(
            [
                "base": JSONValue(base), "changes": difference.json, "text_differs": .bool(difference.textDiffers),
                "restart": .bool(difference.needsRestart),
            ], text: difference.isEmpty ? what : "\(difference.text)\n")
    }
}
