import SIP

/// A draft that may be kept: clean texts, an address that can be called.
struct CheckedDraft: Sendable, Equatable {
    /// Bytes.
    static let nameLimit = 512
    static let addressLimit = 512
    static let noteLimit = 2048

    let name: String
    let address: String
    let key: AddressKey
    let isFavourite: Bool
    let note: String?

    init(_ draft: DirectoryDraft) throws(DirectoryError) {
        let name = PlainText.clean(draft.name)
        guard !name.isEmpty else { throw .invalid(field: "name", problem: "expected some text") }
        guard name.utf8.count <= Self.nameLimit else {
            throw .invalid(field: "name", problem: "expected at most \(Self.nameLimit) bytes")
        }
        let note = draft.note.map(PlainText.clean) ?? ""
        guard note.utf8.count <= Self.noteLimit else {
            throw .invalid(field: "note", problem: "expected at most \(Self.noteLimit) bytes")
        }
        guard draft.address.utf8.count <= Self.addressLimit else {
            throw .invalid(field: "address", problem: "expected at most \(Self.addressLimit) bytes")
        }
        let uri: SIPURI
        do {
            uri = try SIPURI(dialing: draft.address)
        } catch {
            throw .invalid(
                field: "address", problem: "expected a SIP address such as sip:room@example.com (\(error))")
        }
        self.name = name
        self.note = note.isEmpty ? nil : note
        address = uri.description
        key = AddressKey(uri)
        isFavourite = draft.isFavourite
    }

    /// What searches look through.
    var folded: String {
        // The scheme says nothing that anybody searches for.
        let place = address.drop { $0 != ":" }.dropFirst()
        return [FoldedText.fold(name), FoldedText.fold(String(place)), FoldedText.fold(note ?? "")]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }
}
