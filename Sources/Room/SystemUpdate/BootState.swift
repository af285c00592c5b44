/// What the boot loader and the update share: which slot is tried first, how many boots each has left, and whether the
/// data partition is made anew at the next boot.
///
/// On the disk it is one sector as U-Boot's `env export -c` writes it: CRC-32 (little-endian) over the rest, then
/// `NAME=value` texts, each with a zero byte behind it. `Images/boot/boot.cmd` is the other side.
package struct BootState: Sendable, Equatable {
    /// Bytes of one copy: one sector, which a disk writes as a whole or not at all.
    package static let size = 512
    /// Boots that a slot gets before the other one has its turn.
    package static let attempts = 3

    /// The slots in the order in which they are tried; one that is not named is not booted.
    package var order: [BootSlot]
    /// Boots left; a slot with none is passed over.
    package var left: [BootSlot: Int]
    package var isFactoryReset: Bool

    package init(order: [BootSlot] = BootSlot.allCases, left: [BootSlot: Int]? = nil, isFactoryReset: Bool = false) {
        self.order = order
        self.left = left ?? Dictionary(uniqueKeysWithValues: BootSlot.allCases.map { ($0, Self.attempts) })
        self.isFactoryReset = isFactoryReset
    }

    /// Reads one copy; nil when its checksum does not fit or a value makes no sense.
    package init?(_ sector: some Collection<UInt8>) {
        let bytes = Array(sector.prefix(Self.size))
        guard bytes.count == Self.size else { return nil }
        let body = bytes.dropFirst(4)
        let sum = bytes.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard sum == Self.checksum(body) else { return nil }
        self.init(order: [], left: [:])
        for entry in body.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = parts.first, let value = parts.last else { return nil }
            switch name {
            case "BOOT_ORDER":
                let slots = value.split(separator: " ").map { BootSlot(rawValue: String($0)) }
                guard !slots.contains(nil) else { return nil }
                order = slots.compactMap { $0 }
            case "BOOT_A_LEFT", "BOOT_B_LEFT":
                // U-Boot counts in hexadecimal.
                guard let number = Int(value, radix: 16), number >= 0 else { return nil }
                left[name == "BOOT_A_LEFT" ? .a : .b] = number
            case "FACTORY_RESET": isFactoryReset = value == "1"
            default: break
            }
        }
        for slot in BootSlot.allCases where left[slot] == nil { left[slot] = Self.attempts }
    }

    /// One copy, `size` bytes.
    package var sector: [UInt8] {
        let texts = [
            "BOOT_A_LEFT=\(String(left[.a] ?? 0, radix: 16))", "BOOT_B_LEFT=\(String(left[.b] ?? 0, radix: 16))",
            "BOOT_ORDER=\(order.map(\.rawValue).joined(separator: " "))", "FACTORY_RESET=\(isFactoryReset ? 1 : 0)",
        ]
        var body: [UInt8] = []
        for text in texts {
            body.append(contentsOf: text.utf8)
            body.append(0)
        }
        body.append(contentsOf: [UInt8](repeating: 0, count: max(0, Self.size - 4 - body.count)))
        let sum = Self.checksum(body)
        let head: [UInt8] = (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt32($0))) }
        return head + body
    }

    /// Whether the boot loader would ever start it.
    package func isBootable(_ slot: BootSlot) -> Bool { order.contains(slot) && (left[slot] ?? 0) > 0 }

    /// The slot that the boot loader takes next.
    package var primary: BootSlot? { order.first { isBootable($0) } }

    package mutating func makePrimary(_ slot: BootSlot) {
        order = [slot] + order.filter { $0 != slot }
        left[slot] = Self.attempts
    }

    package mutating func mark(_ slot: BootSlot, good: Bool) {
        if good {
            left[slot] = Self.attempts
            if !order.contains(slot) { order.append(slot) }
        } else {
            left[slot] = 0
            order.removeAll { $0 == slot }
        }
    }

    /// CRC-32 as zlib and U-Boot have it (reversed polynomial EDB88320).
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}

/// One of the two places that a system can be in.
package enum BootSlot: String, Sendable, CaseIterable {
    case a = "A"
    case b = "B"

    package var other: BootSlot { self == .a ? .b : .a }

    /// The slot that this system was started from, by the kernel's command line (`rauc.slot=A`).
    package static func booted(commandLine: String) -> BootSlot? {
        for word in commandLine.split(whereSeparator: \.isWhitespace) where word.hasPrefix("rauc.slot=") {
            return BootSlot(rawValue: String(word.dropFirst("rauc.slot=".count)))
        }
        return nil
    }
}
