import CPango

/// Draws the signs as strokes in a square of 24 by 24.
enum IconArtist {
    static func draw(_ icon: Icon, x: Double, y: Double, size: Double, _ colour: InkColour, on canvas: OpaquePointer) {
        cairo_save(canvas)
        cairo_translate(canvas, x, y)
        cairo_scale(canvas, size / 24, size / 24)
        cairo_set_source_rgba(
            canvas, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255,
            Double(colour.alpha) / 255)
        cairo_set_line_width(canvas, 2)
        cairo_set_line_cap(canvas, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_join(canvas, CAIRO_LINE_JOIN_ROUND)
        cairo_new_path(canvas)
        if icon.isCut {
            // Only what the sign itself has drawn is cut.
            cairo_push_group(canvas)
            path(icon, canvas)
            cairo_pop_group_to_source(canvas)
            cairo_paint(canvas)
        } else {
            path(icon, canvas)
        }
        cairo_restore(canvas)
    }

    private static func path(_ icon: Icon, _ canvas: OpaquePointer) {
        switch icon {
        case .microphone: microphone(canvas)
        case .microphoneOff:
            microphone(canvas)
            slash(canvas)
        case .camera: camera(canvas)
        case .cameraOff:
            camera(canvas)
            slash(canvas)
        case .speaker:
            speaker(canvas)
            wave(canvas, radius: 4)
            wave(canvas, radius: 8)
        case .speakerOff:
            speaker(canvas)
            line(canvas, 16, 9, 22, 15)
            line(canvas, 22, 9, 16, 15)
        case .louder:
            speaker(canvas)
            line(canvas, 15.5, 12, 22.5, 12)
            line(canvas, 19, 8.5, 19, 15.5)
        case .softer:
            speaker(canvas)
            line(canvas, 15.5, 12, 22.5, 12)
        case .phone: receiver(canvas)
        case .hangUp:
            cairo_translate(canvas, 12, 14)
            cairo_rotate(canvas, 3 * Double.pi / 4)
            cairo_translate(canvas, -12, -12)
            receiver(canvas)
        case .addCall:
            cairo_save(canvas)
            cairo_translate(canvas, 0, 3)
            cairo_scale(canvas, 0.86, 0.86)
            receiver(canvas)
            cairo_restore(canvas)
            line(canvas, 15.5, 6.5, 22, 6.5)
            line(canvas, 18.75, 3.2, 18.75, 9.8)
        case .warning: warning(canvas)
        case .notice:
            circle(canvas, 12, 12, 9.5)
            cairo_stroke(canvas)
            line(canvas, 12, 11, 12, 16.5)
            dot(canvas, 12, 7.6)
        case .bars0, .bars1, .bars2, .bars3, .bars4: bars(canvas, icon)
        default: moreSigns(icon, canvas)
        }
    }

    private static func microphone(_ canvas: OpaquePointer) {
        pill(canvas, x: 8.5, y: 2, width: 7, height: 12)
        cairo_fill(canvas)
        cairo_new_path(canvas)
        cairo_arc(canvas, 12, 11, 6.5, 0, Double.pi)
        cairo_stroke(canvas)
        line(canvas, 12, 17.5, 12, 21.5)
        line(canvas, 8.5, 21.5, 15.5, 21.5)
    }

    private static func camera(_ canvas: OpaquePointer) {
        pill(canvas, x: 1.5, y: 6, width: 14, height: 12, radius: 2.5)
        cairo_fill(canvas)
        cairo_move_to(canvas, 17, 11)
        cairo_line_to(canvas, 22, 7.5)
        cairo_line_to(canvas, 22, 16.5)
        cairo_line_to(canvas, 17, 13)
        cairo_close_path(canvas)
        cairo_fill(canvas)
    }

    /// A line across, cut out of what is below it on one side.
    static func slash(_ canvas: OpaquePointer) {
        cairo_save(canvas)
        cairo_set_operator(canvas, CAIRO_OPERATOR_DEST_OUT)
        cairo_set_line_width(canvas, 5)
        line(canvas, 3.5, 3, 20.5, 21)
        cairo_restore(canvas)
        line(canvas, 3.5, 3, 20.5, 21)
    }

    private static func speaker(_ canvas: OpaquePointer) {
        cairo_move_to(canvas, 2.5, 9.5)
        cairo_line_to(canvas, 6, 9.5)
        cairo_line_to(canvas, 11, 5)
        cairo_line_to(canvas, 11, 19)
        cairo_line_to(canvas, 6, 14.5)
        cairo_line_to(canvas, 2.5, 14.5)
        cairo_close_path(canvas)
        cairo_fill_preserve(canvas)
        cairo_stroke(canvas)
    }

    private static func wave(_ canvas: OpaquePointer, radius: Double) {
        cairo_new_path(canvas)
        cairo_arc(canvas, 13, 12, radius, -0.8, 0.8)
        cairo_stroke(canvas)
    }

    /// A receiver as on every telephone, handle to the lower left.
    private static func receiver(_ canvas: OpaquePointer) {
        cairo_move_to(canvas, 6.2, 3)
        cairo_line_to(canvas, 9.2, 3)
        cairo_line_to(canvas, 10.8, 7.6)
        cairo_line_to(canvas, 8.4, 9.6)
        cairo_curve_to(canvas, 9.8, 12.2, 11.8, 14.2, 14.4, 15.6)
        cairo_line_to(canvas, 16.4, 13.2)
        cairo_line_to(canvas, 21, 14.8)
        cairo_line_to(canvas, 21, 17.8)
        cairo_curve_to(canvas, 21, 19.6, 19.6, 21, 17.8, 21)
        cairo_curve_to(canvas, 9.6, 20.6, 3.4, 14.4, 3, 6.2)
        cairo_curve_to(canvas, 3, 4.4, 4.4, 3, 6.2, 3)
        cairo_close_path(canvas)
        cairo_fill(canvas)
    }

    private static func warning(_ canvas: OpaquePointer) {
        cairo_move_to(canvas, 12, 3.2)
        cairo_line_to(canvas, 22, 20.4)
        cairo_line_to(canvas, 2, 20.4)
        cairo_close_path(canvas)
        cairo_stroke(canvas)
        line(canvas, 12, 9.6, 12, 14)
        dot(canvas, 12, 17.2)
    }

    static func dot(_ canvas: OpaquePointer, _ x: Double, _ y: Double) {
        cairo_new_path(canvas)
        cairo_arc(canvas, x, y, 1.3, 0, 2 * Double.pi)
        cairo_fill(canvas)
    }

    static func line(_ canvas: OpaquePointer, _ x: Double, _ y: Double, _ toX: Double, _ toY: Double) {
        cairo_move_to(canvas, x, y)
        cairo_line_to(canvas, toX, toY)
        cairo_stroke(canvas)
    }

    static func pill(
        _ canvas: OpaquePointer, x: Double, y: Double, width: Double, height: Double, radius: Double? = nil
    ) {
        roundedBox(canvas, x: x, y: y, width: width, height: height, radius: radius ?? width / 2)
    }

    static func circle(_ canvas: OpaquePointer, _ x: Double, _ y: Double, _ radius: Double) {
        cairo_new_path(canvas)
        cairo_arc(canvas, x, y, radius, 0, 2 * Double.pi)
    }

    /// A line through points.
    static func trace(_ canvas: OpaquePointer, _ points: [(Double, Double)], isClosed: Bool = false) {
        cairo_new_path(canvas)
        for (number, point) in points.enumerated() {
            if number == 0 {
                cairo_move_to(canvas, point.0, point.1)
            } else {
                cairo_line_to(canvas, point.0, point.1)
            }
        }
        if isClosed { cairo_close_path(canvas) }
        cairo_stroke(canvas)
    }

    /// Adds a box with round corners to the path.
    static func roundedBox(
        _ canvas: OpaquePointer, x: Double, y: Double, width: Double, height: Double, radius: Double
    ) {
        let radius = min(radius, width / 2, height / 2)
        let quarter = Double.pi / 2
        cairo_new_sub_path(canvas)
        cairo_arc(canvas, x + width - radius, y + radius, radius, -quarter, 0)
        cairo_arc(canvas, x + width - radius, y + height - radius, radius, 0, quarter)
        cairo_arc(canvas, x + radius, y + height - radius, radius, quarter, 2 * quarter)
        cairo_arc(canvas, x + radius, y + radius, radius, 2 * quarter, 3 * quarter)
        cairo_close_path(canvas)
    }
}
