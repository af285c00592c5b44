import CPango

extension Icon {
    /// Whether a line is cut out of it.
    var isCut: Bool {
        switch self {
        case .microphoneOff, .cameraOff, .bellOff, .theme, .moon: true
        default: false
        }
    }
}

extension IconArtist {
    static func moreSigns(_ icon: Icon, _ canvas: OpaquePointer) {
        switch icon {
        case .incoming: arrow(canvas, isIncoming: true)
        case .outgoing: arrow(canvas, isIncoming: false)
        case .missed:
            trace(canvas, [(3, 7), (12, 16), (21, 7)])
            trace(canvas, [(3, 13.5), (3, 7), (9.5, 7)])
        case .person: person(canvas, x: 12, y: 0, size: 1)
        case .people:
            person(canvas, x: 8.6, y: 1.2, size: 0.92)
            circle(canvas, 16.8, 8.2, 3.1)
            cairo_fill(canvas)
            cairo_new_path(canvas)
            cairo_move_to(canvas, 17.8, 20)
            cairo_line_to(canvas, 22.4, 20)
            cairo_curve_to(canvas, 22.4, 15.6, 20.4, 13.2, 16.6, 13.2)
            cairo_curve_to(canvas, 17.6, 15, 18, 17.2, 17.8, 20)
            cairo_close_path(canvas)
            cairo_fill(canvas)
        case .star:
            star(canvas)
        case .clock:
            circle(canvas, 12, 12, 9.2)
            cairo_stroke(canvas)
            trace(canvas, [(12, 6.8), (12, 12), (15.6, 14.2)])
        case .gear: gear(canvas)
        case .moon:
            circle(canvas, 11.5, 12.5, 9)
            cairo_fill(canvas)
            cairo_set_operator(canvas, CAIRO_OPERATOR_DEST_OUT)
            circle(canvas, 16, 8.5, 7.6)
            cairo_fill(canvas)
        case .bellOff:
            cairo_new_path(canvas)
            cairo_move_to(canvas, 4.5, 17)
            cairo_curve_to(canvas, 7.4, 14.5, 5.4, 5, 12, 4.2)
            cairo_curve_to(canvas, 18.6, 5, 16.6, 14.5, 19.5, 17)
            cairo_close_path(canvas)
            cairo_fill(canvas)
            trace(canvas, [(10, 20.6), (14, 20.6)])
            slash(canvas)
        case .keypad:
            for row in 0..<3 {
                for column in 0..<3 { roundDot(canvas, 5.5 + 6.5 * Double(column), 5.5 + 6.5 * Double(row), 2.1) }
            }
        case .pause:
            pill(canvas, x: 6, y: 4.5, width: 4.2, height: 15, radius: 1.4)
            cairo_fill(canvas)
            pill(canvas, x: 13.8, y: 4.5, width: 4.2, height: 15, radius: 1.4)
            cairo_fill(canvas)
        case .play:
            cairo_move_to(canvas, 7.5, 5)
            cairo_line_to(canvas, 19, 12)
            cairo_line_to(canvas, 7.5, 19)
            cairo_close_path(canvas)
            cairo_fill_preserve(canvas)
            cairo_stroke(canvas)
        case .layout:
            pill(canvas, x: 2.5, y: 4.5, width: 11.5, height: 15, radius: 2)
            cairo_fill(canvas)
            pill(canvas, x: 16, y: 4.5, width: 5.5, height: 6.6, radius: 1.6)
            cairo_fill(canvas)
            pill(canvas, x: 16, y: 12.9, width: 5.5, height: 6.6, radius: 1.6)
            cairo_fill(canvas)
        case .selfView:
            roundedBox(canvas, x: 2, y: 4, width: 20, height: 16, radius: 3)
            cairo_stroke(canvas)
            person(canvas, x: 12, y: 4.6, size: 0.62)
        default: lastSigns(icon, canvas)
        }
    }

    private static func lastSigns(_ icon: Icon, _ canvas: OpaquePointer) {
        switch icon {
        case .erase:
            trace(canvas, [(8.2, 5.5), (21, 5.5), (21, 18.5), (8.2, 18.5), (2.6, 12)], isClosed: true)
            line(canvas, 11.4, 9.2, 17, 14.8)
            line(canvas, 17, 9.2, 11.4, 14.8)
        case .lock, .lockOpen:
            pill(canvas, x: 4.5, y: 10.5, width: 15, height: 11, radius: 2.4)
            cairo_fill(canvas)
            cairo_new_path(canvas)
            if icon == .lock {
                cairo_move_to(canvas, 7.8, 10.5)
                cairo_line_to(canvas, 7.8, 7.4)
                cairo_arc(canvas, 12, 7.4, 4.2, Double.pi, 2 * Double.pi)
                cairo_line_to(canvas, 16.2, 10.5)
            } else {
                cairo_move_to(canvas, 13.6, 10.5)
                cairo_line_to(canvas, 13.6, 6.8)
                cairo_arc(canvas, 17.8, 6.8, 4.2, Double.pi, 2 * Double.pi)
                cairo_line_to(canvas, 22, 8.6)
            }
            cairo_stroke(canvas)
        case .check:
            cairo_set_line_width(canvas, 3)
            trace(canvas, [(4, 12.6), (9.6, 18), (20, 6.6)])
        case .globe, .network:
            circle(canvas, 12, 12, 9.2)
            cairo_stroke(canvas)
            line(canvas, 3, 12, 21, 12)
            cairo_save(canvas)
            cairo_translate(canvas, 12, 12)
            cairo_scale(canvas, 0.45, 1)
            circle(canvas, 0, 0, 9.2)
            cairo_restore(canvas)
            cairo_stroke(canvas)
        case .theme:
            circle(canvas, 12, 12, 9.2)
            cairo_stroke(canvas)
            cairo_new_path(canvas)
            cairo_arc(canvas, 12, 12, 9.2, -Double.pi / 2, Double.pi / 2)
            cairo_close_path(canvas)
            cairo_fill(canvas)
        case .screen:
            roundedBox(canvas, x: 2, y: 4, width: 20, height: 13, radius: 2)
            cairo_stroke(canvas)
            line(canvas, 8, 21, 16, 21)
        case .wrench: wrench(canvas)
        case .list:
            for row in [6.0, 12, 18] {
                roundDot(canvas, 4, row, 1.5)
                line(canvas, 8.5, row, 21, row)
            }
        case .stick: stick(canvas)
        case .bin: bin(canvas)
        case .before: trace(canvas, [(15, 5), (8, 12), (15, 19)])
        case .after: trace(canvas, [(9, 5), (16, 12), (9, 19)])
        default: break
        }
    }

    private static func wrench(_ canvas: OpaquePointer) {
        cairo_set_line_width(canvas, 4)
        line(canvas, 5, 19, 13, 11)
        cairo_set_line_width(canvas, 3.4)
        cairo_new_path(canvas)
        // A jaw that is open to the upper right.
        cairo_arc(canvas, 16, 8, 4.6, 0.05, 3 * Double.pi / 2 - 0.05)
        cairo_stroke(canvas)
    }

    private static func stick(_ canvas: OpaquePointer) {
        roundedBox(canvas, x: 6, y: 8.5, width: 12, height: 13, radius: 2.4)
        cairo_fill(canvas)
        cairo_new_path(canvas)
        roundedBox(canvas, x: 8, y: 2.5, width: 8, height: 6, radius: 0.8)
        cairo_stroke(canvas)
        dot(canvas, 10.6, 5.6)
        dot(canvas, 13.4, 5.6)
    }

    private static func bin(_ canvas: OpaquePointer) {
        line(canvas, 3.5, 6.2, 20.5, 6.2)
        trace(canvas, [(9, 6), (9, 3.2), (15, 3.2), (15, 6)])
        trace(canvas, [(5.8, 6.4), (7, 21), (17, 21), (18.2, 6.4)])
        line(canvas, 10, 10.4, 10, 17)
        line(canvas, 14, 10.4, 14, 17)
    }

    private static func roundDot(_ canvas: OpaquePointer, _ x: Double, _ y: Double, _ radius: Double) {
        circle(canvas, x, y, radius)
        cairo_fill(canvas)
    }

    private static func person(_ canvas: OpaquePointer, x: Double, y: Double, size: Double) {
        circle(canvas, x, y + 7.6 * size, 4.4 * size)
        cairo_fill(canvas)
        cairo_new_path(canvas)
        cairo_move_to(canvas, x - 8.2 * size, y + 21 * size)
        cairo_curve_to(
            canvas, x - 8.2 * size, y + 10.6 * size, x + 8.2 * size, y + 10.6 * size, x + 8.2 * size, y + 21 * size)
        cairo_close_path(canvas)
        cairo_fill(canvas)
    }

    /// From the middle outwards, or back to it.
    private static func arrow(_ canvas: OpaquePointer, isIncoming: Bool) {
        line(canvas, 5, 19, 19, 5)
        if isIncoming {
            trace(canvas, [(5, 9.5), (5, 19), (14.5, 19)])
        } else {
            trace(canvas, [(9.5, 5), (19, 5), (19, 14.5)])
        }
    }

    private static func star(_ canvas: OpaquePointer) {
        cairo_new_path(canvas)
        // Ten points in turn on two circles, the first one upwards; sines of multiples of 36 degrees.
        let sines = [0, 0.587785, 0.951057, 0.951057, 0.587785, 0, -0.587785, -0.951057, -0.951057, -0.587785]
        let cosines = [1, 0.809017, 0.309017, -0.309017, -0.809017, -1, -0.809017, -0.309017, 0.309017, 0.809017]
        for (number, (sine, cosine)) in zip(sines, cosines).enumerated() {
            let radius = number % 2 == 0 ? 9.6 : 4.3
            cairo_line_to(canvas, 12 + radius * sine, 12.6 - radius * cosine)
        }
        cairo_close_path(canvas)
        cairo_fill_preserve(canvas)
        cairo_set_line_width(canvas, 1.4)
        cairo_stroke(canvas)
    }

    private static func gear(_ canvas: OpaquePointer) {
        circle(canvas, 12, 12, 6.2)
        cairo_set_line_width(canvas, 3)
        cairo_stroke(canvas)
        cairo_save(canvas)
        cairo_set_line_width(canvas, 3.6)
        cairo_set_line_cap(canvas, CAIRO_LINE_CAP_BUTT)
        cairo_translate(canvas, 12, 12)
        for _ in 0..<8 {
            line(canvas, 0, -6.8, 0, -10.4)
            cairo_rotate(canvas, Double.pi / 4)
        }
        cairo_restore(canvas)
    }

    static func bars(_ canvas: OpaquePointer, _ icon: Icon) {
        let level =
            switch icon {
            case .bars0: 0
            case .bars1: 1
            case .bars2: 2
            case .bars3: 3
            default: 4
            }
        for number in 0..<4 {
            let height = 6 + 4.4 * Double(number)
            pill(canvas, x: 2.2 + 5.2 * Double(number), y: 21 - height, width: 3.8, height: height, radius: 1.2)
            if number < level {
                cairo_fill(canvas)
            } else {
                cairo_set_line_width(canvas, 1.1)
                cairo_stroke(canvas)
            }
        }
    }
}
