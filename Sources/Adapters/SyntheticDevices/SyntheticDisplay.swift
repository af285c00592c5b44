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
        var frame: FrameHandle?
        var source = Rect.zero
        var destination = Rect.zero
        var isMirrored = false

        /// Valid while `frame` is there.
        var picture: VideoFrame? {
            guard let taken = frame.take() else { return nil }
            let value = taken.value
            frame = consume taken
            return value
        }
    }

    /// What all planes show at one moment, the first one topmost.
    private struct Overlays {
        private let all: [Overlay]
        private(set) var count = 0

        init(count: Int) { all = (0..<count).map { _ in Overlay() } }

        subscript(_ index: Int) -> Overlay { all[index] }

        /// False when all planes are taken.
        mutating func add(_ frame: borrowing FrameHandle, source: Rect, destination: Rect, isMirrored: Bool) -> Bool {
            guard count < all.count else { return false }
            let overlay = all[count]
            overlay.frame = frame.share()
            overlay.source = source
            overlay.destination = destination
            overlay.isMirrored = isMirrored
            count += 1
            return true
        }

        mutating func removeAll() {
            for index in 0..<count { all[index].frame = nil }
            count = 0
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
    private var staged: Overlays
    private var pendingOverlays: Overlays
    private var overlays: Overlays

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
        let planes = max(overlayCount, 0)
        staged = Overlays(count: planes)
        pendingOverlays = Overlays(count: planes)
        overlays = Overlays(count: planes)
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
                    formats: [.nv12, .i420, .argb8888], scales: true, mirrors: true), count: planes))
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
        guard layout == .nv12 || layout == .i420 || layout == .argb8888 else { return false }
        return staged.add(frame, source: source, destination: destination, isMirrored: isMirrored)
    }

    package func makePlanePictures(_ format: VideoFormat, count: Int) -> FramePool? {
        capabilities.overlays.isEmpty ? nil : PictureMemory.pool(format, count: count)
    }

    package func unstageOverlays() { staged.removeAll() }

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
        swap(&pendingOverlays, &staged)
        staged.removeAll()
    }

    package func takeFlip() throws(DeviceError) -> DisplayFlip? {
        try checkCable()
        guard let time = flipTime, timer.expirations() > 0 else { return nil }
        flipTime = nil
        if let pending { front = pending }
        pending = nil
        swap(&overlays, &pendingOverlays)
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
        for index in (0..<overlays.count).reversed() where isActive {
            let overlay = overlays[index]
            guard let frame = overlay.picture else { continue }
            ScreenReader.paint(
                frame, source: overlay.source, destination: overlay.destination.intersection(mode.bounds),
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
