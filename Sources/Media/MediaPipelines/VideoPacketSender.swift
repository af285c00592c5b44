import Glibc
import H264Bitstream
import LinuxSystem
import MediaTypes
import RTP
import RTPPayload
import RealtimeSupport

/// Lays access units into RTP packets and sends them, large pictures spread over up to 2 ms.
///
/// A burst of a whole key frame at line rate is what fills switch buffers and loses packets (FIELD: packets are
/// paced); 2 ms is the bound that the latency goal sets. Confined to the encode thread.
final class VideoPacketSender {
    /// Packets that leave without a pause.
    private static let burst = 16
    private static let spread: Int64 = 2_000_000
    /// A capture time older than this, or one in the future, is a driver's mistake.
    private static let believableAge: Int64 = 2_000_000_000
    private let stream: RTPSendStream
    private let packetizer: H264Packetizer
    private let payloadType: PayloadType
    private let statistics: VideoSendStatistics
    private let events: @Sendable (MediaEvent) -> Void
    private var isFirst = true
    private var last: RTPTimestamp?
    /// Of the picture whose beginning was sent.
    private var begun: RTPTimestamp?

    init(
        configuration: VideoSendConfiguration, stream: RTPSendStream, statistics: VideoSendStatistics,
        events: @escaping @Sendable (MediaEvent) -> Void
    ) {
        self.stream = stream
        self.statistics = statistics
        self.events = events
        payloadType = configuration.payloadType
        packetizer = H264Packetizer(
            mode: configuration.packetization, maximumPayloadSize: configuration.maximumPayloadSize)
    }

    static func isKeyFrame(_ bytes: UnsafeRawBufferPointer) -> Bool { AccessUnitSummary(headOf: bytes).isKeyFrame }

    /// The rest of a picture whose beginning was sent does not come: the far end finds it incomplete.
    func giveUpBegun() { begun = nil }

    // MARK: - Real-time

    /// Sends a picture or, while the encoder is at the rest of it, its beginning.
    func send(_ unit: EncodedAccessUnit) {
        let encoded = MonotonicTime.now
        statistics.encodedBytes.add(UInt64(unit.bytes.count))
        if unit.isEnd {
            statistics.encodedFrames.add()
            if unit.isKeyFrame { statistics.keyFrames.add() }
            statistics.encode.record(nanoseconds: encoded - unit.submitTime)
            statistics.captureToEncoded.record(nanoseconds: encoded - unit.captureTime)
        }
        let timestamp = begun ?? timestamp(of: unit.captureTime, at: encoded)
        begun = unit.isEnd ? nil : timestamp
        // A beginning is spread by the coding of the rest, which must not wait.
        let bursts = unit.isEnd ? unit.bytes.count / (packetizer.maximumPayloadSize * Self.burst) : 0
        let pause = bursts > 0 ? Self.spread / Int64(bursts + 1) : 0
        var packets = packetizer.packets(of: unit.bytes)
        while let packet = packets.next() {
            if stream.pendingPackets >= Self.burst {
                stream.flush()
                Self.rest(pause)
            }
            _ = stream.append(
                payloadType: payloadType, timestamp: timestamp, marker: packet.marker && unit.isEnd,
                body: packet.body
            ) { packet.writePrefix(into: $0) ?? 0 }
        }
        stream.flush()
        if unit.isEnd { statistics.encodedToSent.record(nanoseconds: MonotonicTime.now - encoded) }
        if isFirst {
            isFirst = false
            events(.firstVideoPacketSent)
        }
    }

    /// The capture time on the stream's clock; each picture's is later than the one before, though a slate made just
    /// now may be followed by a picture that was taken a little earlier.
    private func timestamp(of captureTime: MonotonicTime, at now: MonotonicTime) -> RTPTimestamp {
        let age = now - captureTime
        let time = age >= 0 && age < Self.believableAge ? captureTime : now
        var timestamp = stream.clock.timestamp(nanoseconds: time.nanoseconds)
        if let last, last.distance(to: timestamp) <= 0 { timestamp = last.advanced(by: 1) }
        last = timestamp
        return timestamp
    }

    private static func rest(_ nanoseconds: Int64) {
        if nanoseconds <= 0 { return }
        var time = timespec(tv_sec: 0, tv_nsec: Int(nanoseconds))
        // Interrupted sleeps only make the burst denser.
        clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nil)
    }
}
