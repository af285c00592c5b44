import LinuxSystem
import PeerSupport

/// What one side of a call used and brought about, whatever program it is.
struct CallMeasurement: Sendable {
    var idleResident = 0.0
    var idlePeakResident = 0.0
    /// Seconds of processor time per second.
    var idleProcessor = 0.0
    var idleSwitches = 0.0
    var callProcessor = 0.0
    var callPeakResident = 0.0
    private var byThreadInCalls: [String: [Double]] = [:]
    /// Pictures decoded per 300 that were due.
    var decodedOf300 = 0.0
    /// The set-ups that were watched, each between programs started for it; empty when packets could not be watched.
    var setUps: [SetUp] = []

    /// One call's set-up, from its INVITE on, in milliseconds.
    struct SetUp: Sendable {
        var firstVideoPacket: Double?
        var firstDecodedPicture: Double

        /// Times as an observer on the network saw them; nil when it saw none.
        init?(_ times: PacketWatch.Times?, decodedAt decoded: MonotonicTime) {
            guard let invite = times?.invite else { return nil }
            self.init(times, firstDecodedPicture: Double(decoded - invite) / 1e6)
        }

        /// The same where the picture's time is known from the INVITE on.
        init?(_ times: PacketWatch.Times?, firstDecodedPicture: Double) {
            guard let invite = times?.invite else { return nil }
            firstVideoPacket = times?.firstVideo.map { Double($0 - invite) / 1e6 }
            self.firstDecodedPicture = firstDecodedPicture
        }
    }

    /// How many set-ups are timed: one alone says more of the machine's memory than of the program.
    static let setUpCount = 5

    var firstVideoPacket: Double? { ScreenBench.median(setUps.compactMap(\.firstVideoPacket).sorted()) }
    var firstDecodedPicture: Double? { ScreenBench.median(setUps.map(\.firstDecodedPicture).sorted()) }
    /// What the figures of the set-up are made from, for the table.
    var setUpNote: String {
        guard !setUps.isEmpty else { return "needs CAP_NET_RAW" }
        let packets = setUps.compactMap(\.firstVideoPacket).sorted().map { "\(Int($0.rounded()))" }
        let pictures = setUps.map(\.firstDecodedPicture).sorted().map { "\(Int($0.rounded()))" }
        return "median of \(setUps.count): \(packets.joined(separator: ", ")) / \(pictures.joined(separator: ", "))"
    }

    /// Times further calls, up to `setUpCount` in all; gives up where the network cannot be watched.
    mutating func timeMore(_ call: () async throws -> SetUp?) async throws {
        while !setUps.isEmpty, setUps.count < Self.setUpCount {
            guard let setUp = try await call() else { return }
            setUps.append(setUp)
        }
    }

    mutating func note(idle first: ProcessUsage, _ last: ProcessUsage) {
        let rate = ProcessUsageRate(from: first, to: last)
        idleResident = Double(last.residentBytes) / 1e6
        idlePeakResident = Double(last.peakResidentBytes) / 1e6
        idleProcessor = rate.threadProcessor
        idleSwitches = rate.switches
    }

    mutating func note(call first: ProcessUsage, _ last: ProcessUsage) {
        let rate = ProcessUsageRate(from: first, to: last)
        callProcessor = rate.processor
        callPeakResident = Double(last.peakResidentBytes) / 1e6
        for thread in rate.byThread { byThreadInCalls[thread.name, default: []].append(thread.processor) }
    }

    /// Medians of the calls watched, threads of one name together, the busiest first.
    var byThread: [(name: String, processor: Double)] {
        byThreadInCalls.map { ($0.key, ScreenBench.median($0.value.sorted()) ?? 0) }.sorted { $0.1 > $1.1 }
    }
}
