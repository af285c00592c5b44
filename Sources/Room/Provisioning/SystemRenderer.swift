package import RoomConfiguration

/// Turns the settings of the box into the system's own files. Pure: the same settings give the same files.
package struct SystemRenderer {
    /// What has to be read first, because a settings file only names it.
    package struct Inputs: Sendable, Equatable {
        /// The password of 802.1X.
        package var admissionPassword: [UInt8]
        /// The password of the room's account; nil for none.
        package var accountPassword: [UInt8]?
        /// The system's authorities and the PEM files of `certificates.authorities`, one after the other; empty when
        /// there are none of one's own.
        package var authorities: [UInt8]

        package init(
            admissionPassword: [UInt8] = [], accountPassword: [UInt8]? = nil, authorities: [UInt8] = []
        ) {
            self.admissionPassword = admissionPassword
            self.accountPassword = accountPassword
            self.authorities = authorities
        }
    }

    let settings: SystemSettings
    let inputs: Inputs

    static let heading = "# Made from room.yaml by convenectl config render: changes here are lost.\n"

    /// All files, by path.
    package static func render(_ settings: SystemSettings, _ inputs: Inputs = Inputs()) -> [RenderedEntry] {
        let renderer = SystemRenderer(settings: settings, inputs: inputs)
        let entries =
            renderer.networkFiles + renderer.timeFiles + renderer.accessFiles + renderer.admissionFiles
            + renderer.otherFiles
        return entries.sorted { $0.path < $1.path }
    }

    // MARK: - Name and time

    private var timeFiles: [RenderedEntry] {
        var entries = [
            RenderedEntry(RenderedPath.hostname, "\(settings.hostname)\n"),
            RenderedEntry(RenderedPath.localTime, linkTo: "/usr/share/zoneinfo/\(settings.timeZone)"),
        ]
        guard !settings.timeServers.isEmpty else { return entries }
        entries.append(
            RenderedEntry(
                RenderedPath.timeSync,
                "\(Self.heading)[Time]\nNTP=\(settings.timeServers.joined(separator: " "))\nFallbackNTP=\n"))
        let options = settings.usesNTS ? "iburst nts" : "iburst"
        entries.append(
            RenderedEntry(
                RenderedPath.chrony,
                Self.heading + settings.timeServers.map { "server \($0) \(options)\n" }.joined()))
        return entries
    }

    // MARK: - Access

    private var accessFiles: [RenderedEntry] {
        [
            RenderedEntry(RenderedPath.adminKeys, Self.heading + settings.adminKeys.map { "\($0.line)\n" }.joined()),
            // sshd_config forces the command for this user as well; two locks hold better than one.
            RenderedEntry(
                RenderedPath.provisionKeys,
                Self.heading + settings.provisionKeys.map { "restrict \($0.line)\n" }.joined()),
        ]
    }

    // MARK: - The rest

    private var otherFiles: [RenderedEntry] {
        var entries: [RenderedEntry] = []
        let network = settings.network
        if !network.proxy.isEmpty {
            let exceptions = (["localhost", "127.0.0.1", "::1"] + network.proxyExceptions).joined(separator: ",")
            entries.append(
                RenderedEntry(
                    RenderedPath.proxy,
                    Self.heading + "http_proxy=\(network.proxy)\nhttps_proxy=\(network.proxy)\nno_proxy=\(exceptions)\n"
                ))
        }
        // Whoever checks a server's certificate names this file (RAUC does).
        entries.append(
            inputs.authorities.isEmpty
                ? RenderedEntry(RenderedPath.authorities, linkTo: "/\(RenderedPath.systemAuthorities)")
                : RenderedEntry(RenderedPath.authorities, bytes: inputs.authorities))
        if let password = inputs.accountPassword {
            entries.append(
                RenderedEntry(RenderedPath.accountPassword, bytes: password, permissions: 0o400, isForRoom: true))
        }
        let update = settings.update
        entries.append(
            RenderedEntry(
                RenderedPath.update,
                Self.heading
                    + "CHANNEL=\(update.channel)\nSOURCE=\(update.source)\nAUTOMATIC=\(update.isAutomatic ? "yes" : "no")\n"
                    + "FROM=\(update.from)\nTO=\(update.to)\n"))
        entries.append(RenderedEntry(RenderedPath.firewall, firewall))
        if !settings.keymaps.isEmpty {
            entries.append(
                RenderedEntry(
                    RenderedPath.remote,
                    "\(Self.heading)CONVENE_KEYMAPS=\(settings.keymaps.joined(separator: ":"))\n"))
        }
        if !settings.metrics.listenAddress.isEmpty {
            let address = settings.metrics.listenAddress
            let host = address.contains(":") ? "[\(address)]" : address
            entries.append(
                RenderedEntry(
                    RenderedPath.metrics,
                    "\(Self.heading)[Socket]\nListenStream=\nListenStream=\(host):\(settings.metrics.port)\n"))
        }
        return entries
    }

    /// The ports of the room, for the sets that the image's nftables.conf declares.
    private var firewall: String {
        func line(_ set: String, _ ports: [ClosedRange<Int>]) -> String {
            guard !ports.isEmpty else { return "" }
            let elements = ports.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            return "add element inet convene \(set) { \(elements.joined(separator: ", ")) }\n"
        }
        return Self.heading + line("room_tcp", settings.openPorts.tcp) + line("room_udp", settings.openPorts.udp)
    }
}
