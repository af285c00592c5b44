import LinuxSystem
import MediaTypes
import RTCP
import RTP
package import RealtimeSupport
import Synchronization

/// One call's sound on the network.
struct AudioLeg: Sendable {
    let plan: AudioStreamPlan
    let transport: any RTPTransport
    let send: AudioSendPipeline?
    let receive: AudioReceivePipeline?
}

/// One call's pictures on the network.
struct VideoLeg: Sendable {
    let plan: VideoStreamPlan
    let transport: any RTPTransport
    let send: VideoSendPipeline?
    let receive: VideoReceivePipeline?
}

/// The network thread of one call ("call-network"): takes all its packets, sends all its RTCP.
///
/// ```
///  UDP audio RTP  -> StreamReceiver -> AudioReceivePipeline
///  UDP video RTP  -> StreamReceiver -> VideoReceivePipeline
///  UDP RTCP (both)-> sender reports -> LipSyncClock; PLI, FIR -> VideoSendPipeline; blocks -> round trip
///  timer          -> sender and receiver reports; a wish for a key frame -> PLI and FIR at once
/// ```
package final class CallNetworkLoop: Sendable {
    /// How sound and pictures come in, for status.
    package var audioReport: StreamReceptionReport { audioReceiver.report.load() }
    package var videoReport: StreamReceptionReport { videoReceiver.report.load() }
    /// What the far end says about our streams.
    package let audioFarEnd = AtomicSnapshot(FarEndReport())
    package let videoFarEnd = AtomicSnapshot(FarEndReport())

    private let audio: AudioLeg?
    private let video: VideoLeg?
    private let lipSync: LipSyncClock
    private let canonicalName: String
    private let mediaTimeout: Duration
    private let events: @Sendable (MediaEvent) -> Void
    private let thread: MediaThread
    private let doorbell: Doorbell
    private let keyFrameWanted = Atomic<Bool>(false)
    private let timesOut = Atomic<Bool>(true)
    private let saysGoodbye = Atomic<Bool>(true)
    private let audioReceiver: StreamReceiver
    private let videoReceiver: StreamReceiver

    init(
        audio: AudioLeg?, video: VideoLeg?, lipSync: LipSyncClock, canonicalName: String, mediaTimeout: Duration,
        events: @escaping @Sendable (MediaEvent) -> Void
    ) throws(SystemError) {
        self.audio = audio
        self.video = video
        self.lipSync = lipSync
        self.canonicalName = canonicalName
        self.mediaTimeout = mediaTimeout
        self.events = events
        thread = try MediaThread(name: "call-network")
        doorbell = try Doorbell()
        audioReceiver = StreamReceiver(clockRate: audio?.plan.codec.clockRate ?? .opus)
        videoReceiver = StreamReceiver(clockRate: .video)
    }

    func start(scheduling: ThreadScheduling) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] thread in
            var worker = NetworkWorker(
                audio: audio, video: video, lipSync: lipSync, canonicalName: canonicalName,
                mediaTimeout: mediaTimeout, events: events, audioReceiver: audioReceiver,
                videoReceiver: videoReceiver, audioFarEnd: audioFarEnd, videoFarEnd: videoFarEnd)
            worker.run(
                thread, doorbell: doorbell,
                takeKeyFrameWish: { [self] in keyFrameWanted.exchange(false, ordering: .acquiringAndReleasing) },
                mayTimeOut: { [self] in timesOut.load(ordering: .relaxed) },
                saysGoodbye: { [self] in saysGoodbye.load(ordering: .acquiring) })
        }
    }

    /// Says goodbye, unless the streams go on in another loop, and ends the thread.
    func stop(saysGoodbye goodbye: Bool) {
        saysGoodbye.store(goodbye, ordering: .releasing)
        thread.stopAndJoin()
    }

    /// Asks the far end for a key frame at once. Any thread.
    package func requestKeyFrame() {
        keyFrameWanted.store(true, ordering: .releasing)
        doorbell.ring()
    }

    /// False while the far end is on hold, since it then sends nothing.
    package var mayTimeOut: Bool {
        get { timesOut.load(ordering: .relaxed) }
        set { timesOut.store(newValue, ordering: .relaxed) }
    }

    /// For the watchdog.
    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { doorbell.ring() }
}

/// What the far end reports about a stream of ours.
package struct FarEndReport: Sendable, BitwiseCopyable {
    package var isKnown = false
    /// 0 to 255: losses in the last interval.
    package var fractionLost: UInt8 = 0
    package var cumulativeLost: Int32 = 0
    package var jitterNanoseconds: Int64 = 0
    package var roundTripNanoseconds: Int64 = -1

    package init() {}
}
