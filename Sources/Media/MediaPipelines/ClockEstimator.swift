import LinuxSystem
import MediaTypes

/// How much faster a device's clock runs than CLOCK_MONOTONIC.
package struct ClockRatio: Sendable, Equatable, BitwiseCopyable {
    package var partsPerMillion: Double
    /// False until enough time has gone by to tell.
    package var isKnown: Bool

    package init(partsPerMillion: Double, isKnown: Bool) {
        self.partsPerMillion = partsPerMillion
        self.isKnown = isKnown
    }
}

/// Measures a sound card's sample clock against the system's clock by a straight line through its readings
/// (least squares, older readings fading out over about a minute). Pure.
struct ClockEstimator: Sendable {
    /// Readings before the answer is believed, one a second.
    private static let enough = 8
    private static let fading = 0.985

    private var origin: DeviceClockReading?
    private var count = 0
    private var weight = 0.0
    private var sumX = 0.0
    private var sumY = 0.0
    private var sumXX = 0.0
    private var sumXY = 0.0

    /// Forgets all: after a restart of the device its counter begins anew.
    mutating func reset() { self = ClockEstimator() }

    mutating func add(_ reading: DeviceClockReading) -> ClockRatio {
        guard let origin else {
            self.origin = reading
            return ClockRatio(partsPerMillion: 0, isKnown: false)
        }
        let x = Double(reading.time - origin.time) / 1e9
        // The deviation from the nominal rate, so that the sums stay small and exact.
        let y = Double(reading.sampleFrames - origin.sampleFrames) - x * Double(AudioFormat.sampleRate)
        weight = weight * Self.fading + 1
        sumX = sumX * Self.fading + x
        sumY = sumY * Self.fading + y
        sumXX = sumXX * Self.fading + x * x
        sumXY = sumXY * Self.fading + x * y
        count += 1
        let spread = weight * sumXX - sumX * sumX
        guard count >= Self.enough, spread > 0 else { return ClockRatio(partsPerMillion: 0, isKnown: false) }
        let slope = (weight * sumXY - sumX * sumY) / spread
        return ClockRatio(partsPerMillion: slope / Double(AudioFormat.sampleRate) * 1e6, isKnown: true)
    }
}
