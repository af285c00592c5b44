/// What a response is matched to a client transaction by (RFC 3261 §17.1.3).
package struct ClientTransactionKey: Hashable, Sendable {
    private let branch: String
    private let method: SIPMethod

    package init(branch: String, method: SIPMethod) {
        self.branch = branch
        self.method = method
    }

    /// The transaction that `headers`, those of a response, answer; nil without a branch.
    package init?(_ headers: MandatoryHeaders) {
        guard let branch = headers.via.branch else { return nil }
        self.init(branch: branch, method: headers.cseq.method)
    }
}

/// What a request is matched to a server transaction by (RFC 3261 §17.2.3); an ACK has the key of its INVITE.
package struct ServerTransactionKey: Hashable, Sendable {
    private let method: SIPMethod
    private let identity: [String]

    /// The key of the request that `headers` were read from.
    package init(_ headers: MandatoryHeaders, uri: URI) {
        self.init(headers, uri: uri, method: headers.cseq.method == .ack ? .invite : headers.cseq.method)
    }

    /// The key of the INVITE that a CANCEL means (§9.2).
    package init(cancelledBy headers: MandatoryHeaders, uri: URI) {
        self.init(headers, uri: uri, method: .invite)
    }

    private init(_ headers: MandatoryHeaders, uri: URI, method: SIPMethod) {
        self.method = method
        if headers.via.hasMagicCookie, let branch = headers.via.branch {
            identity = [branch.asciiLowercased, headers.via.sentBy]
        } else {
            // An RFC 2543 sender: the To tag is left out, since its ACK has one that its INVITE had not.
            identity = [
                uri.description, headers.from.tag ?? "", headers.callID, String(headers.cseq.number),
                headers.via.sentBy, headers.via.branch ?? "",
            ]
        }
    }
}

/// What an INVITE that came over two ways has in common with itself (RFC 3261 §8.2.2.2).
package struct MergeKey: Hashable, Sendable {
    private let callID: String
    private let fromTag: String
    private let cseq: CSeq

    package init(_ headers: MandatoryHeaders) {
        callID = headers.callID
        fromTag = headers.from.tag ?? ""
        cseq = headers.cseq
    }
}
