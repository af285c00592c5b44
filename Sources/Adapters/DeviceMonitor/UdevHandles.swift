import CUdev

/// A libudev context; given back when its owner ends. Confined to the thread that made it.
struct UdevContext: ~Copyable {
    let raw: OpaquePointer

    init?() {
        guard let raw = udev_new() else { return nil }
        self.raw = raw
    }

    deinit { udev_unref(raw) }
}

/// A device as libudev shows it; given back when its owner ends.
struct UdevDevice: ~Copyable {
    let raw: OpaquePointer

    /// Takes over a reference; nil when the call gave none.
    init?(owning raw: OpaquePointer?) {
        guard let raw else { return nil }
        self.raw = raw
    }

    deinit { udev_device_unref(raw) }

    var action: String? { string(udev_device_get_action(raw)) }
    var syspath: String? { string(udev_device_get_syspath(raw)) }
    var isInitialized: Bool { udev_device_get_is_initialized(raw) > 0 }
}

/// A list of devices; given back when its owner ends.
struct UdevEnumeration: ~Copyable {
    private let raw: OpaquePointer

    init?(_ context: borrowing UdevContext, subsystems: Set<DeviceSubsystem>) {
        guard let raw = udev_enumerate_new(context.raw) else { return nil }
        self.raw = raw
        for subsystem in subsystems { udev_enumerate_add_match_subsystem(raw, subsystem.rawValue) }
        udev_enumerate_scan_devices(raw)
    }

    deinit { udev_enumerate_unref(raw) }

    var syspaths: [String] {
        var found: [String] = []
        var entry = udev_enumerate_get_list_entry(raw)
        while let current = entry {
            if let path = string(udev_list_entry_get_name(current)) { found.append(path) }
            entry = udev_list_entry_get_next(current)
        }
        return found
    }
}

/// A netlink socket that tells of devices; given back when its owner ends.
struct UdevMonitor: ~Copyable {
    let raw: OpaquePointer

    /// - Parameter source: "udev" (after udev's rules) or "kernel" (as it happens).
    init?(_ context: borrowing UdevContext, source: String, subsystems: Set<DeviceSubsystem>) {
        guard let raw = udev_monitor_new_from_netlink(context.raw, source) else { return nil }
        self.raw = raw
        for subsystem in subsystems {
            // The filter is applied in the kernel, so that other devices never wake us.
            udev_monitor_filter_add_match_subsystem_devtype(raw, subsystem.rawValue, nil)
        }
        udev_monitor_set_receive_buffer_size(raw, 1 << 20)
    }

    deinit { udev_monitor_unref(raw) }
}

/// A string that libudev keeps.
func string(_ characters: UnsafePointer<CChar>?) -> String? { characters.map { String(cString: $0) } }
