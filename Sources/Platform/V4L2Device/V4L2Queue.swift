import CV4L2
import Glibc
package import LinuxSystem

/// Where the memory of a queue's buffers comes from.
package enum V4L2Memory: Sendable {
    /// The driver's own, mapped here.
    case mapped
    /// DMABUFs of others, imported at each queueing.
    case imported

    var raw: UInt32 {
        switch self {
        case .mapped: V4L2_MEMORY_MMAP.rawValue
        case .imported: V4L2_MEMORY_DMABUF.rawValue
        }
    }
}

/// One direction of a node: its buffers, and which of them the driver has.
///
/// Confined to the thread that streams. Nothing is allocated after `requestBuffers` and `mapBuffers`.
/// The node must outlive the queue.
package struct V4L2Queue: ~Copyable {
    private let descriptor: BorrowedDescriptor
    private let type: UInt32
    private let isMultiplanar: Bool
    private let planes: UnsafeMutablePointer<v4l2_plane>
    private let planeCapacity = cv4l2_plane_limit
    /// Memory planes of each buffer.
    package private(set) var planeCount = 1
    package private(set) var memory = V4L2Memory.mapped
    /// Buffers that the driver granted.
    package private(set) var bufferCount = 0
    package private(set) var isStreaming = false
    /// The buffers that the driver has now, as a bit mask.
    package private(set) var queued: UInt64 = 0

    /// A queue without buffers.
    package init(_ node: borrowing V4L2Node, _ direction: V4L2Direction) {
        descriptor = node.borrowed
        type = node.bufferType(direction)
        isMultiplanar = node.capabilities.isMultiplanar
        planes = .allocate(capacity: planeCapacity)
        planes.initialize(repeating: v4l2_plane(), count: planeCapacity)
    }

    deinit { planes.deallocate() }

    /// How many buffers the driver has now.
    package var queuedCount: Int { queued.nonzeroBitCount }

    // MARK: - Set-up

    /// Asks for buffers (VIDIOC_REQBUFS); 0 frees them. At most 64 are used.
    ///
    /// - Parameter planeCount: memory planes of each buffer, from the negotiated format.
    package mutating func requestBuffers(_ count: Int, memory: V4L2Memory, planeCount: Int) throws(SystemError) {
        var request = v4l2_requestbuffers()
        request.count = UInt32(clamping: count)
        request.type = type
        request.memory = memory.raw
        try descriptor.ioctl(cv4l2_reqbufs, named: "VIDIOC_REQBUFS", &request)
        self.memory = memory
        self.planeCount = min(max(planeCount, 1), planeCapacity)
        bufferCount = min(Int(request.count), 64)
        queued = 0
    }

    /// Whether the driver takes buffers of this kind; leaves the queue without buffers.
    package mutating func supports(_ memory: V4L2Memory) -> Bool {
        var request = v4l2_requestbuffers()
        request.type = type
        request.memory = memory.raw
        bufferCount = 0
        return descriptor.ioctlStatus(cv4l2_reqbufs, &request) == 0
    }

    /// Maps all buffers (VIDIOC_QUERYBUF, mmap) and exports them as DMABUFs where the driver can (VIDIOC_EXPBUF).
    package mutating func mapBuffers(exporting: Bool) throws(SystemError) -> V4L2BufferSet {
        var buffers: [[V4L2BufferPlane]] = []
        for index in 0..<bufferCount {
            var buffer = v4l2_buffer()
            prepare(&buffer, index)
            try descriptor.ioctl(cv4l2_querybuf, named: "VIDIOC_QUERYBUF", &buffer)
            var mapped: [V4L2BufferPlane] = []
            for plane in 0..<(isMultiplanar ? min(Int(buffer.length), planeCapacity) : 1) {
                let length = isMultiplanar ? planes[plane].length : buffer.length
                let offset = isMultiplanar ? planes[plane].m.mem_offset : buffer.m.offset
                let memory = try MappedMemory(descriptor, byteCount: Int(length), offset: Int(offset))
                mapped.append(
                    V4L2BufferPlane(memory: memory, exported: exporting ? export(index, plane) : nil))
            }
            buffers.append(mapped)
        }
        return V4L2BufferSet(buffers)
    }

    private func export(_ index: Int, _ plane: Int) -> FileDescriptor? {
        var request = v4l2_exportbuffer()
        request.type = type
        request.index = UInt32(index)
        request.plane = UInt32(plane)
        request.flags = UInt32(O_CLOEXEC | O_RDWR)
        guard descriptor.ioctlStatus(cv4l2_expbuf, &request) == 0, request.fd >= 0 else { return nil }
        return FileDescriptor(owning: request.fd)
    }

    // MARK: - Streaming

    /// Starts this direction (VIDIOC_STREAMON).
    package mutating func start() throws(SystemError) {
        var value = Int32(bitPattern: type)
        try descriptor.ioctl(cv4l2_streamon, named: "VIDIOC_STREAMON", &value)
        isStreaming = true
    }

    /// Stops this direction; all buffers are the program's afterwards (VIDIOC_STREAMOFF).
    package mutating func stop() {
        var value = Int32(bitPattern: type)
        // A device that has gone refuses; the kernel has taken its buffers back by itself then.
        _ = descriptor.ioctlStatus(cv4l2_streamoff, &value)
        isStreaming = false
        queued = 0
    }

    // MARK: - Real-time

    /// Gives a buffer to the driver (VIDIOC_QBUF). Real-time safe.
    ///
    /// - Parameters:
    ///   - payloads: what is in the planes (OUTPUT) and where imported planes are; nil for an empty mapped buffer.
    ///   - timestamp: copied by a codec from its input to its output; whole microseconds.
    package mutating func queue(
        _ index: Int, _ payloads: V4L2Payloads? = nil, timestamp: MonotonicTime = .zero
    ) throws(SystemError) {
        var buffer = v4l2_buffer()
        prepare(&buffer, index)
        buffer.field = V4L2_FIELD_NONE.rawValue
        buffer.timestamp.tv_sec = Int(timestamp.nanoseconds / 1_000_000_000)
        buffer.timestamp.tv_usec = Int(timestamp.nanoseconds % 1_000_000_000 / 1000)
        if let payloads {
            if isMultiplanar {
                Self.fill(&planes[0], payloads.0)
                if planeCount > 1 { Self.fill(&planes[1], payloads.1) }
                if planeCount > 2 { Self.fill(&planes[2], payloads.2) }
            } else {
                buffer.bytesused = UInt32(clamping: payloads.0.bytesUsed)
                if let dmabuf = payloads.0.dmabuf {
                    buffer.m.fd = dmabuf.rawValue
                    buffer.length = UInt32(clamping: payloads.0.length)
                }
            }
        }
        try descriptor.ioctl(cv4l2_qbuf, named: "VIDIOC_QBUF", &buffer)
        queued |= 1 << UInt64(index)
    }

    /// Takes a finished buffer from the driver (VIDIOC_DQBUF). Real-time safe.
    package mutating func dequeue() throws(SystemError) -> V4L2DequeueResult {
        var buffer = v4l2_buffer()
        prepare(&buffer, 0)
        switch descriptor.ioctlStatus(cv4l2_dqbuf, &buffer) {
        case 0: break
        case EAGAIN: return .empty
        case EPIPE: return .drained
        case let number: throw SystemError(operation: "VIDIOC_DQBUF", errno: number)
        }
        let index = Int(buffer.index)
        guard index < bufferCount else { throw SystemError(operation: "VIDIOC_DQBUF(index \(index))", errno: EIO) }
        queued &= ~(1 << UInt64(index))
        let used: (Int, Int, Int)
        let offset: (Int, Int, Int)
        if isMultiplanar {
            used = (Int(planes[0].bytesused), Int(planes[1].bytesused), Int(planes[2].bytesused))
            offset = (Int(planes[0].data_offset), Int(planes[1].data_offset), Int(planes[2].data_offset))
        } else {
            used = (Int(buffer.bytesused), 0, 0)
            offset = (0, 0, 0)
        }
        return .buffer(
            V4L2DequeuedBuffer(
                index: index, flags: V4L2BufferFlags(rawValue: buffer.flags), sequence: buffer.sequence,
                timestamp: MonotonicTime(
                    seconds: buffer.timestamp.tv_sec, microseconds: Int(buffer.timestamp.tv_usec)),
                bytesUsed: used, dataOffset: offset))
    }

    @inline(__always)
    private func prepare(_ buffer: inout v4l2_buffer, _ index: Int) {
        buffer.index = UInt32(truncatingIfNeeded: index)
        buffer.type = type
        buffer.memory = memory.raw
        if isMultiplanar {
            planes.update(repeating: v4l2_plane(), count: planeCapacity)
            buffer.m.planes = planes
            buffer.length = UInt32(truncatingIfNeeded: planeCount)
        }
    }

    @inline(__always)
    private static func fill(_ plane: inout v4l2_plane, _ payload: V4L2PlanePayload) {
        plane.bytesused = UInt32(clamping: payload.bytesUsed)
        plane.data_offset = UInt32(clamping: payload.dataOffset)
        if let dmabuf = payload.dmabuf {
            plane.m.fd = dmabuf.rawValue
            plane.length = UInt32(clamping: payload.length)
        }
    }
}

extension V4L2BufferFlags {
    /// The data may be damaged; the stream goes on.
    package static let error = V4L2BufferFlags(rawValue: UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_ERROR))
    /// The last buffer of a drain.
    package static let last = V4L2BufferFlags(rawValue: UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_LAST))
    /// A key frame, as the driver believes.
    package static let keyFrame = V4L2BufferFlags(rawValue: UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_KEYFRAME))

    /// Whether the timestamp is of CLOCK_MONOTONIC.
    package var hasMonotonicTimestamp: Bool {
        rawValue & UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_TIMESTAMP_MASK)
            == UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
    }

    /// Whether the timestamp is of the begin of the exposure rather than of the last line's arrival.
    package var isStartOfExposure: Bool {
        rawValue & UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_TSTAMP_SRC_MASK)
            == UInt32(truncatingIfNeeded: V4L2_BUF_FLAG_TSTAMP_SRC_SOE)
    }
}
