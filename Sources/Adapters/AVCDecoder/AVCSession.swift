internal import CAVCodec
import MediaTypes

/// An open H.264 decoder of libavcodec with its input buffer; closed when its owner ends.
struct AVCSession: ~Copyable {
    private let library: AVCLibrary
    private var context: AVCLibrary.Context?
    private var packet: AVCLibrary.Packet?
    private let picturesStarted: UnsafeMutablePointer<Int>

    /// Larger access units are refused: no level that a room negotiates allows them.
    static let largestAccessUnit = 4 << 20
    /// Luma samples in the largest picture that is decoded (level 5.1 allows 9,437,184): a bound for memory.
    private static let largestPicture: Int64 = 4096 * 2304

    init(library: AVCLibrary, threads: Int) throws(DeviceError) {
        self.library = library
        picturesStarted = .allocate(capacity: 1)
        picturesStarted.initialize(to: 0)
        guard let codec = library.findDecoder(AV_CODEC_ID_H264) else {
            throw DeviceError(
                .unsupported, device: AVCDecoder.deviceName, detail: "avcodec_find_decoder: no H.264 decoder in it")
        }
        context = library.allocateContext(codec)
        packet = library.allocatePacket()
        guard let context, let packet else { throw AVCSession.noMemory }
        context.pointee.flags |= CONVENE_LOW_DELAY
        context.pointee.thread_count = Int32(clamping: max(threads, 1))
        // Threads on frames would hold a picture back for each thread.
        context.pointee.thread_type = FF_THREAD_SLICE
        context.pointee.error_concealment = FF_EC_GUESS_MVS | FF_EC_DEBLOCK
        context.pointee.max_pixels = AVCSession.largestPicture
        context.pointee.opaque = UnsafeMutableRawPointer(picturesStarted)
        context.pointee.get_buffer2 = countPicture
        let status = library.open(context, codec, nil)
        guard status == 0 else {
            throw DeviceError(
                .failed, device: AVCDecoder.deviceName, detail: "avcodec_open2: \(library.words(for: status))")
        }
        try growInput(of: packet, to: 256 << 10)
    }

    deinit {
        var context = context
        var packet = packet
        library.freePacket(&packet)
        library.freeContext(&context)
        picturesStarted.deallocate()
    }

    /// libavcodec reads beyond the end and wants zeros there; a reference-counted packet spares it a copy of its own.
    private func growInput(of packet: AVCLibrary.Packet, to byteCount: Int) throws(DeviceError) {
        guard let buffer = library.allocateBuffer(byteCount + Int(CONVENE_PADDING)) else { throw AVCSession.noMemory }
        library.unreferenceBuffer(&packet.pointee.buf)
        packet.pointee.buf = buffer
        packet.pointee.data = buffer.pointee.data
    }

    private static var noMemory: DeviceError {
        DeviceError(.failed, device: AVCDecoder.deviceName, detail: "av_malloc: Cannot allocate memory")
    }

    enum Decoded {
        case clean
        /// The stream has lost pictures, or does not follow the standard.
        case damaged
    }

    // MARK: - Real-time

    /// Decodes one access unit; pictures are then there for `receive`.
    mutating func send(
        _ accessUnit: UnsafeRawBufferPointer, captureTime: Int64
    ) throws(DeviceError) -> Decoded {
        guard let packet, let source = accessUnit.baseAddress, accessUnit.count <= Self.largestAccessUnit else {
            return .damaged
        }
        var capacity = Int(packet.pointee.buf?.pointee.size ?? 0) - Int(CONVENE_PADDING)
        if accessUnit.count > capacity {
            while capacity < accessUnit.count { capacity = max(capacity, 1 << 16) * 2 }
            try growInput(of: packet, to: capacity)
        }
        guard let target = packet.pointee.data else { return .damaged }
        target.update(from: source.assumingMemoryBound(to: UInt8.self), count: accessUnit.count)
        (target + accessUnit.count).update(repeating: 0, count: Int(CONVENE_PADDING))
        packet.pointee.size = Int32(accessUnit.count)
        packet.pointee.pts = captureTime
        picturesStarted.pointee = 0
        let status = library.sendPacket(context, packet)
        if status == CONVENE_AVERROR_ENOMEM { throw AVCSession.noMemory }
        // More than one picture begun: the gaps in frame_num were filled with copies.
        return status == 0 && picturesStarted.pointee <= 1 ? .clean : .damaged
    }

    /// Moves the next finished picture into `frame`; false when there is none.
    mutating func receive(into frame: AVCLibrary.Frame?) -> Bool { library.receiveFrame(context, frame) == 0 }
}

/// Called by libavcodec for the memory of each picture that it begins, those included that stand for lost ones.
private func countPicture(
    _ context: UnsafeMutablePointer<AVCodecContext>?, _ frame: UnsafeMutablePointer<AVFrame>?, _ flags: Int32
) -> Int32 {
    guard case .success(let library) = AVCLibrary.shared else { return CONVENE_AVERROR_ENOMEM }
    context?.pointee.opaque?.assumingMemoryBound(to: Int.self).pointee += 1
    return library.defaultGetBuffer(context, frame, flags)
}
