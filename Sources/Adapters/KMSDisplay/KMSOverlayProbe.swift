import CDRM
import MediaTypes

/// Finds out by trial commits which planes show NV12 pictures, and which of them scale.
enum KMSOverlayProbe {
    /// More planes than this are never used.
    private static let maximum = 4

    /// - Returns: usable planes from the lowest to the highest. The screen must be on.
    static func probe(
        _ card: KMSCard, _ pipe: KMSPipe, _ request: KMSAtomicRequest, mode: DisplayMode
    ) -> [(plane: KMSPlane, scales: Bool)] {
        if pipe.overlays.isEmpty { return [] }
        let width = 128
        let height = 72
        guard mode.width >= 4 * width, mode.height >= 4 * height,
            let buffer = try? KMSDumbBuffer(card, width: width, height: height * 3 / 2, bitsPerPixel: 8),
            let framebuffer = try? KMSFramebuffer(
                card, width: width, height: height, format: CONVENE_DRM_FORMAT_NV12,
                planes: [
                    (buffer.handle, buffer.pitch, 0), (buffer.handle, buffer.pitch, buffer.pitch * UInt32(height)),
                ])
        else { return [] }
        func works(_ plane: KMSPlane, width shownWidth: Int, height shownHeight: Int) -> Bool {
            request.clear()
            request.begin(plane.identifier)
            request.set(plane.framebuffer, UInt64(framebuffer.identifier))
            request.set(plane.crtc, UInt64(pipe.crtc))
            request.set(plane.source.x, 0)
            request.set(plane.source.y, 0)
            request.set(plane.source.width, UInt64(width) << 16)
            request.set(plane.source.height, UInt64(height) << 16)
            request.set(plane.destination.x, 16)
            request.set(plane.destination.y, 16)
            request.set(plane.destination.width, UInt64(shownWidth))
            request.set(plane.destination.height, UInt64(shownHeight))
            return request.commit(card.borrowed, flags: DRM_MODE_ATOMIC_TEST_ONLY) == 0
        }
        var found: [(plane: KMSPlane, scales: Bool)] = []
        for plane in pipe.overlays where works(plane, width: width, height: height) {
            let scales =
                works(plane, width: width * 3, height: height * 3)
                && works(plane, width: width / 2, height: height / 2)
            found.append((plane, scales))
            if found.count == maximum { break }
        }
        return found
    }
}
