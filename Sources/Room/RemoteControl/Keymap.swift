/// What the scancodes of remotes mean, in the kernel's own form: the TOML of ir-keytable's `rc_keymaps`.
package struct Keymap: Sendable, Equatable {
    /// One `[[protocols]]` entry.
    package struct Table: Sendable, Equatable {
        package var name: String
        package var transmission: InfraredProtocol
        /// The protocol's form, such as "necx"; for people and for sending, the receiver does not ask.
        package var variant: String?
        package var scancodes: [Entry]

        package init(
            name: String, transmission: InfraredProtocol, variant: String? = nil, scancodes: [Entry] = []
        ) {
            self.name = name
            self.transmission = transmission
            self.variant = variant
            self.scancodes = scancodes
        }
    }

    package struct Entry: Sendable, Equatable {
        package var scancode: UInt64
        package var key: LinuxKey

        package init(scancode: UInt64, key: LinuxKey) {
            self.scancode = scancode
            self.key = key
        }
    }

    package var tables: [Table]

    package init(tables: [Table]) { self.tables = tables }

    /// What a receiver has to understand, each once, in the order of the file.
    package var protocols: [InfraredProtocol] {
        var found: [InfraredProtocol] = []
        for table in tables where !found.contains(table.transmission) { found.append(table.transmission) }
        return found
    }

    package var entries: [Entry] { tables.flatMap(\.scancodes) }

    /// The file's text; `parse` gives the same keymap back.
    package var text: String {
        tables.map { table in
            var text = "[[protocols]]\nname = \(Self.quoted(table.name))\n"
            text += "protocol = \"\(table.transmission.rawValue)\"\n"
            if let variant = table.variant { text += "variant = \(Self.quoted(variant))\n" }
            text += "[protocols.scancodes]\n"
            for entry in table.scancodes {
                text += "0x\(String(entry.scancode, radix: 16)) = \"\(entry.key.name)\"\n"
            }
            return text
        }.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        let signs = text.unicodeScalars.map { sign -> String in
            switch sign {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where sign.value < 0x20 || sign.value == 0x7F: " "
            default: String(sign)
            }
        }
        return "\"\(signs.joined())\""
    }
}

/// How a remote's light blinks, by the words of the kernel's `protocols` files (Documentation/ABI: sysfs-class-rc).
package enum InfraredProtocol: String, Sendable, CaseIterable {
    case rc5 = "rc-5"
    case rc5Streamzap = "rc-5-sz"
    case jvc
    case sony
    case nec
    case sanyo
    case mceKeyboard = "mce_kbd"
    case rc6 = "rc-6"
    case sharp
    case xmp
    case imon
    case rcmm = "rc-mm"
    case xboxDVD = "xbox-dvd"
    case other
    case unknown
}

/// What is wrong with a keymap, and where.
package struct KeymapError: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    /// Counted from 1.
    package let line: Int
    package let message: String

    /// `file:line: message`, which editors jump to.
    package var description: String { "\(file):\(line): \(message)" }
}
