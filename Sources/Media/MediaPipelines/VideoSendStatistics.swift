package import MediaTypes
package import RealtimeSupport
import Synchronization

/// Figures of the outgoing video, written by the encode thread and read by status.
package final class VideoSendStatistics: Sendable {
    package let capturedFrames = Counter()
    package let encodedFrames = Counter()
    package let keyFrames = Counter()
    package let encodedBytes = Counter()
    package let slateFrames = Counter()
    package let skippedFrames = Counter()
    package let encoderRestarts = Counter()
    package let copiedFrames = Counter()
    /// From the camera's time stamp until the encoder took the picture.
    package let captureToEncoder = LatencyHistogram()
    /// From the encoder's input to its output.
    package let encode = LatencyHistogram()
    /// From the camera's time stamp to the encoder's output.
    package let captureToEncoded = LatencyHistogram()
    /// From the encoder's output until the last packet was given to the kernel.
    package let encodedToSent = LatencyHistogram()
    private let encoder = Mutex<VideoCodecCapabilities?>(nil)
    private let running = Mutex<VideoEncoderConfiguration?>(nil)
    private let isSlate = Atomic<Bool>(false)

    package init() {}

    /// The encoder in use; nil before the first picture.
    package var encoderCapabilities: VideoCodecCapabilities? { encoder.withLock { $0 } }
    /// What the encoder runs with.
    package var encoderConfiguration: VideoEncoderConfiguration? { running.withLock { $0 } }
    /// Whether the far end sees the slate instead of the camera.
    package var showsSlate: Bool { isSlate.load(ordering: .relaxed) }

    func setEncoder(_ capabilities: VideoCodecCapabilities, _ configuration: VideoEncoderConfiguration) {
        encoder.withLock { $0 = capabilities }
        running.withLock { $0 = configuration }
    }

    func setSlate(_ value: Bool) { isSlate.store(value, ordering: .relaxed) }
}
