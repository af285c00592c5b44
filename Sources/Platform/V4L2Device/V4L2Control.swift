import CV4L2
package import LinuxSystem

/// The number of a control (V4L2_CID_…).
package struct V4L2ControlID: Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    init(_ number: some BinaryInteger) { self.init(rawValue: UInt32(truncatingIfNeeded: number)) }
}

/// A control with a 32-bit value, as the driver lists it (VIDIOC_QUERY_EXT_CTRL).
package struct V4L2Control: Sendable, Equatable {
    package var id: V4L2ControlID
    /// The driver's English name, such as "White Balance, Automatic".
    package var name: String
    package var minimum: Int
    package var maximum: Int
    package var step: Int
    package var defaultValue: Int
    /// Choices by value; empty unless it is a menu.
    package var menu: [Int: String]
    /// An action rather than a value.
    package var isButton: Bool
    package var isReadOnly: Bool
    /// May not be set now, since the device streams (V4L2_CTRL_FLAG_GRABBED).
    package var isGrabbed: Bool
    /// Can be set and not asked (V4L2_CTRL_FLAG_WRITE_ONLY).
    package var isWriteOnly: Bool
}

extension V4L2Node {
    /// All controls that are enabled and have a plain 32-bit value.
    package func controls() -> [V4L2Control] {
        var found: [V4L2Control] = []
        let next = UInt32(truncatingIfNeeded: V4L2_CTRL_FLAG_NEXT_CTRL)
        var previous: UInt32 = 0
        while found.count < 512, let raw = query(previous | next) {
            guard raw.id > previous else { break }
            previous = raw.id
            if let control = describe(raw) { found.append(control) }
        }
        return found
    }

    /// One control; nil when the device does not have it.
    package func control(_ id: V4L2ControlID) -> V4L2Control? {
        query(id.rawValue).flatMap { describe($0) }
    }

    private func query(_ id: UInt32) -> v4l2_query_ext_ctrl? {
        var raw = v4l2_query_ext_ctrl()
        raw.id = id
        return borrowed.ioctlStatus(cv4l2_query_ext_ctrl, &raw) == 0 ? raw : nil
    }

    private func describe(_ raw: v4l2_query_ext_ctrl) -> V4L2Control? {
        func has(_ flag: some BinaryInteger) -> Bool { raw.flags & UInt32(truncatingIfNeeded: flag) != 0 }
        let plain: [UInt32] = [
            V4L2_CTRL_TYPE_INTEGER.rawValue, V4L2_CTRL_TYPE_BOOLEAN.rawValue, V4L2_CTRL_TYPE_MENU.rawValue,
            V4L2_CTRL_TYPE_INTEGER_MENU.rawValue, V4L2_CTRL_TYPE_BUTTON.rawValue,
        ]
        guard plain.contains(raw.type), raw.nr_of_dims == 0, !has(V4L2_CTRL_FLAG_DISABLED) else { return nil }
        let isMenu = raw.type == V4L2_CTRL_TYPE_MENU.rawValue || raw.type == V4L2_CTRL_TYPE_INTEGER_MENU.rawValue
        return V4L2Control(
            id: V4L2ControlID(rawValue: raw.id), name: text(raw.name), minimum: Int(clamping: raw.minimum),
            maximum: Int(clamping: raw.maximum), step: Int(clamping: raw.step),
            defaultValue: Int(clamping: raw.default_value),
            menu: isMenu ? menu(of: raw) : [:], isButton: raw.type == V4L2_CTRL_TYPE_BUTTON.rawValue,
            isReadOnly: has(V4L2_CTRL_FLAG_READ_ONLY), isGrabbed: has(V4L2_CTRL_FLAG_GRABBED),
            isWriteOnly: has(V4L2_CTRL_FLAG_WRITE_ONLY))
    }

    private func menu(of control: v4l2_query_ext_ctrl) -> [Int: String] {
        guard control.minimum >= 0, control.maximum >= control.minimum, control.maximum < 1024 else { return [:] }
        var entries: [Int: String] = [:]
        for value in Int(control.minimum)...Int(control.maximum) {
            var raw = v4l2_querymenu()
            raw.id = control.id
            raw.index = UInt32(value)
            // Values in between may be missing.
            guard borrowed.ioctlStatus(cv4l2_querymenu, &raw) == 0 else { continue }
            entries[value] =
                control.type == V4L2_CTRL_TYPE_MENU.rawValue
                ? String(cString: cv4l2_menu_name(&raw)) : String(cv4l2_menu_value(&raw))
        }
        return entries
    }

    /// The value of a control (VIDIOC_G_CTRL); nil when it cannot be asked.
    package func value(of id: V4L2ControlID) -> Int? {
        var raw = v4l2_control()
        raw.id = id.rawValue
        return borrowed.ioctlStatus(cv4l2_g_ctrl, &raw) == 0 ? Int(raw.value) : nil
    }

    /// Sets a control (VIDIOC_S_CTRL); EBUSY when it may not change while streaming. Real-time safe.
    package func setValue(_ value: Int, of id: V4L2ControlID) throws(SystemError) {
        var raw = v4l2_control()
        raw.id = id.rawValue
        raw.value = Int32(clamping: value)
        try borrowed.ioctl(cv4l2_s_ctrl, named: "VIDIOC_S_CTRL", &raw)
    }
}
