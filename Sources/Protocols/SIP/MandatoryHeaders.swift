/// The fields that every message must have, parsed and found consistent (RFC 3261 §8.1.1, §8.2.6.2).
package struct MandatoryHeaders: Hashable, Sendable {
    /// The top one.
    package var via: Via
    package var from: NameAddress
    package var to: NameAddress
    package var callID: String
    package var cseq: CSeq

    /// Checks a request: each field there once and well formed, CSeq's method that of the request, From with a tag.
    package init(of request: SIPRequest) throws(SIPSyntaxError) {
        try self.init(request.headers)
        guard cseq.method == request.method else {
            throw SIPSyntaxError("CSeq", "method is not that of the request line")
        }
        _ = try request.headers.maxForwards()
    }

    /// Checks a response, where more than one Via means that it was not for us (§8.1.3.3).
    package init(of response: SIPResponse) throws(SIPSyntaxError) {
        try self.init(response.headers)
        guard try response.headers.vias().count == 1 else {
            throw SIPSyntaxError("Via", "response has more than one hop")
        }
    }

    private init(_ headers: Headers) throws(SIPSyntaxError) {
        for name in [HeaderName.from, .to, .callID, .cseq, .maxForwards] where headers.count(of: name) > 1 {
            throw SIPSyntaxError(name.text, "is there more than once")
        }
        guard let via = try headers.topVia() else { throw SIPSyntaxError("Via", "is missing") }
        guard let from = try headers.from() else { throw SIPSyntaxError("From", "is missing") }
        guard let to = try headers.to() else { throw SIPSyntaxError("To", "is missing") }
        guard let cseq = try headers.cseq() else { throw SIPSyntaxError("CSeq", "is missing") }
        guard let callID = headers[.callID] else { throw SIPSyntaxError("Call-ID", "is missing") }
        guard !callID.isEmpty, callID.utf8.count <= 512,
            callID.allBytes(ByteSet.callID.contains)
        else { throw SIPSyntaxError("Call-ID", "is malformed") }
        self.via = via
        self.from = from
        self.to = to
        self.callID = callID
        self.cseq = cseq
    }
}
