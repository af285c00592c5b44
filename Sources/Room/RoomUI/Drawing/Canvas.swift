import CPango
import MediaTypes

/// Draws elements into ARGB8888 memory (cairo). Confined to its owner.
struct Canvas: ~Copyable {
    private let surface: OpaquePointer
    private let context: OpaquePointer
    /// Signs that point somewhere are turned, for languages from right to left.
    private let isMirrored: Bool

    /// The memory must outlive the canvas. Nil when cairo refuses the size.
    init?(base: UnsafeMutableRawPointer, width: Int, height: Int, stride: Int, isMirrored: Bool = false) {
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
        self.isMirrored = isMirrored
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    /// Draws what of the elements lies inside `region`.
    ///
    /// - Parameter clearing: whether something may be there already.
    func draw(_ elements: [ScreenElement], inside region: Region, _ text: TextEngine, clearing: Bool) {
        cairo_save(context)
        cairo_new_path(context)
        for index in 0..<region.count { add(region[index]) }
        cairo_clip(context)
        if clearing {
            cairo_set_operator(context, CAIRO_OPERATOR_CLEAR)
            cairo_paint(context)
            cairo_set_operator(context, CAIRO_OPERATOR_OVER)
        }
        for element in elements where region.intersects(element.bounds) {
            for drawing in element.drawings where region.intersects(drawing.rect) { draw(drawing, text) }
        }
        cairo_restore(context)
        cairo_surface_flush(surface)
    }

    private func add(_ rect: Rect) {
        cairo_rectangle(context, Double(rect.x), Double(rect.y), Double(rect.width), Double(rect.height))
    }

    private func set(_ colour: InkColour) {
        cairo_set_source_rgba(
            context, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255,
            Double(colour.alpha) / 255)
    }

    /// Whatever the theme: readers want dark on light.
    private func draw(_ code: QRCode, in rect: Rect) {
        let count = code.size + 2 * QRCode.quietZone
        let module = max(min(rect.width, rect.height) / count, 1)
        let (left, top) = (rect.x + (rect.width - module * count) / 2, rect.y + (rect.height - module * count) / 2)
        set(InkColour(255, 255, 255))
        cairo_new_path(context)
        add(Rect(x: left, y: top, width: module * count, height: module * count))
        cairo_fill(context)
        set(InkColour(0, 0, 0))
        cairo_new_path(context)
        for y in 0..<code.size {
            for x in 0..<code.size where code.isDark(x, y) {
                add(
                    Rect(
                        x: left + (x + QRCode.quietZone) * module, y: top + (y + QRCode.quietZone) * module,
                        width: module, height: module))
            }
        }
        cairo_fill(context)
    }

    private func draw(_ drawing: Drawing, _ text: TextEngine) {
        switch drawing {
        case .box(let rect, let radius, let colour):
            set(colour)
            cairo_new_path(context)
            IconArtist.roundedBox(
                context, x: Double(rect.x), y: Double(rect.y), width: Double(rect.width),
                height: Double(rect.height), radius: Double(radius))
            cairo_fill(context)
        case .frame(let rect, let radius, let width, let colour):
            set(colour)
            cairo_new_path(context)
            cairo_set_line_width(context, Double(width))
            let half = Double(width) / 2
            IconArtist.roundedBox(
                context, x: Double(rect.x) + half, y: Double(rect.y) + half, width: Double(rect.width - width),
                height: Double(rect.height - width), radius: max(Double(radius) - half, 0))
            cairo_stroke(context)
        case .text(let words, let style, let rect, let alignment):
            text.draw(
                words, style, x: Double(rect.x), y: Double(rect.y), width: Double(rect.width),
                height: Double(rect.height), alignment, on: context)
        case .code(let code, let rect): draw(code, in: rect)
        case .icon(let icon, let rect, let colour):
            cairo_save(context)
            // A sign that is cut is drawn apart first, in memory as large as the clip.
            cairo_new_path(context)
            add(rect)
            cairo_clip(context)
            if isMirrored, icon.isDirected {
                cairo_translate(context, Double(rect.x + rect.right), 0)
                cairo_scale(context, -1, 1)
            }
            IconArtist.draw(
                icon, x: Double(rect.x), y: Double(rect.y), size: Double(min(rect.width, rect.height)), colour,
                on: context)
            cairo_restore(context)
        }
    }
}
