extension ControlMethod {
    private static let idField = ControlField("id", .integer(1...Int64.max), required: true, "The entry's number.")

    private static let formatField = ControlField(
        "format", .choice(["vcard", "csv"]), required: true,
        "vcard: 3.0 and 4.0 are read, 4.0 is written; csv: with a first line that names the columns.")

    private static let entryFields = [
        ControlField("id", .integer(1...Int64.max), "The entry's number."),
        ControlField("name", .string(maximumLength: 512), "What it is called."),
        ControlField("address", .string(maximumLength: 1024), "Its SIP address."),
        ControlField("favourite", .boolean, "Whether it comes first."),
        ControlField("note", .string(maximumLength: 2048), "A note, left out where there is none."),
    ]

    private static let callFields = [
        ControlField("id", .integer(1...Int64.max), "The call's number in the history."),
        ControlField(
            "name", .string(maximumLength: 1024), "What the directory calls the other side, else what it called itself."
        ),
        ControlField("address", .string(maximumLength: 1024), "The address to call it back at."),
        ControlField("direction", .choice(["incoming", "outgoing"]), "Who called."),
        ControlField(
            "outcome", .choice(["answered", "missed", "refused", "failed", "busy"]), "What became of it."),
        ControlField("started", .string(maximumLength: 32), "When it began, in UTC (RFC 3339)."),
        ControlField("seconds", .integer(0...Int64.max), unit: "s", "How long it lasted once it was answered."),
        ControlField("seen", .boolean, "False for a missed call that nobody has looked at."),
    ]

    /// The methods of the directory and of the history.
    var contactDescription: ControlMethodDescription {
        switch self {
        case .directorySearch:
            ControlMethodDescription(
                self, "Finds entries that hold every word of a query, the likeliest first.", role: .operator,
                parameters: [
                    ControlField(
                        "query", .string(maximumLength: 256), default: "",
                        "Parts of words of name, address or note; case and accents do not count; empty for all."),
                    ControlField("limit", .integer(1...10_000), default: 50, "At most so many."),
                    ControlField("favourites", .boolean, default: false, "true gives the favourites only."),
                ],
                result: [
                    ControlField(
                        "entries", .list(.object(Self.entryFields), maximumCount: 10_000),
                        "Favourites first, then those called last, then by name.")
                ],
                errors: [.inputOutput])
        case .directoryGet:
            ControlMethodDescription(
                self, "Gives one entry.", role: .operator, parameters: [Self.idField], result: Self.entryFields,
                errors: [.notFound, .inputOutput])
        case .directoryAdd:
            ControlMethodDescription(
                self, "Adds an entry.", role: .operator,
                parameters: [
                    ControlField("name", .string(maximumLength: 512), required: true, "What it is called."),
                    ControlField("address", .string(maximumLength: 512), required: true, "A SIP address."),
                    ControlField("favourite", .boolean, default: false, "Whether it comes first."),
                    ControlField("note", .string(maximumLength: 2048), "A note."),
                ],
                result: Self.entryFields, errors: [.wrongState, .inputOutput])
        case .directoryEdit:
            ControlMethodDescription(
                self, "Changes an entry; what is left out stays.", role: .operator,
                parameters: [
                    Self.idField, ControlField("name", .string(maximumLength: 512), "What it is called."),
                    ControlField("address", .string(maximumLength: 512), "A SIP address."),
                    ControlField("favourite", .boolean, "Whether it comes first."),
                    ControlField("note", .string(maximumLength: 2048), "A note; empty takes it away."),
                ],
                result: Self.entryFields, errors: [.notFound, .wrongState, .inputOutput])
        case .directoryRemove:
            ControlMethodDescription(
                self, "Removes an entry.", role: .operator, parameters: [Self.idField],
                result: [ControlField("id", .integer(1...Int64.max), "The one that is gone.")],
                errors: [.notFound, .inputOutput])
        case .directoryImport:
            ControlMethodDescription(
                self, "Adds all contacts of a file, or none when one of them is wrong.", role: .admin,
                parameters: [
                    Self.formatField,
                    ControlField("text", .text(maximumLength: 8 << 20), required: true, "The whole file."),
                ],
                result: [
                    ControlField("added", .integer(0...Int64.max), "New entries."),
                    ControlField(
                        "updated", .integer(0...Int64.max),
                        "Entries whose address was there already: they took name and note."),
                    ControlField(
                        "skipped",
                        .list(
                            .object([
                                ControlField("line", .integer(1...Int64.max), "The line in the file."),
                                ControlField("field", .string(maximumLength: 64), "The field that is missing."),
                                ControlField("problem", .string(maximumLength: 1024), "Why it is left out."),
                            ]), maximumCount: 100), "Contacts without an address to call, the first hundred."),
                    ControlField("skipped_count", .integer(0...Int64.max), "How many there are of those."),
                ],
                errors: [.inputOutput])
        case .directoryExport:
            ControlMethodDescription(
                self, "Gives the whole directory as a file.", role: .operator, parameters: [Self.formatField],
                result: [
                    ControlField("format", .choice(["vcard", "csv"]), "The format."),
                    ControlField("entries", .integer(0...Int64.max), "How many entries it holds."),
                    ControlField("text", .text(maximumLength: 64 << 20), "The file."),
                ],
                errors: [.inputOutput])
        case .historyList:
            ControlMethodDescription(
                self, "Lists the calls that are over, the newest first.", role: .operator,
                parameters: [
                    ControlField("limit", .integer(1...10_000), default: 50, "At most so many."),
                    ControlField("missed", .boolean, default: false, "true lists the missed ones only."),
                ],
                result: [
                    ControlField(
                        "entries", .list(.object(Self.callFields), maximumCount: 10_000), "The calls."),
                    ControlField(
                        "missed", .integer(0...Int64.max), "How many missed calls nobody has looked at."),
                ],
                errors: [.inputOutput])
        case .historyClear:
            ControlMethodDescription(
                self, "Forgets all calls that are over.", role: .operator,
                result: [ControlField("missed", .integer(0...Int64.max), "0.")], errors: [.inputOutput])
        default:
            ControlMethodDescription(
                self, "Counts the missed calls as looked at.", role: .operator,
                result: [ControlField("missed", .integer(0...Int64.max), "0.")], errors: [.inputOutput])
        }
    }
}
