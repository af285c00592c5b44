import CPango
import MediaTypes

/// Draws elements into ARGB8888 memory (cairo). Confined to its owner.
struct Canvas: ~Copyable {
    private let surface: OpaquePointer
    private let context: OpaquePointer

    /// The memory must outlive the canvas. Nil when cairo refuses the size.
    init?(base: UnsafeMutableRawPointer, width: Int, height: Int, stride: Int) {
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        guard
            let surface = cairo_image_surface_create_for_data(
                bytes, CAIRO_FORMAT_ARGB32, Int32(clamping: width), Int32(clamping: height), Int32(clamping: stride))
        else { return nil }
        guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let context = cairo_create(surface) else {
            cairo_surface_destroy(surface)
            return nil
        }
        self.surface = surface
        self.context = context
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    /// Draws what of the elements lies inside `region`, which is clear.
    func draw(_ elements: [ScreenElement], inside region: Region, _ text: TextEngine) {
        cairo_save(context)
        cairo_new_path(context)
        for index in 0..<region.count {
            let rect = region[index]
            cairo_rectangle(context, Double(rect.x), Double(rect.y), Double(rect.width), Double(rect.height))
        }
        cairo_clip(context)
        for element in elements where region.intersects(element.bounds) { draw(element, text) }
        cairo_restore(context)
        cairo_surface_flush(surface)
    }

    private func draw(_ element: ScreenElement, _ text: TextEngine) {
        // Signs cut holes into their own strokes only, not into the box below: each is a group of its own.
        for drawing in element.drawings {
            switch drawing {
            case .box(let rect, let radius, let colour):
                cairo_set_source_rgba(
                    context, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255,
                    Double(colour.alpha) / 255)
                cairo_new_path(context)
                IconArtist.roundedBox(
                    context, x: Double(rect.x), y: Double(rect.y), width: Double(rect.width),
                    height: Double(rect.height), radius: Double(radius))
                cairo_fill(context)
            case .text(let words, let style, let rect, let alignment):
                text.draw(
                    words, style, x: Double(rect.x), y: Double(rect.y), width: Double(rect.width),
                    height: Double(rect.height), alignment, on: context)
            case .icon(let icon, let rect, let colour):
                cairo_push_group(context)
                IconArtist.draw(
                    icon, x: Double(rect.x), y: Double(rect.y), size: Double(min(rect.width, rect.height)), colour,
                    on: context)
                cairo_pop_group_to_source(context)
                cairo_paint(context)
            }
        }
    }
}
