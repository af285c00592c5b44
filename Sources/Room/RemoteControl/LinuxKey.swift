import CInput

/// A key as the kernel numbers it (linux/input-event-codes.h), with the name that keymaps call it.
package struct LinuxKey: Sendable, Hashable {
    package let code: UInt16

    package init(code: UInt16) { self.code = code }

    /// By the kernel's name, such as "KEY_OK"; nil for a name that the kernel does not have.
    package init?(name: String) {
        guard let code = Self.codes[name] else { return nil }
        self.code = code
    }

    /// The kernel's name, the first where several stand for the same key; a number where none does.
    package var name: String { Self.names[code] ?? "\(code)" }

    /// All names, for hints.
    package static var allNames: [String] { Array(codes.keys) }

    private static let table: [(name: String, code: UInt16)] = (0..<cinput_key_count()).compactMap { index in
        cinput_key_name(index).map { (String(cString: $0), cinput_key_code(index)) }
    }
    private static let codes = Dictionary(table, uniquingKeysWith: { first, _ in first })
    private static let names = Dictionary(table.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
}
