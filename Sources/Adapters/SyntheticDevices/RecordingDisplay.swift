package import LinuxSystem
package import MediaTypes
import Synchronization

/// A screen of which it is remembered when the lamp of a synthetic camera (`LampMark`) went on in what it showed.
///
/// It looks at the whole screen as it is after each flip, so the lamp's picture has to fill it. For tests: looking costs
/// a copy of the screen.
package final class RecordingDisplay: DisplayOutput {
    private let screen: any DisplayOutput
    private let recording: LampRecording
    private let pixels: UnsafeMutableRawBufferPointer

    package init(_ screen: any DisplayOutput, into recording: LampRecording) {
        self.screen = screen
        self.recording = recording
        pixels = .allocate(byteCount: screen.mode.width * 4 * screen.mode.height, alignment: 64)
    }

    deinit { pixels.deallocate() }

    package var name: String { screen.name }
    package var mode: DisplayMode { screen.mode }
    package var capabilities: DisplayCapabilities { screen.capabilities }
    package var eventDescriptor: BorrowedDescriptor { screen.eventDescriptor }

    package func backBuffer() -> DisplayBuffer? { screen.backBuffer() }

    package func stageOverlay(
        _ frame: borrowing FrameHandle, source: Rect, destination: Rect, isMirrored: Bool
    ) throws(DeviceError) -> Bool {
        try screen.stageOverlay(frame, source: source, destination: destination, isMirrored: isMirrored)
    }

    package func makePlanePictures(_ format: VideoFormat, count: Int) -> FramePool? {
        screen.makePlanePictures(format, count: count)
    }

    package func unstageOverlays() { screen.unstageOverlays() }

    package func present(_ buffer: DisplayBuffer?, damage: borrowing Region) throws(DeviceError) {
        try screen.present(buffer, damage: damage)
    }

    package func takeFlip() throws(DeviceError) -> DisplayFlip? {
        guard let flip = try screen.takeFlip() else { return nil }
        let stride = mode.width * 4
        try screen.readScreen(into: pixels, stride: stride)
        if let base = pixels.assumingMemoryBound(to: UInt8.self).baseAddress {
            // Blue, green, red, unused: green is nearest to luma.
            let isOn = LampMark.isOn(
                luma: base + 1, stride: stride, width: mode.width, height: mode.height, pixelStride: 4)
            recording.note(isOn, at: flip.time)
        }
        return flip
    }

    package func readScreen(into pixels: UnsafeMutableRawBufferPointer, stride: Int) throws(DeviceError) {
        try screen.readScreen(into: pixels, stride: stride)
    }

    package func setActive(_ active: Bool) throws(DeviceError) { try screen.setActive(active) }

    package func connectorChanged() throws(DeviceError) -> DisplayChange { try screen.connectorChanged() }

    package func close() { screen.close() }
}

/// When a lamp went on, and off, on a screen: the times of the vertical blanks. Any thread.
package final class LampRecording: Sendable {
    package struct Change: Sendable, Equatable {
        package let time: MonotonicTime
        package let isOn: Bool
    }

    private static let limit = 4096
    private let list = Mutex<[Change]>([])

    package init() {}

    /// The last changes, oldest first; the first entry is what was seen first.
    package var changes: [Change] { list.withLock { $0 } }

    func note(_ isOn: Bool, at time: MonotonicTime) {
        list.withLock { list in
            if list.last?.isOn == isOn { return }
            if list.count == Self.limit { list.removeFirst() }
            list.append(Change(time: time, isOn: isOn))
        }
    }
}
