import RoomConfiguration

/// systemd.network(5), systemd.netdev(5) and wpa_supplicant.conf(5).
extension SystemRenderer {
    var networkFiles: [RenderedEntry] {
        let network = settings.network
        guard network.vlan > 0 else {
            return [RenderedEntry(RenderedPath.wired, file([match, link, addressing(network)]))]
        }
        let name = "vlan\(network.vlan)"
        // The interface itself only carries the tagged packets.
        let carrier = "[Network]\nVLAN=\(name)\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n"
        return [
            RenderedEntry(RenderedPath.wired, file([match, link, carrier])),
            RenderedEntry(
                RenderedPath.vlanDevice,
                file(["[NetDev]\nName=\(name)\nKind=vlan\n", "[VLAN]\nId=\(network.vlan)\n"])),
            RenderedEntry(RenderedPath.vlan, file(["[Match]\nName=\(name)\n", link, addressing(network)])),
        ]
    }

    private func file(_ sections: [String]) -> String {
        ([Self.heading] + sections.filter { !$0.isEmpty }).joined(separator: "\n")
    }

    /// Every wired interface that is a piece of hardware, or the one that is named.
    private var match: String {
        let interface = settings.network.interface
        return interface.isEmpty ? "[Match]\nType=ether\nKind=!*\n" : "[Match]\nName=\(interface)\n"
    }

    private var link: String {
        let mtu = settings.network.mtu
        return mtu > 0 ? "[Link]\nMTUBytes=\(mtu)\n" : ""
    }

    private func addressing(_ network: SystemSettings.Network) -> String {
        var lines: [String] = []
        if network.isStatic {
            lines.append("DHCP=no")
            lines += network.addresses.map { "Address=\($0)" }
            lines += network.gateways.map { "Gateway=\($0)" }
        } else {
            lines.append(network.usesIPv6 ? "DHCP=yes" : "DHCP=ipv4")
        }
        lines += network.dns.map { "DNS=\($0)" }
        if !network.domains.isEmpty { lines.append("Domains=\(network.domains.joined(separator: " "))") }
        if !network.usesIPv6 { lines += ["LinkLocalAddressing=no", "IPv6AcceptRA=no"] }
        var text = "[Network]\n\(lines.joined(separator: "\n"))\n"
        guard !network.isStatic else { return text }
        // Name servers that the admin gives take the place of those of the network.
        let usesDNS = network.dns.isEmpty ? "" : "UseDNS=no\n"
        text += "\n[DHCPv4]\nClientIdentifier=mac\nUseHostname=no\n\(usesDNS)"
        if network.usesIPv6, !network.dns.isEmpty { text += "\n[DHCPv6]\nUseDNS=no\n\n[IPv6AcceptRA]\nUseDNS=no\n" }
        return text
    }

    // MARK: - 802.1X

    var admissionFiles: [RenderedEntry] {
        let admission = settings.admission
        guard admission.method != .off else { return [] }
        var lines = ["key_mgmt=IEEE8021X", "eapol_flags=0", "eap=\(admission.method.rawValue.uppercased())"]
        lines.append("identity=\(Self.quoted(admission.identity))")
        if !admission.authority.isEmpty { lines.append("ca_cert=\(Self.quoted(admission.authority))") }
        if !admission.server.isEmpty { lines.append("domain_suffix_match=\(Self.quoted(admission.server))") }
        if admission.method == .tls {
            lines.append("client_cert=\(Self.quoted(admission.certificate))")
            lines.append("private_key=\(Self.quoted(admission.key))")
        } else {
            if !admission.anonymousIdentity.isEmpty {
                lines.append("anonymous_identity=\(Self.quoted(admission.anonymousIdentity))")
            }
            lines.append("password=\(Self.quoted(inputs.admissionPassword))")
            lines.append("phase2=\"auth=\(admission.method == .peap ? "MSCHAPV2" : "PAP")\"")
        }
        let text =
            "\(Self.heading)ctrl_interface=/run/wpa_supplicant\nap_scan=0\nnetwork={\n"
            + lines.map { "    \($0)\n" }.joined() + "}\n"
        return [
            RenderedEntry(RenderedPath.admission, text, permissions: 0o600),
            RenderedEntry(
                RenderedPath.admissionInterface, "\(Self.heading)INTERFACE=\(settings.network.interface)\n"),
        ]
    }

    private static func quoted(_ text: String) -> String { quoted(Array(text.utf8)) }

    /// In quotes where nothing can be misread, else in the form of digits, which takes any byte.
    private static func quoted(_ bytes: [UInt8]) -> String {
        let isPlain = bytes.allSatisfy {
            (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return "\"\(String(decoding: bytes, as: UTF8.self))\"" }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
