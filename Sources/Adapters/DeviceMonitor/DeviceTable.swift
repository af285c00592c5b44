/// The devices that were announced, by their place in sysfs; turns the kernel's words into events. Pure.
package struct DeviceTable {
    private var devices: [String: DeviceDescription] = [:]

    package init() {}

    /// All devices, in the order of subsystem and name, numbers by value.
    package var all: [DeviceDescription] {
        devices.values.sorted { one, other in
            (one.subsystem.rawValue, Self.number(one.sysname), one.sysname)
                < (other.subsystem.rawValue, Self.number(other.sysname), other.sysname)
        }
    }

    /// All devices by their place in sysfs.
    package var entries: [String: DeviceDescription] { devices }

    /// Takes what an enumeration found in place of all that was known.
    package mutating func replace(with found: [String: DeviceDescription]) { devices = found }

    /// What an announcement of the kernel or of udev means.
    ///
    /// A device that is announced again while it is known (it was found by the enumeration too, or comes in a new form)
    /// is no second device.
    ///
    /// - Parameters:
    ///   - action: "add", "remove", "change", and others, which count as a change.
    ///   - device: nil for a removal, and for a device that is none of ours.
    package mutating func apply(action: String, path: String, _ device: DeviceDescription?) -> DeviceEvent? {
        if action == "remove" { return devices.removeValue(forKey: path).map { .removed($0) } }
        guard let device else { return nil }
        guard let known = devices.updateValue(device, forKey: path) else { return .added(device) }
        return known == device && action != "change" ? nil : .changed(device)
    }

    private static func number(_ sysname: String) -> Int {
        let digits = sysname.reversed().prefix { $0.isASCII && $0.isNumber }
        return Int(String(digits.reversed())) ?? 0
    }
}
