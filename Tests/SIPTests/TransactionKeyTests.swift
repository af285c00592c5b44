import Testing

@testable import SIP

@Suite("Which transaction a message belongs to")
struct TransactionKeyTests {
    private func key(_ line: String, _ changes: [String: String?] = [:]) throws -> ServerTransactionKey {
        let request = try Samples.parsedRequest(Samples.request(line, changes))
        return ServerTransactionKey(try MandatoryHeaders(of: request), uri: request.uri)
    }

    @Test("Branch, sent-by and method name it; ACK has the key of its INVITE, CANCEL its own")
    func cookie() throws {
        let invite = try key("INVITE sip:a@b SIP/2.0")
        #expect(try key("INVITE sip:other@b SIP/2.0") == invite)
        #expect(try key("ACK sip:a@b SIP/2.0") == invite)
        #expect(try key("CANCEL sip:a@b SIP/2.0") != invite)
        #expect(try key("INVITE sip:a@b SIP/2.0", ["Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hg4bk74"]) == invite)
        #expect(try key("INVITE sip:a@b SIP/2.0", ["Via": "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK74"]) != invite)
        #expect(try key("INVITE sip:a@b SIP/2.0", ["Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK75"]) != invite)
        let cancel = try Samples.parsedRequest(Samples.request("CANCEL sip:a@b SIP/2.0"))
        #expect(ServerTransactionKey(cancelledBy: try MandatoryHeaders(of: cancel), uri: cancel.uri) == invite)
    }

    @Test("A sender from before RFC 3261 is told apart by the other fields")
    func noCookie() throws {
        let via: [String: String?] = ["Via": "SIP/2.0/UDP 192.0.2.1"]
        let invite = try key("INVITE sip:a@b SIP/2.0", via)
        #expect(try key("INVITE sip:a@b SIP/2.0", via) == invite)
        let tagged = via.merging(["To": "<sip:room@192.0.2.9>;tag=b1"]) { $1 }
        #expect(try key("ACK sip:a@b SIP/2.0", tagged) == invite)
        #expect(try key("INVITE sip:a@b SIP/2.0", via.merging(["CSeq": "8 INVITE"]) { $1 }) != invite)
        #expect(try key("INVITE sip:a@b SIP/2.0", via.merging(["Call-ID": "other"]) { $1 }) != invite)
    }
}
