import SIP

/// An address as entries and calls are matched by it: user and host in small letters, a port that is not the standard.
struct AddressKey: Sendable, Equatable {
    /// Such as "room@192.0.2.7:5062".
    let text: String
    /// The same without its port; equal to `text` when it has none.
    let withoutPort: String

    /// Nil for what is no SIP address.
    init?(_ address: String) {
        guard let uri = try? SIPURI(dialing: address) else { return nil }
        self.init(uri)
    }

    init(_ uri: SIPURI) {
        let user = uri.decodedUser.map { "\(FoldedText.fold($0))@" } ?? ""
        withoutPort = user + uri.host.description.lowercased()
        let standard: UInt16 = uri.isSecure ? 5061 : 5060
        if let port = uri.port, port != standard {
            text = "\(withoutPort):\(port)"
        } else {
            text = withoutPort
        }
    }
}
