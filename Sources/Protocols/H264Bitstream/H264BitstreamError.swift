/// Why a parameter set or a profile-level-id could not be read.
package enum H264BitstreamError: Error, Equatable, Sendable {
    /// The bits ended inside the named syntax element (ITU-T H.264 §7.3).
    case truncated(element: StaticText)
    /// The named syntax element has a value that the standard does not allow, or that no terminal could handle.
    case outOfRange(element: StaticText)
    /// The NAL unit is of another type than the one asked for.
    case wrongType(NALUnitType)
}

/// The name of a syntax element: a static string that can be compared.
package struct StaticText: Equatable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    private let text: StaticString

    package init(stringLiteral value: StaticString) {
        text = value
    }

    package var description: String { text.description }

    package static func == (left: StaticText, right: StaticText) -> Bool {
        left.description == right.description
    }
}
