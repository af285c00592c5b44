import AsyncControlClient
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import Logging
import NIOCore

/// Whom the panel lets in: sessions, pairing and PIN, with the limits on guessing. The pure parts decide, this actor
/// carries out.
actor PanelService {
    enum PairingAnswer: Sendable, Equatable {
        /// The new session's token.
        case paired(token: String)
        case wrong
        case noCode
        /// Seconds to wait.
        case wait(Int64)
    }

    let configuration: PanelConfiguration
    let link: RoomLink
    let admin: AdminAccess
    private let logger: Logger
    private let clock: @Sendable () -> Int64
    private var sessions: PanelSessions
    private var savedSessions: PanelSessions?
    private var code = PairingCode()
    private var guesses = GuessLimiter()
    private var pinGuesses = GuessLimiter()
    private var lastCodeShown: Int64 = .min / 2
    private var linkKey = ""

    /// - Parameter clock: seconds since 1970.
    init(
        configuration: PanelConfiguration, link: RoomLink, group: any EventLoopGroup, logger: Logger,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.configuration = configuration
        self.link = link
        self.logger = logger
        self.clock = clock
        admin = AdminAccess(path: configuration.socket, group: group)
        sessions = PanelSessions(limits: configuration.sessionLimits)
    }

    var now: Int64 { clock() }

    // MARK: - Sessions

    func session(token: String?) -> PanelSessions.Session? {
        guard let token else { return nil }
        return sessions.use(token: token, now: now)
    }

    /// Whether the session still holds; a page that is open counts as use.
    func keepAlive(_ id: String) -> Bool { sessions.touch(id: id, now: now) != nil }

    var sessionList: [PanelSessions.Session] { sessions.all }

    func end(session id: String) async {
        sessions.end(id: id)
        await admin.lock(session: id)
        await save()
    }

    func endAll(but id: String) async {
        sessions.endAll(but: id)
        await save()
    }

    private func open(origin: String) async -> String {
        let token = Secrets.token()
        if let evicted = sessions.open(token: token, origin: origin, now: now) {
            logger.notice("the least used panel had to pair anew", metadata: ["origin": "\(evicted.origin)"])
        }
        logger.notice("a panel was let in", metadata: ["from": "\(origin)"])
        await save()
        return token
    }

    // MARK: - Pairing

    /// Has the room's screen show a code; the one that holds already is shown again.
    ///
    /// - Returns: seconds that it holds; a negative number asks to wait that long.
    func showCode(for address: String) async throws(ControlClientError) -> Int64 {
        let wait = max(guesses.wait(for: address, now: now), 3 - (now - lastCodeShown))
        if wait > 0 { return -wait }
        lastCodeShown = now
        if code.current(now: now) == nil { code.begin(Secrets.code(digits: PairingCode.digits), now: now) }
        guard let current = code.current(now: now) else { return -1 }
        _ = try await link.request(
            "panel.pairing", ["code": .string(current.code), "seconds": .integer(current.seconds)])
        return current.seconds
    }

    func pair(code guess: String, address: String) async -> PairingAnswer {
        let wait = guesses.wait(for: address, now: now)
        if wait > 0 { return .wait(wait) }
        switch code.check(guess, now: now) {
        case .right:
            guesses.succeeded(address)
            let token = await open(origin: address)
            _ = try? await link.request("panel.pairing", ["code": "", "seconds": 0])
            return .paired(token: token)
        case .wrong:
            guesses.failed(address, now: now)
            return .wrong
        case .noCode:
            guesses.failed(address, now: now)
            return .noCode
        }
    }

    /// Lets in who could read the link file on this machine. Each link works once.
    func pair(key: String, address: String) async -> PairingAnswer {
        let wait = guesses.wait(for: address, now: now)
        if wait > 0 { return .wait(wait) }
        guard !linkKey.isEmpty, constantTimeEqual(key, linkKey) else {
            guesses.failed(address, now: now)
            return .wrong
        }
        await writeLink(base: linkBase)
        return .paired(token: await open(origin: "link from \(address)"))
    }

    private var linkBase = ""

    /// Writes a new link into the file that browsers on this machine are started from.
    func writeLink(base: String) async {
        guard let file = configuration.linkFile else { return }
        linkBase = base
        let key = Secrets.token()
        linkKey = key
        let bytes = Array("\(base)/#key=\(key)\n".utf8)
        let result = try? await runBlocking { () -> SystemError? in
            do throws(SystemError) {
                try AtomicFile.replace(file, with: bytes, permissions: 0o640)
                return nil
            } catch {
                return error
            }
        }
        if let error = result.flatMap({ $0 }) {
            logger.error("the link for this machine's browser could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func constantTimeEqual(_ left: String, _ right: String) -> Bool {
        // Of digests: neither length nor place of a difference shows in the time it takes.
        Secrets.sha256(left) == Secrets.sha256(right)
    }

    // MARK: - The PIN

    enum PINAnswer: Sendable, Equatable {
        case unlocked(seconds: Int64)
        case wrong(String)
        case wait(Int64)
    }

    func unlock(session: String, pin: String, address: String) async throws(ControlClientError) -> PINAnswer {
        let wait = pinGuesses.wait(for: address, now: now)
        if wait > 0 { return .wait(wait) }
        do {
            let seconds = try await admin.unlock(session: session, pin: pin, now: now)
            pinGuesses.succeeded(address)
            logger.notice("the settings were unlocked", metadata: ["from": "\(address)"])
            return .unlocked(seconds: seconds)
        } catch .refused(let error) where error.code == .notPermitted {
            pinGuesses.failed(address, now: now)
            logger.warning("a wrong PIN was given", metadata: ["from": "\(address)"])
            return .wrong(error.message)
        } catch {
            throw error
        }
    }

    // MARK: - On disk

    private var sessionFile: String? { configuration.stateFolder.map { "\($0)/sessions.json" } }

    func load() async {
        guard let file = sessionFile else { return }
        let bytes = try? await runBlocking { (try? SmallFile.read(file, maximum: 1 << 20)) ?? [] }
        if let bytes, let json = try? JSONValue(parsing: bytes) { sessions.load(json, now: now) }
        savedSessions = sessions
    }

    /// Keeps the sessions over a restart.
    func save() async {
        guard let file = sessionFile, savedSessions != sessions else { return }
        savedSessions = sessions
        let bytes = sessions.json.serializedBytes
        let failure = try? await runBlocking { () -> String? in
            do throws(SystemError) {
                try AtomicFile.replace(file, with: bytes, permissions: 0o600)
                return nil
            } catch {
                return "\(error)"
            }
        }
        if let reason = failure.flatMap({ $0 }) {
            logger.error("panels will have to pair anew after a restart", metadata: ["error": "\(reason)"])
        }
    }

    /// Once a minute: what is over is forgotten, and use is kept.
    func tidy() async {
        sessions.expire(now: now)
        await save()
    }
}
