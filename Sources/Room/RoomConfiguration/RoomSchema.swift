import ControlProtocol

/// The table of `room.yaml` and of `config.get` and `config.set`: each setting with type, unit, range and default.
package enum RoomSchema {
    package static let root = ConfigurationSchema.group(
        [
            ConfigurationField(
                "name", .string(maximumLength: 64), default: "Meeting room", effect: .now,
                check: ConfigurationCheck.notEmpty, "What the room is called, on its screen and to who is called."),
            sip, account, call, ringing, quietHours, audio, display, directory, control, panel, remote,
            version, system, network, dot1x, ssh, certificates, update, provisioning, metrics,
        ], atLeastOneOf: [])

    private static let sip = ConfigurationField(
        group: "sip",
        [
            ConfigurationField(
                "listen", .string(maximumLength: 64), default: "0.0.0.0", check: ConfigurationCheck.address,
                "The address to listen on; 0.0.0.0 for all."),
            ConfigurationField(
                "port", .integer(0...65535), default: 5060, "The port to listen on; 0 lets the system choose."),
            ConfigurationField(
                "transports", .list(.choice(["udp", "tcp"]), maximumCount: 2), default: ["udp", "tcp"],
                check: ConfigurationCheck.notEmpty, "What SIP goes over."),
            ConfigurationField(
                "display_name", .string(maximumLength: 64), default: "", effect: .nextCall,
                "The name that the other side shows; empty for the room's name."),
            ConfigurationField(
                "user", .string(maximumLength: 64), default: "room", check: ConfigurationCheck.sipUser,
                "The part of the room's address before the @."),
        ], "How other rooms reach this one.")

    private static let call = ConfigurationField(
        group: "call",
        [
            ConfigurationField(
                "auto_answer", .boolean, default: false, effect: .nextCall, "Whether a call is taken without asking."),
            ConfigurationField(
                "max_bitrate", .integer(64_000...20_000_000), unit: "bit/s", default: 1_500_000, effect: .nextCall,
                "The most that the picture may take, in each direction."),
            ConfigurationField("size", .size, default: "1280x720", effect: .nextCall, "The largest picture sent."),
            ConfigurationField(
                "rate", .integer(5...60), unit: "frames/s", default: 30, effect: .nextCall,
                "The most pictures sent in a second."),
            ConfigurationField(
                "max_calls", .integer(1...8), default: 2, effect: .nextCall,
                "Calls at a time, the ones on hold counted; one more hears busy."),
            ConfigurationField(
                "media_port", .integer(1024...65000), default: 16384, effect: .nextCall,
                "The lowest UDP port for picture and sound."),
            ConfigurationField(
                "media_ports", .integer(16...16384), default: 256, effect: .nextCall,
                "How many UDP ports from there on; each call takes four."),
            ConfigurationField(
                "auto_answer_seconds", .integer(0...60), unit: "s", default: 0, effect: .nextCall,
                "How long it rings before auto_answer takes it, with a countdown on the screen; 0 answers at once."),
            ConfigurationField(
                "auto_answer_muted", .boolean, default: true, effect: .nextCall,
                "Whether the microphone is muted after such a countdown."),
        ], "How calls are made and taken.")

    private static let audio = ConfigurationField(
        group: "audio",
        [
            ConfigurationField(
                "volume", .integer(0...100), unit: "percent", default: 60, effect: .now, "The speaker's volume."),
            ConfigurationField(
                "mute_on_answer", .boolean, default: false, effect: .nextCall,
                "Whether the microphone is muted when a call begins."),
        ], "Sound.")

    private static let display = ConfigurationField(
        group: "display",
        [
            ConfigurationField(
                "layout", .choice(DisplayLayout.allCases.map(\.rawValue)),
                default: .string(DisplayLayout.pictureInPicture.rawValue), effect: .now,
                "How the pictures of a call share the screen."),
            ConfigurationField(
                "language", .choice(["en", "zh", "es", "fr", "de", "ar"]), default: "en", effect: .now,
                "The language of the screen."),
            ConfigurationField(
                "theme", .choice(["dark", "light"]), default: "dark", effect: .now, "The colours of the screen."),
            ConfigurationField(
                "standby", .choice(["off", "clock"]), default: "off", effect: .now,
                "What the screen does in standby: switch off, or show a dim clock."),
            ConfigurationField(
                "maintenance", .boolean, default: true, effect: .now,
                "Whether the screen's settings lead to logs, diagnostics and factory reset; panel.pin stands before it."
            ),
        ], "The screen.")

    private static let control = ConfigurationField(
        group: "control",
        [
            ConfigurationField(
                "socket", .string(maximumLength: 107), default: "/run/convene/control.sock",
                check: ConfigurationCheck.socketPath, "The control socket."),
            ConfigurationField(
                "group", .string(maximumLength: 64), default: "",
                "The group of users that may connect; empty for the terminal's own group."),
            ConfigurationField(
                "admin_group", .string(maximumLength: 64), default: "",
                "The group of users that may change settings; empty for root and the terminal's user only."),
            ConfigurationField(
                "operator_group", .string(maximumLength: 64), default: "",
                "The group of users that may use the room; empty for none."),
        ], "Who may drive the room.")
}
