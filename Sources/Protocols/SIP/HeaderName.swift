/// The name of a header field: compared without case, compact forms equal to the long ones (RFC 3261 §7.3.1, §7.3.3).
package struct HeaderName: Hashable, Sendable, CustomStringConvertible {
    /// The name as we write it.
    package let text: String
    private let key: String

    /// The canonical name if we know the header, else the name as given.
    package init(_ name: String) {
        let lowered = name.asciiLowercased
        if let known = Self.known[lowered] {
            self = known
        } else {
            text = name
            key = lowered
        }
    }

    private init(canonical text: String) {
        self.text = text
        key = text.asciiLowercased
    }

    package static func == (left: HeaderName, right: HeaderName) -> Bool { left.key == right.key }

    package func hash(into hasher: inout Hasher) { hasher.combine(key) }

    package var description: String { text }

    package static let accept = HeaderName(canonical: "Accept")
    package static let acceptEncoding = HeaderName(canonical: "Accept-Encoding")
    package static let acceptLanguage = HeaderName(canonical: "Accept-Language")
    package static let allow = HeaderName(canonical: "Allow")
    package static let authorization = HeaderName(canonical: "Authorization")
    package static let callID = HeaderName(canonical: "Call-ID")
    package static let contact = HeaderName(canonical: "Contact")
    package static let contentDisposition = HeaderName(canonical: "Content-Disposition")
    package static let contentEncoding = HeaderName(canonical: "Content-Encoding")
    package static let contentLength = HeaderName(canonical: "Content-Length")
    package static let contentType = HeaderName(canonical: "Content-Type")
    package static let cseq = HeaderName(canonical: "CSeq")
    package static let event = HeaderName(canonical: "Event")
    package static let expires = HeaderName(canonical: "Expires")
    package static let from = HeaderName(canonical: "From")
    package static let maxForwards = HeaderName(canonical: "Max-Forwards")
    package static let minExpires = HeaderName(canonical: "Min-Expires")
    package static let proxyAuthenticate = HeaderName(canonical: "Proxy-Authenticate")
    package static let proxyAuthorization = HeaderName(canonical: "Proxy-Authorization")
    package static let reason = HeaderName(canonical: "Reason")
    package static let recordRoute = HeaderName(canonical: "Record-Route")
    package static let referTo = HeaderName(canonical: "Refer-To")
    package static let require = HeaderName(canonical: "Require")
    package static let retryAfter = HeaderName(canonical: "Retry-After")
    package static let route = HeaderName(canonical: "Route")
    package static let server = HeaderName(canonical: "Server")
    package static let sessionExpires = HeaderName(canonical: "Session-Expires")
    package static let subject = HeaderName(canonical: "Subject")
    package static let supported = HeaderName(canonical: "Supported")
    package static let timestamp = HeaderName(canonical: "Timestamp")
    package static let to = HeaderName(canonical: "To")
    package static let unsupported = HeaderName(canonical: "Unsupported")
    package static let userAgent = HeaderName(canonical: "User-Agent")
    package static let via = HeaderName(canonical: "Via")
    package static let warning = HeaderName(canonical: "Warning")
    package static let wwwAuthenticate = HeaderName(canonical: "WWW-Authenticate")

    private static let known: [String: HeaderName] = {
        let all: [HeaderName] = [
            accept, acceptEncoding, acceptLanguage, allow, authorization, callID, contact, contentDisposition,
            contentEncoding, contentLength, contentType, cseq, event, expires, from, maxForwards, minExpires,
            proxyAuthenticate, proxyAuthorization, reason, recordRoute, referTo, require, retryAfter, route, server,
            sessionExpires,
            subject, supported, timestamp, to, unsupported, userAgent, via, warning, wwwAuthenticate,
        ]
        let compact: [(String, HeaderName)] = [
            ("i", callID), ("m", contact), ("e", contentEncoding), ("l", contentLength), ("c", contentType),
            ("f", from), ("s", subject), ("k", supported), ("t", to), ("v", via), ("o", event), ("r", referTo),
            ("x", sessionExpires),
        ]
        var names: [String: HeaderName] = [:]
        for name in all { names[name.key] = name }
        for (short, name) in compact { names[short] = name }
        return names
    }()
}
