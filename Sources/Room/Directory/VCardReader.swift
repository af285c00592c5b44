/// Reads contacts from vCards of version 3.0 and 4.0.
///
/// An address is what IMPP, X-SIP or a TEL in URI form gives as `sip:` or `sips:`; a card with several gives an entry
/// for each. Telephone numbers and mail addresses cannot be called, so cards with nothing else are left out and told.
struct VCardReader {
    private struct Card {
        let line: Int
        var version: String?
        var formattedName: String?
        var structuredName: String?
        var organization: String?
        var note: String?
        var isFavourite = false
        var addresses: [(address: String, type: String?, field: String, line: Int)] = []

        var name: String? {
            [formattedName, structuredName, organization].compactMap { $0 }.first { !PlainText.clean($0).isEmpty }
        }
    }

    private var lines: VCardLines
    private var problems = ImportProblems()
    private var result = ContactFile()

    init(_ text: String) { lines = VCardLines(text) }

    mutating func read() throws(DirectoryError) -> ContactFile {
        var card: Card?
        while let (bytes, number) = lines.next() {
            guard let line = VCardLine(bytes) else {
                guard problems.add(number, "", "expected a property, such as FN:Blue room") else { break }
                continue
            }
            switch (line.name, card) {
            case ("BEGIN", nil):
                guard line.text.uppercased() == "VCARD" else { fallthrough }
                card = Card(line: number)
            case (_, nil):
                // Once is enough: every line of a file that is no vCard would say the same.
                _ = problems.add(number, line.name, "expected BEGIN:VCARD first")
                try problems.check()
            case ("BEGIN", .some(let open)):
                _ = problems.add(number, "BEGIN", "the card of line \(open.line) has no END:VCARD")
                card = Card(line: number)
            case ("END", .some(let finished)):
                finish(finished)
                card = nil
            case (_, .some(var open)):
                card = nil
                take(line, number, into: &open)
                card = open
            }
            if problems.all.count >= ImportProblems.limit { break }
        }
        if let card { _ = problems.add(card.line, "END", "the card that begins here has no END:VCARD") }
        try problems.check()
        return result
    }

    private mutating func take(_ line: VCardLine, _ number: Int, into card: inout Card) {
        switch line.name {
        case "VERSION":
            card.version = line.text
            if !["3.0", "4.0"].contains(line.text) {
                _ = problems.add(number, "VERSION", "expected 3.0 or 4.0, found \(PlainText.cut(line.text, to: 20))")
            }
        case "FN": card.formattedName = card.formattedName ?? line.text
        case "N":
            // Family; given; additional; prefixes; suffixes.
            let parts = line.components
            let order = [3, 1, 2, 0, 4].compactMap { parts.indices.contains($0) ? parts[$0] : nil }
            card.structuredName = order.filter { !$0.isEmpty }.joined(separator: " ")
        case "ORG": card.organization = line.components.filter { !$0.isEmpty }.joined(separator: ", ")
        case "NOTE": card.note = line.text
        case "CATEGORIES":
            let favourites: Set = ["favourite", "favourites", "favorite", "favorites", "starred"]
            card.isFavourite = card.isFavourite || line.list.contains { favourites.contains($0.lowercased()) }
        case "IMPP", "X-SIP", "TEL", "X-SIP-URI": takeAddress(line, number, into: &card)
        default: break
        }
    }

    private func takeAddress(_ line: VCardLine, _ number: Int, into card: inout Card) {
        let address = line.text
        let lowered = address.prefix(5).lowercased()
        let isSIP = lowered.hasPrefix("sip:") || lowered.hasPrefix("sips:")
        guard isSIP || line.name.hasPrefix("X-SIP") else { return }
        let type = line.parameters["TYPE"]?.split(separator: ",").map { $0.lowercased() }
            .first { ["work", "home", "cell", "mobile"].contains($0) }
        card.addresses.append((address, type, line.name, number))
    }

    private mutating func finish(_ card: Card) {
        guard card.version != nil else {
            _ = problems.add(card.line, "VERSION", "the card that begins here has none")
            return
        }
        guard let name = card.name else {
            _ = problems.add(card.line, "FN", "the card that begins here has no name")
            return
        }
        guard !card.addresses.isEmpty else {
            result.skipped.append(
                ImportProblem(
                    line: card.line, field: "IMPP",
                    problem: "\(PlainText.cut(PlainText.clean(name), to: 40)) has no SIP address"))
            return
        }
        for (index, (address, type, field, line)) in card.addresses.enumerated() {
            // The second address of somebody needs something to be told apart by.
            let suffix = index == 0 ? "" : " (\(type ?? String(index + 1)))"
            let draft = DirectoryDraft(
                name: name + suffix, address: address, isFavourite: card.isFavourite && index == 0, note: card.note)
            do throws(DirectoryError) {
                let checked = try CheckedDraft(draft)
                result.drafts.append(
                    DirectoryDraft(
                        name: checked.name, address: checked.address, isFavourite: draft.isFavourite,
                        note: checked.note))
            } catch {
                guard case .invalid(let wrong, let problem) = error else { continue }
                let property = ["name": "FN", "note": "NOTE"][wrong] ?? field
                _ = problems.add(wrong == "address" ? line : card.line, property, problem)
            }
        }
    }
}
