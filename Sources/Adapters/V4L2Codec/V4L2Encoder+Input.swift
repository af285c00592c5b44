import Glibc
import LinuxSystem
import MediaTypes
import RealtimeSupport
import V4L2Device

/// Which frame a raw buffer holds.
struct RawUse: Equatable {
    var pool: ObjectIdentifier?
    var slot: Int
}

extension V4L2Encoder {
    /// Pictures of a producer that others need: two that it fills, and one on its way.
    private static let producersOwn = 3

    // MARK: - Real-time

    /// How the raw queue has to be for a picture.
    func wantedInput(_ session: EncoderSession, _ frame: borrowing FrameHandle) throws -> RawInput {
        let picture = frame.value
        guard picture.format == configuration.format else {
            throw CodecRefusal("a picture of another format: \(picture.format)")
        }
        return policy.input(
            for: RawLayout(picture), matrix: picture.matrix.resolved(height: picture.format.height),
            isFullRange: picture.isFullRange, spare: frame.source.capacity - Self.producersOwn,
            needed: session.controls.minimumRawBuffers, isFirst: isFresh, width: picture.format.width,
            current: session.input)
    }

    /// Sets the raw queue up in another way; nothing should be inside.
    func adaptInput(_ session: EncoderSession, _ wanted: RawInput, _ frame: borrowing FrameHandle) throws {
        if wanted != session.input { try reconfigure(session, wanted) }
        // The driver may insist on a layout of its own (alignment): such pictures are copied.
        if session.input.memory == .imported, let layout = RawLayout(frame.value), layout != session.rawLayout {
            try stopImporting(session, layout)
        }
    }

    /// How many pictures the driver may have; imported ones no more than their producer can spare.
    func depth(_ session: EncoderSession, _ poolCapacity: Int) -> Int {
        guard session.input.memory == .imported else { return session.depth }
        return min(session.depth, max(poolCapacity - Self.producersOwn, session.controls.minimumRawBuffers))
    }

    /// Gives a picture to the driver; one buffer of the raw queue is free.
    func giveIn(_ session: EncoderSession, _ frame: borrowing FrameHandle) throws {
        let picture = frame.value
        if session.input.memory == .imported {
            if try importPicture(session, frame, picture) { return }
            if let layout = RawLayout(picture) { try stopImporting(session, layout) }
        }
        try copyPicture(session, picture)
    }

    private func stopImporting(_ session: EncoderSession, _ layout: RawLayout) throws {
        policy.refuse(layout)
        var copying = session.input
        copying.memory = .mapped
        copying.stride = configuration.format.width
        try reconfigure(session, copying)
    }

    private func reconfigure(_ session: EncoderSession, _ wanted: RawInput) throws {
        noteNewStream()
        for index in lastUse.indices { lastUse[index] = RawUse(pool: nil, slot: 0) }
        try session.reconfigure(wanted)
        noteInput(session)
    }

    /// Queues a picture where it lies; false when the driver does not take it.
    private func importPicture(
        _ session: EncoderSession, _ frame: borrowing FrameHandle, _ picture: VideoFrame
    ) throws(SystemError) -> Bool {
        let use = RawUse(pool: frame.poolIdentity, slot: frame.index)
        let index = freeBuffer(session.freeRaw, for: use)
        var payloads: V4L2Payloads = (.none, .none, .none)
        guard Self.describe(picture.planes.0, session.rawFormat, 0, &payloads.0) else { return false }
        if session.rawLayout.memoryPlanes > 1 {
            guard Self.describe(picture.planes.1, session.rawFormat, 1, &payloads.1) else { return false }
        }
        if session.rawLayout.memoryPlanes > 2 {
            guard Self.describe(picture.planes.2, session.rawFormat, 2, &payloads.2) else { return false }
        }
        let timestamp = ledger.enter(captureTime: picture.captureTime, submitTime: .now)
        do {
            try session.raw.queue(index, payloads, timestamp: timestamp)
        } catch {
            guard error.errno == EINVAL || error.errno == ENOMEM || error.errno == EFAULT else { throw error }
            ledger.revokeLast()
            return false
        }
        lastUse[index] = use
        session.freeRaw &= ~(1 << UInt64(index))
        session.frames.hold(frame.share(), at: index)
        return true
    }

    /// The buffer that held this very frame before, else one that held none, else any.
    private func freeBuffer(_ free: UInt64, for use: RawUse) -> Int {
        var unused: Int?
        var mask = free
        while mask != 0 {
            let index = mask.trailingZeroBitCount
            mask &= mask &- 1
            if lastUse[index] == use { return index }
            if unused == nil, lastUse[index].pool == nil { unused = index }
        }
        return unused ?? free.trailingZeroBitCount
    }

    private static func describe(
        _ plane: FramePlane, _ format: V4L2Format, _ index: Int, _ payload: inout V4L2PlanePayload
    ) -> Bool {
        guard let dmabuf = plane.dmabuf, index < format.planes.count else { return false }
        // A DMABUF tells its size by its end.
        let length = Int(lseek(dmabuf.rawValue, 0, SEEK_END))
        let needed = format.planes[index].byteCount
        guard length >= needed else { return false }
        payload = V4L2PlanePayload(dmabuf: dmabuf, length: length, bytesUsed: needed)
        return true
    }

    private func copyPicture(_ session: EncoderSession, _ picture: VideoFrame) throws {
        guard let buffers = session.rawBuffers, session.freeRaw != 0 else {
            throw CodecRefusal("no buffer to copy a picture to")
        }
        let index = session.freeRaw.trailingZeroBitCount
        var payloads: V4L2Payloads = (.none, .none, .none)
        payloads.0.bytesUsed = session.rawFormat.planes[0].byteCount
        if session.rawFormat.planes.count > 1 { payloads.1.bytesUsed = session.rawFormat.planes[1].byteCount }
        if session.rawFormat.planes.count > 2 { payloads.2.bytesUsed = session.rawFormat.planes[2].byteCount }
        for number in 0..<session.rawPlanes.count {
            let target = session.rawPlanes[number]
            let source = number == 0 ? picture.planes.0 : number == 1 ? picture.planes.1 : picture.planes.2
            guard source.base != nil, let memory = buffers.bytes(index, plane: target.memory) else {
                throw CodecRefusal("a picture that is not mapped")
            }
            Self.copy(source, to: target, in: memory)
        }
        let timestamp = ledger.enter(captureTime: picture.captureTime, submitTime: .now)
        try session.raw.queue(index, payloads, timestamp: timestamp)
        session.freeRaw &= ~(1 << UInt64(index))
    }

    /// Copies as many rows as both have, of the shorter row's length.
    private static func copy(
        _ source: FramePlane, to target: V4L2PicturePlane, in memory: UnsafeMutableRawBufferPointer
    ) {
        guard let from = source.base, let base = memory.baseAddress, source.stride > 0, target.stride > 0,
            target.offset + target.byteCount <= memory.count
        else { return }
        let to = base + target.offset
        if source.stride == target.stride {
            memcpy(to, from, min(source.byteCount, target.byteCount))
            return
        }
        let rows = min(source.byteCount / source.stride, target.byteCount / target.stride)
        let length = min(source.stride, target.stride)
        for row in 0..<rows { memcpy(to + row * target.stride, from + row * source.stride, length) }
    }
}
