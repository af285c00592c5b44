import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning
import RoomConfiguration

/// A room that gets its settings over ssh.
struct RemoteRoom: Sendable {
    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
        let isSecret: Bool
    }

    struct Plan: Sendable {
        let text: [UInt8]
        let author: String
        var isDryRun = false
        var confirmWithin: Int64?
        var message = ""
        /// What is brought before the settings, since they name it.
        var files: [File] = []
    }

    struct Outcome: Sendable {
        var status: Int32 = 0
        var lines: [String] = []
        var complaints: [String] = []
        var json: JSONValue = .emptyObject

        mutating func fail(_ status: Int32, _ text: String) {
            self.status = status
            complaints += text.split(separator: "\n").map(String.init)
            json["error"] = .string(text)
        }
    }

    let host: String
    let confirmAt: String
    let ssh: SSHClient

    func provision(_ plan: Plan) -> Outcome {
        var outcome = Outcome()
        let status = ssh.ask(host, ProvisioningRequest(.status))
        guard accept(status, &outcome) else { return outcome }
        let reads = status.json["schema"]?.integerValue ?? 0
        guard reads >= Int64(RoomSchema.newestVersion) || !plan.namesNewestSchema else {
            outcome.fail(
                65,
                "the room reads files of form \(reads) at most, and this one is of form \(RoomSchema.newestVersion); "
                    + "update the room first")
            return outcome
        }
        if !plan.isDryRun {
            for file in plan.files {
                var put = ProvisioningRequest(.put)
                put.subject = file.name
                put.isSecret = file.isSecret
                guard accept(ssh.ask(host, put, input: file.bytes), &outcome) else { return outcome }
            }
        }
        var request = ProvisioningRequest(.apply)
        request.isDryRun = true
        let preview = ssh.ask(host, request, input: plan.text)
        guard accept(preview, &outcome) else { return outcome }
        let changes = preview.json["changes"]?.arrayValue ?? []
        outcome.lines = Self.lines(changes)
        outcome.json["changes"] = .array(changes)
        outcome.json["changed"] = false
        if plan.isDryRun {
            if changes.isEmpty { outcome.lines.append("nothing differs") }
            return outcome
        }
        if changes.isEmpty, preview.json["text_differs"]?.boolValue != true {
            outcome.lines.append(
                "nothing differs from revision \(preview.json["base"]?.integerValue ?? 0), which holds")
            outcome.json["revision"] = preview.json["base"] ?? .null
            return outcome
        }
        apply(plan, base: Int(clamping: preview.json["base"]?.integerValue ?? 0), &outcome)
        return outcome
    }

    /// False, with the reason in the outcome, when the room could not be reached or refused.
    private func accept(_ reply: SSHClient.Reply, _ outcome: inout Outcome) -> Bool {
        if reply.status == 0, reply.json["ok"]?.boolValue == true { return true }
        // An answer that is none comes from another program than ours.
        outcome.fail(reply.isConnected ? (reply.status == 0 ? 70 : reply.status) : 69, reply.message)
        return false
    }

    private func apply(_ plan: Plan, base: Int, _ outcome: inout Outcome) {
        var request = ProvisioningRequest(.apply)
        request.base = base
        request.confirmWithin = plan.confirmWithin
        request.message = plan.message
        request.author = plan.author
        let began = MonotonicTime.now
        let reply = ssh.ask(host, request, input: plan.text)
        var number = reply.json["revision"]?.integerValue
        if !reply.isConnected {
            // The connection broke while it was applied, as when the network changes: ask over a new one what holds.
            guard let found = revisionAfterCut(plan, base: base, began) else {
                outcome.fail(
                    plan.confirmWithin == nil ? 69 : 75,
                    "the connection broke while the settings were applied, and the room could not be reached again"
                        + (plan.confirmWithin == nil ? "" : "; the old settings come back by themselves"))
                return
            }
            number = found == base ? nil : Int64(found)
            if found == base {
                return outcome.fail(75, "the connection broke before the settings were applied; they are as they were")
            }
        } else if reply.status != 0 || number == nil {
            return outcome.fail(reply.status == 0 ? 70 : reply.status, reply.message)
        }
        guard let number else { return }
        for complaint in reply.json["complaints"]?.arrayValue ?? [] {
            outcome.complaints.append(complaint.stringValue ?? "")
        }
        outcome.json["revision"] = .integer(number)
        outcome.json["changed"] = true
        if let seconds = plan.confirmWithin {
            guard confirm(number, within: seconds, began, &outcome) else { return }
        }
        outcome.lines.append("revision \(number) holds")
    }

    /// The revision that holds once the room answers again; nil when it does not.
    private func revisionAfterCut(_ plan: Plan, base: Int, _ began: MonotonicTime) -> Int? {
        let deadline = began + .seconds(plan.confirmWithin ?? 60)
        repeat {
            let status = ssh.ask(confirmAt, ProvisioningRequest(.status))
            if status.status == 0 { return Int(clamping: status.json["revision"]?["number"]?.integerValue ?? 0) }
            sleep(1)
        } while MonotonicTime.now < deadline
        return nil
    }

    /// Confirms over a new connection, which shows that the room can be reached with its new settings.
    private func confirm(
        _ number: Int64, within seconds: Int64, _ began: MonotonicTime, _ outcome: inout Outcome
    ) -> Bool {
        var request = ProvisioningRequest(.confirm)
        request.subject = String(number)
        let deadline = began + .seconds(seconds)
        while true {
            let reply = ssh.ask(confirmAt, request)
            if reply.status == 0 {
                outcome.lines.append("confirmed over a new connection")
                return true
            }
            if reply.isConnected {
                outcome.fail(reply.status, reply.message)
                return false
            }
            guard MonotonicTime.now < deadline else {
                outcome.fail(
                    75,
                    "with its new settings the room cannot be reached (\(reply.message)); "
                        + "the old ones come back by themselves")
                return false
            }
            sleep(1)
        }
    }

    private static func lines(_ changes: [JSONValue]) -> [String] {
        changes.flatMap { change -> [String] in
            let path = change["path"]?.stringValue ?? ""
            return [("-", change["old"]), ("+", change["new"])].compactMap { sign, value in
                guard let value, !value.isNull else { return nil }
                return "\(sign) \(path): \(value.serialized)"
            }
        }
    }
}

extension RemoteRoom.Plan {
    /// Whether the file itself says which form it is of; one that does not is read by any room that knows its settings.
    fileprivate var namesNewestSchema: Bool {
        (try? RoomFile(parsing: text, name: ""))?.givesSchema == true
    }
}
