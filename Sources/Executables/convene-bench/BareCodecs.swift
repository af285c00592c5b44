import AVCDecoder
import Glibc
import LinuxSystem
import MediaTypes
import OpusCodec
import PeerSupport
import PictureSupport
import RealtimeSupport
import SyntheticDevices
import X264Encoder

/// The codecs alone: what one room's side of a call would cost if there were nothing but them, in one thread.
///
/// Picture by picture at the call's own pace: drawn, encoded, decoded; with it the sound of that time. Only the
/// thread's own processor time counts, and the source's apart from the codecs'.
struct BareCodecs: Sendable {
    /// Seconds of processor time per second of call.
    let source: Double
    let encoding: Double
    let decoding: Double
    let soundEncoding: Double
    let soundDecoding: Double
    /// Mean structural similarity of what came out, from the second second on.
    let similarity: Double
    /// Of the encoded pictures.
    let bitsPerSecond: Double

    var video: Double { encoding + decoding }
    var audio: Double { soundEncoding + soundDecoding }
    var codecs: Double { video + audio }

    /// How x264 codes.
    struct Coding: Sendable {
        let preset: String
        /// profile-level-id as a number (RFC 6184 §8.1).
        let profileLevelID: UInt32

        /// What two rooms agree on, High at level 4.0.
        static let room = Coding(preset: "superfast", profileLevelID: 0x64_0028)
        /// What baresip uses.
        static let baresip = Coding(preset: "ultrafast", profileLevelID: 0x42_E01F)
    }

    /// Two at once, each in a thread of its own, as two rooms are measured in a call with each other on one machine:
    /// what one of them takes on average. Caches and memory are shared with the other here as there.
    static func measurePair(_ coding: Coding, seconds: Int, bitsPerSecond: Int) async throws -> BareCodecs {
        @Sendable func one() async throws -> BareCodecs {
            try await runBlocking {
                Result { try measure(coding, seconds: seconds, bitsPerSecond: bitsPerSecond) }
            }.get()
        }
        async let first = one()
        async let second = one()
        let (left, right) = (try await first, try await second)
        func mean(_ path: KeyPath<BareCodecs, Double>) -> Double { (left[keyPath: path] + right[keyPath: path]) / 2 }
        return BareCodecs(
            source: mean(\.source), encoding: mean(\.encoding), decoding: mean(\.decoding),
            soundEncoding: mean(\.soundEncoding), soundDecoding: mean(\.soundDecoding),
            similarity: mean(\.similarity),
            bitsPerSecond: mean(\.bitsPerSecond))
    }

    /// Runs for `seconds` of call; blocks its thread.
    static func measure(_ coding: Coding, seconds: Int, bitsPerSecond: Int) throws -> BareCodecs {
        let pictures = SyntheticPictures(width: 1280, height: 720)
        let encoder = try X264Encoder(
            VideoEncoderConfiguration(
                format: pictures.format, frameRate: FrameRate(30), bitrate: BitsPerSecond(bitsPerSecond),
                profileLevelID: coding.profileLevelID), options: X264Options(preset: coding.preset))
        let decoder = try AVCDecoder()
        var sound = try SoundRun()
        var (source, encoding, decoding, similarity) = (Duration.zero, Duration.zero, Duration.zero, 0.0)
        var (compared, bytes) = (0, 0)
        let begin = MonotonicTime.now
        for number in 0..<(seconds * 30) {
            sleep(until: begin.advanced(byNanoseconds: Int64(number) * 1_000_000_000 / 30))
            let start = threadTime()
            guard let frame = pictures.draw(number: UInt64(number), seconds: Double(number) / 30) else {
                throw ChildProcess.Failure("no free picture")
            }
            let drawn = threadTime()
            guard try encoder.submit(frame, forceKeyFrame: number == 0) == .accepted else {
                throw ChildProcess.Failure("the encoder is full")
            }
            var encoded = threadTime()
            _ = try encoder.takeOutput { unit in
                encoded = threadTime()
                bytes += unit.bytes.count
                _ = try? decoder.decode(unit.bytes, captureTime: unit.captureTime, isKeyFrame: unit.isKeyFrame)
            }
            let shown = try decoder.takeFrame()
            let done = threadTime()
            source += drawn - start
            encoding += encoded - drawn
            decoding += done - encoded
            // Each tenth stands for the rest.
            if number >= 30, number % 10 == 5, let shown {
                similarity += structuralSimilarity(frame.value, shown.value)
                compared += 1
            }
            try sound.run(blocks: number % 3 == 2 ? 4 : 3)
        }
        return BareCodecs(
            source: source.seconds / Double(seconds), encoding: encoding.seconds / Double(seconds),
            decoding: decoding.seconds / Double(seconds),
            soundEncoding: sound.encoding.seconds / Double(seconds),
            soundDecoding: sound.decoding.seconds / Double(seconds), similarity: similarity / Double(max(compared, 1)),
            bitsPerSecond: Double(bytes * 8) / Double(seconds))
    }
}

/// A tone through Opus and back, in blocks of 10 ms.
private struct SoundRun {
    private(set) var encoding = Duration.zero
    private(set) var decoding = Duration.zero
    // The packets of two rooms in a call: one block each.
    private let encoder = try? OpusVoiceEncoder(options: OpusOptions(blocksPerPacket: 1))
    private let decoder = try? OpusVoiceDecoder()
    private var packet = [UInt8](repeating: 0, count: 1500)
    private var heard = [Int16](repeating: 0, count: 5760)
    private var position = 0

    init() throws {
        guard encoder != nil, decoder != nil else { throw ChildProcess.Failure("Opus does not open") }
    }

    mutating func run(blocks: Int) throws {
        for _ in 0..<blocks {
            let block = (0..<AudioFormat.blockFrames).map { index in
                Int16(8000 * sin(2 * Double.pi * 440 * Double(position + index) / Double(AudioFormat.sampleRate)))
            }
            position += block.count
            let start = threadTime()
            let count = block.withUnsafeBufferPointer { samples in
                packet.withUnsafeMutableBytes { encoder?.encode(samples, into: $0) ?? 0 }
            }
            let encoded = threadTime()
            if count > 0 {
                _ = packet.withUnsafeBytes { bytes in
                    heard.withUnsafeMutableBufferPointer {
                        decoder?.decode(UnsafeRawBufferPointer(rebasing: bytes[..<count]), into: $0) ?? 0
                    }
                }
            }
            encoding += encoded - start
            decoding += threadTime() - encoded
        }
    }
}

/// The calling thread's processor time.
private func threadTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

private func sleep(until time: MonotonicTime) {
    var deadline = timespec(
        tv_sec: Int(time.nanoseconds / 1_000_000_000), tv_nsec: Int(time.nanoseconds % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nil) == EINTR {}
}
