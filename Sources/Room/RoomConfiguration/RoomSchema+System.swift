import ControlProtocol

/// What belongs to the box rather than to the room: `convenectl config render` turns it into the system's own files.
extension RoomSchema {
    /// The newest form of `room.yaml` that this version reads.
    package static let newestVersion = 1

    /// Groups that can lock the admin out, or keep the room from starting, and so are changed by a revision that was held
    /// against the box and can go back by itself, never by `config.set`.
    static let guardedGroups: Set<String> = ["schema", "network", "dot1x", "ssh", "control"]

    static let version = ConfigurationField(
        "schema", .integer(1...Int64(Int32.max)), default: .integer(Int64(newestVersion)), effect: .now,
        "The form of this file; a newer one than the box knows is refused.")

    static let system = ConfigurationField(
        group: "system",
        [
            ConfigurationField(
                "hostname", .string(maximumLength: 63), default: "", effect: .now, check: ConfigurationCheck.hostLabel,
                "The box's name in the network; empty for convene."),
            ConfigurationField(
                "time_zone", .string(maximumLength: 64), default: "UTC", check: ConfigurationCheck.timeZone,
                "The time zone as tzdata names it, such as Europe/Berlin."),
            ConfigurationField(
                "time_servers", .list(.string(maximumLength: 253), maximumCount: 8), default: [], effect: .now,
                check: ConfigurationCheck.hostNames,
                "Names or addresses of time servers; empty for those that the box was built with."),
            ConfigurationField(
                "time_nts", .boolean, default: false, effect: .now,
                "Whether those servers are asked with NTS (RFC 8915), so that nobody can forge the time."),
        ], "The box: its name and its time.")

    static let network = ConfigurationField(
        group: "network",
        [
            ConfigurationField(
                "interface", .string(maximumLength: 15), default: "", effect: .now,
                check: ConfigurationCheck.interfaceName,
                "The network interface, such as end0; empty for every wired one."),
            ConfigurationField(
                "method", .choice(["dhcp", "static"]), default: "dhcp", effect: .now,
                "Where the addresses come from."),
            ConfigurationField(
                "addresses", .list(.string(maximumLength: 49), maximumCount: 8), default: [], effect: .now,
                check: ConfigurationCheck.prefixes, "Static addresses with their prefix, such as 192.0.2.7/24."),
            ConfigurationField(
                "gateways", .list(.string(maximumLength: 45), maximumCount: 2), default: [], effect: .now,
                check: ConfigurationCheck.addresses, "The routers' addresses, with method static."),
            ConfigurationField(
                "dns", .list(.string(maximumLength: 45), maximumCount: 4), default: [], effect: .now,
                check: ConfigurationCheck.addresses, "Name servers; with DHCP they take the place of those it gives."),
            ConfigurationField(
                "domains", .list(.string(maximumLength: 253), maximumCount: 8), default: [], effect: .now,
                check: ConfigurationCheck.hostNames, "Domains in which short names are looked up."),
            ConfigurationField(
                "ipv6", .boolean, default: true, effect: .now, "Whether the box uses IPv6."),
            ConfigurationField(
                "vlan", .integer(0...4094), default: 0, effect: .now,
                "The tag of the VLAN (802.1Q) that the room is in; 0 for none."),
            ConfigurationField(
                "mtu", .integer(0...9216), unit: "bytes", default: 0, effect: .now,
                check: ConfigurationCheck.mtu, "The largest packet; 0 for the interface's own."),
            ConfigurationField(
                "proxy", .string(maximumLength: 256), default: "", effect: .now, check: ConfigurationCheck.proxy,
                "The HTTP proxy through which updates are fetched, such as http://proxy.example:3128; empty for none."
            ),
            ConfigurationField(
                "no_proxy", .list(.string(maximumLength: 253), maximumCount: 32), default: [], effect: .now,
                check: ConfigurationCheck.proxyExceptions, "Hosts and domains that are reached without it."),
        ], "How the box is in the network.")

    static let dot1x = ConfigurationField(
        group: "dot1x",
        [
            ConfigurationField(
                "method", .choice(["off", "tls", "peap", "ttls"]), default: "off", effect: .now,
                "How the box proves itself to the switch (802.1X, RFC 3748): with a certificate, or with a password."),
            ConfigurationField(
                "identity", .string(maximumLength: 253), default: "", effect: .now, "The name that it gives."),
            ConfigurationField(
                "anonymous_identity", .string(maximumLength: 253), default: "", effect: .now,
                "The name given before the connection is encrypted; with peap and ttls."),
            ConfigurationField(
                "authority", .string(maximumLength: 1024), default: "", effect: .now,
                check: ConfigurationCheck.fileOrNothing,
                "The PEM file of the authority that signed the server's certificate; without it nobody is believed."),
            ConfigurationField(
                "server", .string(maximumLength: 253), default: "", effect: .now,
                check: ConfigurationCheck.hostNameOrNothing,
                "The domain that the server's certificate has to be of; empty for any that the authority signed."),
            ConfigurationField(
                "certificate", .string(maximumLength: 1024), default: "", effect: .now,
                check: ConfigurationCheck.fileOrNothing, "The box's certificate as a PEM file, with tls."),
            ConfigurationField(
                "key", .string(maximumLength: 1024), default: "", effect: .now,
                check: ConfigurationCheck.fileOrNothing, "Its key as a PEM file."),
            ConfigurationField(
                "password", .string(maximumLength: 256), default: "", effect: .now, hidesWrongValue: true,
                check: ConfigurationCheck.secretReference,
                "Where the password is, with peap and ttls: file:NAME or credential:NAME, never the password itself."),
        ], "Admission to a guarded network (802.1X).")

    static let ssh = ConfigurationField(
        group: "ssh",
        [
            ConfigurationField(
                "admin_keys", .list(.string(maximumLength: 2048), maximumCount: 32), default: [], effect: .now,
                check: ConfigurationCheck.publicKeys, "Public keys that may log in as admin."),
            ConfigurationField(
                "provision_keys", .list(.string(maximumLength: 2048), maximumCount: 32), default: [], effect: .now,
                check: ConfigurationCheck.publicKeys,
                "Public keys that may log in as provision: they change settings and do nothing else."),
        ], "Who may come in over SSH.")

    static let certificates = ConfigurationField(
        group: "certificates",
        [
            ConfigurationField(
                "authorities", .list(.string(maximumLength: 1024), maximumCount: 16), default: [], effect: .now,
                check: ConfigurationCheck.files,
                "PEM files of authorities that the room trusts besides those that everybody does.")
        ], "Whom the room trusts.")

    static let update = ConfigurationField(
        group: "update",
        [
            ConfigurationField(
                "channel", .string(maximumLength: 64), default: "stable", effect: .now,
                check: ConfigurationCheck.plainWord,
                "Which series of updates the box follows: the folder of that name below the source."),
            ConfigurationField(
                "source", .string(maximumLength: 512), default: "", effect: .now, check: ConfigurationCheck.webAddress,
                "Where updates are, such as https://updates.example/convene; empty: they are only installed by hand."),
            ConfigurationField(
                "automatic", .boolean, default: false, effect: .now,
                "Whether an update is installed by itself, within the hours below and never in a call."),
            ConfigurationField(
                "from", .string(maximumLength: 5), default: "02:00", effect: .now, check: ConfigurationCheck.timeOfDay,
                "When it may begin; empty for any time."),
            ConfigurationField(
                "to", .string(maximumLength: 5), default: "05:00", effect: .now, check: ConfigurationCheck.timeOfDay,
                "Until when it may begin, on the next day where that is earlier."),
        ], "Updates of the box.")

    static let provisioning = ConfigurationField(
        group: "provisioning",
        [
            ConfigurationField(
                "usb", .choice(["unprovisioned", "always", "never"]), default: "unprovisioned", effect: .now,
                "When a USB stick with a room.yaml is taken: before the first settings only, always, or never.")
        ], "How settings come to the box.")

    static let remote = ConfigurationField(
        group: "remote",
        [
            ConfigurationField(
                "keymaps", .list(.string(maximumLength: 256), maximumCount: 8), default: [], effect: .now,
                check: ConfigurationCheck.keymapFiles,
                "The infrared remotes of this room: keymap files of the box, or what convene-remote learn wrote, from the root folder down; empty for the board's own."
            )
        ], "Which remotes the room listens to.")

    static let metrics = ConfigurationField(
        group: "metrics",
        [
            ConfigurationField(
                "listen", .string(maximumLength: 64), default: "", effect: .now,
                check: ConfigurationCheck.addressOrNothing,
                "The address on which Prometheus may ask for figures; empty for none."),
            ConfigurationField("port", .integer(1...65535), default: 9480, effect: .now, "The port that it asks."),
        ], "Figures for monitoring.")
}
