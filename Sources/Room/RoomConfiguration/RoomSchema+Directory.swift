import ControlProtocol

extension RoomSchema {
    static let directory = ConfigurationField(
        group: "directory",
        [
            ConfigurationField(
                "file", .string(maximumLength: 1024), default: "/var/lib/convene/directory.sqlite",
                check: ConfigurationCheck.file, "The file that keeps the directory and the call history."),
            ConfigurationField(
                "history", .integer(1...10_000), unit: "calls", default: 500, effect: .now,
                "How many calls the history keeps; the oldest are forgotten."),
            ConfigurationField(
                "import", .string(maximumLength: 1024), default: "", effect: .now,
                check: ConfigurationCheck.fileOrNothing,
                "A vCard or CSV file on the box that is taken into the directory whenever settings are applied."),
        ], "Whom the room knows, and its calls.")
}
