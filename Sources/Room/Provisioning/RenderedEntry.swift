/// One file or link that the settings turn into.
package struct RenderedEntry: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case file([UInt8], permissions: UInt32)
        case link(String)
    }

    /// From the root folder down, without a slash at the beginning.
    package let path: String
    package let content: Content
    /// Whether it is the room's own user's, who alone reads it beside root.
    package let isForRoom: Bool

    init(_ path: String, _ text: String, permissions: UInt32 = 0o644) {
        self.path = path
        isForRoom = false
        content = .file(Array(text.utf8), permissions: permissions)
    }

    init(_ path: String, bytes: [UInt8], permissions: UInt32 = 0o644, isForRoom: Bool = false) {
        self.path = path
        self.isForRoom = isForRoom
        content = .file(bytes, permissions: permissions)
    }

    init(_ path: String, linkTo target: String) {
        self.path = path
        isForRoom = false
        content = .link(target)
    }

    /// The text of a file, for tests and for people; empty for a link.
    package var text: String {
        guard case .file(let bytes, _) = content else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Where things lie below the root folder.
package enum RenderedPath {
    package static let folder = "run/convene-settings"
    package static let network = "run/systemd/network"
    static let wired = "\(network)/10-convene.network"
    static let vlanDevice = "\(network)/10-convene-vlan.netdev"
    static let vlan = "\(network)/11-convene-vlan.network"
    static let hostname = "\(folder)/hostname"
    static let localTime = "\(folder)/localtime"
    static let timeSync = "run/systemd/timesyncd.conf.d/convene.conf"
    static let chrony = "\(folder)/chrony/convene.sources"
    static let adminKeys = "\(folder)/authorized_keys/admin"
    static let provisionKeys = "\(folder)/authorized_keys/provision"
    static let admission = "\(folder)/wpa_supplicant-wired.conf"
    static let admissionInterface = "\(folder)/8021x.env"
    static let accountPassword = "\(folder)/account-password"
    /// The password of the room's account, for the room alone.
    package static let accountPasswordFile = "/\(accountPassword)"
    /// Its owner is the room's own user.
    static let roomFolder = "var/lib/convene"
    static let proxy = "\(folder)/proxy.env"
    /// For programs that fetch something: `http_proxy`, `https_proxy`, `no_proxy`.
    package static let proxyFile = "/\(proxy)"
    /// Those that everybody trusts, as the package ca-certificates has them.
    static let systemAuthorities = "etc/ssl/certs/ca-certificates.crt"
    static let authorities = "\(folder)/authorities.pem"
    static let update = "\(folder)/update.env"
    static let firewallFolder = "\(folder)/firewall"
    static let firewall = "\(firewallFolder)/convene.nft"
    static let firewallUnit = "nftables.service"
    /// RAUC; it is told the proxy when it starts.
    static let updaterUnit = "rauc.service"
    static let remote = "\(folder)/remote.env"
    static let metrics = "run/systemd/system/convene-metrics.socket.d/convene.conf"
    /// What was rendered, so that what no longer is can be taken away.
    static let manifest = "\(folder)/manifest"
}
