package import LinuxSystem
package import MediaTypes

/// A camera that is none: moving pictures of a meeting room in NV12, at an even pace, each with its number in it.
///
/// The first picture is there as soon as it is started. Capture times lie exactly on the camera's own beat; a picture
/// whose buffers are all in use, or whose reader comes too late, is lost and leaves a gap in `sequence`.
/// The number in the picture (`FrameCounterMark`) is the low half of `sequence`.
package final class SyntheticCamera: VideoSource {
    package let name: String
    package let format: VideoFormat
    package let frameRate: FrameRate
    private let interval: Int64
    private let flash: FlashSchedule?
    private let faults: SyntheticFaults?
    private let bufferCount: Int
    private var stream: Stream?
    private var brightness = 0
    private var view = CameraView()
    private var scene: SharedScene
    private var poll = PollSet(count: 2)

    private struct Stream {
        var pictures: SyntheticPictures
        let origin: MonotonicTime
        /// The number of the next picture.
        var next: Int64 = 0
    }

    /// - Parameters:
    ///   - width: even, 96 to 4096.
    ///   - height: even, 90 to 4096.
    ///   - flash: when the lamp is on; nil: never.
    ///   - buffers: pictures that may be in use at once, 2 to 16.
    package init(
        name: String = "synthetic camera", width: Int = 1280, height: Int = 720, frameRate: FrameRate = .init(30),
        flash: FlashSchedule? = nil, faults: SyntheticFaults? = nil, buffers: Int = 5
    ) throws(DeviceError) {
        guard (96...4096).contains(width), (90...4096).contains(height), width % 2 == 0, height % 2 == 0 else {
            throw DeviceError(
                .unsupported, device: name, detail: "even sizes from 96x90 to 4096x4096, not \(width)x\(height)")
        }
        guard (1...240).contains(frameRate.perSecond) else {
            throw DeviceError(.unsupported, device: name, detail: "1 to 240 pictures a second")
        }
        self.name = name
        format = VideoFormat(.nv12, width: width, height: height)
        self.frameRate = frameRate
        interval = frameRate.interval.nanoseconds
        self.flash = flash
        self.faults = faults
        bufferCount = min(max(buffers, 2), 16)
        scene = SharedScene(width: width, height: height, brightness: 0)
        if faults?.isUnplugged == true { throw Self.gone(name) }
    }

    package func start() throws(DeviceError) {
        if faults?.isUnplugged == true { throw Self.gone(name) }
        if stream != nil { return }
        let pictures = makePictures()
        let origin = MonotonicTime.now
        flash?.followPictures(from: origin, every: interval)
        stream = Stream(pictures: pictures, origin: origin)
    }

    package func stop() { stream = nil }

    private func makePictures() -> SyntheticPictures {
        let pictures = SyntheticPictures(scene: scene, buffers: bufferCount)
        pictures.look(at: view)
        return pictures
    }

    /// The light in the room, and which part of it is shown.
    package func controls() -> [DeviceControl] {
        [
            DeviceControl(
                identifier: "brightness", minimum: -30, maximum: 50, step: 1, defaultValue: 0, value: brightness),
            Self.control("pan", CameraView.panRange, value: view.pan),
            Self.control("tilt", CameraView.panRange, value: view.tilt),
            DeviceControl(
                identifier: "zoom", minimum: CameraView.zoomRange.lowerBound, maximum: CameraView.zoomRange.upperBound,
                step: 1, defaultValue: 100, value: view.zoom),
        ]
    }

    private static func control(_ name: String, _ range: ClosedRange<Int>, value: Int) -> DeviceControl {
        DeviceControl(
            identifier: name, minimum: range.lowerBound, maximum: range.upperBound, step: 1, defaultValue: 0,
            value: value)
    }

    private func turn(_ identifier: String, to value: Int) throws(DeviceError) -> Bool {
        var wanted = view
        let range: ClosedRange<Int>
        switch identifier {
        case "pan": (wanted.pan, range) = (value, CameraView.panRange)
        case "tilt": (wanted.tilt, range) = (value, CameraView.panRange)
        case "zoom": (wanted.zoom, range) = (value, CameraView.zoomRange)
        default: return false
        }
        guard range.contains(value) else {
            throw DeviceError(
                .unsupported, device: name,
                detail: "\(identifier) is \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        view = wanted
        stream?.pictures.look(at: wanted)
        return true
    }

    /// Draws the still parts anew, in other buffers (about 10 ms); pictures that are held stay as they are.
    package func setControl(_ identifier: String, to value: Int) throws(DeviceError) {
        if try turn(identifier, to: value) { return }
        guard identifier == "brightness" else {
            throw DeviceError(.unsupported, device: name, detail: "no control \"\(identifier)\"")
        }
        guard (-30...50).contains(value) else {
            throw DeviceError(.unsupported, device: name, detail: "brightness is -30 to 50, not \(value)")
        }
        brightness = value
        scene = SharedScene(width: format.width, height: format.height, brightness: value)
        if stream != nil { stream?.pictures = makePictures() }
    }

    package func requestKeyFrame() {}

    private static func gone(_ name: String) -> DeviceError {
        DeviceError(.gone, device: name, detail: "unplugged (simulated)")
    }

    // MARK: - Real-time

    package func nextFrame(wake: BorrowedDescriptor, timeout: Int64) throws(DeviceError) -> VideoSourceEvent {
        let limit = MonotonicTime.now.advanced(byNanoseconds: max(timeout, 0))
        poll.watch(0, wake, for: .readable)
        poll.watch(1, faults?.descriptor, for: .readable)
        while true {
            if faults?.isUnplugged == true {
                stream = nil
                throw Self.gone(name)
            }
            let now = MonotonicTime.now
            if faults?.isStalled != true, let frame = takeDuePicture(at: now) { return .frame(frame) }
            if now >= limit { return .timedOut }
            do {
                _ = try poll.wait(nanoseconds: min(limit - now, timeUntilDue(from: now)))
            } catch {
                throw DeviceError(device: name, error)
            }
            if !poll.readiness(1).isEmpty { faults?.acknowledge() }
            if !poll.readiness(0).isEmpty { return .woken }
        }
    }

    private func timeUntilDue(from now: MonotonicTime) -> Int64 {
        guard let stream, faults?.isStalled != true else { return .max }
        return max(stream.origin.advanced(byNanoseconds: stream.next &* interval) - now, 0)
    }

    /// Draws the newest picture that is due; those before it are lost.
    private func takeDuePicture(at now: MonotonicTime) -> FrameHandle? {
        guard let origin = stream?.origin, let next = stream?.next else { return nil }
        let elapsed = now - origin
        guard elapsed >= next &* interval else { return nil }
        let number = elapsed / interval
        stream?.next = number + 1
        let captureTime = origin.advanced(byNanoseconds: number &* interval)
        return stream?.pictures.draw(
            number: UInt64(number), seconds: Double(number) * Double(interval) / 1e9,
            isLampOn: flash?.isOn(at: captureTime) == true, captureTime: captureTime)
    }
}
