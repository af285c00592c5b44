import Glibc
import LinuxSystem
import MediaTypes
import RealtimeSupport
import V4L2Device

/// An open encoder: both queues with their formats and buffers. All is given back when it ends, the frames that the
/// driver reads only after the device has been closed.
///
/// V4L2 calls the raw queue OUTPUT and the coded queue CAPTURE.
final class EncoderSession {
    // The order matters: what stands last ends first.
    var frames: HeldFrames
    let node: V4L2Node
    var raw: V4L2Queue
    var coded: V4L2Queue
    let codedBuffers: V4L2BufferSet
    /// Nil while pictures are imported.
    private(set) var rawBuffers: V4L2BufferSet?
    private(set) var rawFormat: V4L2Format
    private(set) var rawPlanes: [V4L2PicturePlane]
    private(set) var rawLayout: RawLayout
    private(set) var input: RawInput
    var controls: EncoderControls
    let importsDMABUF: Bool
    let frameRate: FrameRate
    let visible: (width: Int, height: Int)
    /// The buffers of the raw queue that the program has, as a bit mask.
    var freeRaw: UInt64 = 0
    /// Pictures that the driver may have at a time: what it needs and one to spare. More would only wait there, and a
    /// stalled encoder would keep the camera's last buffers.
    var depth: Int { max(controls.minimumRawBuffers + 1, 4) }

    private let rawFourCC: FourCC
    private static let rawLimit = 32

    init(
        opening path: String, _ configuration: VideoEncoderConfiguration, _ options: V4L2EncoderOptions
    ) throws {
        let node = try V4L2Node(opening: path)
        guard node.capabilities.isMemoryToMemory, node.formats(.capture).contains(options.codedFormat) else {
            throw CodecRefusal("\(path) does not encode \(options.codedFormat)")
        }
        let offered = node.formats(.output)
        let fourCCs = configuration.format.pixelFormat.fourCCs
        guard let rawFourCC = fourCCs.first(where: { offered.contains($0) }) else {
            throw CodecRefusal("takes no \(configuration.format.pixelFormat.rawValue)")
        }
        let width = configuration.format.width
        let height = configuration.format.height
        visible = (width, height)
        self.rawFourCC = rawFourCC

        // The kernel's order (dev-encoder): coded format, raw format, interval, visible rectangle, controls, buffers.
        let codedBytes = max(width * height * 3 / 4, 512 << 10)
        let codedWish = V4L2Format(
            options.codedFormat, width: width, height: height,
            planes: [V4L2PlaneLayout(stride: 0, byteCount: codedBytes)])
        _ = try node.setFormat(codedWish, .capture)
        let colours = configuration.colours.resolved(height: height)
        var input = RawInput(
            memory: .mapped, stride: width, matrix: colours.matrix, isFullRange: colours.isFullRange)
        (rawFormat, rawPlanes, rawLayout) = try Self.negotiate(node, rawFourCC, visible, input)
        frameRate = Self.setFrameRate(node, configuration.frameRate)
        controls = EncoderControls(node, configuration, options)
        if configuration.maximumSliceBytes != nil && !controls.limitsSlices {
            throw CodecRefusal("cannot limit the size of slices")
        }
        var raw = V4L2Queue(node, .output)
        importsDMABUF = options.allowsImport && raw.supports(.imported)
        if importsDMABUF { input.memory = .imported }
        self.input = input
        var coded = V4L2Queue(node, .capture)
        // With the raw format the driver may have made the coded buffers larger.
        let codedPlanes = try node.format(.capture).planes.count
        try coded.requestBuffers(6, memory: .mapped, planeCount: codedPlanes)
        codedBuffers = try coded.mapBuffers(exporting: false)
        frames = HeldFrames(capacity: Self.rawLimit)
        self.node = node
        self.raw = raw
        self.coded = coded
        try prepareRawBuffers()
        try start()
    }

    deinit { close() }

    /// Stops both queues; the driver touches no frame afterwards.
    func close() {
        raw.stop()
        coded.stop()
        frames.releaseAll()
    }

    // MARK: - Set-up

    private static func negotiate(
        _ node: borrowing V4L2Node, _ fourCC: FourCC, _ visible: (width: Int, height: Int), _ input: RawInput
    ) throws -> (V4L2Format, [V4L2PicturePlane], RawLayout) {
        var wish = V4L2Format(fourCC, width: visible.width, height: visible.height, colorimetry: input.colorimetry)
        wish.planes = [V4L2PlaneLayout(stride: input.stride, byteCount: 0)]
        let format = try node.setFormat(wish, .output)
        guard format.fourCC == fourCC, format.width >= visible.width, format.height >= visible.height,
            let planes = format.picturePlanes, let layout = RawLayout(format)
        else {
            throw CodecRefusal(
                "VIDIOC_S_FMT made \(format.fourCC) \(format.width)x\(format.height) of \(fourCC) "
                    + "\(visible.width)x\(visible.height)")
        }
        let rectangle = V4L2Rectangle(width: visible.width, height: visible.height)
        let cropped = try? node.setVisibleRectangle(rectangle)
        let isExact = format.width == visible.width && format.height == visible.height
        guard cropped == rectangle || (cropped == nil && isExact) else {
            throw CodecRefusal(
                "cannot crop \(format.width)x\(format.height) to \(visible.width)x\(visible.height)")
        }
        return (format, planes, layout)
    }

    private static func setFrameRate(_ node: borrowing V4L2Node, _ wanted: FrameRate) -> FrameRate {
        let set = try? node.setFrameRate(numerator: wanted.numerator, denominator: wanted.denominator, .output)
        if let set, set.numerator > 0, set.denominator > 0 { return FrameRate(set.numerator, set.denominator) }
        return wanted
    }

    private func prepareRawBuffers() throws(SystemError) {
        // Imports need no memory: one for each frame that a producer is likely to have, so that the driver's
        // attachments stay.
        let count = input.memory == .imported ? max(depth, 16) : depth
        try raw.requestBuffers(min(count, Self.rawLimit), memory: input.memory, planeCount: rawFormat.planes.count)
        rawBuffers = input.memory == .mapped ? try raw.mapBuffers(exporting: false) : nil
        let usable = min(raw.bufferCount, Self.rawLimit)
        freeRaw = usable >= 64 ? .max : (1 << UInt64(usable)) - 1
    }

    private func start() throws(SystemError) {
        for index in 0..<coded.bufferCount where coded.queued & (1 << UInt64(index)) == 0 { try coded.queue(index) }
        try raw.start()
        try coded.start()
    }

    /// What is published in status.
    func capabilities(_ device: String) -> VideoCodecCapabilities {
        var formats: [PixelFormat] = []
        for fourCC in node.formats(.output) {
            if let format = PixelFormat(fourCC), !formats.contains(format) { formats.append(format) }
        }
        var notes = controls.notes
        notes["driver"] = node.capabilities.driver
        notes["raw buffers needed"] = String(controls.minimumRawBuffers)
        notes["raw stride"] = String(rawLayout.stride)
        if rawFormat.height != visible.height { notes["raw height"] = String(rawFormat.height) }
        return VideoCodecCapabilities(
            name: "\(device) (V4L2)", isHardware: true, forcesKeyFrames: controls.forcesKeyFrames,
            changesBitrateLive: controls.changesBitrateLive, importsDMABUF: importsDMABUF, inputFormats: formats,
            copiesPerFrame: input.memory == .imported ? 0 : 1, notes: notes)
    }

    // MARK: - Changes while running

    /// Stops and starts both queues: the next picture begins a new stream with an IDR (dev-encoder, "Stop" and
    /// "Encoding"). Pictures that were inside are lost.
    func restart(_ change: () -> Void = {}) throws(SystemError) {
        stopQueues()
        change()
        try start()
    }

    /// Sets the raw queue up in another way; begins a new stream.
    func reconfigure(_ wanted: RawInput) throws {
        stopQueues()
        rawBuffers = nil
        // Formats change only while there are no buffers.
        try raw.requestBuffers(0, memory: input.memory, planeCount: 1)
        (rawFormat, rawPlanes, rawLayout) = try Self.negotiate(node, rawFourCC, visible, wanted)
        input = wanted
        try prepareRawBuffers()
        try start()
    }

    private func stopQueues() {
        raw.stop()
        coded.stop()
        frames.releaseAll()
        let usable = min(raw.bufferCount, Self.rawLimit)
        freeRaw = usable >= 64 ? .max : (1 << UInt64(usable)) - 1
    }
}
