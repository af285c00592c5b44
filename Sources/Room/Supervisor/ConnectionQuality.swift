/// How good a call's connection is, for the bars on the screen: packets lost in either direction and the time there
/// and back, looked at once a second.
package struct ConnectionQuality: Sendable, Equatable {
    /// 0 (bad) to 4 (good); nil until packets were counted.
    package private(set) var level: Int?
    private var packets: UInt64 = 0
    private var lost: Int64 = 0
    /// Percent, of the last seconds.
    private var smoothed = 0.0

    package init() {}

    /// - Parameters:
    ///   - packets: received since the call began.
    ///   - lost: missing since the call began; less than before when late ones came.
    ///   - farEndLostPercent: what the other side misses of ours, 0 when it said nothing.
    ///   - roundTripMilliseconds: negative when it is not known.
    package mutating func update(
        packets: UInt64, lost: Int64, farEndLostPercent: Double, roundTripMilliseconds: Double
    ) {
        let came = packets >= self.packets ? packets - self.packets : 0
        let missed = max(lost - self.lost, 0)
        self.packets = packets
        self.lost = lost
        guard came > 0 || missed > 0 else {
            // Nothing comes at all.
            if level != nil { level = 0 }
            return
        }
        let share = Double(missed) / Double(Int64(clamping: came) + missed) * 100
        smoothed = level == nil ? share : smoothed * 0.6 + share * 0.4
        level = Self.level(
            lostPercent: max(smoothed, farEndLostPercent), roundTripMilliseconds: roundTripMilliseconds)
    }

    /// Three percent of loss is what terminals repair without its being seen; above ten a picture breaks up. Above
    /// 400 ms there and back people talk into each other (ITU-T G.114).
    package static func level(lostPercent: Double, roundTripMilliseconds: Double) -> Int {
        let byLoss =
            switch lostPercent {
            case ..<0.5: 4
            case ..<3: 3
            case ..<6: 2
            case ..<12: 1
            default: 0
            }
        let byDelay =
            switch roundTripMilliseconds {
            case ..<200: 4
            case ..<400: 3
            case ..<800: 2
            default: 1
            }
        return min(byLoss, byDelay)
    }
}
