/// What a request asks of the directory and of the call history.
package enum ContactCommand: Sendable, Equatable {
    case search(query: String, limit: Int, favouritesOnly: Bool)
    case get(Int64)
    case add(name: String, address: String, favourite: Bool, note: String?)
    /// What is nil stays as it is; the empty note takes the note away.
    case edit(Int64, name: String?, address: String?, favourite: Bool?, note: String?)
    case remove(Int64)
    /// "vcard" or "csv", and the file's text.
    case importFile(format: String, text: String)
    case exportFile(format: String)
    case history(limit: Int, missedOnly: Bool)
    case clearHistory
    case markHistorySeen

    /// Nil for a method of something else.
    init?(method: ControlMethod, parameters: ControlParameters) {
        let id = parameters.integer("id") ?? 0
        switch method {
        case .directorySearch:
            self = .search(
                query: parameters.string("query") ?? "", limit: Int(clamping: parameters.integer("limit") ?? 50),
                favouritesOnly: parameters.bool("favourites") ?? false)
        case .directoryGet: self = .get(id)
        case .directoryAdd:
            self = .add(
                name: parameters.string("name") ?? "", address: parameters.string("address") ?? "",
                favourite: parameters.bool("favourite") ?? false, note: parameters.string("note"))
        case .directoryEdit:
            self = .edit(
                id, name: parameters.string("name"), address: parameters.string("address"),
                favourite: parameters.bool("favourite"), note: parameters.string("note"))
        case .directoryRemove: self = .remove(id)
        case .directoryImport:
            self = .importFile(format: parameters.string("format") ?? "", text: parameters.string("text") ?? "")
        case .directoryExport: self = .exportFile(format: parameters.string("format") ?? "")
        case .historyList:
            self = .history(
                limit: Int(clamping: parameters.integer("limit") ?? 50),
                missedOnly: parameters.bool("missed") ?? false)
        case .historyClear: self = .clearHistory
        case .historySeen: self = .markHistorySeen
        default: return nil
        }
    }
}
