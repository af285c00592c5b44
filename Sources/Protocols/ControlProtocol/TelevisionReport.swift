/// What a program that watches the TV (by HDMI-CEC, say) tells the room of it with `display.tv`.
package struct TelevisionReport: Sendable, Equatable {
    package enum Power: String, Sendable, CaseIterable {
        case on
        case off
        /// The TV does not say, or nobody could ask it.
        case unknown
    }

    package var power: Power
    /// The loudness of the TV or of its amplifier, percent; nil when neither says.
    package var volume: Int?
    package var isMuted: Bool?

    package init(power: Power, volume: Int? = nil, isMuted: Bool? = nil) {
        self.power = power
        self.volume = volume
        self.isMuted = isMuted
    }

    /// - Parameter parameters: those of `display.tv`, checked.
    init(_ parameters: ControlParameters) {
        self.init(
            power: parameters.string("power").flatMap(Power.init(rawValue:)) ?? .unknown,
            volume: parameters.integer("volume").map { Int(clamping: $0) }, isMuted: parameters.bool("muted"))
    }

    /// The parameters of `display.tv`, and what status shows; what is not known is left out.
    package var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["power": .string(power.rawValue)]
        members["volume"] = volume.map { .integer(Int64($0)) }
        members["muted"] = isMuted.map { .bool($0) }
        return members
    }

    package var json: JSONValue { .object(members) }
}

extension ControlMethod {
    static let televisionDescription = ControlMethodDescription(
        .displayTV, "Tells the room how its TV fares; status shows it at display.tv.", role: .operator,
        parameters: televisionFields(required: true), result: televisionFields(required: false))

    private static func televisionFields(required: Bool) -> [ControlField] {
        [
            ControlField(
                "power", .choice(TelevisionReport.Power.allCases.map(\.rawValue)), required: required,
                "Whether the TV is on."),
            ControlField("volume", .integer(0...100), unit: "percent", "The TV's own volume."),
            ControlField("muted", .boolean, "Whether the TV is silent."),
        ]
    }
}
