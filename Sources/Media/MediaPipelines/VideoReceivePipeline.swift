package import LinuxSystem
package import MediaTypes
package import RTP
import RTPPayload
package import RealtimeSupport
import Synchronization

/// Pictures from the network to the screen, one for each video stream that a call receives.
///
/// ```
///  network thread                                                    decode thread ("video-decode")     display
///  packet -> VideoReorderBuffer (32) -> H264Depacketizer -> ring (4) -> VideoDecoder -> LipSync -> FrameInbox
///            full: the gap is given up                      full: dropped until an IDR     (not before)
/// ```
///
/// A packet's payload is copied once, into the access unit; the decoder's pictures are not copied.
package final class VideoReceivePipeline: Sendable {
    package let statistics = VideoReceiveStatistics()
    private let units: SPSCRing<AccessUnitHandle>
    private let doorbell: Doorbell
    private let thread: MediaThread
    private let assembler: AccessUnitAssembler
    private let decoders: [DecoderChoice]
    private let output: FrameInbox
    private let lipSync: LipSyncClock
    private let sound: AudioReceivePipeline?
    private let requester: KeyFrameRequester
    private let events: @Sendable (MediaEvent) -> Void

    /// - Parameters:
    ///   - output: where pictures go; the display's inbox.
    ///   - sound: the same party's sound, for lip sync.
    ///   - requestKeyFrame: asks the far end (PLI); called on the network and decode threads, at most every 300 ms, must
    ///     not block.
    package init(
        decoders: [DecoderChoice], output: FrameInbox, lipSync: LipSyncClock, sound: AudioReceivePipeline?,
        requestKeyFrame: @escaping @Sendable () -> Void, events: @escaping @Sendable (MediaEvent) -> Void
    ) throws(SystemError) {
        self.decoders = decoders
        self.output = output
        self.lipSync = lipSync
        self.sound = sound
        self.events = events
        requester = KeyFrameRequester(statistics: statistics, request: requestKeyFrame)
        units = SPSCRing(minimumCapacity: 4)
        doorbell = try Doorbell()
        thread = try MediaThread(name: "video-decode")
        assembler = AccessUnitAssembler(
            statistics: statistics, units: units, doorbell: doorbell, requester: requester)
    }

    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [self] thread in
            var loop = VideoDecodeLoop(
                decoders: decoders, output: output, lipSync: lipSync, sound: sound, statistics: statistics,
                requester: requester, events: events)
            loop.run(thread, units: units, doorbell: doorbell)
        }
    }

    /// Ends the decode thread and closes the decoder; after the network thread has ended.
    package func stop() { thread.stopAndJoin() }

    package var heartbeat: UInt64 { thread.heartbeat }

    /// Has a resting thread turn once, so that its heartbeat moves.
    package func nudge() { doorbell.ring() }

    /// Access units that wait for the decoder: a snapshot.
    package var depth: Int { units.count }

    /// Parameter sets that came in SDP (`sprop-parameter-sets`), for key frames that come without. Before `start`.
    package func setParameterSets(_ annexB: [UInt8]) { assembler.setParameterSets(annexB) }

    // MARK: - Real-time

    /// Network thread only: takes one packet, RTP header included.
    package func receive(_ packet: UnsafeRawBufferPointer, header: RTPHeader, at now: MonotonicTime) {
        assembler.receive(packet, header: header, at: now)
    }

    /// Network thread only: gives up on packets that are missing for too long.
    ///
    /// - Returns: when to call again, nil when nothing waits.
    package func releaseOverdue(at now: MonotonicTime) -> MonotonicTime? {
        assembler.releaseOverdue(at: now)
    }
}
