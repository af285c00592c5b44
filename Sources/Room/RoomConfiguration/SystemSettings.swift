import ControlProtocol

/// What `room.yaml` says about the box: name, time, network, access, updates.
package struct SystemSettings: Sendable, Equatable {
    package struct Network: Sendable, Equatable {
        /// Empty for every wired interface.
        package let interface: String
        package let isStatic: Bool
        package let addresses: [Prefix]
        package let gateways: [String]
        package let dns: [String]
        package let domains: [String]
        package let usesIPv6: Bool
        /// 0 for none.
        package let vlan: Int
        /// Bytes; 0 for the interface's own.
        package let mtu: Int
        /// Empty for none.
        package let proxy: String
        package let proxyExceptions: [String]
    }

    /// 802.1X.
    package struct Admission: Sendable, Equatable {
        package enum Method: String, Sendable {
            case off, tls, peap, ttls
        }

        package let method: Method
        package let identity: String
        package let anonymousIdentity: String
        package let authority: String
        package let server: String
        package let certificate: String
        package let key: String
        package let password: SecretReference?
    }

    package struct Update: Sendable, Equatable {
        package let channel: String
        /// Empty when updates are only installed by hand.
        package let source: String
        package let isAutomatic: Bool
        /// Such as "02:00"; empty for any time.
        package let from: String
        package let to: String
    }

    package struct Metrics: Sendable, Equatable {
        /// Empty for none.
        package let listenAddress: String
        package let port: Int
    }

    /// What the network may reach beside SSH.
    package struct OpenPorts: Sendable, Equatable {
        package let tcp: [ClosedRange<Int>]
        package let udp: [ClosedRange<Int>]

        init(_ all: ConfigurationValues) {
            var tcp: [ClosedRange<Int>] = []
            var udp: [ClosedRange<Int>] = []
            func isReached(_ address: String) -> Bool {
                !address.isEmpty && !address.hasPrefix("127.") && address != "::1"
            }
            let sip = all.integer("sip.port")
            if isReached(all.string("sip.listen")) {
                let transports = all.strings("sip.transports")
                if sip != 0, transports.contains("tcp") { tcp.append(sip...sip) }
                if sip != 0, transports.contains("udp") { udp.append(sip...sip) }
                let first = all.integer("call.media_port")
                udp.append(first...min(65535, first + max(1, all.integer("call.media_ports")) - 1))
            }
            for group in ["panel", "metrics"] where isReached(all.string("\(group).listen")) {
                let port = all.integer("\(group).port")
                tcp.append(port...port)
            }
            self.tcp = tcp
            self.udp = udp
        }
    }

    package let hostname: String
    package let timeZone: String
    package let timeServers: [String]
    package let usesNTS: Bool
    package let network: Network
    package let admission: Admission
    /// Of the room's account at a registrar; nil for none.
    package let accountPassword: SecretReference?
    package let adminKeys: [AuthorizedKey]
    package let provisionKeys: [AuthorizedKey]
    /// PEM files.
    package let authorities: [String]
    package let update: Update
    /// "unprovisioned", "always" or "never".
    package let usb: String
    package let metrics: Metrics
    /// File names for infrared remotes; empty for the board's own.
    package let keymaps: [String]
    package let openPorts: OpenPorts

    /// - Parameter given: what a file gives, checked against `RoomSchema`.
    init(given: JSONValue) {
        let all = ConfigurationValues(RoomSchema.root.filled(given))
        let name = all.string("system.hostname")
        hostname = name.isEmpty ? "convene" : name
        timeZone = all.string("system.time_zone")
        timeServers = all.strings("system.time_servers")
        usesNTS = all.bool("system.time_nts")
        network = Network(
            interface: all.string("network.interface"), isStatic: all.string("network.method") == "static",
            addresses: all.strings("network.addresses").compactMap(Prefix.init),
            gateways: all.strings("network.gateways"), dns: all.strings("network.dns"),
            domains: all.strings("network.domains"), usesIPv6: all.bool("network.ipv6"),
            vlan: all.integer("network.vlan"), mtu: all.integer("network.mtu"), proxy: all.string("network.proxy"),
            proxyExceptions: all.strings("network.no_proxy"))
        admission = Admission(
            method: Admission.Method(rawValue: all.string("dot1x.method")) ?? .off,
            identity: all.string("dot1x.identity"), anonymousIdentity: all.string("dot1x.anonymous_identity"),
            authority: all.string("dot1x.authority"), server: all.string("dot1x.server"),
            certificate: all.string("dot1x.certificate"), key: all.string("dot1x.key"),
            password: SecretReference(all.string("dot1x.password")))
        accountPassword = all.nonEmpty("account.address").flatMap { _ in
            SecretReference(all.string("account.password"))
        }
        adminKeys = all.strings("ssh.admin_keys").compactMap(AuthorizedKey.init)
        provisionKeys = all.strings("ssh.provision_keys").compactMap(AuthorizedKey.init)
        authorities = all.strings("certificates.authorities")
        update = Update(
            channel: all.string("update.channel"), source: all.string("update.source"),
            isAutomatic: all.bool("update.automatic"), from: all.string("update.from"), to: all.string("update.to"))
        usb = all.string("provisioning.usb")
        metrics = Metrics(listenAddress: all.string("metrics.listen"), port: all.integer("metrics.port"))
        keymaps = all.strings("remote.keymaps")
        openPorts = OpenPorts(all)
    }
}
