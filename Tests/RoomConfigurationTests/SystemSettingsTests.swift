import ControlProtocol
import Testing

@testable import RoomConfiguration

@Suite("The box's part of room.yaml")
struct SystemSettingsTests {
    private func issues(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try RoomFile(parsing: Array(text.utf8), name: "room.yaml")
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    @Test("A typo names its line and the nearest right key")
    func typo() {
        #expect(
            issues("name: Lisboa\nnetwork:\n  adresses: [192.0.2.7/24]\n") == [
                "room.yaml:3:3: network has no setting \"adresses\"; did you mean addresses?"
            ])
        #expect(issues("netwrok: {}\n").first?.contains("did you mean network?") == true)
    }

    @Test(
        "What would break the system's files is refused",
        arguments: [
            ("system: {hostname: -x}", "letters, digits and - only"), ("system: {hostname: a.b}", "letters, digits"),
            ("system: {time_zone: ../etc/passwd}", "Europe/Berlin"), ("system: {time_servers: ['a b']}", "a b is none"),
            ("network: {interface: 'a b'}", "end0"), ("network: {mtu: 100}", "1280"),
            ("network: {method: static, addresses: [192.0.2.7]}", "with their prefix"),
            ("network: {method: static, addresses: [192.0.2.7/33]}", "with their prefix"),
            ("network: {dns: [ns.example]}", "IP addresses"), ("network: {vlan: 4095}", "0 to 4094"),
            ("network: {proxy: 'http://u:p@proxy:1'}", "without a name and password"),
            ("network: {proxy: 'ftp://proxy'}", "http://proxy.example:3128"),
            ("ssh: {admin_keys: ['command=\"sh\" ssh-ed25519 AAAA']}", "without options"),
            ("ssh: {provision_keys: [ssh-dss AAAAB3NzaC1kc3MAAACBAPdummydummydummydummydu]}", "without options"),
            ("update: {channel: 'a b'}", "a word"), ("update: {source: 'https://x/$(id)'}", "https://updates"),
            ("account: {address: example.org}", "sip:room7@example.org"),
            ("account: {address: 'sip:a:b@example.org'}", "without a password"),
            ("account: {address: 'sips:a@example.org'}", "not available yet"),
            ("account: {address: a@b, server: 'sip:c;transport=tls'}", "not available yet"),
            ("account: {address: a@b, server: 'c d'}", "pbx.example.org"),
            ("account: {address: a@b, password: geheim}", "never the secret itself"),
            ("account: {address: a@b, lifetime: 10}", "60"),
            ("metrics: {listen: all}", "IP address"), ("certificates: {authorities: [ca.pem]}", "from the root folder"),
        ])
    func refused(text: String, words: String) {
        let found = issues(text)
        #expect(found.count == 1 && found.first?.contains(words) == true, "\(found)")
    }

    @Test("Settings that do not go together are told at the place of the one that asks for the other")
    func crossRules() {
        #expect(
            issues("network:\n  method: static\n").first?.hasPrefix("room.yaml:2:3: network.method: static needs")
                == true)
        #expect(
            issues("network: {method: static, addresses: [192.0.2.7/24], gateways: [198.51.100.1]}\n").first?
                .contains("198.51.100.1 is in none of the networks") == true)
        #expect(
            issues("network: {gateways: [192.0.2.1]}\n").first?.contains("only with network.method: static") == true)
        #expect(issues("panel: {certificate: /a.pem}\n").first?.contains("is of no use without panel.key") == true)
        #expect(issues("dot1x: {method: tls}\n").count == 4)
        #expect(
            issues("account:\n  password: file:sip\n").first?.hasPrefix(
                "room.yaml:2:3: account.password: is of no use without account.address") == true)
        #expect(
            issues("network: {ipv6: false, method: static, addresses: ['2001:db8::7/64']}\n").first?
                .contains("network.ipv6 is false") == true)
    }

    @Test("A newer form is refused in one sentence that says what to do")
    func newer() {
        #expect(
            issues("# new\nschema: 2\nholograms: yes\n") == [
                "room.yaml:2:9: schema: this file is of form 2, written for a newer version of Convene, and this one reads "
                    + "forms up to 1; update the room first, or write the file for the older form"
            ])
        #expect(issues("schema: 1\n") == [])
    }

    @Test("config.set keeps away from what could lock the admin out")
    func guarded() async throws {
        let store = try RoomSettingsStore.inMemory("")
        for path in ["network.method", "ssh.admin_keys", "dot1x.method"] {
            await #expect(throws: ControlError.self) { try await store.set(path, to: "x") }
        }
        let change = try await store.set("system.time_zone", to: "Europe/Berlin")
        #expect(change.value == "Europe/Berlin")
    }

    @Test("A prefix holds the addresses of its network and no others")
    func prefix() throws {
        let prefix = try #require(Prefix("192.0.2.7/25"))
        #expect(prefix.holds("192.0.2.1") && !prefix.holds("192.0.2.129") && !prefix.holds("2001:db8::1"))
        #expect(try #require(Prefix("2001:db8::7/64")).holds("2001:db8::1"))
        for text in ["192.0.2.7", "192.0.2.7/", "192.0.2.7/0", "x/24", "192.0.2.7/24/1", "::1/129", "1.2.3.4/+8"] {
            #expect(Prefix(text) == nil, "\(text)")
        }
    }
}
