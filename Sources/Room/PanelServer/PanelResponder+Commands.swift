import AsyncControlClient
import ControlClient
import ControlProtocol
import HTTPTypes
import HummingbirdCore
import NIOCore

extension PanelResponder {
    /// Requests that change something.
    func post(_ path: String, _ exchange: PanelExchange) async throws -> Response {
        let body = try await body(exchange)
        switch path {
        case "/api/pair/show": return try await showCode(exchange)
        case "/api/pair": return try await pair(body, exchange)
        default: break
        }
        guard let token = exchange.cookie(cookieName), let session = await service.session(token: token) else {
            throw PanelRefusal.notPaired
        }
        guard let given = exchange.request.headers[PanelHeaders.token], given == Self.requestToken(token) else {
            throw PanelRefusal(
                status: .forbidden, code: "token", message: "The page is older than its session; reload it.")
        }
        switch path {
        case "/api/command": return try await command(body, session)
        case "/api/unlock": return try await unlock(body, session, exchange)
        case "/api/lock":
            await service.admin.lock(session: session.id)
            return .json(["locked": true])
        case "/api/leave":
            await service.end(session: session.id)
            await hub.close(session: session.id)
            var response = Response.json(["paired": false])
            response.headers[.setCookie] = cookie("", seconds: 0)
            return response
        case "/api/forget": return try await forgetOthers(session)
        default: throw PanelRefusal(status: .notFound, code: "not_found", message: "There is no such command.")
        }
    }

    private func body(_ exchange: PanelExchange) async throws -> JSONValue {
        let type = exchange.request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        guard type == "application/json" else {
            throw PanelRefusal(
                status: .unsupportedMediaType, code: "type", message: "Commands are sent as application/json.")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await exchange.request.body.collect(upTo: Self.bodyLimit)
        } catch {
            throw PanelRefusal(
                status: .contentTooLarge, code: "too_large", message: "A command has at most \(Self.bodyLimit) bytes.")
        }
        do throws(JSONParseError) {
            let json = try JSONValue(parsing: Array(buffer.readableBytesView))
            if json.objectValue != nil { return json }
        } catch {
            throw PanelRefusal(status: .badRequest, code: "json", message: "The command is no JSON: \(error).")
        }
        throw PanelRefusal(status: .badRequest, code: "json", message: "The command is no JSON object.")
    }

    // MARK: - Pairing

    private func showCode(_ exchange: PanelExchange) async throws -> Response {
        let seconds: Int64
        do {
            seconds = try await service.showCode(for: exchange.remoteAddress)
        } catch {
            throw PanelRefusal(error)
        }
        guard seconds > 0 else { throw Self.wait(-seconds) }
        return .json(["seconds": .integer(seconds), "digits": .integer(Int64(PairingCode.digits))])
    }

    private func pair(_ body: JSONValue, _ exchange: PanelExchange) async throws -> Response {
        let answer: PanelService.PairingAnswer
        if let key = body["key"]?.stringValue {
            answer = await service.pair(key: key, address: exchange.remoteAddress)
        } else if let code = body["code"]?.stringValue {
            answer = await service.pair(code: code, address: exchange.remoteAddress)
        } else {
            throw PanelRefusal(status: .badRequest, code: "parameters", message: "Pairing takes a code.")
        }
        switch answer {
        case .paired(let token):
            var response = Response.json(["paired": true, "token": .string(Self.requestToken(token))])
            response.headers[.setCookie] = cookie(token, seconds: service.configuration.sessionLimits.absolute)
            return response
        case .wrong: throw PanelRefusal(status: .forbidden, code: "wrong", message: "That is not the code.")
        case .noCode:
            throw PanelRefusal(
                status: .forbidden, code: "no_code", message: "That code holds no more; show a new one.")
        case .wait(let seconds): throw Self.wait(seconds)
        }
    }

    private static func wait(_ seconds: Int64) -> PanelRefusal {
        PanelRefusal(
            status: .tooManyRequests, code: "wait",
            message: "Too many tries. Try again in \(seconds) \(seconds == 1 ? "second" : "seconds").",
            retryAfter: seconds)
    }

    /// Strict: no request that another site begins carries it. `__Host-` binds it to this very origin over TLS.
    private func cookie(_ token: String, seconds: Int64) -> String {
        "\(cookieName)=\(token); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    // MARK: - Commands

    private func command(_ body: JSONValue, _ session: PanelSessions.Session) async throws -> Response {
        guard let method = body["method"]?.stringValue, let access = PanelMethods.access(to: method) else {
            throw PanelRefusal(status: .forbidden, code: "method", message: "A panel may not ask for that.")
        }
        let parameters = body["params"] ?? .emptyObject
        do throws(ControlClientError) {
            switch access {
            case .paired: return .json(["result": try await service.link.request(method, parameters)])
            case .admin:
                let result = try await service.admin.request(
                    session: session.id, method, parameters, now: service.now)
                if let result { return .json(["result": result]) }
            }
        } catch {
            throw PanelRefusal(error)
        }
        throw PanelRefusal(status: .forbidden, code: "locked", message: "The settings are locked; give the PIN.")
    }

    private func unlock(
        _ body: JSONValue, _ session: PanelSessions.Session, _ exchange: PanelExchange
    ) async throws -> Response {
        guard let pin = body["pin"]?.stringValue, (1...64).contains(pin.utf8.count) else {
            throw PanelRefusal(status: .badRequest, code: "parameters", message: "The PIN is missing.")
        }
        let answer: PanelService.PINAnswer
        do {
            answer = try await service.unlock(session: session.id, pin: pin, address: exchange.remoteAddress)
        } catch {
            throw PanelRefusal(error)
        }
        switch answer {
        case .unlocked(let seconds): return .json(["seconds": .integer(seconds)])
        case .wrong(let message): throw PanelRefusal(status: .forbidden, code: "wrong", message: message)
        case .wait(let seconds): throw Self.wait(seconds)
        }
    }

    private func forgetOthers(_ session: PanelSessions.Session) async throws -> Response {
        guard await service.admin.secondsLeft(session: session.id, now: service.now) > 0 else {
            throw PanelRefusal(status: .forbidden, code: "locked", message: "The settings are locked; give the PIN.")
        }
        let others = await service.sessionList.filter { $0.id != session.id }
        await service.endAll(but: session.id)
        for other in others {
            await service.admin.lock(session: other.id)
            await hub.close(session: other.id)
        }
        return .json(["forgotten": .integer(Int64(others.count))])
    }
}
