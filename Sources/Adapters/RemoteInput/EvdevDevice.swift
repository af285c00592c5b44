import CInput
import Glibc
package import LinuxSystem

/// What an input device told, with the kernel's time of it.
package struct EvdevEvent: Sendable, Equatable {
    package let type: UInt16
    package let code: UInt16
    package let value: Int32
    package let time: MonotonicTime
}

/// An open input device (/dev/input/event…, Documentation/input/event-codes.rst). Confined to one thread.
package final class EvdevDevice {
    package enum ReadResult: Sendable, Equatable {
        /// Nothing more waits.
        case drained
        /// It was unplugged.
        case gone
    }

    /// What the device calls itself.
    package let name: String
    private let node: String
    private let descriptor: FileDescriptor
    private var buffer = [input_event](repeating: input_event(), count: 64)

    /// Opens the node; its events get times of CLOCK_MONOTONIC.
    package init(node: String) throws(SystemError) {
        descriptor = try FileDescriptor.open(node, flags: O_RDONLY | O_NONBLOCK)
        self.node = node
        var clock = Int32(CLOCK_MONOTONIC)
        try descriptor.borrowed.ioctl(cinput_set_clock, named: "EVIOCSCLOCKID(\(node))", &clock)
        var name = cinput_name()
        try descriptor.borrowed.ioctl(cinput_get_name, named: "EVIOCGNAME(\(node))", &name)
        self.name = withUnsafeBytes(of: &name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// For poll(2): readable when something happened, in trouble when the device is gone.
    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// Takes the device for us alone: no console, no other program hears its keys.
    package func grab() throws(SystemError) {
        // The call looks only at whether its argument is a null pointer.
        var take: Int32 = 1
        try descriptor.borrowed.ioctl(cinput_grab, named: "EVIOCGRAB(\(node))", &take)
    }

    /// The keys that are down at this moment.
    package func keysDown() throws(SystemError) -> Set<UInt16> {
        var bits = cinput_key_bits()
        try descriptor.borrowed.ioctl(cinput_get_keys_down, named: "EVIOCGKEY(\(node))", &bits)
        return Set((0..<UInt16(KEY_CNT)).filter { cinput_has_key(&bits, $0) != 0 })
    }

    /// Hands over all events that wait.
    package func read(_ body: (EvdevEvent) -> Void) throws(SystemError) -> ReadResult {
        let raw = descriptor.borrowed.rawValue
        let size = MemoryLayout<input_event>.stride
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(raw, $0.baseAddress, $0.count) }
            let code = errno
            if count < 0 {
                switch code {
                case EINTR: continue
                case EAGAIN: return .drained
                case ENODEV: return .gone
                default: throw SystemError(operation: "read(\(node))", errno: code)
                }
            }
            guard count >= size else { return .gone }
            for index in 0..<min(count / size, buffer.count) {
                var event = buffer[index]
                body(
                    EvdevEvent(
                        type: event.type, code: event.code, value: event.value,
                        time: MonotonicTime(
                            seconds: Int(cinput_seconds(&event)), microseconds: Int(cinput_microseconds(&event)))))
            }
        }
    }

    /// Replaces the receiver's table of keys, as ir-keytable does (EVIOCSKEYCODE_V2).
    ///
    /// - Returns: how many entries the table had before.
    @discardableResult
    package func loadKeymap(_ entries: [(scancode: UInt64, key: UInt16)]) throws(SystemError) -> Int {
        var cleared = 0
        var entry = input_keymap_entry()
        // The first entry goes until there is none; a table is never larger than this.
        while cleared < 16_384 {
            cinput_first_keymap_entry(&entry, UInt32(KEY_RESERVED))
            guard descriptor.borrowed.ioctlStatus(cinput_set_keycode, &entry) == 0 else { break }
            cleared += 1
        }
        for (scancode, key) in entries {
            cinput_keymap_entry(&entry, scancode, UInt32(key))
            try descriptor.borrowed.ioctl(
                cinput_set_keycode, named: "EVIOCSKEYCODE_V2(\(node), 0x\(String(scancode, radix: 16)))", &entry)
        }
        return cleared
    }
}
