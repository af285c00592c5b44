import SIP

@testable import CallSignaling

/// User agents without sockets on a network without wires: time passes only as far as a test asks.
struct SimulatedNetwork {
    struct Node {
        var machine: UserAgentStateMachine
        let address: NetworkAddress
        var timers: [SignalingTimer: Duration] = [:]
        var events: [SignalingEvent] = []
        var registrations: [RegistrationState] = []
        /// False refuses TCP connections.
        var takesTCP = true
    }

    struct Sent: Equatable {
        let time: Duration
        let from: String
        /// "INVITE", "200 INVITE", …
        let what: String
        let transport: SIPTransport
        let destination: Destination
    }

    private struct InFlight {
        let time: Duration
        let order: Int
        let bytes: [UInt8]
        let path: NetworkPath
        let target: NetworkAddress
    }

    private(set) var now: Duration = .zero
    /// Everything that was sent, lost or not.
    private(set) var sent: [Sent] = []
    /// One way.
    var delay: Duration = .milliseconds(10)
    /// Says for each datagram, by its place in `sent`, whether it gets lost.
    var loses: (Sent, Int) -> Bool = { _, _ in false }
    /// What goes to addresses that are no node.
    private(set) var strays: [SIPMessage] = []
    private var inFlight: [InFlight] = []
    private var order = 0
    private(set) var nodes: [String: Node] = [:]

    /// Adds a user agent with the address 10.0.0.`number`.
    mutating func add(
        _ name: String, _ number: Int, _ change: (inout UserAgentConfiguration) -> Void = { _ in }
    ) {
        let address = NetworkAddress(host: "10.0.0.\(number)", port: 5060)
        var configuration = UserAgentConfiguration(user: name)
        change(&configuration)
        let counter = Counter(UInt64(number) << 32)
        nodes[name] = Node(
            machine: UserAgentStateMachine(
                configuration: configuration, localAddress: { _ in address.host }, random: { counter.next() }),
            address: address)
    }

    mutating func refuseTCP(_ name: String) { nodes[name]?.takesTCP = false }

    func machine(_ name: String) -> UserAgentStateMachine? { nodes[name]?.machine }

    /// The events since the last time.
    mutating func events(_ name: String) -> [SignalingEvent] {
        defer { nodes[name]?.events = [] }
        return nodes[name]?.events ?? []
    }

    /// What was told of the account since the last time.
    mutating func registrations(_ name: String) -> [RegistrationState] {
        defer { nodes[name]?.registrations = [] }
        return nodes[name]?.registrations ?? []
    }

    /// Commands a user agent.
    mutating func with<Result, Failure: Error>(
        _ name: String, _ body: (inout UserAgentStateMachine) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard var machine = nodes[name]?.machine else { fatalError("no node \(name)") }
        defer {
            nodes[name]?.machine = machine
            carryOut(name)
        }
        return try body(&machine)
    }

    /// Gives a user agent a message from an address that is no node.
    mutating func inject(
        _ text: String, into name: String, from host: String = "10.0.0.99", port: UInt16 = 5060,
        over transport: SIPTransport = .udp
    ) {
        let bytes = Array(text.utf8)
        let connection = transport == .tcp ? ConnectionID(rawValue: 99) : nil
        let path = NetworkPath(
            transport: transport, remote: NetworkAddress(host: host, port: port), connection: connection)
        nodes[name]?.machine.receive(bytes, from: path)
        carryOut(name)
    }

    /// Lets time pass, and all that happens in it happen.
    mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = nextTime, next <= end {
            now = max(now, next)
            step()
        }
        now = end
    }

    /// Lets time pass until nothing is left to happen, an hour at most.
    mutating func runUntilIdle() {
        let end = now + .seconds(3600)
        while let next = nextTime, next <= end {
            now = max(now, next)
            step()
        }
    }

    /// True if neither a message nor a timer is left.
    var isIdle: Bool { nextTime == nil }

    func times(_ what: String, from name: String) -> [Duration] {
        sent.filter { $0.what == what && $0.from == name }.map(\.time)
    }

    private var nextTime: Duration? {
        let timers = nodes.values.flatMap(\.timers.values)
        return (inFlight.map(\.time) + timers).min()
    }

    private mutating func step() {
        if let index = inFlight.indices.filter({ inFlight[$0].time <= now }).min(by: {
            inFlight[$0].order < inFlight[$1].order
        }) {
            return deliver(inFlight.remove(at: index))
        }
        for name in nodes.keys.sorted() {
            guard let timer = nodes[name]?.timers.filter({ $0.value <= now }).min(by: { $0.value < $1.value }) else {
                continue
            }
            nodes[name]?.timers[timer.key] = nil
            nodes[name]?.machine.timerFired(timer.key)
            return carryOut(name)
        }
    }

    private mutating func deliver(_ message: InFlight) {
        guard let name = nodes.first(where: { $0.value.address == message.target })?.key else {
            if let stray = try? MessageParser().parse(message.bytes) { strays.append(stray) }
            return
        }
        nodes[name]?.machine.receive(message.bytes, from: message.path)
        carryOut(name)
    }

    private mutating func carryOut(_ name: String) {
        while let effects = nodes[name]?.machine.takeEffects(), !effects.isEmpty {
            for effect in effects { carryOut(effect, name) }
        }
    }

    private mutating func carryOut(_ effect: SignalingEffect, _ name: String) {
        switch effect {
        case .transmit(let bytes, let destination, let owner): transmit(bytes, destination, owner, name)
        case .setTimer(let timer, let duration): nodes[name]?.timers[timer] = now + duration
        case .cancelTimer(let timer): nodes[name]?.timers[timer] = nil
        case .emit(let event): nodes[name]?.events.append(event)
        case .resolve(let call, let host):
            nodes[name]?.machine.resolved(call, Self.resolve(host))
        case .resolveRegistrar(let host):
            nodes[name]?.machine.registrarResolved(Self.resolve(host))
        case .registration(let state):
            nodes[name]?.registrations.append(state)
        }
    }

    private static func resolve(_ host: String) -> Result<[String], ResolverError> {
        host == "two.example" ? .success(["10.0.0.98", "10.0.0.2"]) : .failure(ResolverError(problem: "none"))
    }

    private mutating func transmit(
        _ bytes: [UInt8], _ destination: Destination, _ owner: SendOwner?, _ name: String
    ) {
        guard let from = nodes[name]?.address, let message = try? MessageParser().parse(bytes) else { return }
        let record = Sent(
            time: now, from: name, what: message.summary, transport: destination.transport, destination: destination)
        sent.append(record)
        let receiver = nodes.values.first { $0.address == destination.address }
        if destination.transport == .tcp, receiver?.takesTCP == false {
            if let owner { nodes[name]?.machine.sendFailed(owner, "refused") }
            return
        }
        if destination.transport == .udp, loses(record, sent.count - 1) { return }
        order += 1
        let connection = destination.transport == .tcp ? ConnectionID(rawValue: 1) : nil
        inFlight.append(
            InFlight(
                time: now + delay, order: order, bytes: bytes,
                path: NetworkPath(transport: destination.transport, remote: from, connection: connection),
                target: destination.address))
    }
}

extension SIPMessage {
    var summary: String {
        switch self {
        case .request(let request): request.method.name
        case .response(let response):
            "\(response.status) \((try? response.headers.cseq()).flatMap { $0 }?.method.name ?? "?")"
        }
    }

    var response: SIPResponse? {
        guard case .response(let response) = self else { return nil }
        return response
    }

    var request: SIPRequest? {
        guard case .request(let request) = self else { return nil }
        return request
    }
}

/// Numbers that never repeat, in place of random ones.
final class Counter: @unchecked Sendable {
    private var value: UInt64

    init(_ start: UInt64) { value = start }

    func next() -> UInt64 {
        value &+= 1
        return value
    }
}
