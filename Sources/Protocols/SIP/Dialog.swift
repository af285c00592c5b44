/// What names a dialog at our side (RFC 3261 §12).
package struct DialogID: Hashable, Sendable {
    package let callID: String
    package let localTag: String
    /// Empty for a peer that gives none (RFC 2543).
    package let remoteTag: String

    package init(callID: String, localTag: String, remoteTag: String) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
    }
}

/// The state that two user agents share while they talk (RFC 3261 §12): tags, targets, route and sequence numbers.
package struct Dialog: Sendable {
    package let id: DialogID
    /// True from the 2xx on; until then the dialog is early.
    package private(set) var isConfirmed: Bool
    /// Our From in requests, with the tag.
    package let local: NameAddress
    /// Our To in requests, with the tag if there is one.
    package let remote: NameAddress
    /// Where requests go: the peer's last Contact.
    package private(set) var remoteTarget: SIPURI
    /// The way there, nearest hop first.
    package private(set) var routeSet: [NameAddress]
    /// Number of our last request; nil before the first.
    package private(set) var localSequence: UInt32?
    /// Number of the peer's last request; nil before the first.
    package private(set) var remoteSequence: UInt32?

    /// The caller's dialog, made by a provisional answer with a tag or by a 2xx (§12.1.2).
    package init(callerOf request: SIPRequest, response: SIPResponse) throws(SIPSyntaxError) {
        let sent = try MandatoryHeaders(of: request)
        let answered = try MandatoryHeaders(of: response)
        id = DialogID(callID: sent.callID, localTag: sent.from.tag ?? "", remoteTag: answered.to.tag ?? "")
        isConfirmed = response.isSuccess
        local = sent.from
        remote = answered.to
        if let contact = try Self.target(response.headers) {
            remoteTarget = contact
        } else {
            remoteTarget = try Self.target(request.uri)
        }
        routeSet = try Array(response.headers.addresses(.recordRoute).reversed())
        localSequence = sent.cseq.number
        remoteSequence = nil
    }

    /// The callee's dialog, made by our answer to `request` (§12.1.1); `localTag` is the tag that our answer gives.
    package init(calleeOf request: SIPRequest, localTag: String) throws(SIPSyntaxError) {
        let headers = try MandatoryHeaders(of: request)
        guard let target = try Self.target(request.headers) else {
            throw SIPSyntaxError("Contact", "is missing")
        }
        id = DialogID(callID: headers.callID, localTag: localTag, remoteTag: headers.from.tag ?? "")
        isConfirmed = false
        var to = headers.to
        to.tag = localTag
        local = to
        remote = headers.from
        remoteTarget = target
        routeSet = try request.headers.addresses(.recordRoute)
        localSequence = nil
        remoteSequence = headers.cseq.number
    }

    /// The 2xx was sent or has come; the caller's route set is taken from it once more (§13.2.2.4).
    package mutating func confirm(by response: SIPResponse? = nil) throws(SIPSyntaxError) {
        if let response {
            let route = try Array(response.headers.addresses(.recordRoute).reversed())
            let target = try Self.target(response.headers)
            if !isConfirmed { routeSet = route }
            if let target { remoteTarget = target }
        }
        isConfirmed = true
    }

    /// Takes the Contact of a target refresh, a re-INVITE or its 2xx (§12.2); a missing one changes nothing.
    package mutating func refreshTarget(_ headers: Headers) throws(SIPSyntaxError) {
        if let target = try Self.target(headers) { remoteTarget = target }
    }

    /// Checks the number of a request from the peer: false for one that is not above the last (§12.2.2: answer 500).
    package mutating func accept(remoteSequence number: UInt32) -> Bool {
        if let last = remoteSequence, number <= last { return false }
        remoteSequence = number
        return true
    }

    /// The next request in the dialog, without Via and Contact; its number is one above the last (§12.2.1.1).
    package mutating func request(_ method: SIPMethod) -> SIPRequest {
        let number = (localSequence ?? 0) &+ 1
        localSequence = number
        return request(method, sequence: number)
    }

    /// A request of ours went out with a number that `request` did not give, as one that is sent again with credentials.
    package mutating func advance(toLocalSequence number: UInt32) {
        localSequence = max(localSequence ?? 0, number)
    }

    /// The ACK for a 2xx, whose number is that of the INVITE (§13.2.2.4).
    package func ack(sequence: UInt32) -> SIPRequest { request(.ack, sequence: sequence) }

    private func request(_ method: SIPMethod, sequence: UInt32) -> SIPRequest {
        var uri = remoteTarget
        var route = routeSet
        if let first = routeSet.first, case .sip(let nextHop) = first.uri, !nextHop.isLooseRouter {
            // A strict router: it stands in the request line, and the target is the last of the route (§12.2.1.1).
            uri = nextHop
            route = routeSet.dropFirst() + [NameAddress(uri: .sip(remoteTarget))]
        }
        uri.headers = nil
        uri.parameters["method"] = nil
        var headers = Headers()
        headers.append(.maxForwards, "70")
        for hop in route { headers.append(.route, hop.description) }
        headers.append(.from, local.description)
        headers.append(.to, remote.description)
        headers.append(.callID, id.callID)
        headers.append(.cseq, CSeq(sequence, method).description)
        return SIPRequest(method, uri: .sip(uri), headers: headers)
    }

    /// Where the next request is sent: the first hop of the route, else the target (§8.1.2).
    package var nextHop: SIPURI {
        if let first = routeSet.first, case .sip(let hop) = first.uri { return hop }
        return remoteTarget
    }

    private static func target(_ headers: Headers) throws(SIPSyntaxError) -> SIPURI? {
        guard let contact = try headers.addresses(.contact).first else { return nil }
        guard case .sip(let uri) = contact.uri else { throw SIPSyntaxError("Contact", "is no SIP URI") }
        return uri
    }

    private static func target(_ uri: URI) throws(SIPSyntaxError) -> SIPURI {
        guard case .sip(let target) = uri else { throw SIPSyntaxError("Contact", "is no SIP URI") }
        return target
    }
}
