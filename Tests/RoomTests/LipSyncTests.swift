import ControlProtocol
import PeerSupport
import Testing

@Suite("Lip sync between two rooms", .serialized)
struct LipSyncTests {
    /// Sound may come so much before its picture, and so much after, in milliseconds.
    private static let bounds = -40.0...60.0

    @Test("A flash and a beep made together are seen and heard together in the far room, both ways")
    func flashAndBeep() async throws {
        let caller = try await RoomProcess(name: "Caller", recordsTimes: true)
        let callee = try await RoomProcess(name: "Callee", recordsTimes: true)
        for room in [caller, callee] { _ = try room.request(.displayLayout, ["layout": "remote"]) }
        try caller.dial(callee.address)
        for room in [caller, callee] {
            try await room.call(reaches: "established")
            // A flash every two seconds; the first ones come while the clocks of the far end are not known yet.
            try await eventually(within: .seconds(40), "20 seconds of call") {
                try room.number("calls.1.duration_s") > 20 ? true : nil
            }
        }
        _ = try caller.request(.callHangup)
        for room in [caller, callee] {
            let skew = try room.number("calls.1.video.receive.lip_sync_skew_ms")
            let heard = try #require(try await room.stop())
            let times = try SimulatedTimes(path: room.timesPath)
            let beeps = BeepFinder(frequency: 1000).beginnings(in: heard.channel(0)).compactMap {
                times.time(ofSample: $0)
            }
            let skews = FlashAndBeep.skews(flashes: times.flashes, beeps: beeps)
            let name = room === caller ? "caller" : "callee"
            print("figure: lip sync at the \(name), beep after flash (ms): \(skews.map { $0.rounded() })")
            // Four flashes may be lost to the call's begin and end.
            #expect(skews.count >= 6, "\(times.flashes.count) flashes, \(beeps.count) beeps")
            // The first is of the begin; a machine that others use may spoil one.
            let settled = skews.dropFirst().sorted()
            let within = settled.filter { Self.bounds.contains($0) }.count
            #expect(within >= settled.count - 1, "\(skews), by the clocks \(skew)")
            let median = try #require(settled.isEmpty ? nil : settled[settled.count / 2])
            #expect(Self.bounds.contains(median))
        }
    }
}
