import Glibc
package import LinuxSystem
package import MediaTypes
import RealtimeSupport
package import V4L2Device

/// What a board file may say about a decoder.
package struct V4L2DecoderOptions: Sendable, Equatable {
    /// The bit stream; anything but H.264 is for tests of the protocol.
    package var codedFormat: FourCC
    /// Acceptable picture formats, the best liked first.
    package var formats: [PixelFormat]
    /// The largest picture that is to be expected; sets the size of the buffers for the bit stream.
    package var width: Int
    package var height: Int

    package init(
        codedFormat: FourCC = .h264, formats: [PixelFormat] = [.nv12, .i420], width: Int = 1920, height: Int = 1080
    ) {
        self.codedFormat = codedFormat
        self.formats = formats
        self.width = width
        self.height = height
    }
}

/// A stateful decoder behind Video for Linux (memory-to-memory).
///
/// Frames stay in the driver's buffers and come as DMABUFs where it exports them. The picture size may change at any
/// time; each frame says its own. Confined to the decode thread. After an error the decoder is closed; open a new one.
package final class V4L2Decoder: VideoDecoder {
    package private(set) var capabilities: VideoCodecCapabilities
    /// Access units whose pictures came out broken.
    package private(set) var damagedPictures: UInt64 = 0
    /// How often the picture size was set up, the first time included.
    package private(set) var resolutionChanges: UInt64 = 0
    /// Whether a drain has given its last picture.
    package private(set) var isDrained = false

    // Made once: a literal of several options takes memory each time in a build without optimisation.
    private static let framesAndEvents: Readiness = [.readable, .priority]

    private let device: String
    private var session: DecoderSession?
    private var ledger = PictureLedger(capacity: 64)
    /// Nothing can be decoded before a key frame.
    private var awaitsKeyFrame = true
    private var wantsKeyFrame = false
    /// The size has changed, and all pictures of the size before are to come out first.
    private var changesSize = false
    /// The last buffer of a drain or of a size has come.
    private var hasEnded = false
    /// A drain was asked for and has not given its last picture.
    private var isDraining = false

    private init(_ device: String, _ session: DecoderSession) {
        self.device = device
        self.session = session
        capabilities = VideoCodecCapabilities(
            name: "\(device) (V4L2)", isHardware: true, forcesKeyFrames: false, changesBitrateLive: false,
            importsDMABUF: false, inputFormats: [.h264], copiesPerFrame: 0,
            notes: ["driver": session.node.capabilities.driver])
    }

    /// Opens a decoder; its pictures' size comes from the stream.
    ///
    /// - Parameters:
    ///   - node: such as /dev/video11, from the device monitor.
    ///   - name: the decoder as people know it; also the device in errors.
    /// - Throws: `.unsupported` when it does not decode the stream, `.gone`, `.busy`, `.failed`.
    package static func open(
        node: String, name: String, options: V4L2DecoderOptions = .init()
    ) throws(DeviceError) -> V4L2Decoder {
        do {
            return V4L2Decoder(name, try DecoderSession(opening: node, options))
        } catch {
            throw CodecRefusal.failure(name, error)
        }
    }

    package var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? {
        session.map { ($0.node.borrowed, Self.framesAndEvents) }
    }

    package var pending: (count: Int, since: MonotonicTime) {
        (ledger.count, ledger.oldest?.submitTime ?? .zero)
    }

    // MARK: - Drain

    /// Asks for all pictures that are inside; take frames until `isDrained`.
    package func drain() throws(DeviceError) {
        let session = try openSession()
        isDraining = true
        // The command is without effect before both queues stream: it is given once the size is known.
        guard session.raw != nil else { return }
        do {
            try session.node.stopDecoder()
        } catch {
            throw fail(error)
        }
    }

    /// Goes on after a drain, with a key frame.
    package func resume() throws(DeviceError) {
        do {
            isDrained = false
            isDraining = false
            hasEnded = false
            awaitsKeyFrame = true
            try openSession().raw?.restart()
        } catch {
            throw fail(error)
        }
    }

    // MARK: - Real-time

    package func decode(
        _ accessUnit: UnsafeRawBufferPointer, captureTime: MonotonicTime, isKeyFrame: Bool
    ) throws(DeviceError) -> DecodeResult {
        let session = try openSession()
        if awaitsKeyFrame && !isKeyFrame { return .needsKeyFrame }
        do {
            try session.raw?.requeueReturned()
            try reclaim(session)
            guard session.freeCoded != 0 else { return .full }
            let index = session.freeCoded.trailingZeroBitCount
            guard let memory = session.codedBuffers.bytes(index), accessUnit.count <= memory.count else {
                // Larger than any picture that was agreed to: it is lost, and what refers to it.
                awaitsKeyFrame = true
                return .needsKeyFrame
            }
            memory.copyMemory(from: accessUnit)
            let timestamp = ledger.enter(captureTime: captureTime, submitTime: .now)
            let payload = V4L2PlanePayload(bytesUsed: accessUnit.count)
            try session.coded.queue(index, (payload, .none, .none), timestamp: timestamp)
            session.freeCoded &= ~(1 << UInt64(index))
            awaitsKeyFrame = false
            let isBroken = wantsKeyFrame && !isKeyFrame
            wantsKeyFrame = false
            return isBroken ? .needsKeyFrame : .accepted
        } catch {
            throw fail(error)
        }
    }

    package func takeFrame() throws(DeviceError) -> FrameHandle? {
        let session = try openSession()
        do {
            while true {
                guard let raw = session.raw else {
                    takeEvents(session)
                    if !changesSize { return nil }
                    try changeSize(session)
                    continue
                }
                try raw.requeueReturned()
                switch try raw.queue.dequeue() {
                case .buffer(let buffer):
                    if buffer.flags.contains(.last) { hasEnded = true }
                    if try keep(buffer, session, raw) { return raw.pool.lend(buffer.index) }
                case .drained:
                    hasEnded = true
                    if try !followUp(session) { return nil }
                case .empty:
                    if try !followUp(session) { return nil }
                }
            }
        } catch {
            throw fail(error)
        }
    }

    /// Fills a frame's slot; false when the buffer holds no picture and has gone back to the driver.
    private func keep(
        _ buffer: V4L2DequeuedBuffer, _ session: DecoderSession, _ raw: DecoderSession.RawOutput
    ) throws(SystemError) -> Bool {
        let isEmpty = buffer.bytesUsed.0 <= buffer.dataOffset.0
        if isEmpty && buffer.flags.contains(.last) {
            // The end alone. Given back it would come again at once; it waits for `resume` or the next size.
            raw.pool.putBack(buffer.index)
            return false
        }
        let entry = ledger.leave(timestamp: buffer.timestamp)
        if buffer.flags.contains(.error) || isEmpty {
            damagedPictures &+= 1
            wantsKeyFrame = true
            if !hasEnded { try raw.queue.queue(buffer.index) } else { raw.pool.putBack(buffer.index) }
            return false
        }
        let ready = MonotonicTime.now
        let sequence = UInt64(buffer.sequence)
        raw.pool.update(buffer.index) { frame in
            frame.captureTime = entry?.captureTime ?? buffer.timestamp
            frame.readyTime = ready
            frame.sequence = sequence
        }
        return true
    }

    /// Looks for what else the driver has to say; true when there may be frames now.
    private func followUp(_ session: DecoderSession) throws -> Bool {
        takeEvents(session)
        guard hasEnded else { return false }
        if changesSize {
            try changeSize(session)
            return true
        }
        isDrained = true
        isDraining = false
        return false
    }

    private func takeEvents(_ session: DecoderSession) {
        while let event = session.node.nextEvent() {
            if event == .resolutionChanged { changesSize = true }
        }
    }

    private func changeSize(_ session: DecoderSession) throws {
        changesSize = false
        hasEnded = false
        resolutionChanges &+= 1
        try session.prepareRaw()
        if isDraining { try renewDrain(session) }
        if let format = session.raw?.format { capabilities.notes["pictures"] = "\(format.width)x\(format.height)" }
    }

    /// Gives the command for a drain once more; one that has outlived the change of size (EBUSY) needs none.
    private func renewDrain(_ session: DecoderSession) throws(SystemError) {
        do {
            try session.node.stopDecoder()
        } catch {
            if error.errno != EBUSY { throw error }
        }
    }

    private func reclaim(_ session: DecoderSession) throws(SystemError) {
        while session.coded.queuedCount > 0, case .buffer(let buffer) = try session.coded.dequeue() {
            session.freeCoded |= 1 << UInt64(buffer.index)
        }
    }

    // MARK: - Failure

    private func openSession() throws(DeviceError) -> DecoderSession {
        guard let session else { throw DeviceError(.failed, device: device, detail: "the decoder has failed before") }
        return session
    }

    private func fail(_ error: any Error) -> DeviceError {
        session = nil
        ledger.removeAll()
        return CodecRefusal.failure(device, error)
    }
}
