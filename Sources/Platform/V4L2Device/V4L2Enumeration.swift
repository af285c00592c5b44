import CV4L2
import LinuxSystem

/// The picture sizes that a format comes in (VIDIOC_ENUM_FRAMESIZES).
package enum V4L2FrameSize: Sendable, Equatable {
    case discrete(width: Int, height: Int)
    /// Every size from the minimum to the maximum in steps; a step of 1 stands for "continuous".
    case stepwise(width: V4L2Range, height: V4L2Range)
}

/// From `minimum` to `maximum` in steps of `step`.
package struct V4L2Range: Sendable, Equatable {
    package var minimum: Int
    package var maximum: Int
    package var step: Int

    package init(_ minimum: Int, _ maximum: Int, step: Int = 1) {
        self.minimum = minimum
        self.maximum = max(maximum, minimum)
        self.step = max(step, 1)
    }

    /// The reachable value nearest to `wanted` from below; the minimum when there is none.
    package func nearest(notAbove wanted: Int) -> Int {
        if wanted <= minimum { return minimum }
        let bounded = min(wanted, maximum)
        return minimum + (bounded - minimum) / step * step
    }
}

/// The time from frame to frame, as a fraction of a second (VIDIOC_ENUM_FRAMEINTERVALS).
package enum V4L2FrameInterval: Sendable, Equatable {
    case discrete(numerator: Int, denominator: Int)
    /// Every interval between two, or in steps that are so fine that they count as such.
    case between(shortest: (numerator: Int, denominator: Int), longest: (numerator: Int, denominator: Int))

    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.discrete(let a, let b), .discrete(let c, let d)): a == c && b == d
        case (.between(let a, let b), .between(let c, let d)): a == c && b == d
        default: false
        }
    }
}

extension V4L2Node {
    // A driver that never says EINVAL must not hold us for ever.
    private static let enumerationLimit: UInt32 = 256

    /// The formats of one direction, in the driver's order (VIDIOC_ENUM_FMT).
    package func formats(_ direction: V4L2Direction) -> [FourCC] {
        var found: [FourCC] = []
        for index in 0..<Self.enumerationLimit {
            var raw = v4l2_fmtdesc()
            raw.index = index
            raw.type = bufferType(direction)
            guard borrowed.ioctlStatus(cv4l2_enum_fmt, &raw) == 0 else { break }
            found.append(FourCC(rawValue: raw.pixelformat))
        }
        return found
    }

    /// The sizes that a format comes in; empty when the driver does not tell.
    package func frameSizes(_ fourCC: FourCC) -> [V4L2FrameSize] {
        var found: [V4L2FrameSize] = []
        for index in 0..<Self.enumerationLimit {
            var raw = v4l2_frmsizeenum()
            raw.index = index
            raw.pixel_format = fourCC.rawValue
            guard borrowed.ioctlStatus(cv4l2_enum_framesizes, &raw) == 0 else { break }
            if raw.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue {
                found.append(.discrete(width: Int(raw.discrete.width), height: Int(raw.discrete.height)))
            } else {
                let steps = raw.stepwise
                found.append(
                    .stepwise(
                        width: V4L2Range(Int(steps.min_width), Int(steps.max_width), step: Int(steps.step_width)),
                        height: V4L2Range(Int(steps.min_height), Int(steps.max_height), step: Int(steps.step_height))))
                break
            }
        }
        return found
    }

    /// The intervals that a format and size come in; empty when the driver does not tell.
    package func frameIntervals(_ fourCC: FourCC, width: Int, height: Int) -> [V4L2FrameInterval] {
        var found: [V4L2FrameInterval] = []
        for index in 0..<Self.enumerationLimit {
            var raw = v4l2_frmivalenum()
            raw.index = index
            raw.pixel_format = fourCC.rawValue
            raw.width = UInt32(clamping: width)
            raw.height = UInt32(clamping: height)
            guard borrowed.ioctlStatus(cv4l2_enum_frameintervals, &raw) == 0 else { break }
            if raw.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue {
                found.append(
                    .discrete(numerator: Int(raw.discrete.numerator), denominator: Int(raw.discrete.denominator)))
            } else {
                let range = raw.stepwise
                found.append(
                    .between(
                        shortest: (Int(range.min.numerator), Int(range.min.denominator)),
                        longest: (Int(range.max.numerator), Int(range.max.denominator))))
                break
            }
        }
        return found
    }
}
