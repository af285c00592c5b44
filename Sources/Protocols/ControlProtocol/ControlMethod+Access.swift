extension ControlMethod {
    /// The longest PIN, in characters.
    package static let pinLimit = 64

    var accessDescription: ControlMethodDescription {
        switch self {
        case .accessUnlock:
            ControlMethodDescription(
                self, "Gives this connection an admin's rights for a while, for the PIN that panel.pin holds.",
                role: .operator,
                parameters: [
                    ControlField("pin", .string(maximumLength: Self.pinLimit), required: true, "The admin's PIN.")
                ],
                result: [
                    ControlField("seconds", .integer(1...86400), unit: "s", "How long the rights last at most.")
                ],
                errors: [.wrongState])
        case .accessLock:
            ControlMethodDescription(
                self, "Gives back the rights that access.unlock gave.", role: .operator,
                result: [ControlField("role", .string(maximumLength: 16), "The connection's role now.")])
        default:
            ControlMethodDescription(
                self, "Shows a code on the room's screen, which a person types into a panel to pair it.",
                role: .operator,
                parameters: [
                    ControlField(
                        "code", .string(maximumLength: 12), required: true,
                        "Digits; empty hides the one that is shown."),
                    ControlField(
                        "seconds", .integer(0...600), unit: "s", default: 120, "How long it is shown."),
                ],
                result: [ControlField("seconds", .integer(0...600), unit: "s", "How long it is shown.")])
        }
    }
}

extension ControlCommand {
    static func pairing(_ parameters: ControlParameters) throws(ControlError) -> ControlCommand {
        let code = parameters.string("code") ?? ""
        let seconds = Int(clamping: parameters.integer("seconds") ?? 120)
        guard code.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw ControlError(
                .invalidParameters, "panel.pairing: code: expected digits only.", data: ["parameter": "code"])
        }
        return .showPairingCode(code.isEmpty || seconds == 0 ? nil : code, seconds: seconds)
    }
}
