import Composition
import MediaTypes

/// Pictures whose pixels a test can tell apart.
enum TestPictures {
    /// A picture of one colour, given in YCbCr.
    static func flat(
        _ format: PixelFormat, _ width: Int, _ height: Int, _ luma: UInt8, _ cb: UInt8, _ cr: UInt8
    ) -> PictureMemory {
        make(format, width, height) { _, _ in (luma, cb, cr) }
    }

    /// NV12, I420 or YUYV whose luma counts up to the right and chroma downwards.
    static func ramp(_ format: PixelFormat, _ width: Int, _ height: Int) -> PictureMemory {
        make(format, width, height) { x, y in
            (UInt8(16 + x * 219 / max(width - 1, 1)), UInt8(16 + y * 224 / max(height - 1, 1)), 128)
        }
    }

    static func make(
        _ format: PixelFormat, _ width: Int, _ height: Int, _ pixel: (Int, Int) -> (UInt8, UInt8, UInt8)
    ) -> PictureMemory {
        let memory = PictureMemory(VideoFormat(format, width: width, height: height))
        memory.clear()
        func put(_ plane: FramePlane, _ x: Int, _ y: Int, _ value: UInt8) {
            plane.base?.storeBytes(of: value, toByteOffset: y * plane.stride + x, as: UInt8.self)
        }
        let planes = memory.frame.planes
        for y in 0..<height {
            for x in 0..<width {
                let (luma, cb, cr) = pixel(x, y)
                switch format {
                case .nv12:
                    put(planes.0, x, y, luma)
                    put(planes.1, x & ~1, y / 2, cb)
                    put(planes.1, x | 1, y / 2, cr)
                case .i420:
                    put(planes.0, x, y, luma)
                    put(planes.1, x / 2, y / 2, cb)
                    put(planes.2, x / 2, y / 2, cr)
                case .yuyv:
                    put(planes.0, x * 2, y, luma)
                    put(planes.0, (x & ~1) * 2 + 1, y, cb)
                    put(planes.0, (x & ~1) * 2 + 3, y, cr)
                default:
                    put(planes.0, x * 4, y, cb)
                    put(planes.0, x * 4 + 1, y, luma)
                    put(planes.0, x * 4 + 2, y, cr)
                    put(planes.0, x * 4 + 3, y, 255)
                }
            }
        }
        return memory
    }
}

extension PictureMemory {
    /// One byte of a plane.
    func byte(_ plane: Int, _ x: Int, _ y: Int) -> UInt8 {
        let planes = [frame.planes.0, frame.planes.1, frame.planes.2]
        return planes[plane].bytes[y * planes[plane].stride + x]
    }

    /// A pixel of an XRGB8888 picture as 0xRRGGBB.
    func rgb(_ x: Int, _ y: Int) -> UInt32 {
        frame.planes.0.bytes.loadUnaligned(fromByteOffset: y * frame.planes.0.stride + x * 4, as: UInt32.self)
            & 0xFF_FFFF
    }

    /// As a back buffer to paint into.
    func buffer(_ index: Int) -> DisplayBuffer? {
        frame.planes.0.base.map { DisplayBuffer(index: index, base: $0, stride: frame.planes.0.stride) }
    }
}
