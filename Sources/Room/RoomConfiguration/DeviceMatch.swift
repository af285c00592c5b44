/// What a device is, so that it is found again whatever number it gets.
package struct DeviceMatch: Sendable, Equatable {
    /// The kernel driver's name.
    package let driver: String?
    /// The card's or device's name.
    package let card: String?
    /// udev properties, all of which have to match.
    package let udevProperties: [String: String]
    /// The kind of a device that the program makes itself; nil for hardware.
    package let synthetic: String?

    package init(
        driver: String? = nil, card: String? = nil, udevProperties: [String: String] = [:], synthetic: String? = nil
    ) {
        self.driver = driver
        self.card = card
        self.udevProperties = udevProperties
        self.synthetic = synthetic
    }

    /// Whether a device is the one that is meant: everything that is given has to match, `*` stands for any letters and
    /// upper and lower case differ. A synthetic match never is a device.
    package func matches(driver: String, card: String, udevProperties properties: [String: String] = [:]) -> Bool {
        guard synthetic == nil else { return false }
        if let wanted = self.driver, !Self.matches(pattern: wanted, driver) { return false }
        if let wanted = self.card, !Self.matches(pattern: wanted, card) { return false }
        return udevProperties.allSatisfy { name, wanted in
            properties[name].map { Self.matches(pattern: wanted, $0) } ?? false
        }
    }

    /// What is looked for, for a sentence.
    package var summary: String {
        if let synthetic { return "synthetic \(synthetic)" }
        var parts: [String] = []
        if let driver { parts.append("driver \(driver)") }
        if let card { parts.append("card \(card)") }
        for (name, value) in udevProperties.sorted(by: { $0.key < $1.key }) { parts.append("\(name)=\(value)") }
        return parts.joined(separator: ", ")
    }

    /// Linear in practice: on a mismatch only the last star is tried again.
    static func matches(pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var patternIndex = 0
        var textIndex = 0
        var star: (pattern: Int, text: Int)?
        while textIndex < text.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                star = (patternIndex, textIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count, pattern[patternIndex] == text[textIndex] {
                patternIndex += 1
                textIndex += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                patternIndex = last.pattern + 1
                textIndex = last.text + 1
            } else {
                return false
            }
        }
        return pattern.dropFirst(patternIndex).allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// What mode the board wants of the screen.
package enum DisplayModePreference: Sendable, Equatable {
    /// What the screen itself asks for (EDID).
    case preferred
    /// A size, and frames a second when that matters.
    case mode(width: Int, height: Int, rate: Int?)

    /// Reads `preferred`, `1920x1080` or `1920x1080@60`.
    package init?(parsing text: String) {
        if text.lowercased() == "preferred" {
            self = .preferred
            return
        }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let sides = (parts.first ?? "").split(separator: "x", omittingEmptySubsequences: false)
        guard sides.count == 2, let width = sides.first.flatMap({ Int($0) }),
            let height = sides.last.flatMap({ Int($0) }),
            (64...16384).contains(width), (64...16384).contains(height)
        else { return nil }
        guard parts.count == 2 else {
            self = .mode(width: width, height: height, rate: nil)
            return
        }
        guard let rate = parts.last.flatMap({ Int($0) }), (1...480).contains(rate) else { return nil }
        self = .mode(width: width, height: height, rate: rate)
    }
}
