import LinuxSystem
import PeerSupport

/// Two of Debian's baresip in a call on loopback, with the same source and the same bit rate.
enum BaresipBench {
    static func measure(clip: String, seconds: Int, bitsPerSecond: Int) async throws -> CallMeasurement {
        var configuration = BaresipPeer.Configuration()
        configuration.video = .file(clip)
        configuration.bitsPerSecond = bitsPerSecond
        configuration.recordsAudio = false
        let callee = try await BaresipPeer(configuration)
        let caller = try await BaresipPeer(configuration)
        var result = CallMeasurement()
        let process = caller.process.processIdentifier

        let idle = try ProcessUsage(of: process)
        try await Task.sleep(for: .seconds(5))
        result.note(idle: idle, try ProcessUsage(of: process))

        result.setUps = [try await timedCall(caller, callee)].compactMap(\.self)

        // The start of a call is not its steady state.
        try await Task.sleep(for: .seconds(2))
        let (first, shown) = (try ProcessUsage(of: process), try await caller.videoStatistics().displayed)
        try await Task.sleep(for: .seconds(seconds))
        let (last, shownLast) = (try ProcessUsage(of: process), try await caller.videoStatistics().displayed)
        result.note(call: first, last)
        result.decodedOf300 = Double(shownLast - shown) / ((last.instant - first.instant).seconds * 30) * 300
        await caller.stop()
        await callee.stop()
        try await result.timeMore {
            let callee = try await BaresipPeer(configuration)
            let caller = try await BaresipPeer(configuration)
            try await Task.sleep(for: .seconds(2))
            let setUp = try await timedCall(caller, callee)
            await caller.stop()
            await callee.stop()
            return setUp
        }
        return result
    }

    /// Calls, and times it up to the first picture that the caller shows; at most `BaresipCall.lookEvery` too much.
    private static func timedCall(
        _ caller: BaresipPeer, _ callee: BaresipPeer
    ) async throws -> CallMeasurement.SetUp? {
        let watch = try PacketWatch.start()
        try await caller.dial(callee.address)
        try await eventually(every: BaresipCall.lookEvery, "baresip shows a picture") {
            (try? await caller.videoStatistics().displayed) ?? 0 > 0 ? true : nil
        }
        let decoded = MonotonicTime.now
        return CallMeasurement.SetUp(watch?.stop(), decodedAt: decoded)
    }
}
