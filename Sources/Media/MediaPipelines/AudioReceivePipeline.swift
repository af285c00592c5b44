package import LinuxSystem
package import MediaTypes
package import RTP
import RealtimeSupport
import Synchronization

/// What one audio packet carries beside its payload, from the network thread to the playback thread.
struct AudioPacketTag: BitwiseCopyable {
    var source: UInt32
    var sequence: UInt16
    var timestamp: UInt32
    /// When it came, on CLOCK_MONOTONIC in nanoseconds.
    var arrival: Int64
    /// Which of the pipeline's decoders its payload is for.
    var decoder: UInt8
}

/// Which moment of the far end's sound is heard when; the other half of lip sync.
package struct AudioPlayout: Sendable, BitwiseCopyable {
    /// Unwrapped timestamp of the sample, in ticks of the stream's clock; nil before the first.
    package var timestamp: RTPTimestamp
    /// When that sample leaves the loudspeaker, on CLOCK_MONOTONIC; zero before the first.
    package var time: MonotonicTime
}

/// Sound from the network to the mixer, one for each call that receives sound.
///
/// ```
///  network thread                     playback thread ("speaker")
///  payload -> PacketRing (64) -> AudioJitterBuffer (64) -> AudioDecoder -> SampleQueue -> DriftResampler -> mixer
///             full: newest refused    full: oldest dropped                 360 ms, full: not decoded further
/// ```
package final class AudioReceivePipeline: Sendable {
    package let codecName: String
    private let packets: PacketRing<AudioPacketTag>
    private let state: AudioReceiveState
    private let jitterFrames = Atomic<Int>(0)
    private let extraDelay = Atomic<Int>(0)

    /// - Parameters:
    ///   - decoder: of the agreed codec. Handed over, as the others; used on the playback thread only.
    ///   - alternatives: of codecs that may come in its place, with the same clock.
    package init(decoder: sending any AudioDecoder, alternatives: sending [any AudioDecoder] = []) {
        codecName = decoder.name
        packets = PacketRing(capacity: 64, slotLength: 1500)
        state = AudioReceiveState(decoder: decoder, alternatives: alternatives)
    }

    /// Sample frames (48 kHz) to be played later than the jitter needs, for lip sync.
    package func setExtraDelay(sampleFrames: Int) { extraDelay.store(sampleFrames, ordering: .relaxed) }

    /// Which sample is heard when.
    package var playout: AudioPlayout { state.playout.load() }

    /// Figures for status.
    package var report: AudioReceiveReport { state.report.load() }

    // MARK: - Real-time

    /// Network thread only: takes one packet's payload that came at `now`.
    ///
    /// - Parameter decoder: 0 for the agreed codec's, from 1 on for the alternatives'.
    package func receive(
        _ payload: UnsafeRawBufferPointer, header: RTPHeader, decoder: Int = 0, jitterNanoseconds: Int64,
        at now: MonotonicTime
    ) {
        jitterFrames.store(Int(clamping: jitterNanoseconds / 1000 * 48 / 1000), ordering: .relaxed)
        packets.push(
            payload,
            tag: AudioPacketTag(
                source: header.ssrc.rawValue, sequence: header.sequenceNumber.rawValue,
                timestamp: header.timestamp.rawValue, arrival: now.nanoseconds,
                decoder: UInt8(clamping: decoder)))
    }

    /// Network thread only: a packet of the stream that is no sound, such as a telephone event, so that its number
    /// is not taken for a loss.
    package func receiveOther(_ header: RTPHeader, jitterNanoseconds: Int64, at now: MonotonicTime) {
        receive(
            UnsafeRawBufferPointer(start: nil, count: 0), header: header, jitterNanoseconds: jitterNanoseconds, at: now)
    }

    /// Playback thread only: adds one block of sound to `block`, saturating.
    ///
    /// - Parameters:
    ///   - delayFrames: sample frames until the block's first sample is heard.
    ///   - now: the time of the call.
    package func mix(into block: UnsafeMutableBufferPointer<Int16>, delayFrames: Int, at now: MonotonicTime) {
        while packets.pop({ [state] payload, tag in state.insert(payload, tag) }) {}
        state.mix(
            into: block, delayFrames: delayFrames, jitter: jitterFrames.load(ordering: .relaxed),
            extra: extraDelay.load(ordering: .relaxed), at: now)
    }
}

/// Counts of the listening side.
package struct AudioReceiveReport: Sendable, BitwiseCopyable {
    /// Blocks of 10 ms that were guessed because a packet was lost or late.
    package var concealedBlocks: UInt32 = 0
    /// Blocks of silence because nothing had come.
    package var emptyBlocks: UInt32 = 0
    package var latePackets: UInt32 = 0
    package var droppedPackets: UInt32 = 0
    package var discardedMilliseconds: UInt32 = 0
    /// Sound that waits, and the target for it, in sample frames at 48 kHz.
    package var queuedFrames: Int32 = 0
    package var targetFrames: Int32 = 0
    /// Parts per million by which the far end's clock runs faster than our loudspeaker's, as compensated now.
    package var driftPartsPerMillion: Int32 = 0
    /// Highest sample of the last block, 0 to 32768.
    package var peak: Int32 = 0
}
