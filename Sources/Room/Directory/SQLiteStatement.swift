internal import CSQLite

/// A value for a parameter of a statement.
enum SQLiteValue: Sendable, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    case null
    case integer(Int64)
    case text(String)

    init(integerLiteral value: Int64) { self = .integer(value) }
    init(nilLiteral: ()) { self = .null }
    init(_ value: Int) { self = .integer(Int64(value)) }
    init(_ value: Int64) { self = .integer(value) }
    init(_ value: Bool) { self = .integer(value ? 1 : 0) }
    init(_ value: String) { self = .text(value) }
    init(_ value: String?) { self = value.map(SQLiteValue.text) ?? .null }
}

/// A prepared statement, finalized with its owner.
struct SQLiteStatement: ~Copyable {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }

    /// Values for `?1` and on; what was bound before is replaced. Gives SQLite's code.
    func bind(_ values: [SQLiteValue]) -> Int32 {
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            let code: Int32
            switch value {
            case .null: code = sqlite3_bind_null(handle, place)
            case .integer(let value): code = sqlite3_bind_int64(handle, place, value)
            case .text(var text):
                code = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        // An empty text may have no address, which SQLite takes for NULL.
                        $0.baseAddress == nil
                            ? convene_sqlite_bind_text(handle, place, "", 0)
                            : convene_sqlite_bind_text(handle, place, $0.baseAddress, Int32(clamping: $0.count))
                    }
                }
            }
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    /// Runs to the next row or to the end. Gives SQLite's code.
    func step() -> Int32 { sqlite3_step(handle) }

    /// Ready to be run again with other values.
    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The empty text for NULL.
    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
