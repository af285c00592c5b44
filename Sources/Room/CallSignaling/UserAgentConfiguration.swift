package import SIP

/// How a `UserAgent` presents itself, where it listens and what it bounds.
package struct UserAgentConfiguration: Sendable {
    /// Numeric addresses to listen on, each with UDP and TCP on the same port. "0.0.0.0" and "::" mean all.
    package var addresses: [String]
    /// 0 takes a free port; `UserAgent.port` says which.
    package var port: Int
    /// The user part of our address ("room" of sip:room@host).
    package var user: String
    /// The account at a registrar; nil for none.
    package var account: SIPAccount?
    /// What the other side shows for us.
    package var displayName: String?
    /// The User-Agent and Server fields.
    package var product: String
    package var limits: Limits
    package var timers: TimerValues
    /// How long an incoming call rings before it is refused with 480.
    package var ringLimit: Duration
    /// How long a call of ours may ring over there before it is cancelled.
    package var dialLimit: Duration
    /// How long a TCP connection may take to open, before UDP is tried where it may be.
    package var connectLimit: Duration
    /// How long a TCP connection without calls stays open.
    package var idleConnectionLimit: Duration

    package struct Limits: Sendable {
        /// Calls at a time; a further one is refused with 486.
        package var calls: Int
        /// Transactions at a time, client and server; a further one from outside is refused with 503, but for a BYE.
        package var transactions: Int
        /// Of these, the server transactions of one call: what one peer begins leaves places for the others.
        package var transactionsPerCall: Int
        /// TCP connections at a time, both directions; a further one from outside is closed.
        package var connections: Int
        /// Events that wait for the owner. While few places are left new calls are refused with 503, and provisional
        /// answers and INFO are dropped and counted.
        package var events: Int
        package var message: MessageLimits

        package init(
            calls: Int = 8, transactions: Int = 2048, transactionsPerCall: Int = 128, connections: Int = 64,
            events: Int = 1024, message: MessageLimits = MessageLimits()
        ) {
            self.calls = calls
            self.transactions = transactions
            self.transactionsPerCall = transactionsPerCall
            self.connections = connections
            self.events = events
            self.message = message
        }
    }

    package init(
        addresses: [String] = ["0.0.0.0"], port: Int = 5060, user: String = "room", displayName: String? = nil,
        account: SIPAccount? = nil,
        product: String = "Convene", limits: Limits = Limits(), timers: TimerValues = TimerValues(),
        ringLimit: Duration = .seconds(120), dialLimit: Duration = .seconds(180),
        connectLimit: Duration = .seconds(2), idleConnectionLimit: Duration = .seconds(120)
    ) {
        self.addresses = addresses
        self.port = port
        self.user = user
        self.displayName = displayName
        self.account = account
        self.product = product
        self.limits = limits
        self.timers = timers
        self.ringLimit = ringLimit
        self.dialLimit = dialLimit
        self.connectLimit = connectLimit
        self.idleConnectionLimit = idleConnectionLimit
    }
}

/// Which way a call goes.
struct CallRoute: Sendable {
    /// The Request-URI.
    let uri: SIPURI
    /// What is looked up and sent to.
    let host: Host
    let port: UInt16
    let transport: SIPTransport
    let usesAccount: Bool
}

extension UserAgentConfiguration {
    /// The way to what a person dialled: over the account's server where the address is of its domain, else straight.
    /// - Throws: `notCallable`, `badAddress`.
    func route(to dialed: String) throws(SignalingError) -> CallRoute {
        let address = try callable(dialed)
        var uri: SIPURI
        do {
            uri = try SIPURI(dialing: address)
        } catch {
            throw .badAddress(error.problem)
        }
        guard !NameResolver.isShortIPv4(uri.host.text) else {
            throw .badAddress("\(uri.host.text) is neither the name of a host nor an IPv4 address")
        }
        guard !uri.isSecure else { throw .badAddress("encrypted SIP (sips:) is not available") }
        let transport: SIPTransport
        switch uri.transport {
        case nil, "udp": transport = .udp
        case "tcp": transport = .tcp
        default: throw .badAddress("the transport is neither udp nor tcp")
        }
        if let account, account.trouble == nil, account.covers(uri) {
            // The server chooses how it goes on from there.
            uri.parameters["transport"] = nil
            return CallRoute(
                uri: uri, host: account.host, port: account.port, transport: account.transport, usesAccount: true)
        }
        let host = uri.parameters["maddr"].flatMap { Host($0) } ?? uri.host
        return CallRoute(uri: uri, host: host, port: uri.port ?? 5060, transport: transport, usesAccount: false)
    }

    /// What a person dialled as an address: numbers, with "tel:" or without, and bare names are the account's.
    private func callable(_ dialed: String) throws(SignalingError) -> String {
        var typed = String(dialed.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        guard !typed.isEmpty else { throw .notCallable("There is no address to call.") }
        let scheme = SIPURI.foreignScheme(of: typed)
        switch scheme {
        case "tel":
            // Behind a semicolon are parameters of the number, and dots only part its digits (RFC 3966 §3).
            typed = String(typed.dropFirst(4).prefix { $0 != ";" })
            typed.removeAll { $0 == "." }
            guard Self.isNumber(typed) else {
                throw .notCallable("There is no number to call behind tel:; write sip:room@host.")
            }
        case let scheme?:
            throw .notCallable("\(scheme): addresses cannot be called; write sip:room@host.")
        case nil:
            // What a directory makes of a number that somebody wrote into it.
            let rest = String(typed.dropFirst(4))
            if typed.lowercased().hasPrefix("sip:"), Self.isNumber(rest) { typed = rest }
        }
        if let account { return account.completed(typed) }
        guard !Self.isNumber(typed) else {
            throw .notCallable(
                "\(typed) is a number, and the room has no account to call numbers with; write sip:room@host.")
        }
        return typed
    }

    /// Whether a person would dial the text on a telephone, and not take it for a host.
    private static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy("+0123456789 -()*#".utf8.contains)
            && text.utf8.contains(where: "0123456789".utf8.contains)
    }
}
