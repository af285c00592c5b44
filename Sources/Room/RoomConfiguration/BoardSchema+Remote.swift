import ControlProtocol

extension BoardSchema {
    static let remote = ConfigurationField(
        group: "remote",
        [
            ConfigurationField(
                "match",
                .list(
                    .group(
                        inputFields + [
                            ConfigurationField(
                                "keymaps", .list(.string(maximumLength: 128), maximumCount: 8), default: [],
                                check: ConfigurationCheck.keymapNames,
                                "Of an infrared receiver: files of its remotes' keys (TOML, as ir-keytable has them), beside the board file or in its keymaps folder or the one above."
                            ),
                            ConfigurationField(
                                "grab", .boolean, default: true,
                                "Whether its keys come here alone and no console gets them."),
                        ], atLeastOneOf: ["driver", "card", "udev"]), maximumCount: 16), default: [],
                "Remotes, receivers and keyboards, all that are there; each takes the first entry that fits it.")
        ], "What the room is operated with.")

    static let cec = ConfigurationField(
        group: "cec",
        [
            ConfigurationField(
                "match",
                .list(.group(adapterFields, atLeastOneOf: ["driver", "card"]), maximumCount: 4), default: [],
                "The HDMI-CEC adapters of the screen's connectors; empty for none."),
            ConfigurationField(
                "wake", .boolean, default: true,
                "Whether the TV is woken and shows the room when a call comes in or the room leaves standby."),
            ConfigurationField("sleep", .boolean, default: true, "Whether the TV goes to standby with the room."),
            ConfigurationField(
                "volume", .choice(["room", "tv"]), default: "room",
                "What the volume keys turn: the room's own speaker, or the TV where there is no other."),
        ], "The TV, over HDMI-CEC.")

    private static let inputFields = [
        ConfigurationField(
            "driver", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
            "The driver of the device or of its nearest parent, as sysfs has it; * stands for any letters."),
        ConfigurationField(
            "card", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
            "What the device calls itself; * stands for any letters."),
        ConfigurationField(
            "udev", .map(.value(.string(maximumLength: 128)), names: nil),
            "Properties that udev gives the device, such as ID_INPUT_KEY; * stands for any letters."),
    ]

    private static let adapterFields = [
        ConfigurationField(
            "driver", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
            "The adapter's driver as cec-ctl shows it; * stands for any letters."),
        ConfigurationField(
            "card", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
            "The adapter's name as cec-ctl shows it; * stands for any letters."),
    ]
}

extension ConfigurationCheck {
    /// File names of keymaps.
    @Sendable static func keymapNames(_ value: JSONValue) -> String? {
        let names = value.arrayValue?.compactMap(\.stringValue) ?? []
        let wrong = names.first { name in
            !name.hasSuffix(".toml") || name.contains("/") || name.hasPrefix(".") || name.utf8.count <= 5
        }
        return wrong.map { "expected names of .toml files without a folder; \(YAMLNode.shortened($0)) is none" }
    }
}
