import CDRM

/// What a CRTC showed before we came, to be put back.
struct KMSSavedScreen {
    private let crtc: UInt32
    private let connector: UInt32
    private let framebuffer: UInt32
    private let x: UInt32
    private let y: UInt32
    private let mode: drmModeModeInfo?

    init(_ card: KMSCard, _ pipe: KMSPipe) {
        crtc = pipe.crtc
        connector = pipe.connector.identifier
        guard let state = drmModeGetCrtc(card.raw, pipe.crtc) else {
            framebuffer = 0
            x = 0
            y = 0
            mode = nil
            return
        }
        defer { drmModeFreeCrtc(state) }
        framebuffer = state.pointee.buffer_id
        x = state.pointee.x
        y = state.pointee.y
        mode = state.pointee.mode_valid != 0 && state.pointee.buffer_id != 0 ? state.pointee.mode : nil
    }

    /// False when there was nothing to put back, or it has gone: switch the screen off then.
    func restore(_ card: KMSCard) -> Bool {
        guard var mode else { return false }
        var connector = connector
        return drmModeSetCrtc(card.raw, crtc, framebuffer, x, y, &connector, 1, &mode) == 0
    }
}
