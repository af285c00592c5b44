import CInput
package import ControlProtocol

/// The one table from the kernel's keys to the room's, for remotes and keyboards alike.
package enum KeyTable {
    /// What the key of a device stands for; nil for a key that the room has no use for.
    package static func key(_ key: LinuxKey) -> ControlKey? { keys[Int32(key.code)] }

    /// The kernel's key that a keymap should have for each of the room's.
    package static func preferred(_ key: ControlKey) -> LinuxKey {
        LinuxKey(code: UInt16(preferences[key] ?? KEY_UNKNOWN))
    }

    private static let keys: [Int32: ControlKey] = [
        // Digits: remotes have the numeric ones, whatever the keyboard's layout; keyboards the others.
        KEY_NUMERIC_0: .zero, KEY_0: .zero, KEY_KP0: .zero,
        KEY_NUMERIC_1: .one, KEY_1: .one, KEY_KP1: .one,
        KEY_NUMERIC_2: .two, KEY_2: .two, KEY_KP2: .two,
        KEY_NUMERIC_3: .three, KEY_3: .three, KEY_KP3: .three,
        KEY_NUMERIC_4: .four, KEY_4: .four, KEY_KP4: .four,
        KEY_NUMERIC_5: .five, KEY_5: .five, KEY_KP5: .five,
        KEY_NUMERIC_6: .six, KEY_6: .six, KEY_KP6: .six,
        KEY_NUMERIC_7: .seven, KEY_7: .seven, KEY_KP7: .seven,
        KEY_NUMERIC_8: .eight, KEY_8: .eight, KEY_KP8: .eight,
        KEY_NUMERIC_9: .nine, KEY_9: .nine, KEY_KP9: .nine,
        KEY_NUMERIC_STAR: .star, KEY_KPASTERISK: .star,
        KEY_NUMERIC_POUND: .pound,
        // Calls. Colours stand for what they mean on a telephone.
        KEY_PHONE: .call, KEY_PICKUP_PHONE: .call, KEY_GREEN: .call, KEY_PLAY: .call, KEY_PLAYPAUSE: .call,
        KEY_HANGUP_PHONE: .disconnect, KEY_RED: .disconnect, KEY_STOP: .disconnect,
        KEY_MICMUTE: .muteMic, KEY_MUTE: .muteMic, KEY_YELLOW: .muteMic,
        // Moving about.
        KEY_HOME: .home, KEY_HOMEPAGE: .home, KEY_MENU: .home, KEY_ROOT_MENU: .home,
        KEY_BACK: .back, KEY_EXIT: .back, KEY_ESC: .back, KEY_CANCEL: .back, KEY_BACKSPACE: .back,
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
        KEY_OK: .ok, KEY_ENTER: .ok, KEY_SELECT: .ok, KEY_KPENTER: .ok,
        // Sound and pictures.
        KEY_VOLUMEUP: .volumeUp, KEY_VOLUMEDOWN: .volumeDown,
        KEY_ZOOMIN: .zoomIn, KEY_CHANNELUP: .zoomIn, KEY_ZOOMOUT: .zoomOut, KEY_CHANNELDOWN: .zoomOut,
        KEY_BLUE: .layout, KEY_ASPECT_RATIO: .layout, KEY_FULL_SCREEN: .layout,
        KEY_CAMERA: .selfview, KEY_INFO: .selfview,
        KEY_ADDRESSBOOK: .phoneBook, KEY_EPG: .phoneBook, KEY_LIST: .phoneBook, KEY_FAVORITES: .phoneBook,
        KEY_PRESENTATION: .presentation, KEY_PC: .presentation, KEY_VIDEO: .presentation,
        KEY_SWITCHVIDEOMODE: .presentation,
        KEY_F1: .f1, KEY_F2: .f2, KEY_F3: .f3, KEY_F4: .f4,
        KEY_POWER: .standby, KEY_POWER2: .standby, KEY_SLEEP: .standby, KEY_SUSPEND: .standby,
    ]

    private static let preferences: [ControlKey: Int32] = [
        .zero: KEY_NUMERIC_0, .one: KEY_NUMERIC_1, .two: KEY_NUMERIC_2, .three: KEY_NUMERIC_3,
        .four: KEY_NUMERIC_4, .five: KEY_NUMERIC_5, .six: KEY_NUMERIC_6, .seven: KEY_NUMERIC_7,
        .eight: KEY_NUMERIC_8, .nine: KEY_NUMERIC_9, .star: KEY_NUMERIC_STAR, .pound: KEY_NUMERIC_POUND,
        .call: KEY_PHONE, .disconnect: KEY_HANGUP_PHONE, .home: KEY_HOME, .back: KEY_BACK, .up: KEY_UP,
        .down: KEY_DOWN, .left: KEY_LEFT, .right: KEY_RIGHT, .ok: KEY_OK, .muteMic: KEY_MICMUTE,
        .volumeUp: KEY_VOLUMEUP, .volumeDown: KEY_VOLUMEDOWN, .layout: KEY_BLUE, .selfview: KEY_CAMERA,
        .phoneBook: KEY_ADDRESSBOOK, .presentation: KEY_PRESENTATION, .zoomIn: KEY_ZOOMIN, .zoomOut: KEY_ZOOMOUT,
        .f1: KEY_F1, .f2: KEY_F2, .f3: KEY_F3, .f4: KEY_F4, .standby: KEY_POWER,
    ]
}
