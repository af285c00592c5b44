import Composition
import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import Synchronization
import SyntheticDevices
import Testing

enum StageError: Error {
    case timedOut
}

/// A pipeline that shows on a screen in memory.
final class Stage: Sendable {
    let pipeline: DisplayPipeline
    let cable: SyntheticDisplayCable
    private let log: EventLog

    init(mode: DisplayMode, overlayCount: Int = 0, layout: SceneLayout? = nil) throws {
        let log = EventLog()
        let cable = SyntheticDisplayCable()
        let open: DisplayPipeline.Opener = { () throws(DeviceError) in
            try SyntheticDisplay(mode: mode, overlayCount: overlayCount, cable: cable)
        }
        pipeline = try DisplayPipeline(events: { log.add($0) }, open: open)
        self.log = log
        self.cable = cable
        try pipeline.start()
        if let layout { pipeline.setLayout(layout) }
    }

    /// Why the screen was closed, each time.
    var closures: [DeviceError] { log.events.withLock { $0.compactMap(\.closure) } }
    var openings: Int { log.events.withLock { $0.count { $0.closure == nil } } }

    /// Looks at the status until it is as `condition` wants it; fails after five seconds.
    func until(
        sourceLocation: SourceLocation = #_sourceLocation, _ condition: (DisplayStatus) -> Bool
    ) async throws {
        let deadline = MonotonicTime.now + .seconds(5)
        while !condition(pipeline.status) {
            if MonotonicTime.now > deadline {
                Issue.record("the display never got there: \(pipeline.status)", sourceLocation: sourceLocation)
                throw StageError.timedOut
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

private final class EventLog: Sendable {
    let events = Mutex<[DisplayEvent]>([])
    func add(_ event: DisplayEvent) { events.withLock { $0.append(event) } }
}

extension DisplayEvent {
    fileprivate var closure: DeviceError? {
        if case .closed(let error) = self { return error }
        return nil
    }
}

extension CapturedScreen {
    /// 0xRRGGBB.
    func rgb(_ x: Int, _ y: Int) -> UInt32 {
        pixels.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: y * stride + x * 4, as: UInt32.self) } & 0xFF_FFFF
    }
}

/// Makes flat pictures, as a decoder would on its thread.
final class Producer {
    private let pool: FramePool
    let count: Int

    init(width: Int, height: Int, count: Int = 6) {
        self.count = count
        pool = PictureMemory.pool(VideoFormat(.nv12, width: width, height: height), count: count)
    }

    /// Pictures whose planes claim a DMABUF; the screen in memory does not look at it.
    init(width: Int, height: Int, exportsDMABUF: Bool) throws {
        count = 6
        let holder = DescriptorHolder(try EventFD())
        let pictures = (0..<count).map { _ in PictureMemory(VideoFormat(.nv12, width: width, height: height)) }
        let frames = pictures.map { picture in
            var frame = picture.frame
            if exportsDMABUF {
                frame.planes.0.dmabuf = holder.event.borrowed
                frame.planes.1.dmabuf = holder.event.borrowed
            }
            return frame
        }
        pool = FramePool(frames, owner: Owner(pictures, holder))
    }

    /// Slots that came back.
    var free: Int { pool.returnedCount }

    /// - Parameter right: the luma of the right half, when it is another.
    func offer(luma: UInt8, right: UInt8? = nil, to inbox: FrameInbox, notBefore: MonotonicTime = .zero) {
        guard let index = pool.takeReturned() else { return }
        pool.update(index) { frame in
            fill(frame.planes.0, luma)
            if let right, let base = frame.planes.0.base {
                let half = frame.format.width / 2
                for row in 0..<frame.format.height {
                    (base + row * frame.planes.0.stride + half).initializeMemory(
                        as: UInt8.self, repeating: right, count: half)
                }
            }
            fill(frame.planes.1, 128)
            frame.readyTime = MonotonicTime.now
        }
        inbox.offer(pool.lend(index), notBefore: notBefore)
    }

    /// A frame whose chroma is missing.
    func offerBroken(to inbox: FrameInbox) {
        guard let index = pool.takeReturned() else { return }
        pool.update(index) { $0.planes.1.base = nil }
        inbox.offer(pool.lend(index))
    }

    private func fill(_ plane: FramePlane, _ value: UInt8) {
        plane.base?.initializeMemory(as: UInt8.self, repeating: value, count: plane.byteCount)
    }

    private final class DescriptorHolder: Sendable {
        let event: EventFD
        init(_ event: consuming EventFD) { self.event = event }
    }

    private final class Owner: Sendable {
        let pictures: [PictureMemory]
        let holder: DescriptorHolder
        init(_ pictures: [PictureMemory], _ holder: DescriptorHolder) {
            self.pictures = pictures
            self.holder = holder
        }
    }
}

/// Renders boxes, as the room does.
final class Surfaces {
    private let pool: UserInterfacePool

    init(width: Int, height: Int) {
        let pictures = (0..<2).map { _ in PictureMemory(VideoFormat(.argb8888, width: width, height: height)) }
        let surfaces = pictures.compactMap { picture in
            picture.frame.planes.0.base.map {
                UserInterfaceSurface(base: $0, width: width, height: height, stride: picture.frame.planes.0.stride)
            }
        }
        pool = UserInterfacePool(surfaces, owner: Owner(pictures))
    }

    var free: Int { pool.returnedCount }

    func render(_ box: Rect, pixel: UInt32) throws -> UserInterfaceHandle {
        let index = try #require(pool.takeReturned())
        pool.update(index) { surface in
            for y in box.y..<box.bottom {
                for x in box.x..<box.right {
                    surface.base.storeBytes(of: pixel, toByteOffset: y * surface.stride + x * 4, as: UInt32.self)
                }
            }
            surface.occupied = Region(box)
        }
        return pool.lend(index)
    }

    private final class Owner: Sendable {
        let pictures: [PictureMemory]
        init(_ pictures: [PictureMemory]) { self.pictures = pictures }
    }
}
