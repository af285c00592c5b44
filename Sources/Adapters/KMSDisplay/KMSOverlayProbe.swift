import CDRM
import MediaTypes

/// Finds out by trial commits which planes show NV12 pictures, and which of them scale, mirror and blend ARGB.
struct KMSOverlayProbe {
    /// More planes than this are never used.
    private static let maximum = 4
    private static let width = 128
    private static let height = 72

    private let card: KMSCard
    private let pipe: KMSPipe
    private let request: KMSAtomicRequest
    private let nv12: TrialPicture
    /// Nil when the card has no such picture.
    private let argb: TrialPicture?

    /// - Returns: usable planes from the lowest to the highest. The screen must be on.
    static func probe(
        _ card: KMSCard, _ pipe: KMSPipe, _ request: KMSAtomicRequest, mode: DisplayMode
    ) -> [(plane: KMSPlane, capability: OverlayPlaneCapability)] {
        guard !pipe.overlays.isEmpty, mode.width >= 4 * width, mode.height >= 4 * height,
            let probe = KMSOverlayProbe(card, pipe, request)
        else { return [] }
        var found: [(plane: KMSPlane, capability: OverlayPlaneCapability)] = []
        for plane in pipe.overlays {
            guard let capability = probe.capability(of: plane) else { continue }
            found.append((plane, capability))
            if found.count == maximum { break }
        }
        return found
    }

    private init?(_ card: KMSCard, _ pipe: KMSPipe, _ request: KMSAtomicRequest) {
        guard let nv12 = TrialPicture(card, nv12: Self.width, Self.height) else { return nil }
        self.card = card
        self.pipe = pipe
        self.request = request
        self.nv12 = nv12
        argb = TrialPicture(card, argb: Self.width, Self.height)
    }

    private func capability(of plane: KMSPlane) -> OverlayPlaneCapability? {
        let (width, height) = (Self.width, Self.height)
        guard works(plane, nv12, width: width, height: height) else { return nil }
        var formats = [PixelFormat.nv12]
        if let argb, plane.formats.contains(CONVENE_DRM_FORMAT_ARGB8888),
            works(plane, argb, width: width, height: height)
        {
            formats.append(.argb8888)
        }
        let scales =
            works(plane, nv12, width: width * 3, height: height * 3)
            && works(plane, nv12, width: width / 2, height: height / 2)
        let mirrors = plane.rotation != nil && works(plane, nv12, width: width, height: height, isMirrored: true)
        return OverlayPlaneCapability(formats: formats, scales: scales, mirrors: mirrors)
    }

    /// A trial commit of the picture in this size on the screen.
    private func works(
        _ plane: KMSPlane, _ picture: TrialPicture, width: Int, height: Int, isMirrored: Bool = false
    ) -> Bool {
        request.clear()
        request.show(
            plane, picture.framebuffer.identifier, crtc: pipe.crtc,
            source: Rect(width: Self.width, height: Self.height),
            destination: Rect(x: 16, y: 16, width: width, height: height))
        if let rotation = plane.rotation { request.set(rotation, KMSOverlay.rotation(isMirrored: isMirrored)) }
        return request.commit(card.borrowed, flags: DRM_MODE_ATOMIC_TEST_ONLY) == 0
    }

    /// Memory and framebuffer of a picture that is never shown.
    private final class TrialPicture {
        let framebuffer: KMSFramebuffer
        private let buffer: KMSDumbBuffer

        init?(_ card: KMSCard, nv12 width: Int, _ height: Int) {
            guard let buffer = try? KMSDumbBuffer(card, width: width, height: height * 3 / 2, bitsPerPixel: 8),
                let framebuffer = try? KMSFramebuffer(
                    card, width: width, height: height, format: CONVENE_DRM_FORMAT_NV12,
                    planes: [
                        (buffer.handle, buffer.pitch, 0), (buffer.handle, buffer.pitch, buffer.pitch * UInt32(height)),
                    ])
            else { return nil }
            self.buffer = buffer
            self.framebuffer = framebuffer
        }

        init?(_ card: KMSCard, argb width: Int, _ height: Int) {
            guard let buffer = try? KMSDumbBuffer(card, width: width, height: height, bitsPerPixel: 32),
                let framebuffer = try? KMSFramebuffer(
                    card, width: width, height: height, format: CONVENE_DRM_FORMAT_ARGB8888,
                    planes: [(buffer.handle, buffer.pitch, 0)])
            else { return nil }
            self.buffer = buffer
            self.framebuffer = framebuffer
        }
    }
}
