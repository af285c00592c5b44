import LinuxSystem
import MediaPipelines
import RealtimeSupport

/// Rates over the last second or so, from counters that only grow.
struct CallRates: Sendable {
    /// One counter's rate.
    struct Rate: Sendable {
        private var last: (value: UInt64, time: MonotonicTime)?
        /// Units a second; 0 before the second reading.
        private(set) var perSecond = 0.0

        mutating func update(_ value: UInt64, at now: MonotonicTime) {
            if let last, now > last.time {
                perSecond = Double(value &- min(last.value, value)) * 1e9 / Double(now - last.time)
            }
            last = (value, now)
        }
    }

    var videoSendBytes = Rate()
    var videoSendFrames = Rate()
    var videoReceiveBytes = Rate()
    var videoReceiveFrames = Rate()
    var audioSendBytes = Rate()
    var audioReceiveBytes = Rate()

    mutating func update(_ pipelines: CallMediaSession.Running) {
        let now = MonotonicTime.now
        if let send = pipelines.videoSend {
            videoSendBytes.update(send.stream.counts.octets, at: now)
            videoSendFrames.update(send.statistics.encodedFrames.value, at: now)
        }
        if let receive = pipelines.videoReceive {
            videoReceiveBytes.update(receive.statistics.receivedBytes.value, at: now)
            videoReceiveFrames.update(receive.statistics.decodedFrames.value, at: now)
        }
        if let send = pipelines.audioSend { audioSendBytes.update(send.stream.counts.octets, at: now) }
        if let network = pipelines.network { audioReceiveBytes.update(network.audioReport.bytes, at: now) }
    }
}
