import ControlProtocol
import PeerSupport
import Testing

/// `MALLOC_TRIM_THRESHOLD_` in a room's environment, as the device lab sets it.
@Suite("A room's memory after its start")
struct KeptMemoryTests {
    /// The start itself takes 22 MB more than what stays; with the codecs it is 31 and more.
    private static let codecs = 26_000_000

    @Test("The codecs are tried; their memory goes back, or stays where the environment has malloc keep it")
    func rehearsal() async throws {
        let plain = try await RoomProcess()
        let keeping = try await RoomProcess(environment: ["MALLOC_TRIM_THRESHOLD_": "536870912"])
        let (usage, kept) = try await eventually(within: .seconds(20), "the codecs have been tried") {
            let usage = try ProcessUsage(of: plain.process.processIdentifier)
            let kept = try ProcessUsage(of: keeping.process.processIdentifier)
            let hasGone = usage.peakResidentBytes > usage.residentBytes + Self.codecs
            return hasGone && kept.residentBytes > usage.residentBytes + Self.codecs ? (usage, kept) : nil
        }
        // Nothing is given back later.
        try await Task.sleep(for: .seconds(1))
        let later = try ProcessUsage(of: keeping.process.processIdentifier)
        #expect(later.residentBytes > usage.residentBytes + Self.codecs)
        #expect(kept.peakResidentBytes > usage.residentBytes + Self.codecs)
        #expect(try plain.status("room.ready")?.boolValue == true)
        try await plain.stop()
        try await keeping.stop()
    }
}
