import H264Bitstream
import LinuxSystem
import MediaTypes
import V4L2Device

/// What an encoder's controls allow, and how they were set.
struct EncoderControls {
    /// A key frame can be asked for; else the queues are restarted, since the first picture after that is one.
    var forcesKeyFrames: Bool
    /// A new bitrate takes effect on the next picture; else the queues are restarted.
    var changesBitrateLive: Bool
    var hasBitrate: Bool
    /// The rate as the driver took it.
    var bitrate: BitsPerSecond
    var profileLevelID: ProfileLevelID
    /// Raw pictures that the encoder must have before it gives any out.
    var minimumRawBuffers: Int
    /// Slices fit the asked size.
    var limitsSlices: Bool
    var notes: [String: String] = [:]

    /// Sets all controls that the driver has, before streaming. What is missing is noted; only the pictures' size is
    /// worth an error, and that is none of the controls.
    init(_ node: borrowing V4L2Node, _ configuration: VideoEncoderConfiguration, _ options: V4L2EncoderOptions) {
        let wanted = configuration.profileLevelID
        let allowed = ProfileLevelID(
            profileIDC: UInt8(truncatingIfNeeded: wanted >> 16),
            constraintFlags: UInt8(truncatingIfNeeded: wanted >> 8), levelIDC: UInt8(truncatingIfNeeded: wanted))
        forcesKeyFrames = (options.forcesKeyFrames ?? true) && node.control(.forceKeyFrame) != nil
        hasBitrate = node.control(.bitrate) != nil
        // Drivers that cannot force a key frame (wave5) take a new bitrate without an error and without effect.
        changesBitrateLive = hasBitrate && (options.changesBitrateLive ?? forcesKeyFrames)
        bitrate = configuration.bitrate
        minimumRawBuffers = max(node.value(of: .minimumOutputBuffers) ?? 1, 1)
        limitsSlices = false
        profileLevelID = allowed

        Self.set(node, .bitrateMode, V4L2CodecValue.constantBitrate)
        Self.set(node, .frameRateControl, 1)
        Self.set(node, .bidirectionalFrames, 0)
        if !Self.set(node, .gopSize, configuration.keyFrameInterval) {
            Self.set(node, .intraPeriod, configuration.keyFrameInterval)
        }
        bitrate = setBitrate(node, configuration.bitrate)
        if options.codedFormat == .h264 {
            setProfileAndLevel(node, configuration, allowed)
            setHeaders(node)
            setSlices(node, configuration)
        }
        if !forcesKeyFrames { notes["key frames"] = "no control: the queues are restarted for each" }
        if !hasBitrate {
            notes["bitrate"] = "no control"
        } else if !changesBitrateLive {
            notes["bitrate"] = "not live: the queues are restarted for a change"
        }
    }

    /// Sets the rate within the driver's limits; the rate as it is afterwards.
    func setBitrate(_ node: borrowing V4L2Node, _ wanted: BitsPerSecond) -> BitsPerSecond {
        Self.set(node, .bitrate, wanted.value)
        return node.value(of: .bitrate).map { BitsPerSecond($0) } ?? wanted
    }

    private mutating func setProfileAndLevel(
        _ node: borrowing V4L2Node, _ configuration: VideoEncoderConfiguration, _ allowed: ProfileLevelID
    ) {
        let profile = allowed.profile ?? .constrainedBaseline
        let menu = node.control(.h264Profile)?.menu ?? [:]
        // The wanted profile, and then those that every decoder of it takes too.
        let candidates: [(H264Profile, Int)] =
            switch profile {
            case .high, .progressiveHigh:
                [
                    (.high, V4L2CodecValue.high), (.main, V4L2CodecValue.main),
                    (.constrainedBaseline, V4L2CodecValue.constrainedBaseline),
                ]
            case .constrainedHigh:
                [
                    (.constrainedHigh, V4L2CodecValue.constrainedHigh),
                    (.constrainedBaseline, V4L2CodecValue.constrainedBaseline),
                ]
            case .main:
                [
                    (.main, V4L2CodecValue.main),
                    (.constrainedBaseline, V4L2CodecValue.constrainedBaseline),
                ]
            default:
                [
                    (.constrainedBaseline, V4L2CodecValue.constrainedBaseline),
                    // Hardware that knows no constrained Baseline makes none of Baseline's rare tools.
                    (.constrainedBaseline, V4L2CodecValue.baseline),
                ]
            }
        let chosen = candidates.first { menu[$0.1] != nil }
        if let chosen {
            Self.set(node, .h264Profile, chosen.1)
        } else {
            notes["profile"] = "no control for it"
        }
        let used = chosen?.0 ?? profile
        let level =
            H264Level.minimum(
                width: configuration.format.width, height: configuration.format.height,
                frameRate: configuration.frameRate.perSecond, bitrate: bitrate.value, profile: used)
            ?? .level5point2
        profileLevelID = ProfileLevelID(used, level)
        if let limit = allowed.level, level > limit {
            notes["level"] = "the pictures need more than the far end has agreed to"
        }
        // A level too low hangs some hardware, so that it is computed and never left at the driver's default.
        if let value = V4L2CodecValue.level(level.levelIDC), !Self.set(node, .h264Level, value) {
            notes["level"] = notes["level"] ?? "no control for it"
        }
    }

    private mutating func setHeaders(_ node: borrowing V4L2Node) {
        Self.set(node, .headerMode, V4L2CodecValue.headersWithFirstFrame)
        Self.set(node, .accessUnitDelimiter, 0)
        if !Self.set(node, .repeatHeaders, 1) { notes["parameter sets"] = "repeated by the adapter" }
    }

    private mutating func setSlices(_ node: borrowing V4L2Node, _ configuration: VideoEncoderConfiguration) {
        guard let limit = configuration.maximumSliceBytes else {
            Self.set(node, .sliceMode, V4L2CodecValue.singleSlice)
            return
        }
        limitsSlices =
            Self.set(node, .sliceMode, V4L2CodecValue.slicesByBytes) && Self.set(node, .sliceBytes, limit)
    }

    /// Sets a control to a value, or the nearest that it has; false when it has none, or refuses.
    @discardableResult
    private static func set(_ node: borrowing V4L2Node, _ id: V4L2ControlID, _ value: Int) -> Bool {
        guard let control = node.control(id), !control.isReadOnly else { return false }
        if !control.menu.isEmpty && control.menu[value] == nil { return false }
        let bounded = min(max(value, control.minimum), max(control.maximum, control.minimum))
        return (try? node.setValue(bounded, of: id)) != nil
    }
}
