/// The kinds of devices that programs of the room look for, by kernel subsystem.
package enum DeviceSubsystem: String, Sendable, Hashable, CaseIterable {
    /// Cameras and codecs.
    case video4linux
    /// Sound cards; announced by their control node, which the kernel makes last.
    case sound
    /// Graphics cards; connectors that change are news of their card.
    case drm
    /// Keyboards, remotes and the like; the nodes of events (evdev).
    case input
    /// Infrared receivers as such; what they mean by keys comes from their `input` device.
    case lirc
    /// HDMI-CEC adapters.
    case cec

    /// What a room's pictures and sound need.
    package static let media: Set<DeviceSubsystem> = [.video4linux, .sound, .drm]
    /// What remotes and TVs are connected to.
    package static let remotes: Set<DeviceSubsystem> = [.input, .lirc, .cec]
}

/// A device with a node, as the kernel's sysfs and udev describe it.
package struct DeviceDescription: Sendable, Hashable {
    package var subsystem: DeviceSubsystem
    /// The kernel's name, such as "video7", "controlC1" or "card0"; moves from boot to boot.
    package var sysname: String
    /// The device node, such as "/dev/video7".
    package var node: String
    /// The driver of the device itself or of the nearest parent that has one, such as "vivid"; empty when there is none.
    /// Of an infrared receiver the name that its driver gives itself (DRV_NAME), such as "gpio_ir_recv".
    package var driver: String
    /// What the device calls itself: sysfs `name` (video4linux, input), the card's id (sound), the parent's name (drm),
    /// the receiver's name (lirc); empty for a CEC adapter, which tells when it is open.
    package var card: String
    /// The place of the device on its bus in sysfs, such as "/devices/platform/vivid.0"; stays where it is plugged.
    package var busPath: String
    /// What udev knows besides, such as ID_SERIAL; empty without udev.
    package var properties: [String: String]

    package init(
        subsystem: DeviceSubsystem, sysname: String, node: String, driver: String, card: String, busPath: String,
        properties: [String: String] = [:]
    ) {
        self.subsystem = subsystem
        self.sysname = sysname
        self.node = node
        self.driver = driver
        self.card = card
        self.busPath = busPath
        self.properties = properties
    }

    /// Whether it hangs on an infrared receiver, whose folder in sysfs is then `busPath`.
    package var isInfrared: Bool {
        (subsystem == .input || subsystem == .lirc)
            && busPath.split(separator: "/").suffix(2).first == "rc"
    }

    /// The number of a sound card, such as 1 of "controlC1"; nil for other devices.
    package var soundCardNumber: Int? {
        subsystem == .sound && sysname.hasPrefix("controlC") ? Int(sysname.dropFirst(8)) : nil
    }
}

/// What a device shall be; each part that is given must hold. Comes from the board file.
///
/// A text matches when it is equal, or when it begins with what stands before a final asterisk.
package struct DeviceMatch: Sendable, Hashable {
    package var subsystem: DeviceSubsystem
    package var driver: String?
    package var card: String?
    package var busPath: String?
    /// udev properties and their values.
    package var properties: [String: String]

    package init(
        subsystem: DeviceSubsystem, driver: String? = nil, card: String? = nil, busPath: String? = nil,
        properties: [String: String] = [:]
    ) {
        self.subsystem = subsystem
        self.driver = driver
        self.card = card
        self.busPath = busPath
        self.properties = properties
    }

    package func matches(_ device: DeviceDescription) -> Bool {
        device.subsystem == subsystem
            && Self.agrees(driver, device.driver)
            && Self.agrees(card, device.card)
            && Self.agrees(busPath, device.busPath)
            && properties.allSatisfy { key, value in
                device.properties[key].map { Self.agrees(value, $0) } ?? false
            }
    }

    private static func agrees(_ wanted: String?, _ found: String) -> Bool {
        guard let wanted else { return true }
        if wanted.hasSuffix("*") { return found.hasPrefix(wanted.dropLast()) }
        return wanted == found
    }
}

/// What changed among the devices.
package enum DeviceEvent: Sendable, Equatable {
    /// All devices that are there now; comes first, and again whenever events had to be dropped.
    case snapshot([DeviceDescription])
    /// Its node can be opened.
    case added(DeviceDescription)
    case removed(DeviceDescription)
    /// A property, or a connector of a graphics card, has changed.
    case changed(DeviceDescription)
}
