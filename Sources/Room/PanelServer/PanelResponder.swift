import ControlClient
import ControlProtocol
import HTTPTypes
import HummingbirdCore
import LinuxSystem
import Logging
import NIOCore

/// Answers requests: first whether the request may be at all, then who asks, then what.
struct PanelResponder: Sendable {
    /// Bytes of a request's body.
    static let bodyLimit = 16 * 1024
    /// For a whole request to come and for its answer to leave; a page's stream of events has no end.
    static let exchangeLimit = TimeAmount.seconds(30)

    let service: PanelService
    let hub: EventHub
    let pictures: ScreenPictures
    let guardian: RequestGuard
    let assets: [String: PanelAsset]
    let cookieName: String
    let isSecure: Bool
    let fingerprint: String?
    let logger: Logger

    @Sendable func respond(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        let exchange = PanelExchange(request: request, channel: channel)
        let deadline = channel.eventLoop.scheduleTask(in: Self.exchangeLimit) { channel.close(promise: nil) }
        let outcome: Outcome
        do {
            outcome =
                exchange.path == "/api/events"
                ? try await openEvents(exchange, channel) : .answer(try await answer(exchange))
        } catch let refusal as PanelRefusal {
            outcome = .answer(refusal.response)
        } catch let refusal as RequestGuard.Refusal {
            logger.warning(
                "a request was refused",
                metadata: ["from": "\(exchange.remoteAddress)", "why": "\(refusal)", "path": "\(exchange.path)"])
            outcome = .answer(PanelRefusal(status: .forbidden, code: "forbidden", message: "\(refusal)").response)
        }
        switch outcome {
        case .events(let number, let events):
            deadline.cancel()
            let stream = EventStream(hub: hub, number: number, channel: channel)
            try await stream.serve(events, head: Self.head(.ok, Self.eventHeaders), writer)
        case .answer(var response):
            // A body that was not read is not waited for.
            let isRefusal = response.status.code >= 400
            if isRefusal { response.headers[.connection] = "close" }
            for (name, value) in PanelHeaders.all { response.headers[name] = value }
            if request.method == .head { response = response.createHeadResponse() }
            try await writer.write(response: response.head, body: response.body)
            deadline.cancel()
            if isRefusal { channel.close(mode: .all, promise: nil) }
        }
    }

    private enum Outcome {
        case answer(Response)
        case events(Int, AsyncStream<ByteBuffer>)
    }

    private static let eventHeaders: HTTPFields = [
        .contentType: "text/event-stream", .cacheControl: "no-store",
    ]

    private static func head(_ status: HTTPResponse.Status, _ headers: HTTPFields) -> HTTPResponse {
        var headers = headers
        for (name, value) in PanelHeaders.all { headers[name] = value }
        return HTTPResponse(status: status, headerFields: headers)
    }

    // MARK: - Ways

    private func answer(_ exchange: PanelExchange) async throws -> Response {
        switch (exchange.request.method, exchange.path) {
        case (.get, "/api/session"):
            try check(exchange, .read)
            return await sessionAnswer(exchange)
        case (.get, "/api/screen"):
            try check(exchange, .read)
            return try await screen(exchange)
        case (.get, "/api/panels"):
            try check(exchange, .read)
            return try await panels(exchange)
        case (.post, let path) where path.hasPrefix("/api/"):
            try check(exchange, .command)
            return try await post(path, exchange)
        case (.get, let path), (.head, let path):
            try check(exchange, .page)
            return try asset(path, exchange)
        default:
            throw PanelRefusal(status: .methodNotAllowed, code: "method", message: "Only GET and POST are served.")
        }
    }

    private func check(_ exchange: PanelExchange, _ kind: RequestGuard.Kind) throws(RequestGuard.Refusal) {
        try guardian.check(
            exchange.guardHeaders, kind: kind, localAddress: exchange.localAddress, port: exchange.localPort)
    }

    private func asset(_ path: String, _ exchange: PanelExchange) throws -> Response {
        guard let asset = assets[path == "/" ? "/index.html" : path] else {
            throw PanelRefusal(status: .notFound, code: "not_found", message: "There is no such page.")
        }
        let headers: HTTPFields = [.contentType: asset.type, .cacheControl: "no-cache", .eTag: asset.tag]
        if exchange.request.headers[.ifNoneMatch] == asset.tag {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: asset.body))
    }

    private func session(_ exchange: PanelExchange) async throws(PanelRefusal) -> PanelSessions.Session {
        guard let session = await service.session(token: exchange.cookie(cookieName)) else { throw .notPaired }
        return session
    }

    /// What the page needs to know first; nothing of the room to who is not paired.
    private func sessionAnswer(_ exchange: PanelExchange) async -> Response {
        var answer: JSONValue = ["language": .string(service.configuration.language)]
        if let fingerprint { answer["fingerprint"] = .string(fingerprint) }
        if let token = exchange.cookie(cookieName), let session = await service.session(token: token) {
            answer["paired"] = true
            answer["token"] = .string(Self.requestToken(token))
            answer["admin_seconds"] = .integer(
                await service.admin.secondsLeft(session: session.id, now: service.now))
        } else {
            answer["paired"] = false
        }
        return .json(answer)
    }

    /// The token that a page repeats with every command. It follows from the session's own, which no page can read,
    /// and tells nothing about it.
    static func requestToken(_ token: String) -> String { Secrets.sha256("convene request token \(token)") }

    private func screen(_ exchange: PanelExchange) async throws -> Response {
        _ = try await session(exchange)
        let picture: ScreenPictures.Picture
        do {
            picture = try await pictures.picture()
        } catch {
            throw PanelRefusal(error)
        }
        let headers: HTTPFields = [
            .contentType: "image/png", .cacheControl: "private, no-store", .eTag: picture.tag,
        ]
        if exchange.request.headers[.ifNoneMatch] == picture.tag {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture.png)))
    }

    private func openEvents(_ exchange: PanelExchange, _ channel: any Channel) async throws -> Outcome {
        guard exchange.request.method == .get else {
            throw PanelRefusal(status: .methodNotAllowed, code: "method", message: "Events are read with GET.")
        }
        try check(exchange, .read)
        let session = try await session(exchange)
        do {
            let (number, events) = try await hub.open(session: session.id) { channel.close(promise: nil) }
            return .events(number, events)
        } catch {
            throw PanelRefusal(
                status: .tooManyRequests, code: "too_many", message: "Too many pages are open.", retryAfter: 10)
        }
    }

    private func panels(_ exchange: PanelExchange) async throws -> Response {
        let session = try await session(exchange)
        guard await service.admin.secondsLeft(session: session.id, now: service.now) > 0 else {
            throw PanelRefusal(status: .forbidden, code: "locked", message: "The settings are locked.")
        }
        let list = await service.sessionList.map { other -> JSONValue in
            [
                "created": .integer(other.created), "last_used": .integer(other.lastUsed),
                "origin": .string(other.origin), "this": .bool(other.id == session.id),
            ]
        }
        return .json(["panels": .array(list)])
    }
}
