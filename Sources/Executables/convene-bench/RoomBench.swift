import ControlProtocol
import LinuxSystem
import PeerSupport

/// Two `convened` on simulated boards in a call on loopback.
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

    static func measure(program: String?, seconds: Int, idleSeconds: Int) async throws -> RoomBench {
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

        let (number, setUp) = try await timedCall(caller, callee)
        let receive = "calls.\(number).video.receive"
        result.call.setUps = [setUp].compactMap(\.self)
        try await Task.sleep(for: .seconds(2))
        let (first, shown) = (try ProcessUsage(of: process), try caller.number("\(receive).frames"))
        try await Task.sleep(for: .seconds(seconds))
        let (last, shownLast) = (try ProcessUsage(of: process), try caller.number("\(receive).frames"))
        result.call.note(call: first, last)
        result.call.decodedOf300 = (shownLast - shown) / ((last.instant - first.instant).seconds * 30) * 300
        try result.noteStatus(of: caller, call: number)
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

    /// Calls, and times it up to the first picture that the caller has decoded; gives the call's number.
    private static func timedCall(
        _ caller: RoomProcess, _ callee: RoomProcess
    ) async throws -> (Int, CallMeasurement.SetUp?) {
        let watch = try PacketWatch.start()
        let number = try caller.dial(try callee.address)
        try await eventually(every: .milliseconds(2), "the room decodes a picture") {
            try caller.number("calls.\(number).video.receive.frames") > 0 ? true : nil
        }
        let decoded = MonotonicTime.now
        return (number, CallMeasurement.SetUp(watch?.stop(), decodedAt: decoded))
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
