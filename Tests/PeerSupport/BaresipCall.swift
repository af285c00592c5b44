import ControlProtocol

/// A call between a room and baresip while it goes on, and what both made of each other's pictures.
package struct BaresipCall: Sendable {
    package struct Figures: Sendable {
        /// Pictures that the room sent, and that baresip decoded of them.
        package var sentByRoom = 0
        package var decodedByPeer = 0
        /// Pictures that baresip sent, and that the room decoded of them.
        package var sentByPeer = 0
        package var decodedByRoom = 0
        /// For how long they were counted.
        package var seconds = 0.0
        /// From the answer to the first decoded key frame, in milliseconds; at baresip up to `lookEvery` too much.
        package var keyFrameAtRoom = 0.0
        package var keyFrameAtPeer = 0.0
        /// From the answer to the room's first key frame on the network, and to the first thing heard from baresip.
        package var keyFrameSent = 0.0
        package var firstHeard = 0.0
        /// Key frames that the room had sent when both had decoded one: a second one was asked for.
        package var keyFramesSent = 0
        /// Seconds a second for which the worse of the two waited for a processor.
        package var waited = 0.0

        package init() {}

        package var isLoaded: Bool { waited > ProcessorWait.loadedShare }
    }

    /// Each look has baresip write all its figures out, on the processor that decodes its pictures.
    package static let lookEvery = Duration.milliseconds(10)

    private let room: RoomProcess
    private let peer: BaresipPeer
    /// The call's place in status.
    private let path: String
    /// An instant before it was.
    private let dialled: ContinuousClock.Instant
    package private(set) var figures = Figures()

    /// Lets both end what follows their start: the room tries its codecs by itself, baresip because it is told to. Where a
    /// page fault is dear, as in the device lab, the first call is else spent on touching memory, most
    /// of all in baresip.
    package static func settle(_ peer: BaresipPeer) async throws {
        try await peer.tryVideoCodec()
        try await Task.sleep(for: .seconds(2))
    }

    /// Has one call the other, and waits for the first key frame decoded at either end.
    ///
    /// - Parameter number: the room's number of the call.
    package static func dial(
        _ room: RoomProcess, _ peer: BaresipPeer, number: Int = 1, roomCalls: Bool,
        within limit: Duration = .seconds(10)
    ) async throws -> BaresipCall {
        var call = BaresipCall(room, peer, number)
        if roomCalls { try room.dial(peer.address) } else { try await peer.dial(room.address) }
        try await call.awaitPictures(within: limit)
        return call
    }

    private init(_ room: RoomProcess, _ peer: BaresipPeer, _ number: Int) {
        self.room = room
        self.peer = peer
        path = "calls.\(number)"
        dialled = .now
    }

    private mutating func awaitPictures(within limit: Duration) async throws {
        let before = wait
        // baresip has no figures before it has a call, and may then not answer.
        try await eventually(within: limit, "the call is established") {
            try room.status("\(path).state")?.stringValue == "established" ? true : nil
        }
        let shown = try await eventually(within: limit, every: Self.lookEvery, "baresip has decoded a key frame") {
            let statistics = try await peer.videoStatistics()
            return statistics.displayed > 0 && statistics.keyFramesReceived > 0 ? ContinuousClock.now : nil
        }
        // The room's own account, to the millisecond: nothing is decoded before a key frame.
        let decoded = try await eventually(within: limit, "the room has decoded a key frame") {
            try room.figure("\(path).setup_ms.first_video_decoded")
        }
        // From when the room took the call or heard that it was taken; what it counts from was after `dialled`.
        guard let answered = try room.figure("\(path).setup_ms.media_started") else {
            throw ChildProcess.Failure("the room does not tell when the call was answered")
        }
        figures.keyFrameAtPeer = (shown - dialled).milliseconds - answered
        figures.keyFrameAtRoom = decoded - answered
        figures.keyFrameSent = try room.number("\(path).setup_ms.first_video_sent") - answered
        figures.firstHeard = (try room.figure("\(path).setup_ms.first_audio_received")).map { $0 - answered } ?? 0
        figures.keyFramesSent = Int(try room.number("\(path).video.send.key_frames"))
        figures.waited = wait.share(since: before)
    }

    /// Counts until each has sent so many pictures, for twice the time that a camera takes for them at most.
    package mutating func count(pictures: Int) async throws {
        let before = wait
        let clock = ContinuousClock()
        let begun = clock.now
        let first = try await reading()
        try await Task.sleep(for: .milliseconds(pictures * 1000 / 30))
        var sent = try await reading()
        while clock.now < begun + .milliseconds(pictures * 2000 / 30),
            min(sent.sentByRoom - first.sentByRoom, sent.sentByPeer - first.sentByPeer) < pictures
        {
            try await Task.sleep(for: .milliseconds(100))
            sent = try await reading()
        }
        figures.seconds = (clock.now - begun) / .seconds(1)
        // What was sent last is decoded a little later.
        let deadline = clock.now + .seconds(2)
        var decoded = try await reading()
        while clock.now < deadline,
            decoded.decodedByPeer - first.decodedByPeer < sent.sentByRoom - first.sentByRoom
                || decoded.decodedByRoom - first.decodedByRoom < sent.sentByPeer - first.sentByPeer
        {
            try await Task.sleep(for: .milliseconds(20))
            decoded = try await reading()
        }
        figures.sentByRoom = sent.sentByRoom - first.sentByRoom
        figures.sentByPeer = sent.sentByPeer - first.sentByPeer
        figures.decodedByPeer = min(decoded.decodedByPeer - first.decodedByPeer, figures.sentByRoom)
        figures.decodedByRoom = min(decoded.decodedByRoom - first.decodedByRoom, figures.sentByPeer)
        figures.waited = max(figures.waited, wait.share(since: before))
    }

    private var wait: ProcessorWait {
        ProcessorWait(of: [room.process.processIdentifier, peer.process.processIdentifier])
    }

    private func reading() async throws -> Figures {
        var figures = Figures()
        let there = try await peer.videoStatistics()
        figures.sentByPeer = there.captured - there.skipped
        figures.decodedByPeer = there.displayed
        figures.sentByRoom = Int(try room.number("\(path).video.send.frames"))
        figures.decodedByRoom = Int(try room.number("\(path).video.receive.frames"))
        return figures
    }
}

extension BaresipCall.Figures: CustomStringConvertible {
    package var description: String {
        "room to baresip \(decodedByPeer) decoded of \(sentByRoom) sent, baresip to room \(decodedByRoom) of "
            + "\(sentByPeer) in \((seconds * 10).rounded() / 10) s; \(setUp)"
            + (isLoaded ? "; loaded machine: \((waited * 100).rounded() / 100) s a second waited" : "")
    }

    /// What came when, from the answer on.
    package var setUp: String {
        "key frame decoded after \(Int(keyFrameAtPeer)) ms there, \(Int(keyFrameAtRoom)) ms here, the room's sent after "
            + "\(Int(keyFrameSent)) ms (\(keyFramesSent) by then), baresip first heard after \(Int(firstHeard)) ms"
    }
}
