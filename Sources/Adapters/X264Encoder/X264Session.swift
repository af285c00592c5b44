internal import CX264
import H264Bitstream
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// An open x264 encoder with its parameters and its input picture.
struct X264Session: ~Copyable {
    /// Slices of a first picture that is lent from its beginning on.
    private static let slices: Int32 = 4

    private let encoder: EncoderHandle
    private let memory: SessionMemory
    private var pictureCount: Int64 = 0
    /// How x264 chooses among intra blocks once the first picture is out.
    private let intraBlocks: UInt32
    /// Where x264's NAL units come; nil where several threads make them, in no order.
    private let output: NALUnitOutput?
    /// What the sequence parameter set says, nothing unspecified.
    let colours: PictureColours

    init(_ configuration: VideoEncoderConfiguration, options: X264Options) throws(DeviceError) {
        let output =
            options.threads > 1
            ? nil : try NALUnitOutput(width: configuration.format.width, height: configuration.format.height)
        let memory = SessionMemory()
        guard convene_x264_knows_preset(options.preset) != 0,
            x264_param_default_preset(memory.parameters, options.preset, "zerolatency") == 0
        else {
            throw DeviceError(
                .unsupported, device: X264Encoder.deviceName,
                detail: "x264_param_default_preset: no preset \"\(options.preset)\"")
        }
        let profile = X264Profile(profileLevelID: configuration.profileLevelID)
        memory.parameters.pointee.apply(configuration, options: options, profile: profile)
        convene_x264_log_into(memory.parameters, memory.message)
        if let output { memory.hand(unitsTo: output) }
        let intraBlocks = memory.parameters.pointee.analyse.intra
        // The first picture is what the far end waits for: with the largest blocks alone it is done a seventh sooner, and
        // as large at the same quantiser.
        memory.parameters.pointee.analyse.intra = 0
        guard x264_param_apply_profile(memory.parameters, profile.rawValue) == 0,
            let opened = convene_x264_open(memory.parameters)
        else {
            throw DeviceError(
                .unsupported, device: X264Encoder.deviceName,
                detail: "x264_encoder_open(\(configuration.format.width)x\(configuration.format.height)): "
                    + memory.words)
        }
        memory.picture.pointee.img.i_csp = memory.parameters.pointee.i_csp
        memory.picture.pointee.img.i_plane = Int32(configuration.format.pixelFormat.planeCount)
        encoder = EncoderHandle(raw: opened)
        self.memory = memory
        self.output = output
        self.intraBlocks = intraBlocks
        colours = configuration.colours.resolved(height: configuration.format.height)
    }

    /// Changes the rate from the next picture on; false when x264 refuses.
    mutating func setBitrate(_ bitrate: BitsPerSecond, burst: Duration) -> Bool {
        memory.parameters.pointee.setRate(bitrate, burst: burst)
        return x264_encoder_reconfig(encoder.raw, memory.parameters) == 0
    }

    /// Lends `body` each slice of the first picture but the last as soon as it is coded.
    mutating func lendBeginning(to body: @escaping (EncodedAccessUnit) -> Void) {
        guard let output, pictureCount == 0 else { return }
        memory.parameters.pointee.i_slice_count = Self.slices
        // Refused, the picture stays whole.
        _ = x264_encoder_reconfig(encoder.raw, memory.parameters)
        output.beginning = body
    }

    // MARK: - Real-time

    /// Encodes one picture; the bytes, all that was not lent yet, are valid until the next call.
    ///
    /// - Returns: nil when x264 failed; `lastMessage` says why.
    mutating func encode(
        _ frame: borrowing FrameHandle, forceKeyFrame: Bool, at submitTime: MonotonicTime
    ) -> (bytes: UnsafeRawBufferPointer, isKeyFrame: Bool)? {
        let planes = frame.value.planes
        memory.picture.pointee.img.plane.0 = planes.0.base?.assumingMemoryBound(to: UInt8.self)
        memory.picture.pointee.img.plane.1 = planes.1.base?.assumingMemoryBound(to: UInt8.self)
        memory.picture.pointee.img.plane.2 = planes.2.base?.assumingMemoryBound(to: UInt8.self)
        memory.picture.pointee.img.i_stride.0 = Int32(clamping: planes.0.stride)
        memory.picture.pointee.img.i_stride.1 = Int32(clamping: planes.1.stride)
        memory.picture.pointee.img.i_stride.2 = Int32(clamping: planes.2.stride)
        memory.picture.pointee.i_type = forceKeyFrame ? X264_TYPE_IDR : X264_TYPE_AUTO
        memory.picture.pointee.i_pts = pictureCount
        pictureCount &+= 1
        output?.begin(captureTime: frame.value.captureTime, submitTime: submitTime)
        var units: UnsafeMutablePointer<x264_nal_t>?
        var unitCount: Int32 = 0
        let byteCount = x264_encoder_encode(
            encoder.raw, &units, &unitCount, memory.picture, memory.result)
        if pictureCount == 1 { endHaste() }
        if let output { return byteCount < 0 || output.isOverrun ? nil : (output.rest, output.holdsKeyFrame) }
        guard byteCount > 0, let units, let first = units.pointee.p_payload else {
            return byteCount < 0 ? nil : (UnsafeRawBufferPointer(start: nil, count: 0), false)
        }
        var isKeyFrame = false
        for index in 0..<Int(unitCount) where units[index].i_type == Int32(NAL_SLICE_IDR.rawValue) {
            isKeyFrame = true
        }
        return (UnsafeRawBufferPointer(start: first, count: Int(byteCount)), isKeyFrame)
    }

    /// A refusal would only leave the choice as it is.
    private mutating func endHaste() {
        memory.parameters.pointee.analyse.intra = intraBlocks
        memory.parameters.pointee.i_slice_count = 0
        output?.beginning = nil
        _ = x264_encoder_reconfig(encoder.raw, memory.parameters)
    }

    /// What x264 said last, or what became of its picture.
    var lastMessage: String {
        if let output, output.isOverrun { return "the coded picture takes more than \(output.capacity) bytes" }
        return memory.words
    }
}

/// An x264 encoder that is closed when its owner ends.
private struct EncoderHandle: ~Copyable {
    let raw: OpaquePointer
    deinit { x264_encoder_close(raw) }
}

/// What x264 is handed by address.
private struct SessionMemory: ~Copyable {
    let parameters = UnsafeMutablePointer<x264_param_t>.allocate(capacity: 1)
    let picture = UnsafeMutablePointer<x264_picture_t>.allocate(capacity: 1)
    let result = UnsafeMutablePointer<x264_picture_t>.allocate(capacity: 1)
    let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CONVENE_X264_MESSAGE_BYTES))

    init() {
        parameters.initialize(to: x264_param_t())
        x264_picture_init(picture)
        x264_picture_init(result)
        message.initialize(repeating: 0, count: Int(CONVENE_X264_MESSAGE_BYTES))
    }

    deinit {
        parameters.deallocate()
        picture.deallocate()
        result.deallocate()
        message.deallocate()
    }

    /// Has x264 hand each NAL unit to `output`, which lives at least as long as this encoder, instead of gathering them.
    func hand(unitsTo output: NALUnitOutput) {
        picture.pointee.opaque = Unmanaged.passUnretained(output).toOpaque()
        parameters.pointee.nalu_process = { encoder, unit, output in
            guard let encoder, let unit, let output else { return }
            Unmanaged<NALUnitOutput>.fromOpaque(output).takeUnretainedValue().append(unit, of: encoder)
        }
    }

    /// What x264 said last, on one line.
    var words: String {
        let text = String(cString: message).split(separator: "\n").joined(separator: " ")
        return text.isEmpty ? "refused" : text
    }
}

/// The profiles of x264 that a room may negotiate, by x264's name.
enum X264Profile: String {
    case baseline
    case main
    case high

    /// The best that a decoder with this profile-level-id takes (RFC 6184 §8.1, Table 5).
    init(profileLevelID: UInt32) {
        switch ProfileLevelID(code: profileLevelID).profile {
        case .main: self = .main
        case let profile? where profile.isHighFamily: self = .high
        default: self = .baseline
        }
    }

    var bitstreamProfile: H264Profile {
        switch self {
        case .baseline: .constrainedBaseline
        case .main: .main
        case .high: .high
        }
    }
}

extension x264_param_t {
    fileprivate mutating func apply(
        _ configuration: VideoEncoderConfiguration, options: X264Options, profile: X264Profile
    ) {
        i_width = Int32(clamping: configuration.format.width)
        i_height = Int32(clamping: configuration.format.height)
        i_csp = configuration.format.pixelFormat == .nv12 ? X264_CSP_NV12 : X264_CSP_I420
        i_fps_num = UInt32(clamping: configuration.frameRate.numerator)
        i_fps_den = UInt32(clamping: configuration.frameRate.denominator)
        i_timebase_num = i_fps_den
        i_timebase_den = i_fps_num
        // Constant frame rate for the rate control: with real durations x264 would hold each picture back until the
        // next one has come.
        b_vfr_input = 0
        i_threads = Int32(clamping: max(options.threads, 1))
        b_sliced_threads = options.threads > 1 ? 1 : 0
        i_lookahead_threads = 1
        let level = H264Level.minimum(
            width: configuration.format.width, height: configuration.format.height,
            frameRate: configuration.frameRate.perSecond, bitrate: configuration.bitrate.value,
            profile: profile.bitstreamProfile)
        if let level { i_level_idc = Int32(level.levelIDC) }

        // Nothing in a room moves by more than a sixth of the picture between two; x264 keeps a table of costs of this
        // length for each quantiser, and fills them all when it opens: a megabyte and a millisecond less.
        analyse.i_mv_range = Int32(clamping: max(configuration.format.height / 6, 64))

        i_keyint_max = Int32(clamping: max(configuration.keyFrameInterval, 1))
        i_keyint_min = 1
        // A cut is coded with intra blocks where they are needed; a whole key frame would only burst.
        i_scenecut_threshold = 0
        i_bframe = 0
        b_intra_refresh = 0
        b_annexb = 1
        b_repeat_headers = 1
        b_aud = 0
        b_cabac = profile == .baseline ? 0 : 1
        analyse.b_transform_8x8 = profile == .high ? 1 : 0
        if let size = configuration.maximumSliceBytes { i_slice_max_size = Int32(clamping: max(size, 200)) }

        let colours = configuration.colours.resolved(height: configuration.format.height)
        vui.b_fullrange = colours.isFullRange ? 1 : 0
        vui.i_colorprim = 1  // BT.709 (H.264 Table E-3)
        vui.i_transfer = 1
        vui.i_colmatrix = colours.matrix == .bt601 ? 6 : 1  // SMPTE 170M, BT.709 (Table E-5)

        rc.i_rc_method = X264_RC_ABR
        rc.i_qp_min = Int32(clamping: min(max(options.minimumQuantizer, 0), 51))
        setRate(configuration.bitrate, burst: options.burst)
    }

    fileprivate mutating func setRate(_ bitrate: BitsPerSecond, burst: Duration) {
        let kilobits = max(bitrate.value / 1000, 8)
        rc.i_bitrate = Int32(clamping: kilobits)
        rc.i_vbv_max_bitrate = Int32(clamping: kilobits)
        // x264 needs room for one picture at least.
        let onePicture = Double(kilobits) * Double(i_fps_den) / Double(max(i_fps_num, 1))
        rc.i_vbv_buffer_size = Int32(clamping: Int(max(Double(kilobits) * (burst / .seconds(1)), onePicture).rounded()))
    }
}
