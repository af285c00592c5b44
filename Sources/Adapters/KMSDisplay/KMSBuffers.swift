import CDRM
import LinuxSystem
import MediaTypes

/// A framebuffer object; removed when its owner ends. Removing one that is on screen switches its plane off.
struct KMSFramebuffer: ~Copyable {
    private let card: KMSCard
    let identifier: UInt32

    /// - Parameter planes: up to four of GEM handle, bytes a row, and offset in bytes.
    init(
        _ card: KMSCard, width: Int, height: Int, format: UInt32,
        planes: [(handle: UInt32, pitch: UInt32, offset: UInt32)]
    ) throws(DeviceError) {
        func column(_ pick: ((handle: UInt32, pitch: UInt32, offset: UInt32)) -> UInt32) -> [UInt32] {
            let used = planes.prefix(4).map(pick)
            return used + [UInt32](repeating: 0, count: 4 - used.count)
        }
        var identifier: UInt32 = 0
        let status = drmModeAddFB2(
            card.raw, UInt32(clamping: width), UInt32(clamping: height), format, column { $0.handle },
            column { $0.pitch }, column { $0.offset }, &identifier, 0)
        if status != 0 { throw card.lastError("drmModeAddFB2(\(width)x\(height))") }
        self.card = card
        self.identifier = identifier
    }

    deinit { _ = drmModeRmFB(card.raw, identifier) }
}

/// Memory of the card that the CPU can map (DRM_IOCTL_MODE_CREATE_DUMB).
struct KMSDumbBuffer: ~Copyable {
    private let card: KMSCard
    let handle: UInt32
    /// Bytes a row.
    let pitch: UInt32
    let byteCount: Int

    init(_ card: KMSCard, width: Int, height: Int, bitsPerPixel: Int) throws(DeviceError) {
        var argument = drm_mode_create_dumb()
        argument.width = UInt32(clamping: width)
        argument.height = UInt32(clamping: height)
        argument.bpp = UInt32(clamping: bitsPerPixel)
        let status = card.borrowed.ioctlStatus(CONVENE_DRM_IOCTL_MODE_CREATE_DUMB, &argument)
        if status != 0 { throw card.error("DRM_IOCTL_MODE_CREATE_DUMB(\(width)x\(height))", errno: status) }
        self.card = card
        handle = argument.handle
        pitch = argument.pitch
        byteCount = Int(clamping: argument.size)
    }

    deinit {
        var argument = drm_mode_destroy_dumb()
        argument.handle = handle
        _ = card.borrowed.ioctlStatus(CONVENE_DRM_IOCTL_MODE_DESTROY_DUMB, &argument)
    }

    func map() throws(DeviceError) -> MappedMemory {
        var argument = drm_mode_map_dumb()
        argument.handle = handle
        let status = card.borrowed.ioctlStatus(CONVENE_DRM_IOCTL_MODE_MAP_DUMB, &argument)
        if status != 0 { throw card.error("DRM_IOCTL_MODE_MAP_DUMB", errno: status) }
        do throws(SystemError) {
            return try MappedMemory(card.borrowed, byteCount: byteCount, offset: Int(clamping: argument.offset))
        } catch {
            throw DeviceError(device: "screen card \(card.path)", error)
        }
    }
}

/// A property blob, such as a mode; destroyed when its owner ends (a state that uses it keeps it alive).
struct KMSBlob: ~Copyable {
    private let card: KMSCard
    let identifier: UInt32

    init<Value: BitwiseCopyable>(_ card: KMSCard, _ value: Value) throws(DeviceError) {
        var identifier: UInt32 = 0
        let status = withUnsafeBytes(of: value) {
            drmModeCreatePropertyBlob(card.raw, $0.baseAddress, $0.count, &identifier)
        }
        if status != 0 { throw card.lastError("drmModeCreatePropertyBlob") }
        self.card = card
        self.identifier = identifier
    }

    /// A list of rectangles for FB_DAMAGE_CLIPS, each within the picture and not empty, or the kernel would refuse the
    /// whole commit; nil when there are none or the kernel has no room for them, since it is only a hint.
    init?(_ card: KMSCard, damage: borrowing Region, within bounds: Rect) {
        var rects = InlineArray<16, drm_mode_rect>(repeating: drm_mode_rect())
        var count = 0
        for index in 0..<damage.count {
            let rect = damage[index].intersection(bounds)
            if rect.isEmpty { continue }
            rects[count] = drm_mode_rect(
                x1: Int32(clamping: rect.x), y1: Int32(clamping: rect.y), x2: Int32(clamping: rect.right),
                y2: Int32(clamping: rect.bottom))
            count += 1
        }
        if count == 0 { return nil }
        var identifier: UInt32 = 0
        let size = count * MemoryLayout<drm_mode_rect>.size
        let status = withUnsafeBytes(of: &rects) {
            drmModeCreatePropertyBlob(card.raw, $0.baseAddress, size, &identifier)
        }
        if status != 0 { return nil }
        self.card = card
        self.identifier = identifier
    }

    deinit { _ = drmModeDestroyPropertyBlob(card.raw, identifier) }
}

/// A picture of the whole screen for software composition, in XRGB8888.
final class KMSBackBuffer {
    private let dumb: KMSDumbBuffer
    private let memory: MappedMemory
    let framebuffer: KMSFramebuffer

    init(_ card: KMSCard, _ mode: DisplayMode) throws(DeviceError) {
        let dumb = try KMSDumbBuffer(card, width: mode.width, height: mode.height, bitsPerPixel: 32)
        memory = try dumb.map()
        framebuffer = try KMSFramebuffer(
            card, width: mode.width, height: mode.height, format: CONVENE_DRM_FORMAT_XRGB8888,
            planes: [(dumb.handle, dumb.pitch, 0)])
        self.dumb = dumb
    }

    /// Bytes a row.
    var stride: Int { Int(dumb.pitch) }
    var base: UnsafeMutableRawPointer? { memory.bytes.baseAddress }
}
