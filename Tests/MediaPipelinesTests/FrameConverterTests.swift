import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Testing

@testable import MediaPipelines

@Suite("Frame converter")
struct FrameConverterTests {
    private let limit = (width: 1280, height: 720)

    private func target(_ format: PixelFormat, _ width: Int, _ height: Int, running: PixelFormat? = nil) -> VideoFormat
    {
        FrameConverter.target(for: VideoFormat(format, width: width, height: height), maximum: limit, running: running)
    }

    @Test("A picture that every encoder takes stays as it is")
    func same() {
        #expect(target(.nv12, 1280, 720) == VideoFormat(.nv12, width: 1280, height: 720))
        #expect(target(.i420, 640, 360) == VideoFormat(.i420, width: 640, height: 360))
    }

    @Test(
        "Other layouts become NV12, or what the running encoder has", arguments: [PixelFormat.yuyv, .mjpeg, .xrgb8888])
    func layout(_ format: PixelFormat) {
        #expect(target(format, 640, 480).pixelFormat == .nv12)
        #expect(target(format, 640, 480, running: .i420).pixelFormat == .i420)
    }

    @Test("The slate takes the layout of the encoder that runs, so that none is opened for it")
    func sticky() {
        #expect(target(.nv12, 640, 360, running: .i420).pixelFormat == .i420)
        #expect(target(.i420, 640, 360, running: .nv12).pixelFormat == .nv12)
    }

    @Test("A larger picture is scaled into the limit with its shape, to even sizes")
    func scaled() {
        #expect(target(.nv12, 1920, 1080) == VideoFormat(.nv12, width: 1280, height: 720))
        #expect(target(.nv12, 1600, 1200) == VideoFormat(.nv12, width: 960, height: 720))
        #expect(target(.nv12, 3840, 1080) == VideoFormat(.nv12, width: 1280, height: 360))
        #expect(target(.nv12, 641, 361) == VideoFormat(.nv12, width: 640, height: 360))
        #expect(target(.nv12, 10_000, 3) == VideoFormat(.nv12, width: 1280, height: 2))
    }

    private func luma(_ frame: borrowing FrameHandle) -> UInt8? {
        frame.value.planes.0.bytes[frame.value.planes.0.stride + 7]
    }

    private func picture(_ format: VideoFormat, luma: UInt8) throws -> FrameHandle {
        let memory = PictureMemory(format)
        memory.clear(luma: luma)
        let pool = FramePool([memory.frame], owner: memory)
        let slot = try #require(pool.takeReturned())
        pool.update(slot) {
            $0.captureTime = MonotonicTime(nanoseconds: 42)
            $0.sequence = 5
        }
        return pool.lend(slot)
    }

    private func isConverted(
        _ frame: borrowing FrameHandle, to format: VideoFormat, by converter: inout FrameConverter
    ) -> Bool {
        guard let result = converter.convert(frame, to: format) else { return false }
        return result.value.format == format
    }

    @Test("Layout and size are changed together, and the capture time travels along")
    func converts() throws {
        var converter = FrameConverter()
        let source = try picture(VideoFormat(.yuyv, width: 320, height: 180), luma: 77)
        let result = try taken(converter.convert(source, to: VideoFormat(.i420, width: 160, height: 90)))
        let value = result.value
        #expect(value.format == VideoFormat(.i420, width: 160, height: 90))
        #expect(value.captureTime.nanoseconds == 42 && value.sequence == 5)
        let brightness = luma(result) ?? 0
        #expect(abs(Int(brightness) - 77) <= 1)
    }

    @Test("A copy can be stamped with another time")
    func stamped() throws {
        var converter = FrameConverter()
        let source = try picture(VideoFormat(.nv12, width: 320, height: 180), luma: 99)
        let stamp = MonotonicTime(nanoseconds: 4242)
        let format = source.value.format
        let result = try taken(converter.convert(source, to: format, stamp: stamp))
        let brightness = luma(result)
        let times = (result.value.captureTime, source.value.captureTime)
        #expect(times.0 == stamp && times.1.nanoseconds == 42 && brightness == 99)
    }

    @Test("Eight pictures may be in use; then there is none, until one comes back")
    func exhausted() throws {
        var converter = FrameConverter()
        let source = try picture(VideoFormat(.i420, width: 64, height: 36), luma: 50)
        let format = VideoFormat(.nv12, width: 64, height: 36)
        let held = SPSCRing<FrameHandle>(minimumCapacity: 8)
        for _ in 0..<8 {
            let converted = try taken(converter.convert(source, to: format))
            if let refused = held.push(converted) { _ = consume refused }
        }
        #expect(!isConverted(source, to: format, by: &converter))
        _ = held.pop()
        #expect(isConverted(source, to: format, by: &converter))
    }

    @Test("A broken picture gives none, and its slot comes back")
    func broken() throws {
        var converter = FrameConverter()
        let pool = FramePool([
            VideoFrame(format: VideoFormat(.mjpeg, width: 64, height: 36), planes: (.none, .none, .none))
        ])
        let slot = try #require(pool.takeReturned())
        let frame = pool.lend(slot)
        let format = VideoFormat(.nv12, width: 64, height: 36)
        for _ in 0..<20 { #expect(!isConverted(frame, to: format, by: &converter)) }
    }
}
