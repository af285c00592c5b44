import LinuxSystem
import MediaPipelines
import MediaTypes
import RTP
import RTPPayload
import RealtimeSupport
import Synchronization

/// A receive pipeline fed with the packets of made-up pictures; the test plays the network thread and the screen.
final class VideoReceiveStage {
    let pipeline: VideoReceivePipeline
    let log = MediaEventLog()
    let inbox: FrameInbox
    let lipSync = LipSyncClock()
    private let requests = RequestLog()
    private let unit = FakeUnit()
    private let packetizer = H264Packetizer(mode: .nonInterleaved, maximumPayloadSize: 600)
    private(set) var number: UInt32 = 0
    var sequence = SequenceNumber(65_500)
    var ssrc = SSRC(9)
    var withParameterSets = true

    private final class RequestLog: Sendable {
        let times = Mutex<[MonotonicTime]>([])
    }

    init(_ decoders: [DecoderScript], sound: AudioReceivePipeline? = nil, parameterSets: [UInt8] = []) throws {
        inbox = FrameInbox(capacity: 64, doorbell: try Doorbell())
        let log = log
        let requests = requests
        pipeline = try VideoReceivePipeline(
            decoders: decoders.map(\.choice), output: inbox, lipSync: lipSync, sound: sound,
            requestKeyFrame: { requests.times.withLock { $0.append(.now) } }, events: { log.add($0) })
        pipeline.setParameterSets(parameterSets)
        try pipeline.start()
    }

    /// When a key frame was asked for.
    var asked: [MonotonicTime] { requests.times.withLock { $0 } }

    /// The packets of the next picture.
    func packets(isKeyFrame: Bool = false, byteCount: Int = 1500, timestamp: RTPTimestamp? = nil) -> [[UInt8]] {
        unit.fill(
            number: number, luma: 100, isKeyFrame: isKeyFrame, byteCount: byteCount, parameterSets: withParameterSets)
        let stamp = timestamp ?? RTPTimestamp(number &* 3000)
        number += 1
        var packets: [[UInt8]] = []
        for slice in packetizer.packets(of: unit.bytes) {
            var bytes = [UInt8](repeating: 0, count: 1500)
            let header = RTPHeader(
                marker: slice.marker, payloadType: PayloadType(headerByte: 96), sequenceNumber: sequence,
                timestamp: stamp, ssrc: ssrc)
            sequence = sequence.next
            let length = bytes.withUnsafeMutableBytes { buffer -> Int in
                guard let head = header.write(into: buffer),
                    let body = slice.write(into: UnsafeMutableRawBufferPointer(rebasing: buffer[head...]))
                else { return 0 }
                return head + body
            }
            packets.append(Array(bytes.prefix(length)))
        }
        return packets
    }

    func receive(_ packets: [[UInt8]], at now: MonotonicTime = .now) {
        for packet in packets {
            packet.withUnsafeBytes { bytes in
                guard let view = RTPPacketView(parsing: bytes) else { return }
                pipeline.receive(bytes, header: view.header, at: now)
            }
        }
    }

    /// A picture received whole.
    func show(isKeyFrame: Bool = false) { receive(packets(isKeyFrame: isKeyFrame)) }

    /// Takes what the screen would take; the numbers of the pictures.
    func shown() -> [UInt64] {
        var numbers: [UInt64] = []
        while let frame = inbox.takeOldest() { numbers.append(frame.value.sequence) }
        return numbers
    }
}
