import CUdev

extension UdevDevice {
    /// The device as the room knows it; nil for what has no node of interest (tuners, PCMs, connectors).
    func description() -> DeviceDescription? {
        guard let name = string(udev_device_get_subsystem(raw)), let subsystem = DeviceSubsystem(rawValue: name),
            let sysname = string(udev_device_get_sysname(raw)), let node = string(udev_device_get_devnode(raw))
        else { return nil }
        switch subsystem {
        case .video4linux: guard sysname.hasPrefix("video") else { return nil }
        // The control node comes after all others of its card, so that the card is complete.
        case .sound: guard sysname.hasPrefix("controlC") else { return nil }
        case .drm: guard sysname.hasPrefix("card") else { return nil }
        case .input: guard sysname.hasPrefix("event") else { return nil }
        case .lirc, .cec: break
        }
        // The functional part's parent on a bus; borrowed from this device by libudev.
        var parent = udev_device_get_parent(raw)
        // A control node hangs below its card, which hangs below the bus.
        if subsystem == .sound, let card = parent { parent = udev_device_get_parent(card) }
        // So does a node of events below its input device, which may hang on nothing (uinput).
        if subsystem == .input, let input = parent { parent = udev_device_get_parent(input) ?? input }
        return DeviceDescription(
            subsystem: subsystem, sysname: sysname, node: node, driver: driver(from: parent),
            card: card(subsystem, parent), busPath: string(parent.flatMap { udev_device_get_devpath($0) }) ?? "",
            properties: properties())
    }

    private func driver(from parent: OpaquePointer?) -> String {
        var current = parent
        while let device = current {
            if string(udev_device_get_subsystem(device)) == "rc",
                let name = string(udev_device_get_property_value(device, "DRV_NAME"))
            {
                return name
            }
            if let driver = string(udev_device_get_driver(device)), !driver.isEmpty { return driver }
            current = udev_device_get_parent(device)
        }
        return ""
    }

    private func card(_ subsystem: DeviceSubsystem, _ parent: OpaquePointer?) -> String {
        switch subsystem {
        case .video4linux: string(udev_device_get_sysattr_value(raw, "name")) ?? ""
        case .sound:
            string(udev_device_get_parent(raw).flatMap { udev_device_get_sysattr_value($0, "id") }) ?? ""
        case .drm: string(parent.flatMap { udev_device_get_sysname($0) }) ?? ""
        case .input:
            string(udev_device_get_parent(raw).flatMap { udev_device_get_sysattr_value($0, "name") }) ?? ""
        case .lirc: string(parent.flatMap { udev_device_get_property_value($0, "DEV_NAME") }) ?? ""
        case .cec: ""
        }
    }

    private func properties() -> [String: String] {
        var found: [String: String] = [:]
        var entry = udev_device_get_properties_list_entry(raw)
        while let current = entry {
            if let name = string(udev_list_entry_get_name(current)) {
                // What says how this message came, and not what the device is, would make each message a change.
                if !["ACTION", "SEQNUM", "SYNTH_UUID", "HOTPLUG"].contains(name), !name.hasPrefix("USEC_") {
                    found[name] = string(udev_list_entry_get_value(current)) ?? ""
                }
            }
            entry = udev_list_entry_get_next(current)
        }
        return found
    }
}
