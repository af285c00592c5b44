import AVCDecoder
import CAllocationCount
import G711Codec
import Glibc
import LinuxSystem
import MediaTypes
import OpusCodec
import PictureSupport
import SyntheticDevices
import Testing
import X264Encoder

private let nowhere = BorrowedDescriptor(rawValue: -1)

/// Blocks that this thread takes from the heap within `body`.
private func allocations(_ body: () throws -> Void) rethrows -> UInt64 {
    let before = convene_allocation_count()
    try body()
    return convene_allocation_count() - before
}

/// Once everything runs, no adapter takes memory for a picture or a block of sound.
@Suite("Allocations in the hot path", .serialized)
struct AdapterAllocationTests {
    private static func encoder() throws -> X264Encoder {
        try X264Encoder(
            VideoEncoderConfiguration(
                format: VideoFormat(.nv12, width: 320, height: 180), frameRate: FrameRate(30),
                bitrate: BitsPerSecond(300_000), profileLevelID: 0x42E01F))
    }

    @Test("the counter counts")
    func counter() {
        #expect(allocations { free(malloc(100)) } == 1)
        #expect(allocations {} == 0)
    }

    @Test("x264 encoder and the camera's pictures: none")
    func encode() throws {
        let pictures = SyntheticPictures(width: 320, height: 180)
        let encoder = try Self.encoder()
        var bytes = 0
        func encodeOne(_ number: Int) throws {
            let frame = try present(pictures.draw(number: UInt64(number), seconds: Double(number) / 30))
            _ = try encoder.submit(frame, forceKeyFrame: number % 20 == 10)
            _ = try encoder.takeOutput { bytes += $0.bytes.count }
        }
        for number in 0..<40 { try encodeOne(number) }
        #expect(try allocations { for number in 40..<80 { try encodeOne(number) } } == 0)
        #expect(bytes > 0)
    }

    @Test("libavcodec decoder: nothing but what libavcodec takes for each picture by itself")
    func decode() throws {
        let pictures = SyntheticPictures(width: 320, height: 180)
        let encoder = try Self.encoder()
        var units: [[UInt8]] = []
        for number in 0..<80 {
            let frame = try present(pictures.draw(number: UInt64(number), seconds: Double(number) / 30))
            _ = try encoder.submit(frame, forceKeyFrame: false)
            _ = try encoder.takeOutput { units.append(Array($0.bytes)) }
        }
        let decoder = try AVCDecoder()
        func decodeOne(_ number: Int) throws -> Bool {
            try units[number].withUnsafeBytes {
                _ = try decoder.decode($0, captureTime: .zero, isKeyFrame: number == 0)
            }
            return isPresent(try decoder.takeFrame())
        }
        for number in 0..<40 { #expect(try decodeOne(number)) }
        var shown = 0
        let taken = try allocations { for number in 40..<80 where try decodeOne(number) { shown += 1 } }
        #expect(shown == 40)
        // References to its own buffers, small and of a constant number: 32 with libavcodec 59.
        #expect(taken % 40 == 0)
        #expect(taken / 40 <= 40, "\(taken / 40) allocations a picture")
    }

    @Test("Opus and G.711, both ways: none")
    func sound() throws {
        let codecs: [(any AudioEncoder, any AudioDecoder)] = [
            (try OpusVoiceEncoder(), try OpusVoiceDecoder()),
            (try G711Encoder(law: .mu), try G711Decoder(law: .mu)),
        ]
        let block = [Int16](repeating: 1000, count: AudioFormat.blockFrames)
        var packet = [UInt8](repeating: 0, count: 1500)
        var sound = [Int16](repeating: 0, count: 5760)
        for (encoder, decoder) in codecs {
            func turn(_ number: Int) {
                let count = block.withUnsafeBufferPointer { block in
                    packet.withUnsafeMutableBytes { encoder.encode(block, into: $0) }
                }
                packet.withUnsafeBytes { packet in
                    sound.withUnsafeMutableBufferPointer { sound in
                        let whole = UnsafeRawBufferPointer(rebasing: packet[..<count])
                        if count > 0 { _ = decoder.decode(whole, into: sound) }
                        let gap = UnsafeMutableBufferPointer(rebasing: sound[..<960])
                        if number % 16 == 1 { _ = decoder.conceal(into: gap, next: nil) }
                    }
                }
                encoder.setExpectedLoss(percent: number % 20)
            }
            for number in 0..<50 { turn(number) }
            #expect(allocations { for number in 50..<150 { turn(number) } } == 0, "\(encoder.name)")
        }
    }

    @Test("Synthetic camera, microphone and speaker: none")
    func devices() throws {
        let flash = FlashSchedule(period: .milliseconds(200), duration: .milliseconds(50))
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(100), flash: flash)
        let microphone = try SyntheticMicrophone(flash: flash)
        let speaker = try NullSpeaker(remembering: .seconds(1))
        try camera.start()
        try microphone.start()
        try speaker.start()
        var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)
        var pictures = 0
        func turn() throws {
            switch try camera.nextFrame(wake: nowhere, timeout: 1_000_000_000) {
            case .frame(let frame):
                _ = consume frame
                pictures += 1
            default: break
            }
            try block.withUnsafeMutableBufferPointer {
                _ = try microphone.read(into: $0, wake: nowhere, timeout: 1_000_000_000)
            }
            _ = try speaker.waitForSpace(wake: nowhere, timeout: 1_000_000_000)
            try block.withUnsafeBufferPointer { try speaker.write($0) }
        }
        for _ in 0..<10 { try turn() }
        #expect(try allocations { for _ in 0..<40 { try turn() } } == 0)
        #expect(pictures == 50)
    }
}
