import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// Brings a camera's pictures into a size and layout that the encoder takes, when they are not so already.
///
/// One pass over the picture for the layout, one for the size; each counts as one copy. Confined to the encode thread.
struct FrameConverter: ~Copyable {
    /// Hardware may keep several pictures while the next is made; memory is touched only as far as it does.
    private static let poolCount = 8

    private var pool: FramePool?
    private var poolFormat: VideoFormat?
    /// Between layout and size, when both change.
    private var intermediate: PictureMemory?

    init() {}

    /// What a picture has to become: itself when the encoder takes it and it is not too large.
    ///
    /// - Parameter running: the layout that an open encoder was opened with, which it keeps, since another one would
    ///   need another encoder.
    static func target(
        for format: VideoFormat, maximum: (width: Int, height: Int), running: PixelFormat?
    ) -> VideoFormat {
        var target = format
        if let running {
            target.pixelFormat = running
        } else if format.pixelFormat != .nv12, format.pixelFormat != .i420 {
            // Until an encoder is open: what all of them take.
            target.pixelFormat = .nv12
        }
        if format.width > maximum.width || format.height > maximum.height {
            let scale = min(
                Double(maximum.width) / Double(format.width), Double(maximum.height) / Double(format.height))
            target.width = Int(Double(format.width) * scale)
            target.height = Int(Double(format.height) * scale)
        }
        // All encoders want even sizes.
        target.width = max(target.width & ~1, 2)
        target.height = max(target.height & ~1, 2)
        return target
    }

    // MARK: - Real-time

    /// Nil when all pictures of the pool are in use or the camera's picture is broken.
    ///
    /// - Parameter stamp: the capture time of the copy; nil: that of the picture.
    mutating func convert(
        _ frame: borrowing FrameHandle, to target: VideoFormat, stamp: MonotonicTime? = nil
    ) -> FrameHandle? {
        if poolFormat != target {
            pool = PictureMemory.pool(target, count: Self.poolCount)
            poolFormat = target
            intermediate = nil
        }
        guard let pool, let slot = pool.takeReturned() else { return nil }
        let source = frame.value
        var result = ConversionResult.damaged
        if source.format.width == target.width, source.format.height == target.height {
            pool.update(slot) { result = PictureConverter.convert(source, into: &$0) }
        } else {
            result = scale(source, to: target, pool, slot)
        }
        guard result == .converted else {
            pool.putBack(slot)
            return nil
        }
        if let stamp {
            pool.update(slot) {
                $0.captureTime = stamp
                $0.readyTime = stamp
            }
        }
        return pool.lend(slot)
    }

    private mutating func scale(
        _ source: VideoFrame, to target: VideoFormat, _ pool: FramePool, _ slot: Int
    ) -> ConversionResult {
        var whole = source
        if source.format.pixelFormat != target.pixelFormat {
            let format = VideoFormat(target.pixelFormat, width: source.format.width, height: source.format.height)
            if intermediate?.frame.format != format { intermediate = PictureMemory(format) }
            guard let memory = intermediate else { return .unsupported }
            var converted = memory.frame
            let result = PictureConverter.convert(source, into: &converted)
            guard result == .converted else { return result }
            whole = converted
        }
        var result = ConversionResult.damaged
        pool.update(slot) { picture in
            picture.captureTime = whole.captureTime
            picture.readyTime = whole.readyTime
            picture.sequence = whole.sequence
            picture.isFullRange = whole.isFullRange
            picture.matrix = whole.matrix
            result = PictureConverter.scale(
                whole, part: Rect(width: whole.format.width, height: whole.format.height), into: picture)
        }
        return result
    }
}
