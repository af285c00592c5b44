import CInput

/// The signs of a keyboard in the American layout, which the kernel's key codes are named after.
///
/// Digits without shift are none: they are the room's digit keys. Star and pound sign are the room's keys too.
package enum KeyboardText {
    package static func text(_ key: LinuxKey, isShifted: Bool) -> String? {
        if let letter = letters[Int32(key.code)] { return isShifted ? letter.uppercased() : letter }
        return (isShifted ? shifted : plain)[Int32(key.code)]
    }

    package static func isShift(_ key: LinuxKey) -> Bool {
        [KEY_LEFTSHIFT, KEY_RIGHTSHIFT].contains(Int32(key.code))
    }

    private static let letters: [Int32: String] = [
        KEY_A: "a", KEY_B: "b", KEY_C: "c", KEY_D: "d", KEY_E: "e", KEY_F: "f", KEY_G: "g", KEY_H: "h", KEY_I: "i",
        KEY_J: "j", KEY_K: "k", KEY_L: "l", KEY_M: "m", KEY_N: "n", KEY_O: "o", KEY_P: "p", KEY_Q: "q", KEY_R: "r",
        KEY_S: "s", KEY_T: "t", KEY_U: "u", KEY_V: "v", KEY_W: "w", KEY_X: "x", KEY_Y: "y", KEY_Z: "z",
    ]

    private static let plain: [Int32: String] = [
        KEY_SPACE: " ", KEY_DOT: ".", KEY_COMMA: ",", KEY_MINUS: "-", KEY_EQUAL: "=", KEY_SLASH: "/",
        KEY_SEMICOLON: ";", KEY_APOSTROPHE: "'", KEY_KPDOT: ".", KEY_KPMINUS: "-", KEY_KPPLUS: "+", KEY_KPSLASH: "/",
        KEY_LEFTBRACE: "[", KEY_RIGHTBRACE: "]", KEY_BACKSLASH: "\\", KEY_GRAVE: "`",
    ]

    private static let shifted: [Int32: String] = [
        KEY_SPACE: " ", KEY_1: "!", KEY_2: "@", KEY_4: "$", KEY_5: "%", KEY_6: "^", KEY_7: "&", KEY_9: "(",
        KEY_0: ")", KEY_DOT: ">", KEY_COMMA: "<", KEY_MINUS: "_", KEY_EQUAL: "+", KEY_SLASH: "?",
        KEY_SEMICOLON: ":", KEY_APOSTROPHE: "\"", KEY_LEFTBRACE: "{", KEY_RIGHTBRACE: "}", KEY_BACKSLASH: "|",
        KEY_GRAVE: "~",
    ]
}
