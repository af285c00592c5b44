import AsyncControlClient
import ControlProtocol
import NIOCore

/// Follows the room and tells every open page: a snapshot first, then numbered changes (server-sent events, WHATWG
/// HTML §9.2). A page that does not take its events in time is dropped: it comes back and gets a new snapshot.
actor EventHub {
    /// Pages that may be open at once.
    static let maximumClients = 48
    /// Pages of one session.
    static let maximumClientsPerSession = 6
    /// Events that wait for a slow page.
    static let queueLimit = 64

    enum Refusal: Error { case tooMany }

    private struct Client {
        let session: String
        let feed: AsyncStream<ByteBuffer>.Continuation
        let onEnd: @Sendable () -> Void
        var sequence: Int64 = 0
    }

    private var clients: [Int: Client] = [:]
    private var nextClient = 0
    private var state = StatusTree()
    private var methods: Set<String> = []
    private var trouble: String? = "The terminal has not answered yet."
    /// Dropped since the start because they did not read.
    private(set) var droppedClients = 0

    var clientCount: Int { clients.count }

    /// The sessions that have a page open now.
    var openSessions: Set<String> { Set(clients.values.map(\.session)) }

    /// Follows the link until it ends.
    func follow(_ link: RoomLink) async {
        while !Task.isCancelled {
            for await event in await link.events() { take(event) }
            // The stream ends when this actor was too slow for it, or with the link.
            if Task.isCancelled { break }
            await Task.yield()
        }
        close(session: nil)
    }

    /// Tells every page what happened.
    func take(_ event: RoomLinkEvent) {
        switch event {
        case .connected(let status, let names):
            state = StatusTree(StateProjection.project(status))
            methods = names.intersection(PanelMethods.known)
            trouble = nil
            for number in clients.keys { send(snapshot(for: number), to: number) }
        case .changed(let status):
            let next = StatusTree(StateProjection.project(status))
            let changes = next.changes(since: state)
            state = next
            guard !changes.isEmpty else { return }
            let list = JSONValue.array(changes.map(\.json))
            for number in clients.keys {
                clients[number]?.sequence += 1
                let sequence = clients[number]?.sequence ?? 0
                send(Self.event("change", ["sequence": .integer(sequence), "changes": list]), to: number)
            }
        case .lost(let reason):
            guard trouble != reason else { return }
            trouble = reason
            for number in clients.keys { send(snapshot(for: number), to: number) }
        }
    }

    /// The room's state for a new page, and every change from now on. It ends when the page is too slow, when its
    /// session ends, or with the server.
    ///
    /// - Parameter onEnd: called when it ends here: who writes may be held up by a page that does not read.
    func open(
        session: String, onEnd: @escaping @Sendable () -> Void = {}
    ) throws(Refusal) -> (number: Int, events: AsyncStream<ByteBuffer>) {
        let mine = clients.values.count { $0.session == session }
        guard clients.count < Self.maximumClients, mine < Self.maximumClientsPerSession else { throw .tooMany }
        let (stream, feed) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.queueLimit))
        let number = nextClient
        nextClient += 1
        clients[number] = Client(session: session, feed: feed, onEnd: onEnd)
        send(snapshot(for: number), to: number)
        return (number, stream)
    }

    func close(_ number: Int) {
        guard let client = clients.removeValue(forKey: number) else { return }
        client.feed.finish()
        client.onEnd()
    }

    /// Ends the pages of a session that is over; nil means every session.
    func close(session: String?) {
        for (number, client) in clients where session == nil || client.session == session { close(number) }
    }

    /// A sign of life, so that a page whose network went away notices.
    func beat() {
        for number in clients.keys { send(Self.event("beat", .emptyObject), to: number) }
    }

    private func send(_ event: ByteBuffer, to number: Int) {
        guard let client = clients[number] else { return }
        if case .dropped = client.feed.yield(event) {
            droppedClients += 1
            close(number)
        }
    }

    private func snapshot(for number: Int) -> ByteBuffer {
        let sequence = clients[number]?.sequence ?? 0
        var data: JSONValue = [
            "sequence": .integer(sequence), "connected": .bool(trouble == nil), "state": state.root,
            "methods": .array(methods.sorted().map(JSONValue.string)),
        ]
        if let trouble { data["reason"] = .string(trouble) }
        return Self.event("snapshot", data)
    }

    static func event(_ name: String, _ data: JSONValue) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        // JSON text has no line ends of its own.
        buffer.writeBytes(data.serializedBytes)
        buffer.writeString("\n\n")
        return buffer
    }
}
