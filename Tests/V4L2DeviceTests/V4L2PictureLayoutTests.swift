import Testing
import V4L2Device

@Suite("V4L2 picture layout")
struct V4L2PictureLayoutTests {
    @Test("NV12 in one piece of memory has its chroma just behind the padded luma")
    func contiguous() {
        let format = V4L2Format(
            .nv12, width: 1280, height: 720, planes: [V4L2PlaneLayout(stride: 1344, byteCount: 1344 * 1080)])
        #expect(
            format.picturePlanes == [
                V4L2PicturePlane(memory: 0, offset: 0, stride: 1344, byteCount: 1344 * 720),
                V4L2PicturePlane(memory: 0, offset: 1344 * 720, stride: 1344, byteCount: 1344 * 360),
            ])
    }

    @Test("NV12 with memory of its own for each plane")
    func separate() {
        let format = V4L2Format(
            .nv12Multi, width: 640, height: 360,
            planes: [
                V4L2PlaneLayout(stride: 640, byteCount: 640 * 360), V4L2PlaneLayout(stride: 704, byteCount: 704 * 180),
            ])
        #expect(
            format.picturePlanes == [
                V4L2PicturePlane(memory: 0, offset: 0, stride: 640, byteCount: 640 * 360),
                V4L2PicturePlane(memory: 1, offset: 0, stride: 704, byteCount: 704 * 180),
            ])
    }

    @Test("I420 has half the stride for chroma, and odd heights round up")
    func planar() {
        let format = V4L2Format(
            .yuv420, width: 64, height: 35, planes: [V4L2PlaneLayout(stride: 64, byteCount: 64 * 35 + 2 * 32 * 18)])
        #expect(
            format.picturePlanes?.map(\.offset) == [0, 64 * 35, 64 * 35 + 32 * 18])
    }

    @Test("a bit stream is the whole buffer")
    func compressed() {
        let format = V4L2Format(.mjpeg, width: 64, height: 64, planes: [V4L2PlaneLayout(stride: 0, byteCount: 5000)])
        #expect(format.picturePlanes == [V4L2PicturePlane(memory: 0, offset: 0, stride: 0, byteCount: 5000)])
    }

    @Test(
        "a format that cannot hold its picture is refused",
        arguments: [
            V4L2Format(.nv12, width: 64, height: 64, planes: [V4L2PlaneLayout(stride: 64, byteCount: 64 * 64)]),
            V4L2Format(.nv12, width: 64, height: 64, planes: [V4L2PlaneLayout(stride: 32, byteCount: 1 << 20)]),
            V4L2Format(.nv12, width: 64, height: 64, planes: [V4L2PlaneLayout(stride: .max, byteCount: .max)]),
            V4L2Format(.nv12, width: 64, height: 64),
            V4L2Format(.nv12, width: 0, height: 0, planes: [V4L2PlaneLayout(stride: 64, byteCount: 1 << 20)]),
            V4L2Format(
                .nv12, width: 64, height: 64,
                planes: Array(repeating: V4L2PlaneLayout(stride: 64, byteCount: 8192), count: 3)
            ),
        ])
    func refused(_ format: V4L2Format) {
        #expect(format.picturePlanes == nil)
    }
}
