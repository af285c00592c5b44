import CPango
import Composition
import Glibc
import LinuxSystem
import MediaTypes
import RealtimeSupport
import RoomUI

/// A picture of 8 bits in red, green and blue, for looking at and for comparing.
struct ScreenPicture: Equatable {
    var width: Int
    var height: Int
    /// XRGB8888, without gaps.
    var pixels: [UInt32]

    /// What a person sees: the interface over its backdrop, in a call over a drawn picture of the others.
    static func painted(
        _ screen: RoomScreen, _ mode: DisplayMode, with renderer: RoomRenderer, isFlat: Bool
    ) throws -> ScreenPicture {
        var picture = ground(screen, mode, isFlat: isFlat)
        guard let rendered = renderer.render(screen) else { return picture }
        let surface = rendered.surface.value
        for y in 0..<mode.height {
            let row = surface.base + y * surface.stride
            for x in 0..<mode.width {
                let over = row.load(fromByteOffset: x * 4, as: UInt32.self)
                if over == 0 { continue }
                let index = y * mode.width + x
                picture.pixels[index] = blend(over, picture.pixels[index])
            }
        }
        return picture
    }

    private static func blend(_ over: UInt32, _ under: UInt32) -> UInt32 {
        let rest = 255 - (over >> 24)
        if rest == 0 { return over | 0xFF00_0000 }
        func channel(_ shift: UInt32) -> UInt32 {
            min((over >> shift & 255) + ((under >> shift & 255) * rest + 127) / 255, 255) << shift
        }
        return 0xFF00_0000 | channel(16) | channel(8) | channel(0)
    }

    private static func ground(_ screen: RoomScreen, _ mode: DisplayMode, isFlat: Bool) -> ScreenPicture {
        let backdrop = RoomTheme.fitting(screen.facts).backdrop
        let hasVideo = screen.facts.isOverVideo && screen.facts.ongoing?.isSoundOnly != true
        var pixels = [UInt32](repeating: 0, count: mode.width * mode.height)
        for y in 0..<mode.height {
            let part = isFlat ? mode.height / 2 : y
            func mix(_ top: UInt8, _ bottom: UInt8) -> UInt32 {
                UInt32((Int(top) * (mode.height - part) + Int(bottom) * part) / mode.height)
            }
            var pixel =
                0xFF00_0000 | mix(backdrop.top.red, backdrop.bottom.red) << 16
                | mix(backdrop.top.green, backdrop.bottom.green) << 8 | mix(backdrop.top.blue, backdrop.bottom.blue)
            if hasVideo { pixel = y * 3 > mode.height * 2 ? 0xFF6E_5A48 : 0xFFB9_C4C0 }
            for x in 0..<mode.width { pixels[y * mode.width + x] = pixel }
        }
        var picture = ScreenPicture(width: mode.width, height: mode.height, pixels: pixels)
        if hasVideo { picture.paintPerson() }
        return picture
    }

    /// Somebody at a table, so that it looks like a call.
    private mutating func paintPerson() {
        let (middle, unit) = (width / 2, height / 100)
        for y in 0..<height {
            for x in 0..<width {
                let (head, body) = ((x - middle, y - 38 * unit), (x - middle, y - 92 * unit))
                if head.0 * head.0 + head.1 * head.1 < 14 * unit * 14 * unit {
                    pixels[y * width + x] = 0xFFC9_9F82
                } else if body.0 * body.0 + body.1 * body.1 < 36 * unit * 36 * unit {
                    pixels[y * width + x] = 0xFF3E_5A7C
                }
            }
        }
    }

    /// Each pixel the mean of `factor` by `factor`.
    func reduced(by factor: Int) -> ScreenPicture {
        let (wide, high) = (width / factor, height / factor)
        var result = ScreenPicture(width: wide, height: high, pixels: [])
        result.pixels.reserveCapacity(wide * high)
        let count = UInt32(factor * factor)
        for y in 0..<high {
            for x in 0..<wide {
                var (red, green, blue): (UInt32, UInt32, UInt32) = (0, 0, 0)
                for row in 0..<factor {
                    let start = (y * factor + row) * width + x * factor
                    for column in 0..<factor {
                        let pixel = pixels[start + column]
                        red += pixel >> 16 & 255
                        green += pixel >> 8 & 255
                        blue += pixel & 255
                    }
                }
                result.pixels.append(0xFF00_0000 | (red / count) << 16 | (green / count) << 8 | (blue / count))
            }
        }
        return result
    }

    /// Puts another picture in.
    mutating func place(_ other: ScreenPicture, x left: Int, y top: Int) {
        for y in 0..<other.height {
            for x in 0..<other.width { pixels[(top + y) * width + left + x] = other.pixels[y * other.width + x] }
        }
    }

    var png: [UInt8] {
        get throws {
            let bytes = pixels.withUnsafeBytes { Array($0) }
            return try PNGEncoder.encode(bytes, width: width, height: height, stride: width * 4)
        }
    }

    /// Reads a file (cairo); nil when there is none.
    init?(png path: String) {
        guard let surface = cairo_image_surface_create_from_png(path) else { return nil }
        defer { cairo_surface_destroy(surface) }
        guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface)
        else { return nil }
        width = Int(cairo_image_surface_get_width(surface))
        height = Int(cairo_image_surface_get_height(surface))
        let stride = Int(cairo_image_surface_get_stride(surface))
        pixels = []
        for y in 0..<height {
            for x in 0..<width {
                let raw = UnsafeRawPointer(data).loadUnaligned(fromByteOffset: y * stride + x * 4, as: UInt32.self)
                pixels.append(raw | 0xFF00_0000)
            }
        }
    }

    init(width: Int, height: Int, pixels: [UInt32]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    func write(to path: String) throws { try AtomicFile.replace(path, with: try png) }
}
