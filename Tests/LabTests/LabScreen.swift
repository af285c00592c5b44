import CDRM
import Glibc
import LinuxSystem
import MediaPipelines
import MediaTypes
import PeerSupport
import Testing

/// What tests do with a screen.
enum LabScreen {
    static func fill(_ buffer: DisplayBuffer, _ mode: DisplayMode, _ colour: UInt32) {
        for y in 0..<mode.height {
            (buffer.base + y * buffer.stride).initializeMemory(as: UInt32.self, repeating: colour, count: mode.width)
        }
    }

    /// Waits for the flip of the presentation under way.
    static func awaitFlip(_ display: any DisplayOutput) throws -> DisplayFlip {
        var set = PollSet(count: 1)
        set.watch(0, display.eventDescriptor, for: .readable)
        let deadline = MonotonicTime.now + .seconds(2)
        while MonotonicTime.now < deadline {
            _ = try set.wait(nanoseconds: 100_000_000)
            if let flip = try display.takeFlip() { return flip }
        }
        throw ChildProcess.Failure("no flip within two seconds")
    }

    static func screen(_ display: any DisplayOutput) throws -> [UInt8] {
        let stride = display.mode.width * 4
        var pixels = [UInt8](repeating: 0xAA, count: stride * display.mode.height)
        try pixels.withUnsafeMutableBytes { try display.readScreen(into: $0, stride: stride) }
        return pixels
    }

    /// 0xRRGGBB as it is on screen.
    static func pixel(_ display: any DisplayOutput, _ x: Int, _ y: Int) throws -> UInt32 {
        let pixels = try screen(display)
        return pixels.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: (y * display.mode.width + x) * 4, as: UInt32.self)
        } & 0xFF_FFFF
    }
}

extension CapturedScreen {
    /// 0xRRGGBB of every `step`th pixel of a row.
    func line(_ y: Int, step: Int) -> [UInt32] {
        pixels.withUnsafeBytes { bytes in
            Swift.stride(from: 0, to: width, by: step).map {
                bytes.loadUnaligned(fromByteOffset: y * stride + $0 * 4, as: UInt32.self) & 0xFF_FFFF
            }
        }
    }
}

/// Another program's use of the card: a boot picture, say.
final class OtherScreen {
    struct State: Equatable {
        var width: Int
        var framebuffer: UInt32
    }

    private let descriptor: FileDescriptor
    private let crtc: UInt32
    private let connector: UInt32
    private var mode = drmModeModeInfo()

    init(card: String) throws {
        descriptor = try FileDescriptor.open(card, flags: O_RDWR)
        let resources = try #require(drmModeGetResources(descriptor.borrowed.rawValue))
        crtc = resources.pointee.crtcs[0]
        connector = resources.pointee.connectors[0]
        drmModeFreeResources(resources)
    }

    func show(width: Int, height: Int) throws {
        let raw = descriptor.borrowed.rawValue
        let found = try #require(drmModeGetConnector(raw, connector))
        defer { drmModeFreeConnector(found) }
        mode = try #require(
            (0..<Int(found.pointee.count_modes)).map { found.pointee.modes[$0] }
                .first { Int($0.hdisplay) == width && Int($0.vdisplay) == height })
        var create = drm_mode_create_dumb()
        create.width = UInt32(width)
        create.height = UInt32(height)
        create.bpp = 32
        try descriptor.borrowed.ioctl(CONVENE_DRM_IOCTL_MODE_CREATE_DUMB, named: "CREATE_DUMB", &create)
        var framebuffer: UInt32 = 0
        try #require(
            drmModeAddFB2(
                raw, create.width, create.height, CONVENE_DRM_FORMAT_XRGB8888, [create.handle, 0, 0, 0],
                [create.pitch, 0, 0, 0], [0, 0, 0, 0], &framebuffer, 0) == 0)
        var connector = connector
        try #require(drmModeSetCrtc(raw, crtc, framebuffer, 0, 0, &connector, 1, &mode) == 0)
    }

    func giveUpMaster() throws { try #require(drmDropMaster(descriptor.borrowed.rawValue) == 0) }

    func state() throws -> State {
        let found = try #require(drmModeGetCrtc(descriptor.borrowed.rawValue, crtc))
        defer { drmModeFreeCrtc(found) }
        return State(width: Int(found.pointee.mode.hdisplay), framebuffer: found.pointee.buffer_id)
    }
}
