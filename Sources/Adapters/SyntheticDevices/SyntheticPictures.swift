import Composition
package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// The synthetic camera's pictures without its pace, for benchmarks and tests that want each one, and at once.
///
/// Picture `number` shows the same scene each time but for the noise, which belongs to the buffer. Confined to one
/// thread; the pictures themselves may go anywhere.
package final class SyntheticPictures {
    package let format: VideoFormat
    package let pool: FramePool
    private let memory: PictureMemory

    /// Pictures of a scene that is there already.
    init(scene: SharedScene, buffers: Int) {
        let count = min(max(buffers, 1), 16)
        let format = VideoFormat(.nv12, width: scene.width, height: scene.height)
        let memory = PictureMemory(scene, count: count)
        self.format = format
        self.memory = memory
        pool = FramePool((0..<count).map { VideoFrame(format: format, planes: memory.planes($0)) }, owner: memory)
    }

    /// - Parameters:
    ///   - width: even, 96 to 4096.
    ///   - height: even, 90 to 4096.
    ///   - buffers: pictures that may be in use at once, 1 to 16.
    ///   - brightness: of the wall, −30 to 50.
    package convenience init(width: Int = 1280, height: Int = 720, buffers: Int = 5, brightness: Int = 0) {
        let width = min(max(width & ~1, 96), 4096)
        let height = min(max(height & ~1, 90), 4096)
        self.init(scene: SharedScene(width: width, height: height, brightness: brightness), buffers: buffers)
    }

    /// Shows a part of the scene from the next picture on. Takes memory for one picture the first time.
    package func look(at view: CameraView) { memory.look(at: view) }

    // MARK: - Real-time

    /// Draws the picture of a moment; nil when all buffers are in use.
    ///
    /// - Parameters:
    ///   - number: goes into the frame counter and `sequence`.
    ///   - seconds: since the start, which says where everything is.
    package func draw(
        number: UInt64, seconds: Double, isLampOn: Bool = false, captureTime: MonotonicTime = .zero
    ) -> FrameHandle? {
        guard let slot = pool.takeReturned() else { return nil }
        memory.draw(slot, number: UInt32(truncatingIfNeeded: number), seconds: seconds, isLampOn: isLampOn)
        pool.update(slot) {
            $0.captureTime = captureTime
            $0.readyTime = .now
            $0.sequence = number
        }
        return pool.lend(slot)
    }
}

/// What there is to see, drawn once and shown by any number of pools.
final class SharedScene: @unchecked Sendable {
    // @unchecked: never changed once it is drawn.
    private let scene: SyntheticScene
    let width: Int
    let height: Int

    init(width: Int, height: Int, brightness: Int) {
        scene = SyntheticScene(width: width, height: height, brightness: brightness)
        self.width = width
        self.height = height
    }

    // Through methods of its own: an accessor of a type that cannot be copied takes memory in a debug build.

    func prepare(luma: UnsafeMutablePointer<UInt8>, chroma: UnsafeMutablePointer<UInt16>, noise: UInt64) {
        scene.prepare(luma: luma, chroma: chroma, noise: noise)
    }

    func draw(
        number: UInt32, seconds: Double, isLampOn: Bool, luma: UnsafeMutablePointer<UInt8>,
        chroma: UnsafeMutablePointer<UInt16>
    ) {
        scene.draw(number: number, seconds: seconds, isLampOn: isLampOn, luma: luma, chroma: chroma)
    }
}

/// The buffers that are drawn into; kept by the pool for as long as a picture is held.
private final class PictureMemory: @unchecked Sendable {
    // @unchecked: a buffer is drawn by the producer only while its slot is not lent.
    private let shared: SharedScene
    private let memory: UnsafeMutableRawPointer
    private let bytesPerPicture: Int
    /// Bit by bit the buffers that have the still parts: each gets them with its first picture.
    private var prepared: UInt64 = 0
    /// The part that is shown; nil for the whole.
    private var part: Rect?
    /// The whole scene, of which a part is enlarged.
    private var whole: UnsafeMutableRawPointer?
    private let format: VideoFormat

    init(_ shared: SharedScene, count: Int) {
        self.shared = shared
        format = VideoFormat(.nv12, width: shared.width, height: shared.height)
        bytesPerPicture = shared.width * shared.height * 3 / 2
        memory = .allocate(byteCount: bytesPerPicture * count, alignment: 64)
    }

    deinit {
        memory.deallocate()
        whole?.deallocate()
    }

    func look(at view: CameraView) {
        part = view.isWhole ? nil : view.part(width: shared.width, height: shared.height)
        guard part != nil, whole == nil else { return }
        let made = UnsafeMutableRawPointer.allocate(byteCount: bytesPerPicture, alignment: 64)
        whole = made
        let (luma, chroma) = pointers(at: made)
        shared.prepare(luma: luma, chroma: chroma, noise: 17)
    }

    private func pointers(_ index: Int) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt16>) {
        pointers(at: memory + index * bytesPerPicture)
    }

    private func pointers(
        at base: UnsafeMutableRawPointer
    ) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt16>) {
        return (
            base.assumingMemoryBound(to: UInt8.self),
            (base + shared.width * shared.height).assumingMemoryBound(to: UInt16.self)
        )
    }

    func planes(_ index: Int) -> (FramePlane, FramePlane, FramePlane) { planes(at: memory + index * bytesPerPicture) }

    private func planes(at base: UnsafeMutableRawPointer) -> (FramePlane, FramePlane, FramePlane) {
        let (luma, chroma) = pointers(at: base)
        return (
            FramePlane(
                base: luma, stride: shared.width, byteCount: shared.width * shared.height),
            FramePlane(
                base: chroma, stride: shared.width, byteCount: shared.width * shared.height / 2),
            .none
        )
    }

    func draw(_ index: Int, number: UInt32, seconds: Double, isLampOn: Bool) {
        let (luma, chroma) = pointers(index)
        if let part, let whole {
            let (wholeLuma, wholeChroma) = pointers(at: whole)
            shared.draw(number: number, seconds: seconds, isLampOn: isLampOn, luma: wholeLuma, chroma: wholeChroma)
            _ = PictureConverter.scale(
                VideoFrame(format: format, planes: planes(at: whole)), part: part,
                into: VideoFrame(format: format, planes: planes(index)))
            // The number stands in the picture, wherever it looks.
            FrameCounterMark.write(
                number, luma: luma, stride: shared.width, width: shared.width, height: shared.height)
            let strip = FrameCounterMark.stripHeight(ofPictureHeight: shared.height)
            chroma.update(repeating: SyntheticScene.neutral, count: shared.width / 2 * (strip / 2))
            prepared &= ~(1 << UInt64(index))
            return
        }
        if prepared & (1 << UInt64(index)) == 0 {
            prepared |= 1 << UInt64(index)
            shared.prepare(luma: luma, chroma: chroma, noise: UInt64(index) + 1)
        }
        shared.draw(number: number, seconds: seconds, isLampOn: isLampOn, luma: luma, chroma: chroma)
    }
}
