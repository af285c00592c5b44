/// Writes CSV (RFC 4180) with a header line.
enum CSVWriter {
    static func write(_ entries: [DirectoryEntry]) -> String {
        var text = "name,address,favourite,note\r\n"
        for entry in entries {
            text += [entry.name, entry.address, entry.isFavourite ? "yes" : "no", entry.note ?? ""]
                .map(quoted).joined(separator: ",")
            text += "\r\n"
        }
        return text
    }

    private static func quoted(_ field: String) -> String {
        let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x3B, 0x09, 0x0A, 0x0D].contains($0) }
        return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }
}
