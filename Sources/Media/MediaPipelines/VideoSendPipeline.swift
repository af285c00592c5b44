package import LinuxSystem
package import MediaTypes
import RTP
import RealtimeSupport
import Synchronization

/// Pictures from the camera to the network, one for each call that sends video.
///
/// ```
///  camera thread          encode thread ("video-encode")                                       kernel
///  FrameInbox (2, newest) -> FrameConverter? -> VideoEncoder -> H264Packetizer -> Pacer -> RTPSendStream -> UDP
///        ^                      (size, format)      |   ^
///        +-- slate when the camera is silent        |   +-- wanted: bitrate, key frame (atomics)
///                                                   +-- stalled or failed: EncoderFallback
/// ```
///
/// The one queue is the inbox: when the encoder is slow, older pictures are dropped there, never after encoding.
package final class VideoSendPipeline: Sendable {
    /// Where the camera leaves its pictures.
    package let inbox: FrameInbox
    package let statistics = VideoSendStatistics()
    package let stream: RTPSendStream

    private let configuration: VideoSendConfiguration
    private let encoders: [EncoderChoice]
    private let slate: @Sendable (VideoFormat) -> FrameHandle?
    private let expecting: CameraPictures?
    private let askCamera: @Sendable () -> Void
    private let events: @Sendable (MediaEvent) -> Void
    private let doorbell: Doorbell
    private let thread: MediaThread
    private let wantedBitrate: Atomic<Int>
    private let keyFrameWanted = Atomic<Bool>(true)
    private let paused = Atomic<Bool>(false)

    /// - Parameters:
    ///   - encoders: at least one, in order of preference.
    ///   - slate: the picture that stands for a camera that is not there, the same one each time if it likes; called on
    ///     the encode thread.
    ///   - expecting: what the camera gives: the encoder is open before the first picture comes.
    ///   - askCamera: asks a camera that encodes by itself for a key frame; called on the encode thread, must not block.
    ///   - earlier: the stream of a stopped pipeline that this one takes the place of, over the same transport.
    ///   - events: called on the encode thread; must not block.
    package init(
        configuration: VideoSendConfiguration, transport: any RTPTransport, encoders: [EncoderChoice],
        slate: @escaping @Sendable (VideoFormat) -> FrameHandle?, expecting: CameraPictures? = nil,
        askCamera: @escaping @Sendable () -> Void = {}, continuing earlier: RTPSendStream? = nil,
        events: @escaping @Sendable (MediaEvent) -> Void
    ) throws(SystemError) {
        self.configuration = configuration
        self.encoders = encoders
        self.slate = slate
        self.expecting = expecting
        self.askCamera = askCamera
        self.events = events
        doorbell = try Doorbell()
        inbox = FrameInbox(capacity: 2, doorbell: doorbell)
        stream = earlier.map { RTPSendStream(continuing: $0) } ?? RTPSendStream(clockRate: .video, transport: transport)
        thread = try MediaThread(name: "video-encode")
        wantedBitrate = Atomic(configuration.bitrate.value)
    }

    package func start() throws(SystemError) {
        try thread.start(scheduling: configuration.scheduling) { [self] thread in
            var loop = VideoEncodeLoop(
                configuration: configuration, encoders: encoders, slate: slate, askCamera: askCamera, events: events,
                statistics: statistics, stream: stream)
            if let expecting { loop.prepare(for: expecting) }
            loop.run(thread, inbox: inbox, doorbell: doorbell, wanted: { [self] in takeWanted() })
        }
    }

    /// Ends the encode thread and closes the encoder.
    package func stop() { thread.stopAndJoin() }

    /// Asks for a key frame; several requests before the next picture give one.
    package func requestKeyFrame() { keyFrameWanted.store(true, ordering: .releasing) }

    /// Changes the rate from the next picture on.
    package func setBitrate(_ bitrate: BitsPerSecond) { wantedBitrate.store(bitrate.value, ordering: .relaxed) }

    package var bitrate: BitsPerSecond { BitsPerSecond(wantedBitrate.load(ordering: .relaxed)) }

    /// Stops sending (hold) without giving the encoder up.
    package func setPaused(_ value: Bool) {
        paused.store(value, ordering: .releasing)
        if !value { requestKeyFrame() }
        doorbell.ring()
    }

    /// For the watchdog.
    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { doorbell.ring() }

    private func takeWanted() -> VideoEncodeLoop.Wanted {
        VideoEncodeLoop.Wanted(
            bitrate: wantedBitrate.load(ordering: .relaxed),
            keyFrame: keyFrameWanted.exchange(false, ordering: .acquiringAndReleasing),
            isPaused: paused.load(ordering: .acquiring))
    }
}
