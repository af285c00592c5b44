package import MediaTypes
package import V4L2Device

/// One way in which a camera can deliver pictures.
package struct CaptureMode: Sendable, Equatable {
    package var format: PixelFormat
    package var width: Int
    package var height: Int
    /// Nil when the driver does not tell its rates.
    package var frameRate: FrameRate?

    package init(format: PixelFormat, width: Int, height: Int, frameRate: FrameRate?) {
        self.format = format
        self.width = width
        self.height = height
        self.frameRate = frameRate
    }
}

/// Chooses how a camera shall deliver pictures, from what it offers and what is wanted. Pure.
package enum CaptureNegotiation {
    /// The size to take from those that a format comes in.
    ///
    /// In this order: the wanted size; the largest that exceeds it in neither direction, with its shape (aspect ratio
    /// within 2 %); the same of any shape; the smallest of all. Nothing exceeds the wanted size when it can be
    /// helped, since the far end has agreed to no more. An empty list stands for a driver that does not tell: the
    /// wanted size is tried.
    package static func size(
        wanted: (width: Int, height: Int), offered: [V4L2FrameSize]
    ) -> (width: Int, height: Int) {
        if offered.isEmpty { return wanted }
        let sizes = offered.map { fit($0, wanted) }
        if sizes.contains(where: { $0 == wanted }) { return wanted }
        let within = sizes.filter { $0.width <= wanted.width && $0.height <= wanted.height }
        let shaped = within.filter { isSameShape($0, wanted) }
        // A picture of the right shape is worth more than a larger one, as long as it is no mere thumbnail.
        if let best = shaped.max(by: { area($0) < area($1) }), area(best) * 4 >= area(wanted) { return best }
        if let best = within.max(by: { area($0) < area($1) }) { return best }
        return sizes.min { area($0) < area($1) } ?? wanted
    }

    /// The rate to take from those that a format and size come in: the slowest that reaches the wanted one (within
    /// 1 %, so that 30000/1001 is 30), else the fastest. Nil when the driver does not tell.
    package static func rate(wanted: FrameRate, offered: [V4L2FrameInterval]) -> FrameRate? {
        let rates = offered.compactMap { rate(in: $0, wanted: wanted) }
        let enough = rates.filter { reaches($0, wanted) }
        return enough.min { $0.perSecond < $1.perSecond } ?? rates.max { $0.perSecond < $1.perSecond }
    }

    /// The mode to take from the best one of each format, given in the order of preference.
    ///
    /// A mode that reaches the wanted rate wins over one that does not, then the one with the larger part of the wanted
    /// picture, then the better liked format. So a camera whose USB line carries 1080p only as MJPEG at 30 a second
    /// gives that rather than YUYV at 5.
    package static func best(of modes: [CaptureMode], wanted: CaptureRequest) -> CaptureMode? {
        let wantedArea = area((wanted.width, wanted.height))
        func rank(_ mode: CaptureMode, _ position: Int) -> (Int, Int, Int) {
            let slow = mode.frameRate.map { reaches($0, wanted.frameRate) ? 0 : 1 } ?? 0
            return (slow, abs(wantedArea - area((mode.width, mode.height))), position)
        }
        return modes.enumerated().min { rank($0.element, $0.offset) < rank($1.element, $1.offset) }?.element
    }

    private static func reaches(_ rate: FrameRate, _ wanted: FrameRate) -> Bool {
        rate.perSecond >= wanted.perSecond * 0.99
    }

    private static func fit(_ size: V4L2FrameSize, _ wanted: (width: Int, height: Int)) -> (width: Int, height: Int) {
        switch size {
        case .discrete(let width, let height): (width, height)
        case .stepwise(let width, let height):
            (width.nearest(notAbove: wanted.width), height.nearest(notAbove: wanted.height))
        }
    }

    private static func rate(in interval: V4L2FrameInterval, wanted: FrameRate) -> FrameRate? {
        switch interval {
        case .discrete(let numerator, let denominator):
            return numerator > 0 && denominator > 0 ? FrameRate(denominator, numerator) : nil
        case .between(let shortest, let longest):
            guard shortest.numerator > 0, shortest.denominator > 0 else { return nil }
            let fastest = FrameRate(shortest.denominator, shortest.numerator)
            if fastest.perSecond < wanted.perSecond { return fastest }
            guard longest.numerator > 0, longest.denominator > 0 else { return wanted }
            let slowest = FrameRate(longest.denominator, longest.numerator)
            return slowest.perSecond > wanted.perSecond ? slowest : wanted
        }
    }

    private static func area(_ size: (width: Int, height: Int)) -> Int {
        size.width.multipliedReportingOverflow(by: size.height).partialValue
    }

    private static func isSameShape(_ one: (width: Int, height: Int), _ other: (width: Int, height: Int)) -> Bool {
        guard one.height > 0, other.height > 0 else { return false }
        let ratio = Double(one.width) / Double(one.height)
        let wanted = Double(other.width) / Double(other.height)
        return abs(ratio - wanted) <= wanted * 0.02
    }
}
