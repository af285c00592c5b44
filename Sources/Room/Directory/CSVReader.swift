/// The records of a CSV file (RFC 4180), one after the other; line ends may be CRLF or LF.
struct CSVReader {
    /// One record: its fields, and the line that it begins on.
    struct Record: Equatable {
        let line: Int
        let fields: [String]
    }

    private let bytes: [UInt8]
    private var position: Int
    private var line = 1
    /// A comma; a semicolon or a tab where the first line has those and no comma, as some spreadsheets write it.
    let separator: UInt8

    init(_ text: String) {
        bytes = Array(text.utf8)
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let heading = bytes.prefix { $0 != 0x0A }
        separator =
            [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].first { heading.contains($0) } ?? UInt8(ascii: ",")
    }

    /// The next record that is not an empty line; nil at the end.
    mutating func next() throws(ImportFailure) -> Record? {
        while position < bytes.count {
            let start = line
            let fields = try record()
            if fields.count > 1 || fields.first?.isEmpty == false { return Record(line: start, fields: fields) }
        }
        return nil
    }

    struct ImportFailure: Error, Equatable {
        let line: Int
        let problem: String
    }

    private mutating func record() throws(ImportFailure) -> [String] {
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard position < bytes.count else { return fields }
            if bytes[position] == separator {
                position += 1
                continue
            }
            if bytes[position] == 0x0D { position += 1 }
            if position < bytes.count, bytes[position] == 0x0A { position += 1 }
            line += 1
            return fields
        }
    }

    /// Leaves the position on the separator, the line's end, or the end.
    private mutating func field() throws(ImportFailure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, bytes[position] != separator, !isLineEnd(position) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        let start = line
        var value: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                if byte == 0x0A { line += 1 }
                value.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                value.append(byte)
                position += 1
                continue
            }
            guard position == bytes.count || bytes[position] == separator || isLineEnd(position) else {
                throw ImportFailure(line: line, problem: "expected the next field or the line's end behind a quote")
            }
            return String(decoding: value, as: UTF8.self)
        }
        throw ImportFailure(line: start, problem: "the quote that begins here does not end")
    }

    private func isLineEnd(_ index: Int) -> Bool {
        if bytes[index] == 0x0A { return true }
        return bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] == 0x0A)
    }
}
