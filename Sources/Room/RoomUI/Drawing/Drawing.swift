package import MediaTypes

/// A colour with alpha, each 0 to 255, not premultiplied.
package struct InkColour: Sendable, Hashable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8
    package var alpha: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, _ alpha: UInt8 = 255) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// The same colour, more or less to be seen through.
    package func faded(_ alpha: UInt8) -> InkColour { InkColour(red, green, blue, alpha) }
}

/// How a line of text looks. Sizes in pixels.
package struct TextStyle: Sendable, Hashable {
    package var size: Int
    package var isBold: Bool
    package var colour: InkColour
    /// Digits of one width, for what counts.
    package var hasEvenDigits: Bool
    /// More than one wraps.
    package var maximumLines: Int
    /// What does not fit is cut off at the beginning, as in a field where people type.
    package var isCutAtStart: Bool

    package init(
        size: Int, isBold: Bool = false, colour: InkColour, hasEvenDigits: Bool = false, maximumLines: Int = 1,
        isCutAtStart: Bool = false
    ) {
        self.size = size
        self.isBold = isBold
        self.colour = colour
        self.hasEvenDigits = hasEvenDigits
        self.maximumLines = maximumLines
        self.isCutAtStart = isCutAtStart
    }
}

/// Sides of the screen, whatever direction the text has.
package enum TextAlignment: Sendable, Hashable {
    case left, centre, right

    var mirrored: TextAlignment {
        switch self {
        case .left: .right
        case .centre: .centre
        case .right: .left
        }
    }
}

/// One thing to draw. Rectangles in pixels of the screen.
package enum Drawing: Sendable, Hashable {
    case box(Rect, radius: Int, InkColour)
    /// A line of `width` just inside the rectangle.
    case frame(Rect, radius: Int, width: Int, InkColour)
    /// Cut off with an ellipsis where it does not fit; stands in the middle of the rectangle's height.
    case text(String, TextStyle, Rect, TextAlignment)
    case icon(Icon, Rect, InkColour)
    /// Dark on white with its quiet zone, in whole pixels, in the middle of the rectangle.
    case code(QRCode, Rect)

    package var rect: Rect {
        switch self {
        case .box(let rect, _, _), .frame(let rect, _, _, _), .text(_, _, let rect, _), .icon(_, let rect, _),
            .code(_, let rect):
            rect
        }
    }
}

/// What an element of the screen is, so that two screens can be compared.
package enum ScreenElementID: Sendable, Hashable {
    case roomName, clock, address, title, heading, callBar, volume, layoutName, notice, pairing, safeMode, soundOnly
    case setup, message
    /// The ground that items stand on.
    case card, sheet
    /// What moves while it rings.
    case pulse
    case field, hint, tones, scrollBar
    case item(FocusItem)
    case pill(Int)
    case trouble(Int)
    case fact(Int)
    /// The words beside items or keys.
    case explanation
    case log(Int)
}

/// Drawings that come, change and go together.
package struct ScreenElement: Sendable, Equatable {
    package var id: ScreenElementID
    package var drawings: [Drawing]

    package init(_ id: ScreenElementID, _ drawings: [Drawing]) {
        self.id = id
        self.drawings = drawings
    }

    /// Nothing is drawn outside of this.
    package var bounds: Rect { drawings.reduce(Rect.zero) { $0.union($1.rect) } }
}
