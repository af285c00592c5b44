import PeerSupport
import RoomConfiguration
import Testing

@testable import Provisioning

@Suite("The system's own files, rendered from room.yaml")
struct SystemRendererTests {
    static let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHn9HkNd6IFPbaYF6dUoHPTT9UJGhiWMUjpIsWlbZ4Kt anna@laptop"

    private func render(
        _ text: String, _ inputs: SystemRenderer.Inputs = SystemRenderer.Inputs()
    ) throws -> [String: RenderedEntry] {
        let file = try RoomFile(parsing: Array(text.utf8), name: "room.yaml")
        let entries = SystemRenderer.render(file.system, inputs)
        #expect(entries.allSatisfy { $0.path.hasPrefix("run/") })
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0) })
    }

    @Test("No settings at all: every wired interface asks for an address, nobody may log in")
    func empty() throws {
        let entries = try render("")
        #expect(
            entries["run/systemd/network/10-convene.network"]?.text == """
                # Made from room.yaml by convenectl config render: changes here are lost.

                [Match]
                Type=ether
                Kind=!*

                [Network]
                DHCP=yes

                [DHCPv4]
                ClientIdentifier=mac
                UseHostname=no

                """)
        #expect(entries["run/convene-settings/hostname"]?.text == "convene\n")
        #expect(entries["run/convene-settings/localtime"]?.content == .link("/usr/share/zoneinfo/UTC"))
        #expect(entries["run/convene-settings/authorized_keys/admin"]?.text == SystemRenderer.heading)
        #expect(entries["run/convene-settings/wpa_supplicant-wired.conf"] == nil)
        #expect(entries["run/systemd/timesyncd.conf.d/convene.conf"] == nil)
        #expect(
            entries["run/convene-settings/authorities.pem"]?.content == .link("/etc/ssl/certs/ca-certificates.crt"))
    }

    @Test("The firewall opens the room's ports, and what listens on this machine alone stays closed")
    func firewall() throws {
        let path = "run/convene-settings/firewall/convene.nft"
        #expect(
            try render("")[path]?.text == SystemRenderer.heading + """
                add element inet convene room_tcp { 5060 }
                add element inet convene room_udp { 5060, 16384-16639 }

                """)
        let open = try render(
            """
            sip: {port: 5070, transports: [udp]}
            call: {media_port: 65000, media_ports: 16384}
            panel: {listen: 0.0.0.0}
            metrics: {listen: "::"}
            """)
        #expect(open[path]?.text.contains("room_tcp { 8480, 9480 }") == true)
        #expect(open[path]?.text.contains("room_udp { 5070, 65000-65535 }") == true)
        #expect(try render("sip: {listen: 127.0.0.1}\n")[path]?.text == SystemRenderer.heading)
    }

    @Test("The room's own keymaps are told to its remotes, and a name that is none is refused")
    func keymaps() throws {
        let entries = try render("remote: {keymaps: [mce.toml, /var/lib/convene/files/room.toml]}\n")
        #expect(
            entries["run/convene-settings/remote.env"]?.text == SystemRenderer.heading
                + "CONVENE_KEYMAPS=mce.toml:/var/lib/convene/files/room.toml\n")
        #expect(try render("")["run/convene-settings/remote.env"] == nil)
        for name in ["mce", "../mce.toml", "a b.toml", "keymaps/mce.toml", "a:b.toml", "/a/../b.toml", "a\\nB=c.toml"] {
            #expect(throws: ConfigurationError.self, "\(name)") { try render("remote: {keymaps: [\"\(name)\"]}\n") }
        }
    }

    @Test("Static addresses behind a VLAN tag")
    func vlan() throws {
        let entries = try render(
            """
            network:
              interface: end0
              method: static
              addresses: [192.0.2.7/24, "2001:db8::7/64"]
              gateways: [192.0.2.1, fe80::1]
              dns: [192.0.2.53]
              domains: [rooms.example]
              vlan: 42
              mtu: 1400
            """)
        #expect(
            entries["run/systemd/network/10-convene.network"]?.text.hasSuffix(
                """
                [Match]
                Name=end0

                [Link]
                MTUBytes=1400

                [Network]
                VLAN=vlan42
                LinkLocalAddressing=no
                IPv6AcceptRA=no

                """) == true)
        #expect(
            entries["run/systemd/network/10-convene-vlan.netdev"]?.text.hasSuffix(
                "[NetDev]\nName=vlan42\nKind=vlan\n\n[VLAN]\nId=42\n") == true)
        #expect(
            entries["run/systemd/network/11-convene-vlan.network"]?.text.hasSuffix(
                """
                [Match]
                Name=vlan42

                [Link]
                MTUBytes=1400

                [Network]
                DHCP=no
                Address=192.0.2.7/24
                Address=2001:db8::7/64
                Gateway=192.0.2.1
                Gateway=fe80::1
                DNS=192.0.2.53
                Domains=rooms.example

                """) == true)
    }

    @Test("DHCP with name servers of one's own, without IPv6")
    func ownNameServers() throws {
        let text = try render("network: {dns: [192.0.2.53], ipv6: false}\n")["run/systemd/network/10-convene.network"]?
            .text
        #expect(text?.contains("DHCP=ipv4\nDNS=192.0.2.53\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n") == true)
        #expect(text?.contains("UseDNS=no") == true)
    }

    @Test("802.1X with a password: the file is for root only, and no byte of the password can break a line")
    func password() throws {
        let settings = """
            network: {interface: end0}
            dot1x:
              method: peap
              identity: room-7
              anonymous_identity: rooms
              authority: /var/lib/convene/files/ca.pem
              server: radius.example
              password: file:dot1x
            """
        let path = "run/convene-settings/wpa_supplicant-wired.conf"
        let entry = try #require(try render(settings, .init(admissionPassword: Array("geheim 7".utf8)))[path])
        guard case .file(_, let permissions) = entry.content else { return #expect(Bool(false)) }
        #expect(permissions == 0o600)
        #expect(
            entry.text == SystemRenderer.heading + """
                ctrl_interface=/run/wpa_supplicant
                ap_scan=0
                network={
                    key_mgmt=IEEE8021X
                    eapol_flags=0
                    eap=PEAP
                    identity="room-7"
                    ca_cert="/var/lib/convene/files/ca.pem"
                    domain_suffix_match="radius.example"
                    anonymous_identity="rooms"
                    password="geheim 7"
                    phase2="auth=MSCHAPV2"
                }

                """)
        let odd = try render(settings, .init(admissionPassword: Array("a\"\n}é".utf8)))[path]
        #expect(odd?.text.contains("password=61220a7dc3a9\n") == true)
    }

    @Test("The password of the room's account is for root and the room alone, as it was written")
    func account() throws {
        let path = "run/convene-settings/account-password"
        let settings = "account: {address: room7@example.org, password: file:sip}\n"
        let entry = try #require(try render(settings, .init(accountPassword: Array("geheim 7".utf8)))[path])
        #expect(entry.content == .file(Array("geheim 7".utf8), permissions: 0o400))
        #expect(entry.isForRoom)
        #expect(try render(settings)[path] == nil)
        let file = try RoomFile(parsing: Array(settings.utf8), name: "room.yaml")
        #expect(file.system.accountPassword == .file("sip"))
        #expect(file.settings.account?.address == "room7@example.org")
        #expect(file.settings.account?.lifetime == 600)
        #expect(try RoomFile.empty.settings.account == nil)
    }

    @Test("802.1X with a certificate")
    func certificate() throws {
        let entries = try render(
            """
            network: {interface: end0}
            dot1x: {method: tls, identity: room-7, authority: /a.pem, certificate: /c.pem, key: /k.pem}
            """)
        let text = entries["run/convene-settings/wpa_supplicant-wired.conf"]?.text
        #expect(text?.contains("    eap=TLS\n") == true)
        #expect(text?.contains("    client_cert=\"/c.pem\"\n    private_key=\"/k.pem\"\n") == true)
        #expect(entries["run/convene-settings/8021x.env"]?.text.hasSuffix("INTERFACE=end0\n") == true)
    }

    @Test("Time, keys, proxy, authorities, updates and metrics")
    func rest() throws {
        let entries = try render(
            """
            system: {hostname: board-room, time_zone: America/Argentina/Salta, time_servers: [a.example, 192.0.2.9], time_nts: true}
            network: {proxy: "http://proxy.example:3128", no_proxy: [.rooms.example]}
            ssh: {admin_keys: ["\(Self.key)"], provision_keys: ["\(Self.key)"]}
            update: {channel: beta, source: "https://updates.example/c", automatic: true, from: "23:00", to: "04:00"}
            metrics: {listen: "::1"}
            """, .init(authorities: Array("PEM\n".utf8)))
        func text(_ path: String) -> String? {
            entries[path].map { String($0.text.dropFirst(SystemRenderer.heading.count)) }
        }
        #expect(entries["run/convene-settings/hostname"]?.text == "board-room\n")
        #expect(
            entries["run/convene-settings/localtime"]?.content == .link("/usr/share/zoneinfo/America/Argentina/Salta"))
        #expect(text("run/systemd/timesyncd.conf.d/convene.conf") == "[Time]\nNTP=a.example 192.0.2.9\nFallbackNTP=\n")
        #expect(
            text("run/convene-settings/chrony/convene.sources")
                == "server a.example iburst nts\nserver 192.0.2.9 iburst nts\n")
        #expect(text("run/convene-settings/authorized_keys/admin") == "\(Self.key)\n")
        #expect(text("run/convene-settings/authorized_keys/provision") == "restrict \(Self.key)\n")
        #expect(
            text("run/convene-settings/proxy.env")
                == "http_proxy=http://proxy.example:3128\nhttps_proxy=http://proxy.example:3128\n"
                + "no_proxy=localhost,127.0.0.1,::1,.rooms.example\n")
        #expect(entries["run/convene-settings/authorities.pem"]?.text == "PEM\n")
        #expect(
            text("run/convene-settings/update.env")
                == "CHANNEL=beta\nSOURCE=https://updates.example/c\nAUTOMATIC=yes\nFROM=23:00\nTO=04:00\n")
        #expect(
            text("run/systemd/system/convene-metrics.socket.d/convene.conf")
                == "[Socket]\nListenStream=\nListenStream=[::1]:9480\n")
    }
}

@Suite("Rendered files in a root folder")
struct RenderedTreeTests {
    private func entries(_ text: String) throws -> [RenderedEntry] {
        SystemRenderer.render(try RoomFile(parsing: Array(text.utf8), name: "room.yaml").system)
    }

    @Test("Only what differs is written, and what is no longer rendered is taken away")
    func differences() throws {
        let folder = try TemporaryFolder()
        let tree = RenderedTree(root: folder.path)
        let first = try tree.write(try entries("network: {vlan: 5}\n"))
        #expect(first.contains("run/systemd/network/10-convene-vlan.netdev"))
        #expect(try tree.write(try entries("network: {vlan: 5}\n")) == [])
        let foreign = "\(folder.path)/run/systemd/network/99-other.network"
        try writeText("[Match]\n", to: foreign)
        #expect(
            try tree.write(try entries("")) == [
                "run/systemd/network/10-convene-vlan.netdev", "run/systemd/network/10-convene.network",
                "run/systemd/network/11-convene-vlan.network",
            ])
        #expect(
            PeerSupport.entries(of: "\(folder.path)/run/systemd/network") == ["10-convene.network", "99-other.network"])
    }

    @Test("Only those are told whom it concerns, the network last")
    func actions() throws {
        let before = try entries("")
        let after = try entries(
            "system: {hostname: a, time_servers: [b.example]}\nnetwork: {mtu: 1400}\npanel: {listen: '::'}\n"
                + "remote: {keymaps: [mce.toml]}\n")
        let changed = after.filter { !before.contains($0) }.map(\.path)
        let actions = ReloadAction.actions(forChanged: changed, rendered: after).map(\.description)
        #expect(
            actions == [
                "set the host name", "systemctl --no-block try-restart systemd-timesyncd.service",
                "chronyc reload sources", "systemctl --no-block try-reload-or-restart nftables.service",
                "systemctl --no-block try-restart convene-remote.service", "networkctl reload",
            ])
        #expect(ReloadAction.actions(forChanged: [], rendered: after).isEmpty)
    }
}
