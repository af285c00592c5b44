package import RealtimeSupport
import Synchronization

/// Figures of a microphone or loudspeaker, written by its thread.
package final class AudioDeviceStatistics: Sendable {
    package let blocks = Counter()
    package let xruns = Counter()
    package let lostFrames = Counter()
    package let losses = Counter()
    /// Blocks of silence that stood for a missing device.
    package let silentBlocks = Counter()
    private let peakValue = Atomic<Int>(0)
    private let delayValue = Atomic<Int>(0)
    private let clockValue = AtomicSnapshot(ClockRatio(partsPerMillion: 0, isKnown: false))

    package init() {}

    /// Highest sample of the last block, 0 to 32768.
    package var peak: Int { peakValue.load(ordering: .relaxed) }
    /// Sample frames between the last written block and the loudspeaker, or the microphone and the last read one.
    package var delayFrames: Int { delayValue.load(ordering: .relaxed) }
    /// The card's clock against the system's, measured.
    package var clock: ClockRatio { clockValue.load() }

    func setPeak(_ value: Int) { peakValue.store(value, ordering: .relaxed) }
    func setDelay(_ value: Int) { delayValue.store(value, ordering: .relaxed) }
    func setClock(_ value: ClockRatio) { clockValue.store(value) }
}
