package import ControlProtocol

/// The browsers that were let in. Pure: the clock is given, tokens are made outside.
///
/// A session is found by the SHA-256 of its token, so that what is kept, in memory and on disk, opens nothing.
package struct PanelSessions: Sendable, Equatable {
    package struct Limits: Sendable, Equatable {
        /// Seconds without a request or an open page until a session ends.
        package var idle: Int64 = 7 * 24 * 3600
        /// Seconds until it ends however it is used.
        package var absolute: Int64 = 30 * 24 * 3600
        /// One more ends the one that was not used for the longest time.
        package var count = 32

        package init() {}
    }

    package struct Session: Sendable, Equatable {
        /// SHA-256 of the token, in hexadecimal.
        package let id: String
        /// Seconds since 1970.
        package let created: Int64
        package fileprivate(set) var lastUsed: Int64
        /// What paired it, such as an address: shown to the admin.
        package let origin: String
    }

    package var limits: Limits
    private var sessions: [String: Session] = [:]

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    package var count: Int { sessions.count }

    package var all: [Session] { sessions.values.sorted { ($0.created, $0.id) < ($1.created, $1.id) } }

    /// Lets the holder of `token` in.
    ///
    /// - Returns: the session that had to go for it.
    @discardableResult
    package mutating func open(token: String, origin: String, now: Int64) -> Session? {
        expire(now: now)
        var evicted: Session?
        if sessions.count >= limits.count {
            evicted = sessions.values.min { ($0.lastUsed, $0.id) < ($1.lastUsed, $1.id) }
            if let evicted { sessions[evicted.id] = nil }
        }
        let id = Secrets.sha256(token)
        sessions[id] = Session(id: id, created: now, lastUsed: now, origin: String(origin.prefix(64)))
        return evicted
    }

    /// The living session of the token; it counts as used now.
    package mutating func use(token: String, now: Int64) -> Session? {
        guard token.utf8.count == 64 else { return nil }
        let id = Secrets.sha256(token)
        return touch(id: id, now: now)
    }

    /// The same for one that is known already, such as by a page that stays open.
    package mutating func touch(id: String, now: Int64) -> Session? {
        guard var session = sessions[id] else { return nil }
        guard isLiving(session, now: now) else {
            sessions[id] = nil
            return nil
        }
        session.lastUsed = max(session.lastUsed, now)
        sessions[id] = session
        return session
    }

    /// Ends one session.
    package mutating func end(id: String) {
        sessions[id] = nil
    }

    /// Ends every session but one.
    package mutating func endAll(but id: String? = nil) {
        sessions = sessions.filter { $0.key == id }
    }

    /// Forgets what is over.
    package mutating func expire(now: Int64) {
        sessions = sessions.filter { isLiving($0.value, now: now) }
    }

    /// A clock that was set back makes nothing live longer: times ahead of it count as over.
    private func isLiving(_ session: Session, now: Int64) -> Bool {
        let age = now - session.created
        let idle = now - session.lastUsed
        return age < limits.absolute && idle < limits.idle && age > -3600 && idle > -3600
    }

    // MARK: - On disk

    package var json: JSONValue {
        .array(
            all.map {
                [
                    "id": .string($0.id), "created": .integer($0.created), "last_used": .integer($0.lastUsed),
                    "origin": .string($0.origin),
                ]
            })
    }

    /// Reads what `json` wrote; whatever is not a session is left out.
    package mutating func load(_ json: JSONValue, now: Int64) {
        for entry in (json.arrayValue ?? []).prefix(limits.count) {
            guard let id = entry["id"]?.stringValue, id.utf8.count == 64,
                let created = entry["created"]?.integerValue, let lastUsed = entry["last_used"]?.integerValue,
                (0...Int64.max / 2).contains(created), (0...Int64.max / 2).contains(lastUsed)
            else { continue }
            sessions[id] = Session(
                id: id, created: created, lastUsed: lastUsed, origin: entry["origin"]?.stringValue ?? "")
        }
        expire(now: now)
    }
}
