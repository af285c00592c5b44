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
}
