/// A request, its header fields not yet checked (RFC 3261 §7.1); `MandatoryHeaders` does that.
package struct SIPRequest: Hashable, Sendable {
    package var method: SIPMethod
    package var uri: URI
    package var headers: Headers
    package var body: [UInt8]

    package init(_ method: SIPMethod, uri: URI, headers: Headers = Headers(), body: [UInt8] = []) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
    }

    /// The message as it goes on the wire; Content-Length is always written, from the body.
    package func serialized() -> [UInt8] {
        SIPMessage.serialize("\(method) \(uri) SIP/2.0", headers, body)
    }
}

/// A response, its header fields not yet checked (RFC 3261 §7.2).
package struct SIPResponse: Hashable, Sendable {
    /// 100 to 699.
    package var status: Int
    package var phrase: String
    package var headers: Headers
    package var body: [UInt8]

    package init(_ status: Int, _ phrase: String? = nil, headers: Headers = Headers(), body: [UInt8] = []) {
        self.status = status
        self.phrase = phrase ?? StatusCode.phrase(status)
        self.headers = headers
        self.body = body
    }

    /// The answer to `request` with the fields that every answer copies: Via, From, To, Call-ID, CSeq, and for a
    /// dialog-making answer Record-Route (RFC 3261 §8.2.6.2, §12.1.1). A `toTag` is added where To has none.
    package init(answering request: SIPRequest, _ status: Int, _ phrase: String? = nil, toTag: String? = nil) {
        self.init(status, phrase)
        for field in request.headers.fields {
            switch field.name {
            case .via, .from, .callID, .cseq:
                headers.append(field.name, field.value)
            case .timestamp where status == 100:
                headers.append(field.name, field.value)
            case .recordRoute where request.method == .invite && status > 100 && status < 300:
                headers.append(field.name, field.value)
            case .to:
                var value = field.value
                if let toTag, status > 100, let to = try? NameAddress(value, part: "To"), to.tag == nil {
                    // Appended to the text as it came, so that nothing else in it changes.
                    let isBare = !value.utf8.contains(UInt8(ascii: "<"))
                    value = isBare ? "<\(to.uri)>\(to.parameters);tag=\(toTag)" : value + ";tag=\(toTag)"
                }
                headers.append(.to, value)
            default:
                break
            }
        }
    }

    package var isProvisional: Bool { status < 200 }

    package var isSuccess: Bool { status >= 200 && status < 300 }

    /// The message as it goes on the wire; Content-Length is always written, from the body.
    package func serialized() -> [UInt8] {
        SIPMessage.serialize("SIP/2.0 \(status) \(phrase)", headers, body)
    }
}

/// A SIP message (RFC 3261 §7).
package enum SIPMessage: Hashable, Sendable {
    case request(SIPRequest)
    case response(SIPResponse)

    package var headers: Headers {
        switch self {
        case .request(let request): request.headers
        case .response(let response): response.headers
        }
    }

    /// The message as it goes on the wire.
    package func serialized() -> [UInt8] {
        switch self {
        case .request(let request): request.serialized()
        case .response(let response): response.serialized()
        }
    }

    static func serialize(_ startLine: String, _ headers: Headers, _ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + body.count)
        append(startLine, to: &bytes)
        for field in headers.fields where field.name != .contentLength {
            append(field.name.text, to: &bytes, endLine: false)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(UInt8(ascii: " "))
            append(field.value, to: &bytes)
        }
        append("Content-Length: \(body.count)", to: &bytes)
        append("", to: &bytes)
        bytes += body
        return bytes
    }

    /// A line break inside the text would begin a header of its own, so it becomes a space.
    private static func append(_ text: String, to bytes: inout [UInt8], endLine: Bool = true) {
        for byte in text.utf8 { bytes.append(byte == 0x0D || byte == 0x0A ? 0x20 : byte) }
        if endLine {
            bytes.append(0x0D)
            bytes.append(0x0A)
        }
    }
}
