/// The `c=` line: where media shall go (RFC 8866 §5.7).
package struct ConnectionAddress: Hashable, Sendable {
    /// "IN".
    package var network: String
    /// "IP4" or "IP6".
    package var family: String
    /// A literal address, with the time to live of a multicast group behind a slash; rarely a host name.
    package var address: String

    /// An address of the Internet; one with a colon is taken for IPv6.
    package init(_ address: String) {
        network = "IN"
        family = address.contains(":") ? "IP6" : "IP4"
        self.address = address
    }

    init?(line: String) {
        let words = line.words
        guard words.count == 3 else { return nil }
        network = String(words[0])
        family = String(words[1])
        address = String(words[2])
    }

    /// The address without time to live and count.
    package var host: String { address.cut(at: "/").map { String($0.before) } ?? address }

    /// True for the address of nobody, by which old terminals hold a call (RFC 3264 §8.4).
    package var isUnspecified: Bool {
        host == "0.0.0.0" || host == "::" || host == "0:0:0:0:0:0:0:0"
    }

    var text: String { "\(network) \(family) \(address)" }
}
