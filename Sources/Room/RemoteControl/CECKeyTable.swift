package import CEC
package import ControlProtocol

/// What the keys of a TV's remote stand for (HDMI 1.4b, CEC table 30).
package enum CECKeyTable {
    /// Nil for a key that the room has no use for.
    package static func key(_ control: CECUserControl) -> ControlKey? { keys[control.rawValue] }

    private static let keys: [UInt8: ControlKey] = [
        0x00: .ok, 0x2B: .ok,  // Select, Enter
        0x01: .up, 0x02: .down, 0x03: .left, 0x04: .right,
        0x09: .home, 0x0A: .home,  // Root Menu, Setup Menu
        0x0B: .phoneBook, 0x0C: .phoneBook, 0x53: .phoneBook,  // Contents Menu, Favorite Menu, Guide
        0x0D: .back, 0x2C: .back,  // Exit, Clear
        0x1D: .pound, 0x2A: .star,  // Number Entry Mode, Dot
        0x20: .zero, 0x21: .one, 0x22: .two, 0x23: .three, 0x24: .four, 0x25: .five, 0x26: .six, 0x27: .seven,
        0x28: .eight, 0x29: .nine,
        0x30: .zoomIn, 0x31: .zoomOut,  // Channel Up, Channel Down
        0x34: .presentation,  // Input Select
        0x35: .selfview,  // Display Information
        0x40: .standby, 0x6B: .standby, 0x6C: .standby,  // Power, Power Toggle, Power Off
        0x41: .volumeUp, 0x42: .volumeDown, 0x43: .muteMic,
        0x44: .call, 0x60: .call,  // Play
        0x45: .disconnect, 0x64: .disconnect,  // Stop
        0x46: .muteMic, 0x61: .muteMic,  // Pause
        // Blue, red, green, yellow: as on other remotes.
        0x71: .layout, 0x72: .disconnect, 0x73: .call, 0x74: .muteMic,
    ]
}
