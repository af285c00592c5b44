package import LinuxSystem

/// The memory of one plane of a driver's buffer, mapped here, and as a DMABUF where the driver exports it.
package final class V4L2BufferPlane: Sendable {
    private let memory: MappedMemory
    private let exported: FileDescriptor?

    init(memory: consuming MappedMemory, exported: consuming FileDescriptor?) {
        self.memory = memory
        self.exported = exported
    }

    /// The mapped bytes; valid while this object lives, also after the device has gone.
    package var bytes: UnsafeMutableRawBufferPointer { memory.bytes }

    /// The plane for import into other devices; nil when the driver does not export (VIDIOC_EXPBUF).
    package var dmabuf: BorrowedDescriptor? {
        switch exported {
        case .some(let descriptor): descriptor.borrowed
        case .none: nil
        }
    }
}

/// The buffers of one queue, kept as long as anybody holds a picture in one of them.
package final class V4L2BufferSet: Sendable {
    /// By buffer, then by memory plane.
    package let buffers: [[V4L2BufferPlane]]

    init(_ buffers: [[V4L2BufferPlane]]) { self.buffers = buffers }

    /// The bytes of one plane of one buffer; nil when there is no such. Real-time safe.
    package func bytes(_ index: Int, plane: Int = 0) -> UnsafeMutableRawBufferPointer? {
        guard index >= 0, index < buffers.count, plane >= 0, plane < buffers[index].count else { return nil }
        return buffers[index][plane].bytes
    }
}

/// Where one plane of a buffer that is queued has its data.
package struct V4L2PlanePayload: Sendable, BitwiseCopyable {
    /// The DMABUF to import; nil for the driver's own memory.
    package var dmabuf: BorrowedDescriptor?
    /// Bytes of the whole plane, for imports.
    package var length: Int
    /// Bytes that hold data, counted from the plane's begin (OUTPUT only).
    package var bytesUsed: Int
    /// Bytes before the data begins (multi-planar API only).
    package var dataOffset: Int

    package init(dmabuf: BorrowedDescriptor? = nil, length: Int = 0, bytesUsed: Int = 0, dataOffset: Int = 0) {
        self.dmabuf = dmabuf
        self.length = length
        self.bytesUsed = bytesUsed
        self.dataOffset = dataOffset
    }

    package static let none = V4L2PlanePayload()
}

/// The payloads of up to three planes, without an array.
package typealias V4L2Payloads = (V4L2PlanePayload, V4L2PlanePayload, V4L2PlanePayload)

/// What the driver says about a buffer that it gives back (V4L2_BUF_FLAG_…).
package struct V4L2BufferFlags: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A buffer that came back from the driver (VIDIOC_DQBUF).
package struct V4L2DequeuedBuffer: Sendable, BitwiseCopyable {
    package let index: Int
    package let flags: V4L2BufferFlags
    package let sequence: UInt32
    package let timestamp: MonotonicTime
    /// Bytes of each plane that hold data, counted from the plane's begin.
    package let bytesUsed: (Int, Int, Int)
    /// Where data begins in each plane.
    package let dataOffset: (Int, Int, Int)
}

/// What asking for a finished buffer gave.
package enum V4L2DequeueResult: Sendable, BitwiseCopyable {
    case buffer(V4L2DequeuedBuffer)
    /// None is ready (EAGAIN).
    case empty
    /// The last buffer of a drain has been taken before (EPIPE).
    case drained
}
