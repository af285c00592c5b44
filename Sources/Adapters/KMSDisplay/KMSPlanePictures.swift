import CDRM
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// Pictures in the card's own memory, which the CPU paints and overlay planes show: for pictures that the card cannot
/// import, and for the user interface. Each pool keeps its memory until the last picture has gone; confined to the
/// display thread but for that.
final class KMSPlanePictures {
    private final class Table {
        weak var pool: FramePool?
        let identity: ObjectIdentifier
        let framebuffers: [UInt32]

        init(_ pool: FramePool, _ framebuffers: [UInt32]) {
            self.pool = pool
            identity = ObjectIdentifier(pool)
            self.framebuffers = framebuffers
        }
    }

    private let card: KMSCard
    private var tables: [Table] = []

    init(_ card: KMSCard) { self.card = card }

    /// Nil when the card has no room for them, or no such buffers.
    func make(_ format: VideoFormat, count: Int) -> FramePool? {
        tables.removeAll { $0.pool == nil }
        guard format.width > 1, format.height > 1, format.width % 2 == 0, format.height % 2 == 0 else { return nil }
        var pictures: [KMSPlanePicture] = []
        do throws(DeviceError) {
            for _ in 0..<count {
                pictures.append(
                    format.pixelFormat == .argb8888
                        ? try KMSPlanePicture(card, argb: format) : try KMSPlanePicture(card, nv12: format))
            }
        } catch {
            // Not an error: the pictures are painted into the screen's buffer then.
            return nil
        }
        let pool = FramePool(pictures.map(\.frame), owner: KMSPlanePictureList(pictures))
        tables.append(Table(pool, pictures.map { $0.framebuffer.identifier }))
        return pool
    }

    // MARK: - Real-time

    /// The framebuffer of a picture of one of these pools; nil for any other.
    func framebuffer(for frame: borrowing FrameHandle) -> UInt32? {
        let identity = frame.poolIdentity
        let index = frame.index
        for table in tables
        where table.identity == identity && table.pool != nil && table.framebuffers.indices.contains(index) {
            return table.framebuffers[index]
        }
        return nil
    }
}

/// Keeps the pictures of a pool. Any thread may let it go.
private final class KMSPlanePictureList: @unchecked Sendable {
    // @unchecked: plain memory and kernel objects; painted by the display thread only.
    private let all: [KMSPlanePicture]
    init(_ all: [KMSPlanePicture]) { self.all = all }
}

/// A picture in a dumb buffer: ARGB8888, or NV12 with its chroma below the luma.
private final class KMSPlanePicture {
    private let dumb: KMSDumbBuffer
    private let memory: MappedMemory
    let framebuffer: KMSFramebuffer
    let frame: VideoFrame

    init(_ card: KMSCard, argb format: VideoFormat) throws(DeviceError) {
        let dumb = try KMSDumbBuffer(card, width: format.width, height: format.height, bitsPerPixel: 32)
        let memory = try dumb.map()
        framebuffer = try KMSFramebuffer(
            card, width: format.width, height: format.height, format: CONVENE_DRM_FORMAT_ARGB8888,
            planes: [(dumb.handle, dumb.pitch, 0)])
        let pitch = Int(dumb.pitch)
        let plane = FramePlane(base: memory.bytes.baseAddress, stride: pitch, byteCount: pitch * format.height)
        frame = VideoFrame(format: format, planes: (plane, .none, .none))
        self.dumb = dumb
        self.memory = memory
    }

    init(_ card: KMSCard, nv12 format: VideoFormat) throws(DeviceError) {
        let (width, height) = (format.width, format.height)
        let dumb = try KMSDumbBuffer(card, width: width, height: height * 3 / 2, bitsPerPixel: 8)
        let memory = try dumb.map()
        let pitch = Int(dumb.pitch)
        framebuffer = try KMSFramebuffer(
            card, width: width, height: height, format: CONVENE_DRM_FORMAT_NV12,
            planes: [(dumb.handle, dumb.pitch, 0), (dumb.handle, dumb.pitch, dumb.pitch * UInt32(clamping: height))])
        let base = memory.bytes.baseAddress
        frame = VideoFrame(
            format: VideoFormat(.nv12, width: width, height: height),
            planes: (
                FramePlane(base: base, stride: pitch, byteCount: pitch * height),
                FramePlane(base: base.map { $0 + pitch * height }, stride: pitch, byteCount: pitch * height / 2), .none
            ))
        self.dumb = dumb
        self.memory = memory
    }
}
