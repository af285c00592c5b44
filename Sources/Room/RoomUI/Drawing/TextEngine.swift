import CPango

/// Fonts and text layout (pango), kept for the renderer's life. Confined to its owner.
///
/// All texts are laid out at one size and scaled as they are drawn. Pango asks fontconfig for its fonts anew for each
/// size, which takes a millisecond and more among some hundred fonts: the first page of a call, with its many sizes, took
/// the processor from the codecs for fifty.
///
/// It has a font map of its own: pango's default one is made anew on each thread that draws, and fonts are large.
/// Texts are shown as they are; foreign ones were cleaned before (`ForeignText`).
final class TextEngine {
    private static let families =
        "Noto Sans, Noto Sans Arabic, Noto Sans CJK SC, WenQuanYi Micro Hei, DejaVu Sans, sans-serif"
    /// The size of every layout, in pixels.
    private static let layoutSize = 96.0
    /// Widths that are remembered; when there are more, all are forgotten.
    private static let mostWidths = 256

    private let fontMap: UnsafeMutableRawPointer
    private let context: OpaquePointer
    private let layout: OpaquePointer
    private let regular: OpaquePointer
    private let bold: OpaquePointer
    private var widths: [WidthKey: Int] = [:]
    private var language: Language?

    private struct WidthKey: Hashable {
        var text: String
        var size: Int
        var isBold: Bool
        var hasEvenDigits: Bool
    }

    init() {
        fontMap = convene_font_map_new()
        context = convene_font_map_context(fontMap)
        layout = pango_layout_new(context)
        regular = pango_font_description_from_string(Self.families)
        bold = pango_font_description_from_string(Self.families)
        pango_font_description_set_weight(bold, PANGO_WEIGHT_BOLD)
        for description in [regular, bold] {
            pango_font_description_set_absolute_size(description, Self.layoutSize * Double(CONVENE_PANGO_SCALE))
        }
        // Rounded at one size they would be off at another.
        pango_context_set_round_glyph_positions(context, 0)
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

    /// Sets the direction of texts that have none of their own, and which forms of shared characters are meant.
    func use(_ wanted: Language) {
        guard wanted != language else { return }
        language = wanted
        widths.removeAll()
        pango_context_set_language(context, pango_language_from_string(wanted == .chinese ? "zh-cn" : wanted.rawValue))
        pango_context_set_base_dir(context, wanted.isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR)
        pango_layout_context_changed(layout)
    }

    /// The width of `text` on one line, in pixels.
    func width(of text: String, _ style: TextStyle) -> Int {
        let key = WidthKey(
            text: text, size: style.size, isBold: style.isBold, hasEvenDigits: style.hasEvenDigits)
        if let known = widths[key] { return known }
        prepare(text, style, width: nil)
        let width = Int((size.width * scale(style)).rounded(.up))
        if widths.count >= Self.mostWidths { widths.removeAll(keepingCapacity: true) }
        widths[key] = width
        return width
    }

    private func scale(_ style: TextStyle) -> Double { Double(style.size) / Self.layoutSize }

    /// Of the layout, in pixels at its own size.
    private var size: (width: Double, height: Double) {
        var width: Int32 = 0
        var height: Int32 = 0
        pango_layout_get_size(layout, &width, &height)
        return (Double(width) / Double(CONVENE_PANGO_SCALE), Double(height) / Double(CONVENE_PANGO_SCALE))
    }

    /// Draws `text` inside a box and nowhere else; colours come from the style.
    func draw(
        _ text: String, _ style: TextStyle, x: Double, y: Double, width: Double, height: Double,
        _ alignment: TextAlignment, on canvas: OpaquePointer
    ) {
        prepare(text, style, width: width)
        var wanted = alignment
        // Pango swaps the sides for such texts; the screen does not.
        if runsAgainst(text) { wanted = wanted.mirrored }
        pango_layout_set_alignment(
            layout, wanted == .left ? PANGO_ALIGN_LEFT : wanted == .centre ? PANGO_ALIGN_CENTER : PANGO_ALIGN_RIGHT)
        let scale = scale(style)
        cairo_save(canvas)
        cairo_rectangle(canvas, x, y, width, height)
        cairo_clip(canvas)
        cairo_move_to(canvas, x, y + (height - size.height * scale) / 2)
        cairo_scale(canvas, scale, scale)
        let colour = style.colour
        cairo_set_source_rgba(
            canvas, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255,
            Double(colour.alpha) / 255)
        pango_cairo_show_layout(canvas, layout)
        cairo_restore(canvas)
    }

    /// Whether the first letter that has a direction runs against the language's (UAX #9, rules P2 and P3).
    private func runsAgainst(_ text: String) -> Bool {
        let isRightToLeft = language?.isRightToLeft ?? false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
                if scalar.properties.isAlphabetic { return !isRightToLeft }
            default:
                if scalar.properties.isAlphabetic { return isRightToLeft }
            }
        }
        return false
    }

    private func prepare(_ text: String, _ style: TextStyle, width: Double?) {
        let description = style.isBold ? bold : regular
        pango_layout_set_font_description(layout, description)
        var attributes: OpaquePointer?
        if style.hasEvenDigits {
            attributes = pango_attr_list_new()
            pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"))
        }
        pango_layout_set_attributes(layout, attributes)
        if let attributes { pango_attr_list_unref(attributes) }
        if let width {
            let units = width / scale(style) * Double(CONVENE_PANGO_SCALE)
            pango_layout_set_width(layout, Int32(min(max(units.rounded(), 0), Double(Int32.max / 2))))
            pango_layout_set_height(layout, -Int32(clamping: max(style.maximumLines, 1)))
            pango_layout_set_ellipsize(layout, style.isCutAtStart ? PANGO_ELLIPSIZE_START : PANGO_ELLIPSIZE_END)
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        } else {
            pango_layout_set_width(layout, -1)
            pango_layout_set_height(layout, -1)
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE)
        }
        text.withCString { pango_layout_set_text(layout, $0, -1) }
    }
}
