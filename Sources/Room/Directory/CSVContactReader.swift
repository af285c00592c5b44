/// Reads contacts from CSV whose first line names the columns: name and address, and favourite and note if they are
/// there. Other columns are left aside.
struct CSVContactReader {
    private var reader: CSVReader
    private var problems = ImportProblems()
    private var result = ContactFile()

    init(_ text: String) { reader = CSVReader(text) }

    mutating func read() throws(DirectoryError) -> ContactFile {
        do throws(CSVReader.ImportFailure) {
            guard let heading = try reader.next() else { return result }
            let columns = heading.fields.map { PlainText.clean($0).lowercased() }
            for wanted in ["name", "address"] where !columns.contains(wanted) {
                _ = problems.add(heading.line, wanted, "expected a first line that names the columns, this one too")
            }
            while problems.all.isEmpty || problems.all.count < ImportProblems.limit, let record = try reader.next() {
                guard columns.contains("name"), columns.contains("address") else { break }
                take(record, columns)
            }
        } catch {
            _ = problems.add(error.line, "", error.problem)
        }
        try problems.check()
        return result
    }

    private mutating func take(_ record: CSVReader.Record, _ columns: [String]) {
        guard record.fields.count == columns.count else {
            _ = problems.add(record.line, "", "expected \(columns.count) fields, found \(record.fields.count)")
            return
        }
        let values = Dictionary(zip(columns, record.fields), uniquingKeysWith: { first, _ in first })
        guard let isFavourite = Self.truth(values["favourite"] ?? values["favorite"] ?? "") else {
            _ = problems.add(record.line, "favourite", "expected yes or no")
            return
        }
        do throws(DirectoryError) {
            let checked = try CheckedDraft(
                DirectoryDraft(
                    name: values["name"] ?? "", address: values["address"] ?? "", isFavourite: isFavourite,
                    note: values["note"]))
            result.drafts.append(
                DirectoryDraft(
                    name: checked.name, address: checked.address, isFavourite: isFavourite, note: checked.note))
        } catch {
            guard case .invalid(let field, let problem) = error else { return }
            _ = problems.add(record.line, field, problem)
        }
    }

    private static func truth(_ text: String) -> Bool? {
        switch PlainText.clean(text).lowercased() {
        case "1", "true", "yes", "x": true
        case "", "0", "false", "no": false
        default: nil
        }
    }
}
