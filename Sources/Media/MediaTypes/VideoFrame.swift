package import LinuxSystem
package import RealtimeSupport

/// One plane of a picture in memory.
package struct FramePlane: @unchecked Sendable, BitwiseCopyable {
    // @unchecked: a pointer into a pool's buffer, which the pool's reference count guards.

    /// First byte; nil when the plane can only be reached through `dmabuf`.
    package var base: UnsafeMutableRawPointer?
    /// Bytes from one row to the next, at least the width's.
    package var stride: Int
    /// Bytes that hold picture (or the whole bit stream of a compressed frame).
    package var byteCount: Int
    /// The buffer as a DMABUF, for import into encoders and display; valid while the frame is held.
    package var dmabuf: BorrowedDescriptor?
    /// Where the plane begins within `dmabuf`, in bytes.
    package var dmabufOffset: Int

    package init(
        base: UnsafeMutableRawPointer?, stride: Int, byteCount: Int, dmabuf: BorrowedDescriptor? = nil,
        dmabufOffset: Int = 0
    ) {
        self.base = base
        self.stride = stride
        self.byteCount = byteCount
        self.dmabuf = dmabuf
        self.dmabufOffset = dmabufOffset
    }

    package static let none = FramePlane(base: nil, stride: 0, byteCount: 0)
}

extension FramePlane {
    /// The plane's bytes; none when it can only be reached through `dmabuf`.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : byteCount)
    }
}

/// A picture in a slot of a pool: where its planes are, and when it was taken.
///
/// Read-only for all but the producer. Valid while a `FrameHandle` of it is held.
package struct VideoFrame: Sendable {
    package var format: VideoFormat
    /// Planes in the order of the pixel format; those beyond `planeCount` are `.none`.
    package var planes: (FramePlane, FramePlane, FramePlane)
    /// When the first line was exposed or the picture was made, on CLOCK_MONOTONIC. Travels with the picture
    /// through encoder and decoder.
    package var captureTime: MonotonicTime
    /// When the producer handed the frame on, for latency figures.
    package var readyTime: MonotonicTime
    /// Counted by the device; a jump is a lost frame.
    package var sequence: UInt64
    /// Full range (JPEG) rather than studio range (BT.601/709) luma.
    package var isFullRange: Bool
    /// How luma and chroma were made from colours.
    package var matrix: ColourMatrix

    package init(
        format: VideoFormat, planes: (FramePlane, FramePlane, FramePlane), captureTime: MonotonicTime = .zero,
        readyTime: MonotonicTime = .zero, sequence: UInt64 = 0, isFullRange: Bool = false,
        matrix: ColourMatrix = .unspecified
    ) {
        self.format = format
        self.planes = planes
        self.captureTime = captureTime
        self.readyTime = readyTime
        self.sequence = sequence
        self.isFullRange = isFullRange
        self.matrix = matrix
    }

    /// Matrix and range.
    package var colours: PictureColours { PictureColours(matrix, isFullRange: isFullRange) }
}

/// A pool of pictures. At most 64; the producer says how many.
package typealias FramePool = SharedSlotPool<VideoFrame>

/// A reference to one picture; when the last one ends, the picture goes back to its producer.
package typealias FrameHandle = SlotHandle<VideoFrame>

/// A picture on its way to a screen, with the time before which it shall not be seen.
package struct TimedFrame: ~Copyable, Sendable {
    package let frame: FrameHandle
    /// `.zero`: at once.
    package let notBefore: MonotonicTime
    /// When it was captured, where the frame itself does not say; `.zero`: nobody knows.
    package let captured: MonotonicTime

    package init(
        _ frame: consuming FrameHandle, notBefore: MonotonicTime = .zero, captured: MonotonicTime = .zero
    ) {
        self.frame = frame
        self.notBefore = notBefore
        self.captured = captured
    }

    /// The picture without its time.
    package consuming func unwrap() -> FrameHandle { frame }
}

/// Where one thread leaves pictures for another: bounded, newest wins, no allocation.
package final class FrameInbox: Sendable {
    private let ring: SPSCRing<TimedFrame>
    private let doorbell: Doorbell
    private let droppedCounter = Counter()

    /// - Parameter doorbell: of the thread that takes; one doorbell may serve several inboxes.
    package init(capacity: Int = 4, doorbell: Doorbell) {
        ring = SPSCRing(minimumCapacity: capacity)
        self.doorbell = doorbell
    }

    /// Producer thread only. A frame that finds the inbox full is dropped and counted. Real-time safe.
    ///
    /// - Parameters:
    ///   - notBefore: a screen holds the frame back until the vertical blank nearest to this time, for lip sync; frames
    ///     come in the order of these times. `.zero`: at once.
    ///   - captured: for figures of delay, where the frame itself does not say it.
    package func offer(
        _ frame: consuming FrameHandle, notBefore: MonotonicTime = .zero, captured: MonotonicTime = .zero
    ) {
        if let refused = ring.push(TimedFrame(frame, notBefore: notBefore, captured: captured)) {
            _ = consume refused
            droppedCounter.add()
        }
        doorbell.ring()
    }

    /// Consumer thread only: the oldest frame, for consumers that want each one. Real-time safe.
    package func takeOldest() -> FrameHandle? {
        guard let oldest = ring.pop() else { return nil }
        return oldest.unwrap()
    }

    /// Consumer thread only: the oldest frame with its time. Real-time safe.
    package func takeOldestTimed() -> TimedFrame? { ring.pop() }

    /// Consumer thread only: counts a frame that was taken and never used. Real-time safe.
    package func countDropped() { droppedCounter.add() }

    /// Consumer thread only: the newest frame; older ones go back unused and are counted. Real-time safe.
    package func takeNewest() -> FrameHandle? {
        guard var newest = ring.pop() else { return nil }
        while let next = ring.pop() {
            newest = next
            droppedCounter.add()
        }
        return newest.unwrap()
    }

    /// Frames that were never used since the start.
    package var dropped: UInt64 { droppedCounter.value }

    /// Frames that wait now.
    package var depth: Int { ring.count }
}
