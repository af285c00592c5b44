import ControlProtocol

extension Keymap {
    /// Longer files are refused: the largest keymap of the kernel has 10 KB.
    package static let maximumBytes = 256 << 10

    /// Reads the text of a keymap file.
    ///
    /// Of TOML this takes what keymaps are made of: comments, `[[protocols]]`, `[protocols.scancodes]`, texts in
    /// quotes and whole numbers. Everything else is refused with its line, and never guessed at.
    ///
    /// - Parameter file: what errors call it.
    package static func parse(_ text: [UInt8], file: String) throws(KeymapError) -> Keymap {
        var parser = KeymapParser(file: file)
        return try parser.parse(text)
    }
}

/// Reads a keymap line by line.
private struct KeymapParser {
    private enum Section {
        case none
        case header
        case scancodes
    }

    let file: String
    private var line = 0
    private var section = Section.none
    private var tables: [Keymap.Table] = []
    /// What the table under way has been given.
    private var name: String?
    private var transmission: InfraredProtocol?
    private var variant: String?
    private var entries: [Keymap.Entry] = []
    private var scancodes: [UInt64: Int] = [:]
    private var tableLine = 0

    init(file: String) { self.file = file }

    mutating func parse(_ text: [UInt8]) throws(KeymapError) -> Keymap {
        guard text.count <= Keymap.maximumBytes else {
            throw failure("expected at most \(Keymap.maximumBytes) bytes, found \(text.count)")
        }
        for bytes in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("expected UTF-8") }
            var cursor = KeymapCursor(text)
            cursor.skipSpaces()
            guard !cursor.isAtEnd else { continue }
            if cursor.next == "[" { try heading(&cursor) } else { try assignment(&cursor) }
            guard cursor.skipToEnd() else {
                throw failure("expected nothing more on this line, found \(cursor.rest)")
            }
        }
        try endTable()
        guard !tables.isEmpty else { throw failure("expected [[protocols]]; the file has no keymap") }
        return Keymap(tables: tables)
    }

    // MARK: - Lines

    private mutating func heading(_ cursor: inout KeymapCursor) throws(KeymapError) {
        let written = cursor.takeHeading()
        switch written {
        case "[[protocols]]":
            try endTable()
            section = .header
            tableLine = line
        case "[protocols.scancodes]":
            guard section == .header else {
                throw failure("expected [[protocols]] before [protocols.scancodes], and one of it for each")
            }
            section = .scancodes
        case "[[protocols.raw]]":
            throw failure("expected scancodes; a keymap of raw pulses needs a decoder of its own, which is not loaded")
        default: throw failure("expected [[protocols]] or [protocols.scancodes], found \(written)")
        }
    }

    private mutating func assignment(_ cursor: inout KeymapCursor) throws(KeymapError) {
        guard section != .none else { throw failure("expected [[protocols]] first") }
        guard let name = cursor.takeName() else { throw failure("expected a name, found \(cursor.rest)") }
        cursor.skipSpaces()
        guard cursor.take("=") else { throw failure("expected = after \(name), found \(cursor.rest)") }
        cursor.skipSpaces()
        guard let value = cursor.takeText() else {
            throw failure("\(name): expected a text in quotes, found \(cursor.rest)")
        }
        if section == .scancodes { try scancode(name, value) } else { try header(name, value) }
    }

    private mutating func header(_ name: String, _ value: String) throws(KeymapError) {
        switch name {
        case "name":
            guard self.name == nil else { throw failure("name stands here twice") }
            self.name = value
        case "protocol":
            guard transmission == nil else { throw failure("protocol stands here twice") }
            guard let known = Self.transmission(value) else { throw unknown(value) }
            transmission = known
        case "variant":
            guard variant == nil else { throw failure("variant stands here twice") }
            variant = value
        default:
            throw failure("expected name, protocol or variant, found \(KeymapCursor.shortened(name))")
        }
    }

    private mutating func scancode(_ name: String, _ value: String) throws(KeymapError) {
        guard let number = Self.number(name) else {
            throw failure("expected a scancode such as 0x40bf, found \(KeymapCursor.shortened(name))")
        }
        if let before = scancodes[number] {
            throw failure("scancode 0x\(String(number, radix: 16)) stands in line \(before) already")
        }
        guard let key = LinuxKey(name: value) else {
            let hint = Spelling.nearest(to: value, among: LinuxKey.allNames).map { "; did you mean \($0)?" } ?? ""
            throw failure("the kernel has no key \(KeymapCursor.shortened(value))\(hint)")
        }
        scancodes[number] = line
        entries.append(Keymap.Entry(scancode: number, key: key))
    }

    private mutating func endTable() throws(KeymapError) {
        defer {
            (name, transmission, variant, entries) = (nil, nil, nil, [])
        }
        guard section != .none else { return }
        guard let transmission else {
            throw KeymapError(file: file, line: tableLine, message: "expected a protocol in this [[protocols]]")
        }
        tables.append(
            Keymap.Table(name: name ?? "", transmission: transmission, variant: variant, scancodes: entries))
    }

    // MARK: - Values

    /// The kernel's word; rc_keymaps write some with other signs ("rc5", "rc_6").
    private static func transmission(_ word: String) -> InfraredProtocol? {
        func plain(_ text: String) -> String { text.lowercased().filter { $0 != "-" && $0 != "_" } }
        return InfraredProtocol.allCases.first { plain($0.rawValue) == plain(word) }
    }

    private static func number(_ text: String) -> UInt64? {
        let lower = text.lowercased()
        // UInt64 takes a sign, which no scancode has.
        guard lower.first?.isNumber == true else { return nil }
        guard lower.hasPrefix("0x") else { return UInt64(lower) }
        let digits = lower.dropFirst(2)
        return digits.first?.isHexDigit == true ? UInt64(digits, radix: 16) : nil
    }

    private func unknown(_ word: String) -> KeymapError {
        let words = InfraredProtocol.allCases.map(\.rawValue)
        let hint = Spelling.nearest(to: word, among: words).map { "; did you mean \($0)?" } ?? ""
        return failure(
            "protocol: expected one of \(words.joined(separator: ", ")), found \(KeymapCursor.shortened(word))\(hint)")
    }

    private func failure(_ message: String) -> KeymapError { KeymapError(file: file, line: line, message: message) }
}
