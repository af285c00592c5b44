import CDRM
import Glibc
package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// A screen on a DRM card, by atomic modesetting: one primary plane that is painted by the CPU, and NV12 overlay
/// planes where the hardware has them. Flips come at the vertical blank, so that nothing tears.
///
/// Confined to the display thread. What was on screen before is put back by `close`.
package final class KMSDisplay: DisplayOutput {
    package let name: String
    package let mode: DisplayMode
    package let capabilities: DisplayCapabilities
    let card: KMSCard
    let pipe: KMSPipe
    let request = KMSAtomicRequest()
    let imports: KMSFrameImports
    private let planePictures: KMSPlanePictures
    let overlays: [KMSOverlay]
    let buffers: [KMSBackBuffer]
    private let configuration: KMSDisplayConfiguration
    private let saved: KMSSavedScreen
    private let modeBlob: KMSBlob
    /// What the last commit named as changed; kept until the next, since the kernel looks it up at the commit.
    private var damageBlob: KMSBlob?
    private(set) var front = 0
    private var pending: Int?
    private var isPending = false
    private var token: UInt64 = 0
    private var stagedCount = 0
    /// Planes staged so far have the shapes that are committed.
    private var shapesUnchanged = true
    private(set) var isActive = true
    private var isClosed = false

    /// Takes the screen over and shows black.
    package init(_ configuration: KMSDisplayConfiguration) throws(DeviceError) {
        self.configuration = configuration
        let card = try KMSCard(path: configuration.card)
        let pipe = try KMSPipe(card, configuration)
        let offers = pipe.connector.offers
        let choice = KMSModeChoice.choose(
            from: offers, width: configuration.width, height: configuration.height,
            refreshMillihertz: configuration.refreshMillihertz)
        guard let choice else {
            throw DeviceError(.unsupported, device: "screen \(pipe.connector.name)", detail: "it offers no mode")
        }
        let mode = offers[choice].mode
        var buffers: [KMSBackBuffer] = []
        for _ in 0..<configuration.bufferCount { buffers.append(try KMSBackBuffer(card, mode)) }
        saved = KMSSavedScreen(card, pipe)
        modeBlob = try KMSBlob(card, pipe.connector.modes[choice])
        self.card = card
        self.pipe = pipe
        self.mode = mode
        self.buffers = buffers
        name = "screen \(pipe.connector.name)"
        imports = KMSFrameImports(card)
        planePictures = KMSPlanePictures(card)
        try Self.show(card, pipe, request, mode, buffers[0], modeBlob.identifier)
        let probed =
            configuration.usesOverlays
            ? KMSOverlayProbe.probe(card, pipe, request, mode: mode) : []
        overlays = probed.map { KMSOverlay($0.plane, $0.capability) }
        capabilities = DisplayCapabilities(
            name: "\(card.driverName) \(pipe.connector.name)",
            modes: [mode] + offers.map(\.mode).filter { $0 != mode }, bufferCount: buffers.count,
            overlays: probed.map(\.capability),
            takesDamage: pipe.primary.damage != nil)
    }

    deinit { close() }

    package var eventDescriptor: BorrowedDescriptor { card.borrowed }

    // MARK: - Real-time

    package func backBuffer() -> DisplayBuffer? {
        for index in 0..<buffers.count where index != front && index != pending {
            guard let base = buffers[index].base else { return nil }
            return DisplayBuffer(index: index, base: base, stride: buffers[index].stride)
        }
        return nil
    }

    package func stageOverlay(
        _ frame: borrowing FrameHandle, source: Rect, destination: Rect, isMirrored: Bool
    ) throws(DeviceError) -> Bool {
        let value = frame.value
        guard stagedCount < overlays.count else { return false }
        let overlay = overlays[overlays.count - 1 - stagedCount]
        guard overlay.takes(value.format.pixelFormat), !isMirrored || overlay.capability.mirrors,
            overlay.shows(value)
        else { return false }
        let shape = KMSOverlayShape(
            format: value.format, source: source, destination: destination, isMirrored: isMirrored,
            matrix: value.matrix.resolved(height: value.format.height), isFullRange: value.isFullRange)
        let isKnown = shapesUnchanged && overlay.committedShape == shape
        if !isKnown && overlay.refusedShape == shape { return false }
        let framebuffer = planePictures.framebuffer(for: frame) ?? imports.framebuffer(for: frame)
        if framebuffer == 0 { return false }
        overlay.stage(frame, framebuffer: framebuffer, shape: shape)
        if !isKnown && !tryStaged() {
            overlay.unstage()
            overlay.refusedShape = shape
            return false
        }
        // A shape that was refused is tried again once another one has been taken, not at each picture.
        if !isKnown {
            shapesUnchanged = false
            overlay.refusedShape = nil
        }
        stagedCount += 1
        return true
    }

    package func makePlanePictures(_ format: VideoFormat, count: Int) -> FramePool? {
        guard overlays.contains(where: { $0.takes(format.pixelFormat) }) else { return nil }
        return planePictures.make(format, count: count)
    }

    package func unstageOverlays() {
        for overlay in overlays { overlay.unstage() }
        stagedCount = 0
        shapesUnchanged = true
    }

    package func present(_ buffer: DisplayBuffer?, damage: borrowing Region) throws(DeviceError) {
        let shown = buffer?.index ?? front
        guard buffers.indices.contains(shown), !isPending else {
            throw DeviceError(.failed, device: name, detail: "present: a presentation is under way")
        }
        request.clear()
        request.begin(pipe.primary.identifier)
        request.set(pipe.primary.framebuffer, UInt64(buffers[shown].framebuffer.identifier))
        // A hint pays only where much stays; the blob costs two calls.
        let changedArea = damage.area
        damageBlob = nil
        if buffer != nil, let property = pipe.primary.damage, changedArea * 2 < mode.bounds.area,
            let blob = KMSBlob(card, damage: damage, within: mode.bounds)
        {
            request.set(property, UInt64(blob.identifier))
            damageBlob = consume blob
        }
        for overlay in overlays { overlay.add(to: request, crtc: pipe.crtc) }
        token &+= 1
        let status = request.commit(
            card.borrowed, flags: DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK, token: token)
        if status != 0 { throw commitError(status) }
        isPending = true
        pending = buffer?.index
        for overlay in overlays { overlay.committed() }
        stagedCount = 0
        shapesUnchanged = true
    }

    package func takeFlip() throws(DeviceError) -> DisplayFlip? {
        var flip: DisplayFlip?
        while let event = try KMSFlipEvent.next(card) {
            // A token that is not ours belongs to a presentation before standby.
            guard isPending, event.token == token else { continue }
            isPending = false
            if let pending { front = pending }
            pending = nil
            for overlay in overlays { overlay.flipped() }
            flip = DisplayFlip(time: event.time, sequence: UInt64(event.sequence))
        }
        if flip != nil { imports.releaseEnded() }
        return flip
    }

    /// A trial commit of the primary plane and all that is staged.
    private func tryStaged() -> Bool {
        request.clear()
        for overlay in overlays { overlay.add(to: request, crtc: pipe.crtc) }
        return request.commit(card.borrowed, flags: DRM_MODE_ATOMIC_TEST_ONLY) == 0
    }

    private func commitError(_ status: Int32) -> DeviceError {
        let error = SystemError(operation: "DRM_IOCTL_MODE_ATOMIC", errno: status)
        if status == EACCES {
            return DeviceError(.busy, device: name, detail: "\(error); another program took the screen over")
        }
        return DeviceError(device: name, error)
    }

    // MARK: - Control

    package func setActive(_ active: Bool) throws(DeviceError) {
        request.clear()
        request.begin(pipe.crtc)
        request.set(pipe.crtcActive, active ? 1 : 0)
        let status = request.commit(card.borrowed, flags: DRM_MODE_ATOMIC_ALLOW_MODESET)
        if status != 0 { throw commitError(status) }
        isActive = active
    }

    package func connectorChanged() throws(DeviceError) -> DisplayChange {
        guard let connector = KMSConnector(card, pipe.connector.identifier) else {
            throw DeviceError(.gone, device: name, detail: "the connector has gone")
        }
        guard connector.mayBeConnected else {
            throw DeviceError(.gone, device: name, detail: "nothing is plugged into \(connector.name)")
        }
        let offers = connector.offers
        let choice = KMSModeChoice.choose(
            from: offers, width: configuration.width, height: configuration.height,
            refreshMillihertz: configuration.refreshMillihertz)
        guard let choice, offers[choice].mode == mode else { return .changed }
        // After bad link training only a new modeset brings the picture back.
        let properties = try card.properties(of: connector.identifier, type: UInt32(DRM_MODE_OBJECT_CONNECTOR))
        let linkIsBad = properties.value("link-status") == UInt64(DRM_MODE_LINK_STATUS_BAD)
        return linkIsBad ? .changed : .unchanged
    }

    package func close() {
        if isClosed { return }
        isClosed = true
        if isPending { waitForFlip() }
        for overlay in overlays { overlay.unstage() }
        if !overlays.isEmpty {
            request.clear()
            for overlay in overlays { overlay.add(to: request, crtc: pipe.crtc) }
            _ = request.commit(card.borrowed, flags: 0)
        }
        if !saved.restore(card) { switchOff() }
        for overlay in overlays { overlay.release() }
    }

    /// At most 100 ms: a screen that has gone gives no event.
    private func waitForFlip() {
        var set = PollSet(count: 1)
        set.watch(0, card.borrowed, for: .readable)
        for _ in 0..<5 where isPending {
            _ = try? set.wait(nanoseconds: 20_000_000)
            _ = try? takeFlip()
        }
    }

    private func switchOff() {
        request.clear()
        request.begin(pipe.primary.identifier)
        request.set(pipe.primary.framebuffer, 0)
        request.set(pipe.primary.crtc, 0)
        request.begin(pipe.connector.identifier)
        request.set(pipe.connectorCRTC, 0)
        request.begin(pipe.crtc)
        request.set(pipe.crtcActive, 0)
        request.set(pipe.crtcMode, 0)
        _ = request.commit(card.borrowed, flags: DRM_MODE_ATOMIC_ALLOW_MODESET)
    }

    /// Sets the mode and shows a buffer; other planes are switched off.
    private static func show(
        _ card: KMSCard, _ pipe: KMSPipe, _ request: KMSAtomicRequest, _ mode: DisplayMode, _ buffer: KMSBackBuffer,
        _ blob: UInt32
    ) throws(DeviceError) {
        request.clear()
        request.begin(pipe.connector.identifier)
        request.set(pipe.connectorCRTC, UInt64(pipe.crtc))
        request.begin(pipe.crtc)
        request.set(pipe.crtcMode, UInt64(blob))
        request.set(pipe.crtcActive, 1)
        request.show(
            pipe.primary, buffer.framebuffer.identifier, crtc: pipe.crtc, source: mode.bounds, destination: mode.bounds)
        for stray in pipe.strays.prefix(32) {
            request.begin(stray.identifier)
            request.set(stray.framebuffer, 0)
            request.set(stray.crtc, 0)
        }
        let status = request.commit(card.borrowed, flags: DRM_MODE_ATOMIC_ALLOW_MODESET)
        if status != 0 { throw card.error("DRM_IOCTL_MODE_ATOMIC(modeset \(mode))", errno: status) }
    }
}
