import LinuxSystem
import MediaPipelines
import MediaTypes
import RTP
import RTPPayload
import RealtimeSupport
import Synchronization

/// Remembers what media threads told.
final class MediaEventLog: Sendable {
    private let events = Mutex<[(event: MediaEvent, time: MonotonicTime)]>([])

    func add(_ event: MediaEvent) { events.withLock { $0.append((event, .now)) } }

    var all: [MediaEvent] { events.withLock { $0.map(\.event) } }

    func times(_ matches: (MediaEvent) -> Bool) -> [MonotonicTime] {
        events.withLock { $0.filter { matches($0.event) }.map(\.time) }
    }

    var slates: [Bool] {
        all.compactMap { if case .slate(let value) = $0 { value } else { nil } }
    }

    var encoderFailures: [(kind: DeviceError.Kind, replacement: String)] {
        all.compactMap { if case .encoderFailed(let error, let next) = $0 { (error.kind, next) } else { nil } }
    }

    var decoderFailures: [(kind: DeviceError.Kind, replacement: String)] {
        all.compactMap { if case .decoderFailed(let error, let next) = $0 { (error.kind, next) } else { nil } }
    }
}

/// A picture as it went over the network.
struct SentUnit {
    let number: UInt32
    let luma: UInt8
    let isKeyFrame: Bool
    let hasParameterSets: Bool
    let timestamp: RTPTimestamp
    let time: MonotonicTime
    let packets: Int
}

/// A send pipeline between a camera that is played by the test and a network in memory.
final class VideoSendStage: Sendable {
    static let slateLuma: UInt8 = 40
    let transport: FakeTransport
    let pipeline: VideoSendPipeline
    let log = MediaEventLog()
    let cameraAsks = Atomic<Int>(0)

    init(
        _ encoders: [EncoderScript], maximumSize: (width: Int, height: Int) = (128, 72), bitrate: Int = 500_000,
        expecting: CameraPictures? = nil
    ) throws {
        transport = try FakeTransport()
        let configuration = VideoSendConfiguration(
            payloadType: PayloadType(headerByte: 96), packetization: .nonInterleaved, profileLevelID: 0x42E01F,
            bitrate: BitsPerSecond(bitrate), frameRate: FrameRate(30), maximumSize: maximumSize)
        let asks = AskCounter()
        counter = asks
        let slate = SlateBox()
        pipeline = try VideoSendPipeline(
            configuration: configuration, transport: transport, encoders: encoders.map(\.choice),
            slate: { slate.picture($0) }, expecting: expecting, askCamera: { asks.value.add(1, ordering: .relaxed) },
            events: { [log] in log.add($0) })
        try pipeline.start()
    }

    private let counter: AskCounter
    var asks: Int { counter.value.load(ordering: .relaxed) }

    private final class AskCounter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// Pictures every `interval`, as the camera thread leaves them.
    func feed(
        _ source: PictureSource, _ count: Int, luma: UInt8 = 200, every interval: Duration = .milliseconds(10)
    ) {
        let start = MonotonicTime.now
        for number in 1...count {
            if let frame = source.picture(luma: luma) { pipeline.inbox.offer(frame) }
            let due = start.advanced(byNanoseconds: interval.nanoseconds * Int64(number))
            pause(.nanoseconds(max(due - .now, 1_000_000)))
        }
    }

    /// The pictures that were sent, put together again from their packets.
    var units: [SentUnit] {
        var depacketizer = H264Depacketizer()
        var buffer = [UInt8](repeating: 0, count: 300_000)
        var units: [SentUnit] = []
        var packets = 0
        for packet in transport.packets {
            packets += 1
            let step = packet.payload.withUnsafeBytes { payload in
                buffer.withUnsafeMutableBytes { depacketizer.receive(payload, header: packet.header, into: $0) }
            }
            guard case .accessUnit(let unit) = step, !unit.isDamaged else { continue }
            let read = buffer.withUnsafeBytes { FakeUnit.read(UnsafeRawBufferPointer(rebasing: $0[unit.range])) }
            guard let read else { continue }
            units.append(
                SentUnit(
                    number: read.number, luma: read.luma, isKeyFrame: read.isKeyFrame,
                    hasParameterSets: read.hasParameterSets, timestamp: unit.timestamp, time: packet.time,
                    packets: packets))
            packets = 0
        }
        return units
    }
}

/// Lends the same dark picture each time, with a time of long ago.
private final class SlateBox: Sendable {
    private let source = Mutex<[VideoFormat: PictureHolder]>([:])

    private final class PictureHolder {
        let frame: FrameHandle
        init(_ frame: consuming FrameHandle) { self.frame = frame }
    }

    func picture(_ format: VideoFormat) -> FrameHandle? {
        source.withLock { holders -> FrameHandle? in
            if holders[format] == nil {
                let source = PictureSource(format, count: 1)
                guard let frame = source.picture(luma: VideoSendStage.slateLuma, at: MonotonicTime(nanoseconds: 1))
                else {
                    return nil
                }
                holders[format] = PictureHolder(frame)
            }
            return holders[format]?.frame.share()
        }
    }
}
