/// The offers and answers of one call, from our side (RFC 3264).
///
/// It remembers which stream sits on which line and which payload types were agreed on, because neither may change
/// while the call lasts, and counts the version of our description. A value without threads of its own.
package struct MediaNegotiator: Sendable {
    /// The address at which we receive, written into `c=` and `o=`; change it when the network changes.
    package var address: String
    /// Our description as it was sent last; nil before the first.
    package private(set) var localDescription: SessionDescription?

    private let username: String
    private let sessionIdentifier: UInt64
    private var version: UInt64
    private var slots: [LineSlot] = []
    /// The streams of an offer that waits for its answer.
    private var offered: [LocalStream]?

    /// - Parameters:
    ///   - sessionIdentifier: names the session over all its versions; best from the clock (RFC 8866 §5.2).
    ///   - address: the literal address at which media shall arrive.
    package init(sessionIdentifier: UInt64, address: String, username: String = "-") {
        // A signed 64-bit number is what careless peers can hold.
        self.sessionIdentifier = sessionIdentifier & 0x7FFF_FFFF_FFFF_FFFF
        version = self.sessionIdentifier
        self.address = address
        self.username = username
    }

    /// Offers the streams, old ones on their lines, new ones behind (RFC 3264 §5 and §8). One that the other side had
    /// ended comes again on the line that it had.
    ///
    /// A stream that had a line and is not given any more is offered with port 0.
    package mutating func makeOffer(_ streams: [LocalStream]) -> SessionDescription {
        for stream in streams where !slots.contains(where: { $0.identifier == stream.identifier }) {
            if let vacated = slots.firstIndex(where: { $0.isVacated(by: stream) }) {
                slots[vacated].bringBack()
            } else {
                slots.append(LineSlot(identifier: stream.identifier))
            }
        }
        for index in slots.indices {
            guard let stream = streams.first(where: { $0.identifier == slots[index].identifier }), stream.port > 0
            else {
                slots[index].refuse(like: streams.first { $0.identifier == slots[index].identifier })
                continue
            }
            let taken = slots.reduce(into: Set()) { $0.formUnion($1.payloadTypes.values) }
            slots[index].offer(stream, taken: taken)
        }
        offered = streams
        return publish()
    }

    /// Forgets an offer that was refused as a whole; the agreement before it stays in force (RFC 3264 §8).
    package mutating func withdrawOffer() {
        offered = nil
    }

    /// Answers an offer: the description to send, and what each of its lines agrees on (RFC 3264 §6).
    ///
    /// Nothing is remembered of an offer that ends in an error.
    package mutating func answer(
        to offer: SessionDescription, streams: [LocalStream]
    ) throws(NegotiationError) -> (description: SessionDescription, lines: [NegotiatedLine]) {
        var next = slots
        while next.count < offer.media.count { next.append(LineSlot(identifier: nil)) }
        var free = streams.filter { $0.port > 0 }
        var chosen: [LocalStream?] = []
        // Lines keep their streams before new lines may choose.
        for (index, line) in offer.media.enumerated() {
            let own = free.firstIndex { $0.identifier == next[index].identifier && $0.capabilities.kind == line.kind }
            chosen.append(line.port > 0 ? own.map { free.remove(at: $0) } : nil)
        }
        for (index, line) in offer.media.enumerated() where chosen[index] == nil && line.port > 0 {
            let isFree = { (stream: LocalStream) in !next.contains { $0.identifier == stream.identifier } }
            if let match = free.firstIndex(where: { $0.matches(line) && isFree($0) }) {
                chosen[index] = free.remove(at: match)
            }
        }
        var lines: [NegotiatedLine] = []
        for (index, line) in offer.media.enumerated() {
            lines.append(next[index].answer(line, of: offer, with: chosen[index]))
        }
        // RFC 3264 §8 forbids an offer with fewer lines than before; what it left out is over.
        for index in next.indices.dropFirst(offer.media.count) { next[index].refuse(like: nil) }
        try MediaNegotiator.check(lines, wanted: offer.media.contains { $0.port > 0 })
        slots = next
        offered = nil
        return (publish(count: offer.media.count), lines)
    }

    /// What an answer to our last offer agrees on, line by line (RFC 3264 §7).
    package mutating func interpretAnswer(
        _ answer: SessionDescription
    ) throws(NegotiationError) -> [NegotiatedLine] {
        guard let streams = offered else { throw .noOffer }
        guard answer.media.count <= slots.count else { throw .answerDoesNotFit(line: slots.count) }
        var lines: [NegotiatedLine] = []
        for (index, slot) in slots.enumerated() {
            guard slot.description.port > 0,
                let stream = streams.first(where: { $0.identifier == slot.identifier })
            else {
                lines.append(.refused(.notOffered))
                continue
            }
            guard index < answer.media.count else {
                lines.append(.refused(.refusedByPeer))
                continue
            }
            guard answer.media[index].kind == slot.description.kind else { throw .answerDoesNotFit(line: index) }
            lines.append(slot.interpret(answer.media[index], of: answer, with: stream))
        }
        try MediaNegotiator.check(lines, wanted: slots.contains { $0.description.port > 0 })
        offered = nil
        return lines
    }

    private static func check(_ lines: [NegotiatedLine], wanted: Bool) throws(NegotiationError) {
        guard wanted, !lines.contains(where: { $0.media != nil }) else { return }
        throw .nothingAcceptable(
            lines.compactMap { line in if case .refused(let reason) = line { reason } else { nil } })
    }

    /// Writes our lines; the version grows when anything differs from what was sent last (RFC 3264 §8).
    private mutating func publish(count: Int? = nil) -> SessionDescription {
        let connection = ConnectionAddress(address)
        var description = SessionDescription(
            origin: Origin(
                username: username, sessionIdentifier: "\(sessionIdentifier)", version: "\(version)",
                address: connection))
        description.connection = connection
        description.media = slots.prefix(count ?? slots.count).map(\.description)
        if let last = localDescription, last != description {
            version += 1
            description.origin.version = "\(version)"
        }
        localDescription = description
        return description
    }
}
