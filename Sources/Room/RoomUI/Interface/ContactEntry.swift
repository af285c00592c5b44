/// A line of the directory or of the history, fit to be shown.
package struct ContactEntry: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case contact, favourite, incoming, outgoing, missed
    }

    package let kind: Kind
    /// Cleaned; the address where there is no name.
    package let title: String
    /// What is dialled.
    package let address: String
    /// When the call was; nil for a contact.
    package let moment: CivilTime?

    package init(_ kind: Kind, name: String, address: String, moment: CivilTime? = nil) {
        self.kind = kind
        let party = RoomFacts.Party(name: name, address: address)
        title = party.title
        self.address = address
        self.moment = moment
    }

    /// The address as people read it.
    package var detail: String { RoomFacts.withoutScheme(ForeignText.cleaned(address)) }
}

/// The lists of contacts.
package enum ContactList: String, Sendable, CaseIterable {
    case favourites, recents, everyone

    var phrase: Phrase {
        switch self {
        case .favourites: .favourites
        case .recents: .recents
        case .everyone: .everyone
        }
    }

    var emptyPhrase: Phrase {
        switch self {
        case .favourites: .emptyFavourites
        case .recents: .emptyRecents
        case .everyone: .emptyEveryone
        }
    }
}
