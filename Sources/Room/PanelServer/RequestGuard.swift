/// Decides from a request's headers alone whether it may come from the panel's own page: against requests that another
/// site's page makes in the same browser (CSRF), and against names that were pointed at this machine (DNS rebinding).
/// Pure.
package struct RequestGuard: Sendable, Equatable {
    package struct Headers: Sendable, Equatable {
        package var host: String?
        package var origin: String?
        /// `Sec-Fetch-Site` (W3C Fetch Metadata); nil from browsers that do not send it.
        package var fetchSite: String?

        package init(host: String?, origin: String? = nil, fetchSite: String? = nil) {
            self.host = host
            self.origin = origin
            self.fetchSite = fetchSite
        }
    }

    package enum Kind: Sendable {
        /// The page itself and its parts: may be navigated to from anywhere.
        case page
        /// What only the page's own code reads.
        case read
        /// What changes something.
        case command
    }

    /// Why a request is refused; the text is for the log and the answer.
    package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        case host(String)
        case origin
        case site

        package var description: String {
            switch self {
            case .host(let host):
                "This panel is not called “\(host)”. Use its address, or add the name to panel.names in room.yaml."
            case .origin: "The request does not come from the panel's own page."
            case .site: "Another site asked for this."
            }
        }
    }

    /// "http" or "https".
    package let scheme: String
    /// Names by which people reach the panel, in lower case.
    package let names: Set<String>

    package init(scheme: String, names: some Sequence<String>) {
        self.scheme = scheme
        self.names = Set(names.map { $0.lowercased() })
    }

    /// - Parameters:
    ///   - localAddress: the numeric address at which the connection came in.
    ///   - port: the port at which it did.
    package func check(
        _ headers: Headers, kind: Kind, localAddress: String, port: Int
    ) throws(Refusal) {
        let host = (headers.host ?? "").lowercased()
        guard isOurs(host, localAddress: localAddress, port: port) else { throw .host(String(host.prefix(80))) }
        switch (kind, headers.fetchSite) {
        case (.page, _): break
        case (_, nil), (_, "same-origin"), (.read, "none"): break
        default: throw .site
        }
        if let origin = headers.origin?.lowercased() {
            guard kind == .page || origin == "\(scheme)://\(host)" else { throw .origin }
        } else if kind == .command {
            throw .origin
        }
    }

    private func isOurs(_ host: String, localAddress: String, port: Int) -> Bool {
        guard let (name, hostPort) = Self.split(host) else { return false }
        guard hostPort ?? (scheme == "https" ? 443 : 80) == port else { return false }
        // An IPv4 connection to a socket of both families has such a local address.
        let plain = localAddress.hasPrefix("::ffff:") ? String(localAddress.dropFirst(7)) : localAddress
        let isLoopback = plain == "::1" || plain.hasPrefix("127.")
        return name == plain.lowercased() || names.contains(name) || (isLoopback && name == "localhost")
    }

    /// `name`, `name:port`, `[v6]`, `[v6]:port`; nil for anything else.
    static func split(_ host: String) -> (name: String, port: Int?)? {
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let name = String(host[host.index(after: host.startIndex)..<end])
            let rest = host[host.index(after: end)...]
            if rest.isEmpty { return (name, nil) }
            guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { return nil }
            return (name, Int(port))
        }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
        if parts.count == 1 { return (String(name), nil) }
        guard let port = parts.last.flatMap({ UInt16($0) }) else { return nil }
        return (String(name), Int(port))
    }
}
