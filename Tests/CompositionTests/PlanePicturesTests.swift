import Composition
import MediaTypes
import RealtimeSupport
import Testing

@Suite("Pictures for overlay planes")
struct PlanePicturesTests {
    private let tile = Tile(id: .remote, rect: Rect(x: 0, y: 0, width: 640, height: 360))

    /// An I420 picture: left half dark, right half bright.
    private func halves(width: Int, height: Int, _ format: PixelFormat = .i420) -> PictureMemory {
        let memory = PictureMemory(VideoFormat(format, width: width, height: height))
        memory.clear(luma: 40)
        let luma = memory.frame.planes.0
        for row in 0..<height {
            guard let base = luma.base else { continue }
            (base + row * luma.stride + width / 2).initializeMemory(as: UInt8.self, repeating: 200, count: width / 2)
        }
        return memory
    }

    private func luma(_ frame: VideoFrame, _ x: Int, _ y: Int) -> UInt8 {
        frame.planes.0.base?.load(fromByteOffset: y * frame.planes.0.stride + x, as: UInt8.self) ?? 0
    }

    @Test("A planar picture becomes NV12 of its own size for a plane that enlarges it")
    func enlarges() {
        let pictures = PlanePictures()
        let source = halves(width: 320, height: 180)
        var asked: [VideoFormat] = []
        for _ in 0..<10 {
            let made = pictures.prepare(source.frame, for: tile, scales: true) { format, count in
                asked.append(format)
                return PictureMemory.pool(format, count: count)
            }
            guard let made else {
                Issue.record("no picture")
                return
            }
            let value = made.frame.value
            #expect(value.format == VideoFormat(.nv12, width: 320, height: 180))
            #expect(made.destination == tile.rect)
            #expect(luma(value, 100, 90) == 40 && luma(value, 220, 90) == 200)
        }
        #expect(asked.count == 1)
        #expect(pictures.passes == 10)
    }

    @Test("Without scaling in the plane the picture has the tile's size")
    func scalesByProcessor() {
        let pictures = PlanePictures()
        let source = halves(width: 320, height: 180, .nv12)
        let prepared = pictures.prepare(source.frame, for: tile, scales: false) { PictureMemory.pool($0, count: $1) }
        guard let made = prepared else {
            Issue.record("no picture")
            return
        }
        let format = made.frame.value.format
        #expect(format == VideoFormat(.nv12, width: 640, height: 360))
        #expect(luma(made.frame.value, 100, 180) == 40 && luma(made.frame.value, 540, 180) == 200)
    }

    @Test("A mirrored tile gets a mirrored picture, scaled down and cut as the tile wants it")
    func mirrors() {
        let pictures = PlanePictures()
        let small = Tile(
            id: .selfView, rect: Rect(x: 400, y: 200, width: 160, height: 90), filling: .fill, isMirrored: true)
        let source = halves(width: 320, height: 240, .nv12)
        let prepared = pictures.prepare(source.frame, for: small, scales: true) { PictureMemory.pool($0, count: $1) }
        guard let made = prepared else {
            Issue.record("no picture")
            return
        }
        #expect(made.frame.value.format == VideoFormat(.nv12, width: 160, height: 90))
        #expect(made.destination == small.rect)
        #expect(luma(made.frame.value, 20, 45) == 200 && luma(made.frame.value, 140, 45) == 40)
    }

    @Test("With all pictures in use, no memory or a broken picture there is none")
    func refuses() {
        let pictures = PlanePictures()
        let source = halves(width: 320, height: 180)
        func isMade(_ frame: VideoFrame, from pool: FramePool?) -> Bool {
            switch pictures.prepare(frame, for: tile, scales: true, makePool: { _, _ in pool }) {
            case .some: true
            case .none: false
            }
        }
        #expect(!isMade(source.frame, from: nil))
        pictures.release()
        let pool = PictureMemory.pool(VideoFormat(.nv12, width: 320, height: 180), count: 1)
        #expect(isMade(source.frame, from: pool))
        let held = pool.takeReturned()
        #expect(held != nil && !isMade(source.frame, from: pool))
        if let held { pool.putBack(held) }
        var broken = source.frame
        broken.planes.0.byteCount = 10
        #expect(!isMade(broken, from: pool))
        #expect(isMade(source.frame, from: pool))
    }
}
