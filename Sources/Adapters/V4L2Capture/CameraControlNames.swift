import CV4L2
import V4L2Device

/// The stable names of camera controls, by which they are listed and set on every board.
enum CameraControlNames {
    private static let known: [UInt32: String] = {
        func id(_ number: some BinaryInteger) -> UInt32 { UInt32(truncatingIfNeeded: number) }
        return [
            id(V4L2_CID_BRIGHTNESS): "brightness",
            id(V4L2_CID_CONTRAST): "contrast",
            id(V4L2_CID_SATURATION): "saturation",
            id(V4L2_CID_HUE): "hue",
            id(V4L2_CID_HUE_AUTO): "hue_auto",
            id(V4L2_CID_GAMMA): "gamma",
            id(V4L2_CID_GAIN): "gain",
            id(V4L2_CID_AUTOGAIN): "gain_auto",
            id(V4L2_CID_SHARPNESS): "sharpness",
            id(V4L2_CID_BACKLIGHT_COMPENSATION): "backlight",
            id(V4L2_CID_POWER_LINE_FREQUENCY): "power_line_frequency",
            id(V4L2_CID_AUTO_WHITE_BALANCE): "white_balance_auto",
            id(V4L2_CID_WHITE_BALANCE_TEMPERATURE): "white_balance",
            id(V4L2_CID_HFLIP): "flip_horizontal",
            id(V4L2_CID_VFLIP): "flip_vertical",
            id(V4L2_CID_EXPOSURE_AUTO): "exposure_auto",
            id(V4L2_CID_EXPOSURE_ABSOLUTE): "exposure",
            id(V4L2_CID_EXPOSURE_AUTO_PRIORITY): "exposure_priority",
            id(V4L2_CID_PAN_ABSOLUTE): "pan",
            id(V4L2_CID_TILT_ABSOLUTE): "tilt",
            id(V4L2_CID_ZOOM_ABSOLUTE): "zoom",
            id(V4L2_CID_PAN_RELATIVE): "pan_by",
            id(V4L2_CID_TILT_RELATIVE): "tilt_by",
            id(V4L2_CID_ZOOM_RELATIVE): "zoom_by",
            id(V4L2_CID_PAN_SPEED): "pan_speed",
            id(V4L2_CID_TILT_SPEED): "tilt_speed",
            id(V4L2_CID_ZOOM_CONTINUOUS): "zoom_speed",
            id(V4L2_CID_PAN_RESET): "pan_reset",
            id(V4L2_CID_TILT_RESET): "tilt_reset",
            id(V4L2_CID_FOCUS_ABSOLUTE): "focus",
            id(V4L2_CID_FOCUS_RELATIVE): "focus_by",
            id(V4L2_CID_FOCUS_AUTO): "focus_auto",
            id(V4L2_CID_IRIS_ABSOLUTE): "iris",
            id(V4L2_CID_PRIVACY): "privacy",
        ]
    }()

    /// The name of a control: the stable one, or the driver's own in small letters with underscores.
    ///
    /// - Parameter all: the controls of the device. Sensors count the exposure in lines (V4L2_CID_EXPOSURE), webcams in
    ///   100 µs (V4L2_CID_EXPOSURE_ABSOLUTE); "exposure" is the one that is there, the latter where both are.
    static func identifier(of control: V4L2Control, among all: [V4L2Control]) -> String {
        if control.id.rawValue == UInt32(truncatingIfNeeded: V4L2_CID_EXPOSURE) {
            let absolute = UInt32(truncatingIfNeeded: V4L2_CID_EXPOSURE_ABSOLUTE)
            return all.contains { $0.id.rawValue == absolute } ? "exposure_lines" : "exposure"
        }
        return known[control.id.rawValue] ?? normalized(control.name)
    }

    /// "White Balance, Automatic" becomes "white_balance_automatic".
    static func normalized(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.unicodeScalars.append(Unicode.Scalar(byte + 0x20))
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                if !result.isEmpty, result.last != "_" { result.append("_") }
            }
        }
        if result.last == "_" { result.removeLast() }
        return result
    }
}
