/// Bounds on what we take in (RFC 3261 leaves them to us).
package struct MessageLimits: Sendable {
    /// Bytes of start line and header fields together.
    package var headerBytes: Int
    /// Bytes of body.
    package var bodyBytes: Int
    /// Header fields.
    package var fields: Int

    package init(headerBytes: Int = 16_384, bodyBytes: Int = 65_535, fields: Int = 256) {
        self.headerBytes = headerBytes
        self.bodyBytes = bodyBytes
        self.fields = fields
    }
}

/// Why bytes are no SIP message, and what to say to the sender.
package struct MalformedMessage: Error, Sendable, CustomStringConvertible {
    package let error: SIPSyntaxError
    /// The answer, where the bytes were a request (not an ACK) with enough of a Via to send one to.
    package let answer: SIPResponse?

    package var description: String { error.description }
}

/// Turns bytes into messages; never traps, whatever the bytes are.
package struct MessageParser: Sendable {
    package var limits: MessageLimits

    package init(limits: MessageLimits = MessageLimits()) { self.limits = limits }

    /// Parses one whole message: a datagram, or what `StreamFramer` cut out of a stream.
    ///
    /// Empty lines in front are skipped (RFC 3261 §7.5). Bytes behind Content-Length are dropped, fewer bytes than it
    /// says are an error (§18.3). A request comes back only if all its mandatory header fields are good.
    package func parse(_ bytes: [UInt8]) throws(MalformedMessage) -> SIPMessage {
        var lines = LineReader(bytes, limit: limits.headerBytes)
        guard let startLine = lines.nextStartLine() else {
            throw MalformedMessage(error: SIPSyntaxError("message", "has no start line"), answer: nil)
        }
        if startLine.hasPrefix("SIP/") || startLine.asciiLowercased.hasPrefix("sip/") {
            do {
                return .response(try parseResponse(startLine, &lines))
            } catch {
                throw MalformedMessage(error: error, answer: nil)
            }
        }
        return .request(try parseRequest(startLine, &lines))
    }

    // MARK: - Responses

    private func parseResponse(_ line: String, _ lines: inout LineReader) throws(SIPSyntaxError) -> SIPResponse {
        var cursor = ByteCursor(line)
        guard cursor.take(while: { $0 != 0x20 }).isEqualIgnoringCase("SIP/2.0"), cursor.skip(0x20) else {
            throw SIPSyntaxError("Status-Line", "version is not SIP/2.0")
        }
        guard let status = cursor.takeNumber(upTo: 699), status >= 100, cursor.isAtEnd || cursor.skip(0x20) else {
            throw SIPSyntaxError("Status-Line", "status is not a number from 100 to 699")
        }
        var response = SIPResponse(Int(status), cursor.takeRest())
        response.headers = try parseFields(&lines).get()
        response.body = try body(of: response.headers, lines)
        _ = try MandatoryHeaders(of: response)
        return response
    }

    // MARK: - Requests

    private func parseRequest(_ line: String, _ lines: inout LineReader) throws(MalformedMessage) -> SIPRequest {
        var request = SIPRequest(SIPMethod(""), uri: .other(""))
        var problem: SIPSyntaxError?
        var status = 400
        do {
            status = try parseRequestLine(line, &request)
        } catch {
            problem = error
        }
        let fields = parseFields(&lines)
        switch fields {
        case .success(let headers):
            request.headers = headers
        case .partial(let headers, let error):
            request.headers = headers
            problem = problem ?? error
        }
        if status == 505, problem == nil {
            problem = SIPSyntaxError("Request-Line", "version is not SIP/2.0")
        }
        if problem == nil {
            do {
                request.body = try body(of: request.headers, lines)
                _ = try MandatoryHeaders(of: request)
                return request
            } catch {
                problem = error
            }
        }
        let error = problem ?? SIPSyntaxError("message", "is malformed")
        throw MalformedMessage(error: error, answer: answer(to: request, status, error))
    }

    /// Gives the status that a version other than 2.0 asks for, 400 otherwise (the status of a later error).
    private func parseRequestLine(_ line: String, _ request: inout SIPRequest) throws(SIPSyntaxError) -> Int {
        var cursor = ByteCursor(line)
        guard let method = cursor.takeToken(), cursor.skip(0x20) else {
            throw SIPSyntaxError("Request-Line", "method is malformed")
        }
        request.method = SIPMethod(method)
        let uriText = cursor.take { $0 != 0x20 }
        guard cursor.skip(0x20) else { throw SIPSyntaxError("Request-Line", "version is missing") }
        let version = cursor.takeRest()
        guard version.utf8.count <= 16, version.asciiLowercased.hasPrefix("sip/") else {
            throw SIPSyntaxError("Request-Line", "is not method, URI and version with one space between")
        }
        do {
            request.uri = try URI(uriText)
        } catch {
            throw SIPSyntaxError("Request-URI", error.problem)
        }
        return version.isEqualIgnoringCase("SIP/2.0") ? 400 : 505
    }

    /// An answer is possible if it can find its way and be matched: Via, From, To, Call-ID and CSeq must be there.
    private func answer(to request: SIPRequest, _ status: Int, _ error: SIPSyntaxError) -> SIPResponse? {
        guard request.method != .ack, !request.method.name.isEmpty, (try? request.headers.topVia()) != nil,
            [HeaderName.from, .to, .callID, .cseq].allSatisfy({ request.headers.contains($0) })
        else { return nil }
        let phrase = status == 505 ? nil : "Bad \(error.part): \(error.problem)"
        return SIPResponse(answering: request, status, phrase, toTag: "malformed")
    }

    // MARK: - Fields and body

    private enum Fields {
        case success(Headers)
        case partial(Headers, SIPSyntaxError)

        func get() throws(SIPSyntaxError) -> Headers {
            switch self {
            case .success(let headers): return headers
            case .partial(_, let error): throw error
            }
        }
    }

    private func parseFields(_ lines: inout LineReader) -> Fields {
        var headers = Headers()
        var problem: SIPSyntaxError?
        while let line = lines.nextField() {
            guard headers.fields.count < limits.fields else {
                return .partial(headers, SIPSyntaxError("message", "has too many header fields"))
            }
            var cursor = ByteCursor(line)
            guard let name = cursor.takeToken(), cursor.skipSeparator(UInt8(ascii: ":")) else {
                problem = problem ?? SIPSyntaxError("message", "has a line that is no header field")
                continue
            }
            headers.append(HeaderName(name), cursor.takeRest().trimmed)
        }
        if lines.isTooLong { problem = SIPSyntaxError("message", "has more header bytes than we take") }
        return problem.map { .partial(headers, $0) } ?? .success(headers)
    }

    private func body(of headers: Headers, _ lines: LineReader) throws(SIPSyntaxError) -> [UInt8] {
        let rest = lines.rest
        guard let length = try headers.contentLength() else {
            guard rest.count <= limits.bodyBytes else { throw SIPSyntaxError("message", "has a body that is too long") }
            return Array(rest)
        }
        guard length <= limits.bodyBytes else { throw SIPSyntaxError("message", "has a body that is too long") }
        guard length <= rest.count else { throw SIPSyntaxError("Content-Length", "is more than was sent") }
        return Array(rest.prefix(length))
    }
}
