import LinuxSystem
import MediaTypes
import RealtimeSupport
import V4L2Device

/// An open decoder: the coded queue, and the raw queue once the stream has told its size.
///
/// V4L2 calls the coded queue OUTPUT and the raw queue CAPTURE.
final class DecoderSession {
    let node: V4L2Node
    var coded: V4L2Queue
    let codedBuffers: V4L2BufferSet
    /// The buffers of the coded queue that the program has, as a bit mask.
    var freeCoded: UInt64
    /// Nil until the stream has told its size.
    private(set) var raw: RawOutput?
    private let formats: [PixelFormat]

    /// Coded buffers: some that wait for the decoder, and one to be filled.
    private static let codedCount = 6
    /// Frames that consumers may hold: one on the screen, one to come, one in self view or a recording, one to spare.
    private static let spareFrames = 5

    /// The raw queue and its frames, of one picture size.
    final class RawOutput {
        var queue: V4L2Queue
        let format: VideoFormat
        let pool: FramePool

        init(_ queue: consuming V4L2Queue, _ format: VideoFormat, _ pool: FramePool) {
            self.queue = queue
            self.format = format
            self.pool = pool
        }

        /// Goes on after a drain (dev-decoder, "Drain"). By STREAMOFF and STREAMON, since not every driver forgets the
        /// last buffer at V4L2_DEC_CMD_START.
        func restart() throws(SystemError) {
            let queued = queue.queued
            queue.stop()
            for index in 0..<pool.capacity where queued & (1 << UInt64(index)) != 0 { pool.putBack(index) }
            try requeueReturned()
            try queue.start()
        }

        // MARK: - Real-time

        func requeueReturned() throws(SystemError) {
            var returned = pool.collectReturned()
            while returned != 0 {
                let index = returned.trailingZeroBitCount
                returned &= returned &- 1
                try queue.queue(index)
            }
        }
    }

    init(opening path: String, _ options: V4L2DecoderOptions) throws {
        let node = try V4L2Node(opening: path)
        guard node.capabilities.isMemoryToMemory, node.formats(.output).contains(options.codedFormat) else {
            throw CodecRefusal("\(path) does not decode \(options.codedFormat)")
        }
        formats = options.formats
        let wish = V4L2Format(
            // No size: the stream tells it, and a driver that was told the right one beforehand may see no change of
            // source in it (the Raspberry Pi's does not).
            options.codedFormat, width: 0, height: 0,
            planes: [V4L2PlaneLayout(stride: 0, byteCount: max(options.width * options.height, 1 << 20))])
        let format = try node.setFormat(wish, .output)
        guard format.fourCC == options.codedFormat else {
            throw CodecRefusal("VIDIOC_S_FMT made \(format.fourCC) of \(options.codedFormat)")
        }
        guard node.subscribeToSourceChanges() else {
            throw CodecRefusal("does not tell the size of a stream (V4L2_EVENT_SOURCE_CHANGE)")
        }
        node.subscribeToEndOfStream()
        var coded = V4L2Queue(node, .output)
        try coded.requestBuffers(Self.codedCount, memory: .mapped, planeCount: format.planes.count)
        codedBuffers = try coded.mapBuffers(exporting: false)
        freeCoded = (1 << UInt64(min(coded.bufferCount, 32))) - 1
        try coded.start()
        self.node = node
        self.coded = coded
    }

    deinit {
        coded.stop()
        raw?.queue.stop()
    }

    /// Sets the raw queue up for the size that the stream has now (dev-decoder, "Capture setup"). Frames of the size
    /// before stay valid for as long as they are held.
    func prepareRaw() throws {
        raw?.queue.stop()
        // The kernel keeps what is still mapped or exported, and forgets it when the last holder does.
        try raw?.queue.requestBuffers(0, memory: .mapped, planeCount: 1)
        raw = nil
        var format = try node.format(.capture)
        let offered = node.formats(.capture)
        let wanted = formats.flatMap(\.fourCCs)
        if let best = wanted.first(where: { offered.contains($0) }), best != format.fourCC {
            // The colours go back as the driver found them in the stream: some keep what they are told here.
            var wish = format
            wish.fourCC = best
            wish.planes = []
            format = try node.setFormat(wish, .capture)
        }
        guard let pixelFormat = PixelFormat(format.fourCC), let planes = format.picturePlanes else {
            throw CodecRefusal("gives \(offered.map(\.description).joined(separator: ", ")) only")
        }
        var visible = node.decodedRectangle() ?? V4L2Rectangle(width: format.width, height: format.height)
        if visible.width <= 0 || visible.height <= 0 || visible.left + visible.width > format.width
            || visible.top + visible.height > format.height || visible.left < 0 || visible.top < 0
        {
            visible = V4L2Rectangle(width: format.width, height: format.height)
        }
        let pictures = VideoFormat(pixelFormat, width: visible.width, height: visible.height)
        var queue = V4L2Queue(node, .capture)
        let minimum = max(node.value(of: .minimumCaptureBuffers) ?? 2, 1)
        try queue.requestBuffers(
            min(minimum + Self.spareFrames, 32), memory: .mapped, planeCount: format.planes.count)
        let buffers = try queue.mapBuffers(exporting: true)
        var slots: [VideoFrame] = []
        for buffer in buffers.buffers {
            slots.append(try DecodedLayout.frame(pictures, planes, visible, format.colorimetry, in: buffer))
        }
        guard !slots.isEmpty else { throw SystemError(operation: "VIDIOC_REQBUFS(no buffers)", errno: 12) }
        let output = RawOutput(queue, pictures, FramePool(slots, owner: buffers))
        try output.requeueReturned()
        try output.queue.start()
        raw = output
    }
}
