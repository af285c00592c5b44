import Composition
package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// A screen in memory, with vertical blanks by a timer that runs only while a presentation is under way.
///
/// What the `simulated` board shows its pictures on; `SyntheticDisplayCable` unplugs it.
package final class SyntheticDisplay: DisplayOutput {
    private static let deviceName = "screen in memory"
    private static let supportedModes = [
        DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000),
        DisplayMode(width: 1920, height: 1080, refreshMillihertz: 60000),
        DisplayMode(width: 3840, height: 2160, refreshMillihertz: 60000),
    ]

    /// A picture on a plane that the memory pretends to have.
    private final class Overlay {
        let frame: FrameHandle
        let source: Rect
        let destination: Rect
        let isMirrored: Bool

        init(_ frame: consuming FrameHandle, source: Rect, destination: Rect, isMirrored: Bool) {
            self.frame = frame
            self.source = source
            self.destination = destination
            self.isMirrored = isMirrored
        }
    }

    package let mode: DisplayMode
    package let capabilities: DisplayCapabilities
    private let cable: SyntheticDisplayCable
    private let timer: TimerFD
    private let started: MonotonicTime
    /// Bytes from one row to the next.
    private let stride: Int
    private let bufferByteCount: Int
    /// All buffers one after the other; resident only where they were painted.
    private let memory: AnonymousMemory
    private var front = 0
    private var pending: Int?
    private var flipTime: MonotonicTime?
    private var isActive = true
    private var staged: [Overlay] = []
    private var pendingOverlays: [Overlay] = []
    private var overlays: [Overlay] = []

    /// - Parameters:
    ///   - bufferCount: 2 or 3; 2 need less memory, 3 let a picture be painted while one is on its way.
    ///   - overlayCount: planes that it pretends to have, which scale and mirror NV12 and I420 from any memory and blend
    ///     ARGB8888, as those of display controllers behind an IOMMU do.
    ///   - cable: throws `.gone` while this is unplugged.
    package init(
        mode: DisplayMode = DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000), bufferCount: Int = 2,
        overlayCount: Int = 0, cable: SyntheticDisplayCable = SyntheticDisplayCable()
    ) throws(DeviceError) {
        guard cable.isPlugged else {
            throw DeviceError(.gone, device: Self.deviceName, detail: "the cable is unplugged")
        }
        self.mode = mode
        self.cable = cable
        let count = min(max(bufferCount, 2), 3)
        stride = (mode.width * 4 + 63) & ~63
        // SIMD code may write a little beyond the last row of a part; never beyond the memory.
        bufferByteCount = stride * mode.height + 64
        do throws(SystemError) {
            timer = try TimerFD()
            memory = try AnonymousMemory(byteCount: bufferByteCount * count)
        } catch {
            throw DeviceError(device: Self.deviceName, error)
        }
        started = MonotonicTime.now
        capabilities = DisplayCapabilities(
            name: Self.deviceName, modes: [mode] + Self.supportedModes.filter { $0 != mode },
            bufferCount: count,
            overlays: Array(
                repeating: OverlayPlaneCapability(
                    formats: [.nv12, .i420, .argb8888], scales: true, mirrors: true), count: max(overlayCount, 0)))
    }

    package var name: String { Self.deviceName }

    package var eventDescriptor: BorrowedDescriptor { timer.borrowed }

    package func backBuffer() -> DisplayBuffer? {
        for index in 0..<capabilities.bufferCount where index != front && index != pending {
            return DisplayBuffer(index: index, base: memory.pointer(at: index * bufferByteCount), stride: stride)
        }
        return nil
    }

    package func stageOverlay(
        _ frame: borrowing FrameHandle, source: Rect, destination: Rect, isMirrored: Bool
    ) throws(DeviceError) -> Bool {
        let layout = frame.value.format.pixelFormat
        guard staged.count < capabilities.overlays.count, layout == .nv12 || layout == .i420 || layout == .argb8888
        else { return false }
        staged.append(Overlay(frame.share(), source: source, destination: destination, isMirrored: isMirrored))
        return true
    }

    package func makePlanePictures(_ format: VideoFormat, count: Int) -> FramePool? {
        capabilities.overlays.isEmpty ? nil : PictureMemory.pool(format, count: count)
    }

    package func unstageOverlays() { staged.removeAll(keepingCapacity: true) }

    package func present(_ buffer: DisplayBuffer?, damage: borrowing Region) throws(DeviceError) {
        try checkCable()
        guard flipTime == nil else {
            throw DeviceError(.failed, device: name, detail: "present: a presentation is under way")
        }
        let interval = mode.refreshInterval.nanoseconds
        let blanks = (MonotonicTime.now - started) / interval + 1
        let time = started.advanced(byNanoseconds: blanks * interval)
        do throws(SystemError) { try timer.arm(at: time) } catch { throw DeviceError(device: name, error) }
        flipTime = time
        pending = buffer?.index
        pendingOverlays = staged
        staged.removeAll()
    }

    package func takeFlip() throws(DeviceError) -> DisplayFlip? {
        try checkCable()
        guard let time = flipTime, timer.expirations() > 0 else { return nil }
        flipTime = nil
        if let pending { front = pending }
        pending = nil
        overlays = pendingOverlays
        pendingOverlays.removeAll()
        let blanks = (time - started) / mode.refreshInterval.nanoseconds
        return DisplayFlip(time: time, sequence: UInt64(clamping: blanks))
    }

    package func readScreen(into pixels: UnsafeMutableRawBufferPointer, stride: Int) throws(DeviceError) {
        try checkCable()
        guard let target = pixels.baseAddress, stride >= mode.width * 4, pixels.count >= stride * mode.height else {
            throw DeviceError(.unsupported, device: name, detail: "readScreen: the memory is too small")
        }
        let source = memory.pointer(at: front * bufferByteCount)
        let from = self.stride
        for row in 0..<mode.height {
            if isActive {
                (target + row * stride).copyMemory(from: source + row * from, byteCount: mode.width * 4)
            } else {
                (target + row * stride).initializeMemory(as: UInt8.self, repeating: 0, count: mode.width * 4)
            }
        }
        // The first one staged is the topmost.
        for overlay in overlays.reversed() where isActive {
            ScreenReader.paint(
                overlay.frame.value, source: overlay.source, destination: overlay.destination.intersection(mode.bounds),
                isMirrored: overlay.isMirrored, onto: target, stride: stride)
        }
    }

    package func setActive(_ active: Bool) throws(DeviceError) {
        try checkCable()
        isActive = active
    }

    package func connectorChanged() throws(DeviceError) -> DisplayChange {
        try checkCable()
        return .unchanged
    }

    package func close() {
        staged.removeAll()
        pendingOverlays.removeAll()
        overlays.removeAll()
    }

    private func checkCable() throws(DeviceError) {
        if !cable.isPlugged { throw DeviceError(.gone, device: name, detail: "the cable is unplugged") }
    }
}
