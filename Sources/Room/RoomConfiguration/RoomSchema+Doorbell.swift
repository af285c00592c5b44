import ControlProtocol

extension RoomSchema {
    static let ringing = ConfigurationField(
        group: "ringing",
        [
            ConfigurationField(
                "tone", .choice(["classic", "chime", "pulse", "soft", "none"]), default: "classic", effect: .nextCall,
                "What the loudspeaker plays while somebody calls."),
            ConfigurationField(
                "volume", .integer(0...100), unit: "percent", default: 60, effect: .nextCall,
                "How loud it rings, of the speaker's volume."),
            ConfigurationField(
                "ringback", .boolean, default: true, effect: .nextCall,
                "Whether a tone is heard while it rings over there."),
        ], "Ring tones.")

    static let quietHours = ConfigurationField(
        group: "quiet_hours",
        [
            ConfigurationField(
                "from", .string(maximumLength: 5), default: "", effect: .now, check: ConfigurationCheck.timeOfDay,
                "When quiet begins, such as 22:00; empty for no quiet hours."),
            ConfigurationField(
                "to", .string(maximumLength: 5), default: "", effect: .now, check: ConfigurationCheck.timeOfDay,
                "When it ends, such as 07:00, on the next day where that is earlier."),
            ConfigurationField(
                "days", .list(.choice(Self.days), maximumCount: 7), default: .array(Self.days.map(JSONValue.string)),
                effect: .now, "The days on which it begins."),
        ], "When calls come without a sound and do not wake the screen.")

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
}

extension ConfigurationCheck {
    /// A time such as 22:00, or nothing.
    @Sendable static func timeOfDay(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.count == 2 ? Int($0) : nil }
        let fits =
            parts.count == 2 && numbers.count == 2 && numbers.first.map { (0..<24).contains($0) } == true
            && numbers.last.map { (0..<60).contains($0) } == true
        return fits ? nil : "expected a time such as 22:00"
    }
}
