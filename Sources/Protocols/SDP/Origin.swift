/// The `o=` line: who made the session, and which version of it this is (RFC 8866 §5.2).
package struct Origin: Hashable, Sendable {
    package var username: String
    /// Kept as text: some peers send numbers above 64 bits.
    package var sessionIdentifier: String
    /// Grows with each change of the description.
    package var version: String
    package var address: ConnectionAddress

    package init(username: String = "-", sessionIdentifier: String, version: String, address: ConnectionAddress) {
        self.username = username
        self.sessionIdentifier = sessionIdentifier
        self.version = version
        self.address = address
    }

    init?(line: String) {
        let words = line.words
        guard words.count >= 6 else { return nil }
        // A user name with spaces is against the RFC and still met: the last five words are the others.
        let tail = words.suffix(5).map(String.init)
        guard let address = ConnectionAddress(line: tail[2...].joined(separator: " ")) else { return nil }
        self.init(
            username: words.dropLast(5).joined(separator: "_"), sessionIdentifier: tail[0], version: tail[1],
            address: address)
    }

    var text: String { "\(username) \(sessionIdentifier) \(version) \(address.text)" }
}
