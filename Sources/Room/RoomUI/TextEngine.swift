import CPango

/// Fonts and text layout (pango), kept for the renderer's life. Confined to its owner.
///
/// It has a font map of its own: pango's default one is made anew on each thread that draws, and fonts are large.
final class TextEngine {
    private let fontMap: UnsafeMutableRawPointer
    private let context: OpaquePointer
    private let layout: OpaquePointer
    private let regular: OpaquePointer
    private let bold: OpaquePointer

    init() {
        fontMap = convene_font_map_new()
        context = convene_font_map_context(fontMap)
        layout = pango_layout_new(context)
        regular = pango_font_description_from_string(RoomTheme.families)
        bold = pango_font_description_from_string(RoomTheme.families)
        pango_font_description_set_weight(bold, PANGO_WEIGHT_BOLD)
        let options = cairo_font_options_create()
        // Grey, since the layer is blended; unhinted, since all sizes are large.
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
    }

    deinit {
        pango_font_description_free(regular)
        pango_font_description_free(bold)
        convene_object_unref(UnsafeMutableRawPointer(layout))
        convene_object_unref(UnsafeMutableRawPointer(context))
        convene_object_unref(fontMap)
    }

    /// The width of `text` on one line, in pixels.
    func width(of text: String, _ style: TextStyle) -> Int {
        prepare(text, style, width: nil)
        var width: Int32 = 0
        var height: Int32 = 0
        pango_layout_get_pixel_size(layout, &width, &height)
        return Int(width)
    }

    /// Draws `text` inside a box; colours come from the style.
    func draw(
        _ text: String, _ style: TextStyle, x: Double, y: Double, width: Double, height: Double,
        _ alignment: TextAlignment, on canvas: OpaquePointer
    ) {
        prepare(text, style, width: width)
        pango_layout_set_alignment(
            layout,
            alignment == .left ? PANGO_ALIGN_LEFT : alignment == .centre ? PANGO_ALIGN_CENTER : PANGO_ALIGN_RIGHT)
        var ignored: Int32 = 0
        var lines: Int32 = 0
        pango_layout_get_pixel_size(layout, &ignored, &lines)
        cairo_move_to(canvas, x, y + (height - Double(lines)) / 2)
        let colour = style.colour
        cairo_set_source_rgba(
            canvas, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255,
            Double(colour.alpha) / 255)
        pango_cairo_show_layout(canvas, layout)
    }

    /// What a far end calls itself may be anything: no more than fits a screen, and nothing that controls the text's
    /// direction or ends it.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(300).filter { scalar in
                    switch scalar.value {
                    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: false
                    default: true
                    }
                }))
    }

    private func prepare(_ text: String, _ style: TextStyle, width: Double?) {
        let description = style.isBold ? bold : regular
        pango_font_description_set_absolute_size(description, Double(style.size) * Double(CONVENE_PANGO_SCALE))
        pango_layout_set_font_description(layout, description)
        var attributes: OpaquePointer?
        if style.hasEvenDigits {
            attributes = pango_attr_list_new()
            pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"))
        }
        pango_layout_set_attributes(layout, attributes)
        if let attributes { pango_attr_list_unref(attributes) }
        if let width {
            pango_layout_set_width(layout, Int32(width) * CONVENE_PANGO_SCALE)
            pango_layout_set_height(layout, -Int32(clamping: max(style.maximumLines, 1)))
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        } else {
            pango_layout_set_width(layout, -1)
            pango_layout_set_height(layout, -1)
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE)
        }
        Self.plain(text).withCString { pango_layout_set_text(layout, $0, -1) }
    }
}
