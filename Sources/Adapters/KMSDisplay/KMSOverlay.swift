import CDRM
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// What a plane shows, apart from the picture's content.
struct KMSOverlayShape: Equatable {
    var format: VideoFormat
    var source: Rect
    var destination: Rect
    var isMirrored: Bool
    var matrix: ColourMatrix
    var isFullRange: Bool
}

/// An overlay plane and the pictures on their way through it: staged, committed, on screen. Confined to one thread.
///
/// A picture is shared until it is off the screen for sure.
final class KMSOverlay {
    let plane: KMSPlane
    let capability: OverlayPlaneCapability
    private(set) var stagedFramebuffer: UInt32 = 0
    private(set) var stagedShape: KMSOverlayShape?
    /// The shape that was committed last; a picture of the same shape needs no trial.
    private(set) var committedShape: KMSOverlayShape?
    /// The shape that a trial refused last.
    var refusedShape: KMSOverlayShape?
    private var staged: FrameHandle?
    private var pending: FrameHandle?
    private var current: FrameHandle?
    /// What is on screen, for reading it back.
    private(set) var currentFrame: VideoFrame?
    private(set) var currentShape: KMSOverlayShape?

    init(_ plane: KMSPlane, _ capability: OverlayPlaneCapability) {
        self.plane = plane
        self.capability = capability
    }

    // MARK: - Real-time

    func takes(_ format: PixelFormat) -> Bool {
        for index in 0..<capability.formats.count where capability.formats[index] == format { return true }
        return false
    }

    /// Whether the plane shows the picture in its colours. Where it has no property for the matrix, BT.709 in studio
    /// range is what such hardware is built for (the kernel's VOP2 driver, for one); what it cannot say is painted.
    func shows(_ picture: VideoFrame) -> Bool {
        if picture.format.pixelFormat == .argb8888 { return true }
        let colours = picture.colours.resolved(height: picture.format.height)
        if colours.isFullRange, full == nil { return false }
        return switch colours.matrix {
        case .bt601: bt601 != nil
        case .bt709, .unspecified: plane.encoding == nil || bt709 != nil
        }
    }

    func stage(_ frame: borrowing FrameHandle, framebuffer: UInt32, shape: KMSOverlayShape) {
        staged = frame.share()
        stagedFramebuffer = framebuffer
        stagedShape = shape
    }

    func unstage() {
        staged = nil
        stagedFramebuffer = 0
        stagedShape = nil
    }

    /// What was staged, or nothing, is on its way now.
    func committed() {
        pending = staged.take()
        committedShape = stagedShape
        unstage()
    }

    /// What was on its way is on screen; what was there before goes back.
    func flipped() {
        if let frame = pending.take() {
            currentFrame = frame.value
            current = consume frame
        } else {
            currentFrame = nil
            current = nil
        }
        currentShape = committedShape
    }

    /// Everything goes back.
    func release() {
        unstage()
        pending = nil
        current = nil
        currentFrame = nil
        currentShape = nil
        committedShape = nil
    }

    /// Adds the plane's properties to a commit: what is staged, or nothing.
    func add(to request: KMSAtomicRequest, crtc: UInt32) {
        guard let shape = stagedShape else {
            request.begin(plane.identifier)
            request.set(plane.framebuffer, 0)
            request.set(plane.crtc, 0)
            return
        }
        request.show(plane, stagedFramebuffer, crtc: crtc, source: shape.source, destination: shape.destination)
        if let encoding = plane.encoding, let value = shape.matrix == .bt709 ? bt709 : bt601 {
            request.set(encoding.identifier, value)
        }
        if let range = plane.range, let value = shape.isFullRange ? full : limited {
            request.set(range.identifier, value)
        }
        if let rotation = plane.rotation {
            request.set(rotation, Self.rotation(isMirrored: shape.isMirrored))
        }
        // Another program may have left other values.
        if let blending = plane.blending, let premultiplied { request.set(blending.identifier, premultiplied) }
        if let alpha = plane.alpha { request.set(alpha, 0xFFFF) }
    }

    /// The value of the property `rotation` (kernel: Documentation/gpu/drm-kms.rst, plane composition properties).
    static func rotation(isMirrored: Bool) -> UInt64 {
        CONVENE_DRM_MODE_ROTATE_0 | (isMirrored ? CONVENE_DRM_MODE_REFLECT_X : 0)
    }

    private lazy var bt601 = plane.encoding?.value(containing: "601")
    private lazy var bt709 = plane.encoding?.value(containing: "709")
    private lazy var full = plane.range?.value(containing: "full")
    private lazy var premultiplied = plane.blending?.value(containing: "Pre-multiplied")
    private lazy var limited = plane.range?.value(containing: "limited")
}
