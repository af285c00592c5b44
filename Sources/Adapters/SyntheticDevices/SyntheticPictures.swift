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

    /// - Parameters:
    ///   - width: even, 96 to 4096.
    ///   - height: even, 90 to 4096.
    ///   - buffers: pictures that may be in use at once, 1 to 16.
    ///   - brightness: of the wall, −30 to 50.
    package init(width: Int = 1280, height: Int = 720, buffers: Int = 5, brightness: Int = 0) {
        let width = min(max(width & ~1, 96), 4096)
        let height = min(max(height & ~1, 90), 4096)
        let count = min(max(buffers, 1), 16)
        let format = VideoFormat(.nv12, width: width, height: height)
        let memory = PictureMemory(width: width, height: height, count: count, brightness: brightness)
        self.format = format
        self.memory = memory
        pool = FramePool((0..<count).map { VideoFrame(format: format, planes: memory.planes($0)) }, owner: memory)
    }

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

/// The buffers that are drawn into; kept by the pool for as long as a picture is held.
private final class PictureMemory: @unchecked Sendable {
    // @unchecked: a buffer is drawn by the producer only while its slot is not lent.
    private let scene: SyntheticScene
    private let memory: UnsafeMutableRawPointer
    private let bytesPerPicture: Int

    init(width: Int, height: Int, count: Int, brightness: Int) {
        scene = SyntheticScene(width: width, height: height, brightness: brightness)
        bytesPerPicture = width * height * 3 / 2
        memory = .allocate(byteCount: bytesPerPicture * count, alignment: 64)
        for index in 0..<count {
            let (luma, chroma) = pointers(index)
            scene.prepare(luma: luma, chroma: chroma, noise: UInt64(index) + 1)
        }
    }

    deinit { memory.deallocate() }

    private func pointers(_ index: Int) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt16>) {
        let base = memory + index * bytesPerPicture
        return (
            base.assumingMemoryBound(to: UInt8.self),
            (base + scene.width * scene.height).assumingMemoryBound(to: UInt16.self)
        )
    }

    func planes(_ index: Int) -> (FramePlane, FramePlane, FramePlane) {
        let (luma, chroma) = pointers(index)
        return (
            FramePlane(base: luma, stride: scene.width, byteCount: scene.width * scene.height),
            FramePlane(base: chroma, stride: scene.width, byteCount: scene.width * scene.height / 2), .none
        )
    }

    func draw(_ index: Int, number: UInt32, seconds: Double, isLampOn: Bool) {
        let (luma, chroma) = pointers(index)
        scene.draw(number: number, seconds: seconds, isLampOn: isLampOn, luma: luma, chroma: chroma)
    }
}
