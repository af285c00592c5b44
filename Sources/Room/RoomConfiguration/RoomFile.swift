import ControlProtocol

/// A `room.yaml` as a whole: its text, what it gives, and where in the text each setting stands.
package struct RoomFile: Sendable {
    /// As the admin wrote it.
    package let text: [UInt8]
    /// What issues call it.
    package let name: String
    let given: JSONValue
    private let marks: [StatusPath: YAMLNode.Mark]

    /// The largest file that is taken, in bytes.
    package static let maximumBytes = YAMLReader.maximumBytes

    /// Reads and checks a text, cross rules included; everything that is wrong with it is in the error, one line each.
    ///
    /// - Parameter name: the file as the admin named it.
    package init(parsing text: [UInt8], name: String) throws(ConfigurationError) {
        given = try ConfigurationFile.parse(text, file: name, schema: RoomSchema.root)
        self.text = text
        self.name = name
        var marks: [StatusPath: YAMLNode.Mark] = [:]
        if let node = try YAMLReader.read(text, file: name) { Self.collect(node, .root, &marks) }
        self.marks = marks
        let issues = crossIssues()
        guard issues.isEmpty else { throw ConfigurationError(issues) }
    }

    /// What holds when there is no file.
    package static var empty: RoomFile {
        get throws(ConfigurationError) { try RoomFile(parsing: [], name: "room.yaml") }
    }

    package var settings: RoomSettings { RoomSettings(given: given) }
    package var system: SystemSettings { SystemSettings(given: given) }

    /// Whether it says itself of which form it is.
    package var givesSchema: Bool { given["schema"] != nil }

    /// An issue at the place where the setting stands; at the file as a whole when it is not given.
    package func issue(at path: String, _ message: String) -> ConfigurationIssue {
        var place = StatusPath(parsing: path)
        while let at = place, !at.components.isEmpty {
            if let mark = marks[at] {
                return ConfigurationIssue(
                    file: name, line: mark.line, column: mark.column, message: "\(path): \(message)")
            }
            place = StatusPath(Array(at.components.dropLast()))
        }
        return ConfigurationIssue(file: name, message: "\(path): \(message)")
    }

    private static func collect(_ node: YAMLNode, _ path: StatusPath, _ marks: inout [StatusPath: YAMLNode.Mark]) {
        guard case .mapping(let pairs) = node.content, path.components.count < 2 else { return }
        for pair in pairs {
            let below = path.appending(pair.name)
            marks[below] = pair.nameMark
            collect(pair.value, below, &marks)
        }
    }
}

// MARK: - Rules between settings

extension RoomFile {
    private func crossIssues() -> [ConfigurationIssue] {
        let system = system
        return networkIssues(system.network) + admissionIssues(system) + accountIssues()
            + pairIssues(
                certificate: ("panel.certificate", value("panel.certificate")), key: ("panel.key", value("panel.key")))
    }

    private func networkIssues(_ network: SystemSettings.Network) -> [ConfigurationIssue] {
        var issues: [ConfigurationIssue] = []
        if network.isStatic {
            if network.addresses.isEmpty {
                issues.append(
                    issue(at: "network.method", "static needs network.addresses, such as [192.0.2.7/24]"))
            }
            for gateway in network.gateways where !network.addresses.contains(where: { $0.holds(gateway) }) {
                // A link-local router needs no address of its network.
                guard !gateway.lowercased().hasPrefix("fe80:") else { continue }
                issues.append(
                    issue(
                        at: "network.gateways",
                        "\(gateway) is in none of the networks of network.addresses, so it could never be reached"))
            }
        } else if !network.addresses.isEmpty || !network.gateways.isEmpty {
            let path = network.addresses.isEmpty ? "network.gateways" : "network.addresses"
            issues.append(issue(at: path, "counts only with network.method: static; take it out or set the method"))
        }
        if !network.usesIPv6, let address = network.addresses.first(where: \.isIPv6) {
            issues.append(issue(at: "network.addresses", "\(address) is an IPv6 address, but network.ipv6 is false"))
        }
        return issues
    }

    private func admissionIssues(_ system: SystemSettings) -> [ConfigurationIssue] {
        let admission = system.admission
        guard admission.method != .off else { return [] }
        var issues: [ConfigurationIssue] = []
        func need(_ name: String, _ isGiven: Bool) {
            guard !isGiven else { return }
            issues.append(issue(at: "dot1x.method", "\(admission.method.rawValue) needs \(name)"))
        }
        need("network.interface, since the switch is spoken to on one interface", !system.network.interface.isEmpty)
        need("dot1x.identity", !admission.identity.isEmpty)
        need("dot1x.authority, or anybody could take the password", !admission.authority.isEmpty)
        if admission.method == .tls {
            need("dot1x.certificate and dot1x.key", !admission.certificate.isEmpty && !admission.key.isEmpty)
        } else {
            need("dot1x.password", admission.password != nil)
        }
        return issues
    }

    private func accountIssues() -> [ConfigurationIssue] {
        guard value("account.address").isEmpty else { return [] }
        return ["account.server", "account.user", "account.password"].filter { !value($0).isEmpty }.map {
            issue(at: $0, "is of no use without account.address")
        }
    }

    private func pairIssues(
        certificate: (path: String, file: String), key: (path: String, file: String)
    ) -> [ConfigurationIssue] {
        guard certificate.file.isEmpty != key.file.isEmpty else { return [] }
        let (given, missing) = key.file.isEmpty ? (certificate.path, key.path) : (key.path, certificate.path)
        return [issue(at: given, "is of no use without \(missing)")]
    }

    private func value(_ path: String) -> String {
        StatusTree(given)[path]?.stringValue ?? ""
    }
}

extension RoomFile {
    /// The text of a setting, its default when the file does not give it; empty for what is no text.
    package func text(_ path: String) -> String {
        ConfigurationValues(RoomSchema.root.filled(given)).string(path)
    }
}
