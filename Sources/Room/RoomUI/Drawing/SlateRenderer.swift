import Composition
package import MediaTypes
import RealtimeSupport

/// What others see instead of the camera's picture.
package struct Slate: Sendable, Hashable {
    /// Such as "Camera unplugged".
    package var title: String
    /// Such as the room's name.
    package var subtitle: String

    package init(title: String, subtitle: String) {
        self.title = title
        self.subtitle = subtitle
    }
}

/// Draws slates as pictures to send. Any thread; takes some ten milliseconds, so keep what it made.
package enum SlateRenderer {
    /// The slate as NV12 or I420; nil for other formats and sizes that nothing can be drawn in.
    ///
    /// The picture lives as long as handles of it do.
    package static func render(_ slate: Slate, format: VideoFormat) -> FrameHandle? {
        guard format.pixelFormat == .nv12 || format.pixelFormat == .i420, (16...8192).contains(format.width),
            (16...8192).contains(format.height)
        else { return nil }
        let drawn = PictureMemory(VideoFormat(.argb8888, width: format.width, height: format.height))
        let plane = drawn.frame.planes.0
        let bounds = Rect(width: format.width, height: format.height)
        guard let base = plane.base else { return nil }
        let compositor = Compositor(
            mode: DisplayMode(width: format.width, height: format.height, refreshMillihertz: 30000), bufferCount: 1)
        compositor.setScene(Scene(backdrop: RoomTheme.dark.backdrop))
        compositor.compose(into: DisplayBuffer(index: 0, base: base, stride: plane.stride))
        guard let canvas = Canvas(base: base, width: format.width, height: format.height, stride: plane.stride) else {
            return nil
        }
        canvas.draw([element(slate, format)], inside: Region(bounds), TextEngine(), clearing: false)
        _ = consume canvas
        let pool = PictureMemory.pool(format, count: 1)
        guard let index = pool.takeReturned() else { return nil }
        var result = ConversionResult.unsupported
        pool.update(index) { result = PictureConverter.convert(drawn.frame, into: &$0) }
        return result == .converted ? pool.lend(index) : nil
    }

    private static func element(_ slate: Slate, _ format: VideoFormat) -> ScreenElement {
        // Four by three and square pictures are measured by their width.
        let unit = min(format.height, format.width * 9 / 16)
        let middle = format.height / 2
        func row(_ top: Int, _ rows: Int) -> Rect {
            Rect(
                x: format.width / 20, y: middle + top * unit / 1000, width: format.width * 18 / 20,
                height: rows * unit / 1000)
        }
        let sign = 190 * unit / 1000
        return ScreenElement(
            .heading,
            [
                .icon(
                    .cameraOff,
                    Rect(
                        x: (format.width - sign) / 2, y: middle - 280 * unit / 1000, width: sign, height: sign),
                    RoomTheme.dark.soft),
                .text(
                    slate.title,
                    TextStyle(size: max(88 * unit / 1000, 6), isBold: true, colour: RoomTheme.dark.text), row(-30, 130),
                    .centre),
                .text(
                    slate.subtitle, TextStyle(size: max(54 * unit / 1000, 5), colour: RoomTheme.dark.soft),
                    row(110, 90),
                    .centre),
            ])
    }
}
