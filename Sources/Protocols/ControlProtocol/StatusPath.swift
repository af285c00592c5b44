/// The way to a place in a tree: `calls.1.video.send.bitrate`. The empty path is the whole tree.
///
/// A point or a backslash that belongs to a name is written behind a backslash.
package struct StatusPath: Sendable, Hashable, CustomStringConvertible {
    package var components: [String]

    /// The whole tree.
    package static let root = StatusPath([])

    package init(_ components: [String]) {
        self.components = components
    }

    /// Nil when a name between two points is empty.
    package init?(parsing text: String) {
        self.init([])
        guard !text.isEmpty else { return }
        var component = ""
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                component.unicodeScalars.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "." {
                guard !component.isEmpty else { return nil }
                components.append(component)
                component = ""
            } else {
                component.unicodeScalars.append(character)
            }
        }
        guard !component.isEmpty, !isEscaped else { return nil }
        components.append(component)
    }

    package var description: String {
        components.map(Self.escaped).joined(separator: ".")
    }

    /// The path one step further down.
    package func appending(_ component: String) -> StatusPath {
        StatusPath(components + [component])
    }

    package func hasPrefix(_ prefix: StatusPath) -> Bool {
        components.starts(with: prefix.components)
    }

    private static func escaped(_ component: String) -> String {
        guard component.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "\\") }) else {
            return component
        }
        var result = ""
        for character in component.unicodeScalars {
            if character == "." || character == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(character)
        }
        return result
    }

    /// The order of names in a tree: numbers by value and first, so that `10` follows `9`, then words.
    package static func comesBefore(_ left: String, _ right: String) -> Bool {
        guard beginsWithDigit(left) || beginsWithDigit(right) else { return left < right }
        return switch (UInt64(left), UInt64(right)) {
        case (let leftNumber?, let rightNumber?) where leftNumber != rightNumber: leftNumber < rightNumber
        case (.some, nil): true
        case (nil, .some): false
        default: left < right
        }
    }

    private static func beginsWithDigit(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }
}
