import PeerSupport
import Testing

/// `MALLOC_TRIM_THRESHOLD_` in a room's environment, as the device lab sets it.
@Suite("A room's memory after its start")
struct KeptMemoryTests {
    private static let codecs = 10_000_000

    @Test("The codecs are tried; their memory goes back, or stays where the environment has malloc keep it")
    func rehearsal() async throws {
        let plain = try await RoomProcess()
        let keeping = try await RoomProcess(environment: ["MALLOC_TRIM_THRESHOLD_": "536870912"])
        try await eventually(within: .seconds(20), "the codecs' memory has come, and gone or stayed") {
            let usage = try ProcessUsage(of: plain.process.processIdentifier)
            let kept = try ProcessUsage(of: keeping.process.processIdentifier)
            let hasGone = usage.peakResidentBytes > usage.residentBytes + Self.codecs
            return hasGone && kept.residentBytes > usage.residentBytes + Self.codecs ? true : nil
        }
        try await plain.stop()
        try await keeping.stop()
    }
}
