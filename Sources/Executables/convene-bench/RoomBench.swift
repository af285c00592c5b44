import ControlProtocol
import LinuxSystem
import PeerSupport

/// Two `convened` on simulated boards in calls on loopback, the bare codecs in turns with them.
struct RoomBench: Sendable {
    var call = CallMeasurement()
    /// From the start of the program, in milliseconds.
    var listening = 0.0
    var ready = 0.0
    /// Medians that the room itself measured, in milliseconds.
    var captureToEncoded: Double?
    var encodedToSent: Double?
    var receivedToDecoded: Double?
    var decodedToScreen: Double?
    var encodeToDecode: Double?
    var sendCopies: Double?
    var displayCopies: Double?
    var sentBitsPerSecond: Double?
    /// The room's processor time in each call, over that of source and bare codecs right before and right after it.
    var overBare: [Double] = []
    /// Those runs of the bare codecs.
    var bare: [BareCodecs] = []

    /// - Parameter turns: how many calls are measured, each between two runs of the bare codecs: a shared machine's
    ///   speed wanders by more within a minute than what is to be told apart.
    static func measure(
        program: String?, seconds: Int, turns: Int, idleSeconds: Int, bitsPerSecond: Int
    ) async throws -> RoomBench {
        var result = RoomBench()
        let callee = try await RoomProcess(name: "Far room", recordsSound: false, program: program)
        let caller = try await RoomProcess(name: "Near room", recordsSound: false, program: program)
        result.listening = (caller.listening - caller.started).milliseconds
        result.ready = (ContinuousClock.now - caller.started).milliseconds
        let process = caller.process.processIdentifier

        try await Task.sleep(for: .seconds(2))
        let idle = try ProcessUsage(of: process)
        try await Task.sleep(for: .seconds(idleSeconds))
        result.call.note(idle: idle, try ProcessUsage(of: process))

        func bareCodecs() async throws -> Double {
            let bare = try await BareCodecs.measurePair(
                .room, seconds: seconds, bitsPerSecond: bitsPerSecond)
            result.bare.append(bare)
            return bare.codecs + bare.source
        }
        var before = try await bareCodecs()
        var calls: [Double] = []
        for turn in 0..<turns {
            let (number, setUp) = try await timedCall(caller, callee)
            if turn == 0 { result.call.setUps = [setUp].compactMap(\.self) }
            try await result.watchCall(number, of: caller, seconds: seconds)
            try checkCoding(of: caller, call: number)
            try caller.request(.callHangup)
            try await caller.call(number, reaches: "ended")
            let after = try await bareCodecs()
            calls.append(result.call.callProcessor)
            result.overBare.append(result.call.callProcessor / ((before + after) / 2))
            before = after
        }
        result.call.callProcessor = ScreenBench.median(calls.sorted()) ?? 0
        result.overBare.sort()
        try await caller.stop()
        try await callee.stop()
        try await result.call.timeMore {
            let callee = try await RoomProcess(name: "Far room", recordsSound: false, program: program)
            let caller = try await RoomProcess(name: "Near room", recordsSound: false, program: program)
            try await Task.sleep(for: .seconds(2))
            let (_, setUp) = try await timedCall(caller, callee)
            try await caller.stop()
            try await callee.stop()
            return setUp
        }
        return result
    }

    /// What `overBare` is made from, for the table.
    var turnsNote: String {
        let ratios = overBare.map { Figure.text($0, decimals: 2) }.joined(separator: ", ")
        return "median of \(overBare.count) calls between bare codecs: \(ratios)"
    }

    /// Calls, and times it up to the first picture that the caller has decoded; gives the call's number.
    private static func timedCall(
        _ caller: RoomProcess, _ callee: RoomProcess
    ) async throws -> (Int, CallMeasurement.SetUp?) {
        let watch = try PacketWatch.start()
        let number = try caller.dial(try callee.address)
        // The room's own account: whoever looks more often takes the processor from what is timed. It counts from before
        // the INVITE, so a little too much.
        let decoded = try await eventually(every: BaresipCall.lookEvery, "the room decodes a picture") {
            try caller.figure("calls.\(number).setup_ms.first_video_decoded")
        }
        return (number, CallMeasurement.SetUp(watch?.stop(), firstDecodedPicture: decoded))
    }

    /// The bare codecs have to do the same work.
    private static func checkCoding(of room: RoomProcess, call: Int) throws {
        let send = "calls.\(call).video.send"
        let expected = BareCodecs.Coding.room
        let profile = try room.status("\(send).profile_level_id")?.stringValue ?? "unknown"
        let preset = try room.status("\(send).encoder.notes.preset")?.stringValue ?? "unknown"
        guard UInt32(profile, radix: 16) == expected.profileLevelID, preset == expected.preset else {
            throw ChildProcess.Failure("the room codes with \(preset), profile-level-id \(profile)")
        }
    }

    /// Measures a call that has begun, for `seconds`, once its beginning is over.
    private mutating func watchCall(_ number: Int, of room: RoomProcess, seconds: Int) async throws {
        let receive = "calls.\(number).video.receive"
        let process = room.process.processIdentifier
        try await Task.sleep(for: .seconds(2))
        let (first, shown) = (try ProcessUsage(of: process), try room.number("\(receive).frames"))
        try await Task.sleep(for: .seconds(seconds))
        let (last, shownLast) = (try ProcessUsage(of: process), try room.number("\(receive).frames"))
        call.note(call: first, last)
        call.decodedOf300 = (shownLast - shown) / ((last.instant - first.instant).seconds * 30) * 300
        try noteStatus(of: room, call: number)
    }

    private mutating func noteStatus(of room: RoomProcess, call: Int) throws {
        let (send, receive) = ("calls.\(call).video.send", "calls.\(call).video.receive")
        captureToEncoded = try room.figure("\(send).capture_to_encoded_ms.median")
        encodedToSent = try room.figure("\(send).encoded_to_sent_ms.median")
        receivedToDecoded = try room.figure("\(receive).received_to_decoded_ms.median")
        decodedToScreen = try room.figure("\(receive).decoded_to_screen_ms.median")
        if let encode = try room.figure("\(send).encode_ms.median"), let encodedToSent, let receivedToDecoded {
            encodeToDecode = encode + encodedToSent + receivedToDecoded
        }
        sendCopies = try room.figure("\(send).copies_per_frame")
        displayCopies = try room.figure("display.copies_per_frame")
        sentBitsPerSecond = try room.figure("\(send).bps")
    }
}
