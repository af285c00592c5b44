extension ControlMethod {
    /// The methods that the screen's interface brought.
    var screenDescription: ControlMethodDescription {
        switch self {
        case .displaySelfview:
            ControlMethodDescription(
                self, "Shows or hides the own picture in a call, or moves it to another corner.", role: .operator,
                parameters: [
                    ControlField("visible", .boolean, "Left out together with corner: the other of the two."),
                    ControlField(
                        "corner", .choice(SelfViewCorner.allCases.map(\.rawValue)),
                        "Where it stands when it is small."),
                ],
                result: [
                    ControlField("visible", .boolean, "Whether it is shown now."),
                    ControlField("corner", .choice(SelfViewCorner.allCases.map(\.rawValue)), "Its corner now."),
                ])
        case .roomStandby:
            ControlMethodDescription(
                self, "Puts the room into standby or wakes it; a call wakes it, too.", role: .operator,
                parameters: [ControlField("enabled", .boolean, "Left out: the other of the two.")],
                result: [ControlField("enabled", .boolean, "Whether the room is in standby now.")],
                errors: [.wrongState])
        case .roomSafeMode:
            ControlMethodDescription(
                self,
                "Leaves safe mode, in which the room does without camera and pictures since it ended again and again, "
                    + "or goes into it; calls that stand keep what they have.",
                role: .operator,
                parameters: [ControlField("enabled", .boolean, required: true, "false leaves it.")],
                result: [ControlField("enabled", .boolean, "Whether the room is in safe mode now.")],
                errors: [.wrongState])
        default:
            ControlMethodDescription(
                self, "Types text of a keyboard into the field that has the focus; in a call, digits are tones.",
                role: .operator,
                parameters: [
                    ControlField("text", .string(maximumLength: 256), required: true, "The text.")
                ],
                result: [ControlField("text", .string(maximumLength: 1024), "What the field for dialling holds now.")])
        }
    }
}
