import ControlClient
import ControlProtocol
import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request with what its connection says about it.
struct PanelExchange: Sendable {
    let request: Request
    /// Numeric, without the port.
    let remoteAddress: String
    let localAddress: String
    let localPort: Int

    init(request: Request, channel: any Channel) {
        self.request = request
        remoteAddress = channel.remoteAddress?.ipAddress ?? "unknown"
        localAddress = channel.localAddress?.ipAddress ?? ""
        localPort = channel.localAddress?.port ?? 0
    }

    var path: String { request.uri.path }

    var guardHeaders: RequestGuard.Headers {
        RequestGuard.Headers(
            host: request.head.authority, origin: request.headers[.origin],
            fetchSite: request.headers[PanelHeaders.fetchSite])
    }

    /// The value of a cookie; of two with the name the first.
    func cookie(_ name: String) -> String? {
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
                return String(pair[pair.index(after: equals)...])
            }
        }
        return nil
    }
}

/// An answer that is not a success: a status and one sentence for the person at the page.
struct PanelRefusal: Error {
    let status: HTTPResponse.Status
    /// For programs, such as `not_paired`.
    let code: String
    let message: String
    /// Seconds to wait, when waiting helps.
    var retryAfter: Int64?

    static let notPaired = PanelRefusal(
        status: .unauthorized, code: "not_paired", message: "This panel is not paired with the room.")

    /// What the room said, or that it says nothing.
    init(_ error: ControlClientError) {
        if case .refused(let refusal) = error {
            self.init(status: .conflict, code: refusal.code.name, message: refusal.message)
        } else {
            self.init(
                status: .serviceUnavailable, code: "room_unreachable",
                message: "The room does not answer. It is tried again by itself.")
        }
    }

    init(status: HTTPResponse.Status, code: String, message: String, retryAfter: Int64? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    var response: Response {
        var error: JSONValue = ["code": .string(code), "message": .string(message)]
        if let retryAfter { error["retry_after"] = .integer(retryAfter) }
        var response = Response.json(["error": error], status: status)
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serializedBytes)))
    }
}

/// The headers that every answer carries.
enum PanelHeaders {
    static let fetchSite = name("Sec-Fetch-Site")
    static let token = name("X-Convene-Token")

    /// Nothing inline, nothing from elsewhere, in nobody's frame; pictures of the screen come as blobs.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'",
        "manifest-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    static let all: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, contentSecurityPolicy),
        (.xContentTypeOptions, "nosniff"),
        (name("X-Frame-Options"), "DENY"),
        (name("Referrer-Policy"), "no-referrer"),
        (name("Cross-Origin-Opener-Policy"), "same-origin"),
        (.crossOriginResourcePolicy, "same-origin"),
        (name("Permissions-Policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ]

    /// The fallback is never taken: all names above are tokens (RFC 9110 §5.6.2).
    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .server }
}
