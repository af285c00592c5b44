extension ControlMethod {
    var reloadDescription: ControlMethodDescription {
        ControlMethodDescription(
            self, "Reads room.yaml anew, as after convenectl config apply; a wrong file changes nothing.", role: .admin,
            result: [
                ControlField(
                    "changed", .list(.string(maximumLength: 256), maximumCount: 256), "Settings that changed."),
                ControlField(
                    "restart", .list(.string(maximumLength: 256), maximumCount: 256),
                    "Those of them that count only from the next start of the terminal on."),
            ],
            errors: [.invalidConfiguration, .inputOutput])
    }

    var messageDescription: ControlMethodDescription {
        ControlMethodDescription(
            self, "Shows a sentence on the room's screen for a while, over everything but a pairing code.",
            role: .admin,
            parameters: [
                ControlField(
                    "text", .string(maximumLength: 1000), required: true,
                    "The sentence; empty hides the one that is shown."),
                ControlField("seconds", .integer(1...300), unit: "s", default: 20, "How long it is shown."),
            ],
            result: [ControlField("seconds", .integer(0...300), "How long it is shown; 0 when it was hidden.")])
    }
}
