/// Somebody or some room that can be called.
package struct DirectoryEntry: Sendable, Equatable, Identifiable {
    package let id: Int64
    package var name: String
    /// A SIP URI in its full form, such as "sip:room@example.com".
    package var address: String
    package var isFavourite: Bool
    package var note: String?

    package init(id: Int64, name: String, address: String, isFavourite: Bool = false, note: String? = nil) {
        self.id = id
        self.name = name
        self.address = address
        self.isFavourite = isFavourite
        self.note = note
    }
}

/// An entry that is to be added.
package struct DirectoryDraft: Sendable, Equatable {
    package var name: String
    package var address: String
    package var isFavourite: Bool
    package var note: String?

    package init(name: String, address: String, isFavourite: Bool = false, note: String? = nil) {
        self.name = name
        self.address = address
        self.isFavourite = isFavourite
        self.note = note
    }
}

/// What is to be different about an entry; nil leaves a thing as it is.
package struct DirectoryChange: Sendable, Equatable {
    package var name: String?
    package var address: String?
    package var isFavourite: Bool?
    /// The empty text takes the note away.
    package var note: String?

    package init(name: String? = nil, address: String? = nil, isFavourite: Bool? = nil, note: String? = nil) {
        self.name = name
        self.address = address
        self.isFavourite = isFavourite
        self.note = note
    }
}
