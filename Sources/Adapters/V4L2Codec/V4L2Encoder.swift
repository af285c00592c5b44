import H264Bitstream
package import LinuxSystem
package import MediaTypes
import RealtimeSupport
import V4L2Device

/// A stateful H.264 encoder behind Video for Linux (memory-to-memory).
///
/// Pictures in DMABUFs are read where the camera put them; others are copied once. Confined to the encode thread. After
/// an error the encoder is closed and its frames have gone back; open a new one.
package final class V4L2Encoder: VideoEncoder {
    package internal(set) var configuration: VideoEncoderConfiguration
    /// What probing found; the copies are those of the pictures that come now.
    package private(set) var capabilities: VideoCodecCapabilities
    /// Pictures that went in and came out broken or not at all.
    package private(set) var damagedPictures: UInt64 = 0
    /// How often the queues were restarted, for a key frame, a bitrate or another kind of input.
    package internal(set) var restarts: UInt64 = 0
    /// Pictures that were inside when a new stream had to begin at once; none as long as the driver can drain.
    package internal(set) var lostPictures: UInt64 = 0
    /// Whether a drain has given its last picture.
    package internal(set) var isDrained = false

    let device: String
    private let options: V4L2EncoderOptions
    /// Nil once the device has gone or failed.
    private var session: EncoderSession?
    var ledger = PictureLedger(capacity: 64)
    private var parameterSets = ParameterSets()
    private let scratch: UnsafeMutableRawBufferPointer
    var policy: RawInputPolicy
    /// Which frame each raw buffer held last: the same again spares the driver a new mapping.
    var lastUse: [RawUse]
    /// The next picture begins a stream and is an IDR anyway.
    var isFresh = true
    var wantsKeyFrame = false
    /// A new stream begins once what is inside has come out: since when that is waited for; nil: not wanted.
    var drainingSince: MonotonicTime?
    /// The rate that the new stream shall have.
    var nextBitrate: BitsPerSecond?
    /// Pictures of the new stream.
    var waiting = WaitingFrames(capacity: 8)
    private var damagedInARow = 0

    /// So many broken pictures in a row are no accident.
    private static let damageLimit = 5

    private init(
        _ device: String, _ session: EncoderSession, _ configuration: VideoEncoderConfiguration,
        _ options: V4L2EncoderOptions
    ) {
        self.device = device
        self.session = session
        self.options = options
        capabilities = session.capabilities(device)
        self.configuration = configuration
        self.configuration.bitrate = session.controls.bitrate
        self.configuration.frameRate = session.frameRate
        self.configuration.profileLevelID = session.controls.profileLevelID.code
        let largest = session.codedBuffers.buffers.compactMap { $0.first?.bytes.count }.max() ?? 0
        scratch = .allocate(byteCount: largest + parameterSets.overhead, alignment: 16)
        policy = RawInputPolicy(allowsImport: session.importsDMABUF)
        lastUse = Array(repeating: RawUse(pool: nil, slot: 0), count: 64)
    }

    deinit { scratch.deallocate() }

    /// Opens an encoder and starts both queues.
    ///
    /// A device that has no memory for buffers or does not start (ENOMEM, EIO) is opened anew, `options.attempts` times
    /// in all, since encoders shared by several programs get free by themselves.
    /// - Parameters:
    ///   - node: such as /dev/video16, from the device monitor.
    ///   - name: the encoder as people know it; also the device in errors.
    /// - Throws: `.unsupported` when it does not encode such pictures, `.gone`, `.busy`, `.failed`.
    package static func open(
        node: String, name: String, configuration: VideoEncoderConfiguration, options: V4L2EncoderOptions = .init()
    ) throws(DeviceError) -> V4L2Encoder {
        var attempt = 1
        while true {
            do {
                let session = try EncoderSession(opening: node, configuration, options)
                return V4L2Encoder(name, session, configuration, options)
            } catch {
                let failure = CodecRefusal.failure(name, error)
                if failure.kind != .failed || attempt >= options.attempts { throw failure }
                attempt += 1
            }
        }
    }

    package var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? {
        session.map { ($0.node.borrowed, .readable) }
    }

    package var pending: (count: Int, since: MonotonicTime) {
        (ledger.count + waiting.count, ledger.oldest?.submitTime ?? drainingSince ?? .zero)
    }

    package func setBitrate(_ bitrate: BitsPerSecond) throws(DeviceError) -> Bool {
        let session = try openSession()
        guard session.controls.hasBitrate else { return false }
        if session.controls.changesBitrateLive {
            guard let error = Self.set(session, .bitrate, bitrate.value) else {
                configuration.bitrate = session.node.value(of: .bitrate).map { BitsPerSecond($0) } ?? bitrate
                return true
            }
            if DeviceError.kind(ofErrno: error.errno) == .gone { throw fail(error) }
            // EBUSY: it may not change while streaming, whatever the other controls promised.
            session.controls.changesBitrateLive = false
            session.controls.notes["bitrate"] = "not live (\(error)): the queues are restarted for a change"
            noteInput(session)
        }
        do {
            configuration.bitrate = bitrate
            nextBitrate = bitrate
            if drainingSince == nil, try !beginDrain(session) { try beginStream(session) }
            return true
        } catch {
            throw fail(error)
        }
    }

    /// Publishes what has changed in how the encoder works.
    func noteInput(_ session: EncoderSession) { capabilities = session.capabilities(device) }

    // MARK: - Drain

    /// Asks for all pictures that are inside; take output until `isDrained`.
    package func drain() throws(DeviceError) {
        do {
            try openSession().node.stopEncoder()
        } catch let error as SystemError {
            throw fail(error)
        } catch {
            throw CodecRefusal.failure(device, error)
        }
    }

    /// Goes on after a drain; the next picture begins a new stream.
    package func resume() throws(DeviceError) {
        let session = try openSession()
        do {
            try beginStream(session)
        } catch {
            throw fail(error)
        }
    }

    // MARK: - Real-time

    package func submit(_ frame: borrowing FrameHandle, forceKeyFrame: Bool) throws(DeviceError) -> SubmitResult {
        let session = try openSession()
        do {
            if isDrainOverdue { try beginStream(session) }
            let depth = depth(session, frame.source.capacity)
            if session.raw.queuedCount + waiting.count >= depth { try reclaim(session) }
            guard session.raw.queuedCount + waiting.count < depth, waiting.hasRoom else { return .full }
            if drainingSince == nil, try encode(session, frame, forceKeyFrame: forceKeyFrame) { return .accepted }
            if drainingSince == nil { return .full }
            waiting.append(frame.share())
            return .accepted
        } catch {
            throw fail(error)
        }
    }

    package func takeOutput(_ body: (EncodedAccessUnit) -> Void) throws(DeviceError) -> Bool {
        let session = try openSession()
        do {
            while true {
                var wasLent = false
                let result = try session.coded.dequeue()
                if case .buffer(let buffer) = result {
                    try reclaim(session)
                    wasLent = try take(buffer, session, body)
                    if buffer.flags.contains(.last) {
                        // It stays with us: given back it would come again at once, as the empty end of the stream.
                        isDrained = true
                    } else {
                        try session.coded.queue(buffer.index)
                    }
                } else if case .drained = result {
                    isDrained = true
                }
                if isDrained, drainingSince != nil { try beginStream(session) }
                if wasLent { return true }
                guard case .buffer = result else { return false }
            }
        } catch {
            throw fail(error)
        }
    }

    /// Lends what is in a coded buffer; false when it holds no picture.
    private func take(
        _ buffer: V4L2DequeuedBuffer, _ session: EncoderSession, _ body: (EncodedAccessUnit) -> Void
    ) throws(SystemError) -> Bool {
        if buffer.flags.contains(.error) {
            _ = ledger.leave(timestamp: buffer.timestamp)
            damagedPictures &+= 1
            damagedInARow += 1
            // What comes next may refer to what was lost.
            wantsKeyFrame = true
            if damagedInARow >= Self.damageLimit {
                throw SystemError(operation: "VIDIOC_DQBUF(\(damagedInARow) broken pictures in a row)", errno: 5)
            }
            return false
        }
        guard let memory = session.codedBuffers.bytes(buffer.index) else { return false }
        let end = min(buffer.bytesUsed.0, memory.count)
        guard end > buffer.dataOffset.0 else { return false }
        let bytes = UnsafeRawBufferPointer(rebasing: memory[buffer.dataOffset.0..<end])
        guard options.codedFormat == .h264 else {
            return lend(bytes, isKeyFrame: buffer.flags.contains(.keyFrame), buffer.timestamp, body)
        }
        let summary = AccessUnitSummary(headOf: bytes)
        parameterSets.remember(summary, in: bytes)
        // Parameter sets may come in a buffer of their own (header mode "separate").
        guard summary.sliceCount > 0 else { return false }
        damagedInARow = 0
        if summary.isKeyFrame && !summary.isDecoderEntry {
            let length = parameterSets.prepend(to: bytes, into: scratch)
            if length > 0 {
                return lend(
                    UnsafeRawBufferPointer(rebasing: scratch[..<length]), isKeyFrame: true, buffer.timestamp, body)
            }
        }
        return lend(bytes, isKeyFrame: summary.isKeyFrame, buffer.timestamp, body)
    }

    private func lend(
        _ bytes: UnsafeRawBufferPointer, isKeyFrame: Bool, _ timestamp: MonotonicTime,
        _ body: (EncodedAccessUnit) -> Void
    ) -> Bool {
        let entry = ledger.leave(timestamp: timestamp)
        body(
            EncodedAccessUnit(
                bytes: bytes, captureTime: entry?.captureTime ?? timestamp, submitTime: entry?.submitTime ?? timestamp,
                isKeyFrame: isKeyFrame))
        return true
    }

    /// Takes raw buffers back from the driver, and lets their frames go.
    func reclaim(_ session: EncoderSession) throws(SystemError) {
        while session.raw.queuedCount > 0, case .buffer(let buffer) = try session.raw.dequeue() {
            session.frames.release(buffer.index)
            session.freeRaw |= 1 << UInt64(buffer.index)
        }
    }

    /// Has the next picture be a key frame by the driver's control; false when it has none that works.
    func forceKeyFrame(_ session: EncoderSession) throws -> Bool {
        guard session.controls.forcesKeyFrames else { return false }
        guard let error = Self.set(session, .forceKeyFrame, 1) else { return true }
        if DeviceError.kind(ofErrno: error.errno) == .gone { throw error }
        session.controls.forcesKeyFrames = false
        session.controls.notes["key frames"] = "the control fails (\(error)): the queues are restarted for each"
        noteInput(session)
        return false
    }

    /// Sets a control while streaming; nil when that went well.
    private static func set(_ session: EncoderSession, _ id: V4L2ControlID, _ value: Int) -> SystemError? {
        do {
            try session.node.setValue(value, of: id)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Failure

    private func openSession() throws(DeviceError) -> EncoderSession {
        guard let session else { throw DeviceError(.failed, device: device, detail: "the encoder has failed before") }
        return session
    }

    /// Closes the device, so that the frames that it reads go back to the camera.
    private func fail(_ error: any Error) -> DeviceError {
        session = nil
        ledger.removeAll()
        waiting.removeAll()
        drainingSince = nil
        return CodecRefusal.failure(device, error)
    }
}
