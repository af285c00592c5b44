@testable import SIP

/// Messages to start from, in words of our own after the kinds of RFC 4475.
enum Samples {
    static func request(
        _ line: String = "INVITE sip:room@192.0.2.9 SIP/2.0", _ changes: [String: String?] = [:], more: [String] = [],
        body: String = ""
    ) -> String {
        let method = String(line.split(separator: " ").first ?? "INVITE")
        let base: [(String, String)] = [
            ("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74;rport"), ("Max-Forwards", "70"),
            ("From", "\"Anna\" <sip:anna@192.0.2.1>;tag=a1"), ("To", "<sip:room@192.0.2.9>"),
            ("Call-ID", "c1@192.0.2.1"), ("CSeq", "7 \(method)"), ("Contact", "<sip:anna@192.0.2.1>"),
        ]
        var lines = [line]
        for (name, value) in base {
            guard let change = changes[name] else {
                lines.append("\(name): \(value)")
                continue
            }
            if let change { lines.append("\(name): \(change)") }
        }
        lines += more
        lines.append("Content-Length: \(body.utf8.count)")
        return (lines + ["", body]).joined(separator: "\r\n")
    }

    static func response(_ line: String = "SIP/2.0 200 OK", more: [String] = [], body: String = "") -> String {
        let lines =
            [
                line, "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74;received=192.0.2.1;rport=5060",
                "From: \"Anna\" <sip:anna@192.0.2.1>;tag=a1", "To: <sip:room@192.0.2.9>;tag=b1",
                "Call-ID: c1@192.0.2.1", "CSeq: 7 INVITE", "Contact: <sip:room@192.0.2.9>",
            ] + more + ["Content-Length: \(body.utf8.count)"]
        return (lines + ["", body]).joined(separator: "\r\n")
    }

    static func parse(_ text: String) throws(MalformedMessage) -> SIPMessage {
        try MessageParser().parse(Array(text.utf8))
    }

    static func parsedRequest(_ text: String) throws -> SIPRequest {
        guard case .request(let request) = try parse(text) else { throw NotThat() }
        return request
    }

    static func parsedResponse(_ text: String) throws -> SIPResponse {
        guard case .response(let response) = try parse(text) else { throw NotThat() }
        return response
    }

    /// What the sender is told, and why.
    static func refusal(_ text: String) -> MalformedMessage? {
        do {
            _ = try parse(text)
            return nil
        } catch {
            return error
        }
    }

    struct NotThat: Error {}
}
