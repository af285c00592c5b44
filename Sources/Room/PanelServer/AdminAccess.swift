import AsyncControlClient
import ControlClient
import ControlProtocol
import NIOCore

/// The connections with an admin's rights, one for each session whose person gave the PIN. The panel itself is an
/// operator: the rights are the connection's, given by the terminal, which alone knows the PIN's hash.
actor AdminAccess {
    /// Seconds without an admin's request until the rights end.
    static let idle: Int64 = 5 * 60
    /// Connections at once.
    static let maximumCount = 4

    private struct Unlocked {
        let control: ControlSession
        var ends: Int64
        let latest: Int64
    }

    private let path: String
    private let group: any EventLoopGroup
    private var unlocked: [String: Unlocked] = [:]

    init(path: String, group: any EventLoopGroup) {
        self.path = path
        self.group = group
    }

    /// Gives the PIN to the terminal.
    ///
    /// - Returns: seconds until the rights end if nothing is done with them.
    func unlock(session: String, pin: String, now: Int64) async throws(ControlClientError) -> Int64 {
        expire(now: now)
        guard unlocked[session] != nil || unlocked.count < Self.maximumCount else {
            throw .refused(ControlError(.tooMany, "Somebody else is in the settings; try again in a few minutes."))
        }
        let control = try await ControlSession.connect(path: path, group: group)
        do throws(ControlClientError) {
            let answer = try await control.request(named: "access.unlock", ["pin": .string(pin)])
            unlocked.removeValue(forKey: session)?.control.close()
            let latest = now + (answer["seconds"]?.integerValue ?? Self.idle)
            unlocked[session] = Unlocked(control: control, ends: min(now + Self.idle, latest), latest: latest)
            return secondsLeft(session: session, now: now)
        } catch {
            control.close()
            throw error
        }
    }

    /// Seconds until the session's rights end, 0 when it has none.
    func secondsLeft(session: String, now: Int64) -> Int64 {
        max(0, (unlocked[session]?.ends ?? 0) - now)
    }

    /// A request with the session's rights; nil when it has none.
    func request(
        session: String, _ method: String, _ parameters: JSONValue, now: Int64
    ) async throws(ControlClientError) -> JSONValue? {
        expire(now: now)
        guard var entry = unlocked[session] else { return nil }
        entry.ends = min(now + Self.idle, entry.latest)
        unlocked[session] = entry
        return try await entry.control.request(named: method, parameters)
    }

    func lock(session: String) {
        unlocked.removeValue(forKey: session)?.control.close()
    }

    func lockAll() {
        for entry in unlocked.values { entry.control.close() }
        unlocked = [:]
    }

    private func expire(now: Int64) {
        for (session, entry) in unlocked where entry.ends <= now {
            entry.control.close()
            unlocked[session] = nil
        }
    }
}
