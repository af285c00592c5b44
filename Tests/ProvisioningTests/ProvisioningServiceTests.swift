import ControlProtocol
import PeerSupport
import RoomConfiguration
import Synchronization
import Testing

@testable import Provisioning

@Suite("What a box answers about its settings")
struct ProvisioningServiceTests {
    private func ask(
        _ service: ProvisioningService, _ line: String, _ input: String = ""
    ) throws -> ProvisioningReply {
        service.perform(try ProvisioningRequest(parsing: line), input: Array(input.utf8))
    }

    @Test("Apply shows the difference, renders the system's files and keeps a revision")
    func apply() throws {
        let scratch = try Scratch()
        let effects = RecordedEffects()
        let service = scratch.service(effects: effects, caller: "provision from 192.0.2.5")
        let reply = try ask(
            service, "apply --author=anna%40laptop --message=first", "name: Lisboa\nsystem: {hostname: lisboa}\n")
        #expect(reply.status == 0, "\(reply.errors)")
        #expect(reply.text == "+ name: \"Lisboa\"\n+ system.hostname: \"lisboa\"\nRevision 1 holds.\n")
        #expect(try readText("\(scratch.root)/run/convene-settings/hostname") == "lisboa\n")
        #expect(scratch.store().history().first?.author == "anna@laptop (provision from 192.0.2.5)")
        #expect(
            effects.actions.withLock { $0 } == [
                "set the host name", "systemctl --no-block try-reload-or-restart nftables.service", "networkctl reload",
                "reload the room",
            ])
        let again = try ask(service, "apply", "name: Lisboa\nsystem: {hostname: lisboa}\n")
        #expect(again.text == "Nothing differs from revision 1, which holds.\n")
        #expect(again.json["changed"] == false)
    }

    @Test("A dry run changes nothing; diff says what it is made against")
    func dryRun() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\npanel: {port: 9000}\n")
        let reply = try ask(scratch.service(), "apply --dry-run", "name: Porto\n")
        #expect(reply.text == "- name: \"Lisboa\"\n+ name: \"Porto\"\n- panel.port: 9000\n")
        #expect(reply.json["base"] == 1)
        #expect(scratch.store().numbers == [1])
        let comments = try ask(scratch.service(), "diff", "# new\nname: Lisboa\npanel: {port: 9000}\n")
        #expect(comments.text == "Only comments or the order differ.\n")
    }

    @Test("No secret is in a difference, an export's summary, a complaint or the history")
    func secrets() throws {
        let scratch = try Scratch()
        let hash = "$6$saltsalt$" + String(repeating: "a", count: 86)
        let service = scratch.service()
        let applied = try ask(service, "apply", "panel:\n  pin: '\(hash)'\n")
        #expect(applied.status == 0, "\(applied.errors)")
        #expect(applied.text.contains("+ panel.pin: \"(set)\"\n"))
        let other = try ask(service, "diff", "panel:\n  pin: '\(hash.dropLast())b'\n")
        #expect(other.text == "- panel.pin: \"(set)\"\n+ panel.pin: \"(set differently)\"\n")
        #expect(try ask(service, "export").json["settings"] == "panel.pin: (set)\n")
        let inline = try ask(
            service, "apply",
            "network: {interface: end0}\ndot1x: {method: peap, identity: r, authority: /ca.pem, password: hunter2}\n")
        #expect(inline.status == 65)
        #expect(inline.errors.contains("expected file:NAME or credential:NAME (never the secret itself)"))
        #expect(!inline.errors.contains("hunter2") && !inline.json.serialized.contains("hunter2"))
        #expect(try ask(service, "put dot1x --secret", "hunter2\n").text.hasSuffix("/files/dot1x is kept.\n"))
        #expect(try ask(service, "forget dot1x").status == 0)
    }

    @Test("Settings that name what the box does not have are refused at their line")
    func boxCheck() async throws {
        let scratch = try Scratch()
        let made = try await TestCertificates()
        let text = """
            name: Lisboa
            network: {interface: end0}
            panel:
              certificate: \(made.path("good.pem"))
              key: \(made.path("other.key"))
            dot1x:
              method: ttls
              identity: r
              authority: \(made.path("nonsense.pem"))
              password: file:none
            """
        let service = ProvisioningService(
            store: scratch.store(), secrets: SecretStore(folder: "\(scratch.folder.path)/files"), root: "/",
            effects: NoEffects(), caller: "")
        let reply = try ask(service, "check", text)
        #expect(reply.status == 65)
        let issues = reply.errors.split(separator: "\n")
        #expect(issues.count == 3)
        #expect(issues.first?.hasPrefix("room.yaml:4:3: panel.certificate: ") == true)
        #expect(reply.errors.contains("room.yaml:9:3: dot1x.authority: "))
        #expect(
            reply.errors.contains("room.yaml:10:3: dot1x.password: ") && reply.errors.contains("--secret NAME=FILE"))
        let zone = try ask(service, "check", "system: {time_zone: Europe/Atlantis}\n")
        #expect(zone.errors.contains("room.yaml:1:10: system.time_zone: the box has no time zone Europe/Atlantis"))
        let account = try ask(service, "check", "account: {address: a@b, password: file:none}\n")
        #expect(
            account.errors.contains("room.yaml:1:25: account.password: ") && account.errors.contains("/files/none"),
            "\(account.errors)")
        let keymap = try ask(service, "check", "remote: {keymaps: [none.toml]}\n")
        #expect(
            keymap.errors.contains(
                "remote.keymaps: the box has no keymap none.toml; looked for /etc/convene/none.toml, "
                    + "/etc/convene/keymaps/none.toml"), "\(keymap.errors)")
    }

    @Test("Groups of users that the machine does not have are refused at their line")
    func groups() throws {
        let scratch = try Scratch()
        let service = ProvisioningService(
            store: scratch.store(), secrets: SecretStore(folder: "\(scratch.folder.path)/files"), root: "/",
            effects: NoEffects(), caller: "")
        let reply = try ask(
            service, "check", "control:\n  group: root\n  admin_group: no-such-group\n  operator_group: neither\n")
        #expect(reply.status == 65)
        #expect(
            reply.errors.split(separator: "\n").map(String.init) == [
                "room.yaml:3:3: control.admin_group: there is no group no-such-group on this machine; create it, or name "
                    + "another one",
                "room.yaml:4:3: control.operator_group: there is no group neither on this machine; create it, or name "
                    + "another one",
            ], "\(reply.errors)")
        // Another box's root has groups of its own.
        #expect(try ask(scratch.service(), "check", "control: {group: no-such-group}\n").status == 0)
    }

    @Test("A file that was cut on its way changes nothing")
    func cut() throws {
        let scratch = try Scratch()
        let reply = try ask(scratch.service(), "apply --length=30", "name: Lisboa\naudio:\n  vol")
        #expect(reply.status == 75)
        #expect(reply.errors.contains("25 of 30 bytes came"))
        #expect(scratch.store().numbers.isEmpty)
    }

    @Test("When the system's files cannot be written the old settings come back")
    func unwritable() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        // A file where a folder has to be.
        try writeText("", to: scratch.root)
        let reply = try ask(scratch.service(), "apply", "name: Porto\n")
        #expect(reply.status == 71)
        #expect(reply.errors.contains("the settings are again what they were"))
        #expect(try scratch.held == "name: Lisboa\n")
        #expect(scratch.store().wasTakenBack(2))
    }

    @Test("What the system did not take is told, and the settings hold")
    func complaints() throws {
        let scratch = try Scratch()
        let effects = RecordedEffects(failing: "networkctl reload", isInCall: true)
        let reply = try ask(scratch.service(effects: effects), "apply", "sip: {port: 5070}\n")
        #expect(reply.status == 0)
        #expect(reply.errors.contains("networkctl reload failed"))
        #expect(reply.errors.contains("systemctl restart convened"))
        #expect(!effects.actions.withLock { $0 }.contains("restart the room"), "it is in a call")
    }

    @Test("A password that was replaced under the same name brings the room to read it, with the same settings again")
    func newSecret() throws {
        let scratch = try Scratch()
        let effects = RecordedEffects()
        let service = scratch.service(effects: effects)
        let settings = "account: {address: \"sip:a@b.example\", password: \"file:sip\"}\n"
        func starts() -> Int { effects.actions.withLock { $0.count { $0 == "restart the room" } } }
        #expect(try ask(service, "put sip --secret", "first\n").status == 0)
        #expect(try ask(service, "apply", settings).status == 0)
        #expect(starts() == 1)
        #expect(try ask(service, "apply", settings).status == 0)
        #expect(starts() == 1, "nothing is new")
        #expect(try ask(service, "put sip --secret", "second\n").status == 0)
        let again = try ask(service, "apply", settings)
        #expect(again.status == 0 && again.text.contains("Nothing differs"), "\(again.text)")
        #expect(starts() == 2)
    }

    @Test("A change that nobody confirmed goes back with the next request, even without the watcher")
    func expired() throws {
        let scratch = try Scratch()
        _ = try ask(scratch.service(), "apply", "name: Lisboa\nsystem: {hostname: lisboa}\n")
        let pending = try ask(scratch.service(), "apply --confirm-within=60", "system: {hostname: porto}\n")
        #expect(pending.text.contains("goes back in 60 s unless"))
        #expect(try ask(scratch.service(), "status").json["pending"]?["seconds_left"] == 60)
        let later = scratch.service(clocks: .early.later(61))
        #expect(try ask(later, "confirm").status == 1)
        let conflict = try ask(later, "apply --base=2", "name: Faro\n")
        #expect(conflict.status == 75, "revision 2 does not hold any more")
        #expect(try readText("\(scratch.root)/run/convene-settings/hostname") == "lisboa\n")
        #expect(try ask(later, "history").text.hasPrefix("- revision 2,"))
    }

    @Test("A box whose settings are damaged is rendered from the last good ones")
    func renderDamaged() throws {
        let scratch = try Scratch()
        try scratch.apply("system: {hostname: lisboa}\n")
        try scratch.apply("system: {hostname: porto}\n")
        try writeText("x", to: "\(scratch.storeFolder)/revisions/2/room.yaml")
        let (_, complaint) = try scratch.service().render()
        #expect("\(try #require(complaint))".contains("revision 2 is damaged"))
        #expect(try readText("\(scratch.root)/run/convene-settings/hostname") == "lisboa\n")
    }
}
