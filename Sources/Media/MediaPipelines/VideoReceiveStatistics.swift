package import MediaTypes
package import RealtimeSupport
import Synchronization

/// Figures of the incoming video, written by the network and decode threads and read by status.
package final class VideoReceiveStatistics: Sendable {
    package let accessUnits = Counter()
    package let keyFrames = Counter()
    package let damagedUnits = Counter()
    package let receivedBytes = Counter()
    package let decodedFrames = Counter()
    package let undecodedUnits = Counter()
    /// Access units that found the decoder's queue full, or came after one that did.
    package let droppedUnits = Counter()
    /// Packets for which no buffer was free.
    package let droppedPackets = Counter()
    package let keyFrameRequests = Counter()
    package let decoderRestarts = Counter()
    package let malformedPackets = Counter()
    package let abandonedGaps = Counter()
    /// From the first packet's arrival to the decoder's output.
    package let receivedToDecoded = LatencyHistogram()
    /// From the decoder's input to its output.
    package let decode = LatencyHistogram()
    /// How long pictures are held back for lip sync.
    package let held = LatencyHistogram()
    private let decoder = Mutex<VideoCodecCapabilities?>(nil)
    private let size = Atomic<Int>(0)
    private let skew = Atomic<Int64>(.min)

    package init() {}

    package var decoderCapabilities: VideoCodecCapabilities? { decoder.withLock { $0 } }
    /// Size of the last picture in pixels; zeros before the first.
    package var pictureSize: (width: Int, height: Int) {
        let value = size.load(ordering: .relaxed)
        return (value >> 16, value & 0xFFFF)
    }
    /// Nanoseconds by which the picture is shown later than its sound is heard; nil before both are known.
    package var lipSyncSkew: Int64? {
        let value = skew.load(ordering: .relaxed)
        return value == .min ? nil : value
    }

    func setDecoder(_ capabilities: VideoCodecCapabilities) { decoder.withLock { $0 = capabilities } }
    func setPictureSize(width: Int, height: Int) { size.store(width << 16 | height & 0xFFFF, ordering: .relaxed) }
    func setSkew(_ value: Int64) { skew.store(value, ordering: .relaxed) }
}
