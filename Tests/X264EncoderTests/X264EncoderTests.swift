import AVCDecoder
import H264Bitstream
import LinuxSystem
import MediaTypes
import PictureSupport
import RealtimeSupport
import SyntheticDevices
import Testing

@testable import X264Encoder

/// What came out of an encoder that was fed with the synthetic room.
struct EncodedRun {
    var sizes: [Int] = []
    var keyFrames: [Int] = []
    var captureTimes: [Int64] = []
    var largestUnit = 0
    var parameterSets: [SequenceParameterSet] = []
    var similarity = 0.0
    var compared = 0
    var shown = 0

    func bitsPerSecond(_ range: Range<Int>) -> Double {
        Double(sizes[range].reduce(0, +)) * 8 * 30 / Double(range.count)
    }
}

/// Encodes and decodes `count` pictures.
func encodeRoom(
    _ encoder: X264Encoder, count: Int, from first: Int = 0, decoder: AVCDecoder? = nil, forceAt: Set<Int> = [],
    pictures: SyntheticPictures? = nil, isFullRange: Bool = false
) throws -> EncodedRun {
    let format = encoder.configuration.format
    let pictures = pictures ?? SyntheticPictures(width: format.width, height: format.height)
    var run = EncodedRun()
    for number in first..<(first + count) {
        let drawn = pictures.draw(
            number: UInt64(number), seconds: Double(number) / 30,
            captureTime: MonotonicTime(nanoseconds: Int64(number) * 1_000_003))
        let frame = try present(drawn)
        #expect(try encoder.submit(frame, forceKeyFrame: forceAt.contains(number)) == .accepted)
        #expect(encoder.pending.count == 1)
        let taken = try encoder.takeOutput { unit in
            run.sizes.append(unit.bytes.count)
            run.captureTimes.append(unit.captureTime.nanoseconds)
            if unit.isKeyFrame { run.keyFrames.append(number) }
            for range in AnnexBScanner(unit.bytes) {
                run.largestUnit = max(run.largestUnit, range.count)
                let unitBytes = UnsafeRawBufferPointer(rebasing: unit.bytes[range])
                if unitBytes[0] & 0x1F == 7, let set = try? SequenceParameterSet(nalUnit: unitBytes) {
                    run.parameterSets.append(set)
                }
            }
            _ = try? decoder?.decode(unit.bytes, captureTime: unit.captureTime, isKeyFrame: unit.isKeyFrame)
        }
        #expect(taken)
        if let decoder, let shown = try decoder.takeFrame() {
            run.shown += 1
            // Slow without optimisation: one picture in five stands for the rest.
            if number % 5 == 4 {
                run.similarity += structuralSimilarity(frame.value, shown.value)
                run.compared += 1
            }
        }
    }
    run.similarity /= Double(max(run.compared, 1))
    return run
}

func configuration(
    width: Int = 640, height: Int = 360, bitrate: Int = 600_000, profile: UInt32 = 0x42E01F, slices: Int? = nil,
    interval: Int = 3000
) -> VideoEncoderConfiguration {
    VideoEncoderConfiguration(
        format: VideoFormat(.nv12, width: width, height: height), frameRate: FrameRate(30),
        bitrate: BitsPerSecond(bitrate), profileLevelID: profile, maximumSliceBytes: slices,
        keyFrameInterval: interval)
}

@Suite("x264 encoder")
struct X264EncoderTests {
    @Test("720p30 at 1.5 Mbit/s keeps the picture: SSIM of at least 0.969")
    func similarity() throws {
        let encoder = try X264Encoder(configuration(width: 1280, height: 720, bitrate: 1_500_000))
        let decoder = try AVCDecoder()
        // The first pictures pay for the key frame; a call is longer than they are.
        _ = try encodeRoom(encoder, count: 15, decoder: decoder)
        let run = try encodeRoom(encoder, count: 45, from: 15, decoder: decoder)
        #expect(run.shown == 45)
        #expect(run.similarity >= 0.969, "SSIM \(run.similarity)")
        #expect(run.bitsPerSecond(0..<45) < 1_600_000)
    }

    @Test("The rate is held, and each picture fits the burst that was allowed")
    func rate() throws {
        let encoder = try X264Encoder(
            configuration(bitrate: 300_000), options: X264Options(burst: .milliseconds(200), minimumQuantizer: 1))
        let run = try encodeRoom(encoder, count: 150, forceAt: [90])
        #expect((0.85...1.1).contains(run.bitsPerSecond(30..<150) / 300_000), "\(run.bitsPerSecond(30..<150))")
        // 200 ms at 300 kbit/s.
        #expect(run.sizes.allSatisfy { $0 * 8 <= 61_000 })
    }

    @Test("A new rate is followed within a second, down and up, without a key frame")
    func liveRate() throws {
        let encoder = try X264Encoder(configuration(bitrate: 400_000), options: X264Options(minimumQuantizer: 1))
        _ = try encodeRoom(encoder, count: 60)
        #expect(try encoder.setBitrate(BitsPerSecond(200_000)))
        _ = try encodeRoom(encoder, count: 30, from: 60)
        let low = try encodeRoom(encoder, count: 60, from: 90)
        #expect(try encoder.setBitrate(BitsPerSecond(800_000)))
        _ = try encodeRoom(encoder, count: 30, from: 150)
        let high = try encodeRoom(encoder, count: 60, from: 180)
        #expect((0.8...1.15).contains(low.bitsPerSecond(0..<60) / 200_000), "\(low.bitsPerSecond(0..<60))")
        #expect((0.7...1.15).contains(high.bitsPerSecond(0..<60) / 800_000), "\(high.bitsPerSecond(0..<60))")
        #expect(low.keyFrames.isEmpty && high.keyFrames.isEmpty)
        #expect(encoder.configuration.bitrate == BitsPerSecond(800_000))
        #expect(try encoder.setBitrate(BitsPerSecond(0)) == false)
    }

    @Test("Key frames come first, when asked for, and at the interval, each with its parameter sets")
    func keyFrames() throws {
        let encoder = try X264Encoder(configuration(interval: 20))
        let run = try encodeRoom(encoder, count: 40, forceAt: [5])
        #expect(run.keyFrames == [0, 5, 25])
        #expect(run.parameterSets.count == 3)
    }

    @Test("Capture times come out as they went in")
    func captureTimes() throws {
        let encoder = try X264Encoder(configuration())
        let run = try encodeRoom(encoder, count: 5)
        #expect(run.captureTimes == (0..<5).map { Int64($0) * 1_000_003 })
    }

    @Test("Slices fit the packet when asked to, and cost no picture")
    func slices() throws {
        let encoder = try X264Encoder(configuration(bitrate: 1_500_000, slices: 1100))
        let decoder = try AVCDecoder()
        let run = try encodeRoom(encoder, count: 30, decoder: decoder, forceAt: [10])
        #expect(run.largestUnit <= 1100)
        #expect(run.sizes.contains { $0 > 3000 })
        #expect(run.shown == 30)
    }

    @Test(
        "The first picture's slices are lent while it is coded, all but the last, and nothing after it",
        arguments: [1, 2])
    func beginning(threads: Int) throws {
        let encoder = try X264Encoder(configuration(), options: X264Options(threads: threads))
        let decoder = try AVCDecoder()
        let pictures = SyntheticPictures(width: 640, height: 360)
        var parts: [(bytes: [UInt8], time: Int64)] = []
        encoder.lendBeginning { part in
            #expect(!part.isEnd)
            parts.append((Array(part.bytes), part.captureTime.nanoseconds))
        }
        for number in 0..<3 {
            parts = []
            let frame = try present(
                pictures.draw(
                    number: UInt64(number), seconds: 0, captureTime: MonotonicTime(nanoseconds: Int64(number) + 7)))
            #expect(try encoder.submit(frame, forceKeyFrame: number == 2) == .accepted)
            var whole = parts.flatMap(\.bytes)
            let taken = try encoder.takeOutput { unit in
                #expect(unit.isEnd && unit.isKeyFrame == (number != 1) && !unit.bytes.isEmpty)
                whole += unit.bytes
            }
            #expect(taken)
            // Several threads would lend them in any order.
            #expect(parts.map(\.time) == (number == 0 && threads == 1 ? [7, 7, 7] : []))
            let types = whole.withUnsafeBytes { bytes in AnnexBScanner(bytes).map { bytes[$0.lowerBound] & 0x1F } }
            #expect(types.count { $0 == 5 } == (number == 1 ? 0 : threads > 1 ? 2 : number == 0 ? 4 : 1))
            #expect(types.contains(7) == (number != 1))
            // What is lent first can be decoded as far as it goes: parameter sets come with the first slice.
            if let first = parts.first {
                #expect(first.bytes.withUnsafeBytes { AccessUnitSummary(headOf: $0).isKeyFrame })
            }
            _ = try whole.withUnsafeBytes {
                try decoder.decode($0, captureTime: .zero, isKeyFrame: number != 1)
            }
            let decoded = try decoder.takeFrame()
            guard let decoded else {
                Issue.record("picture \(number) is not decoded")
                return
            }
            #expect(structuralSimilarity(frame.value, decoded.value) > 0.8)
        }
    }

    @Test(
        "The stream is of the profile that was agreed, at the lowest level that fits, without reordering",
        arguments: [
            (0x42E01F, H264Profile.constrainedBaseline), (0x4D0028, .main), (0x64001F, .high), (0x640C1F, .high),
            (0x428014, .constrainedBaseline), (0, .constrainedBaseline),
        ] as [(UInt32, H264Profile)])
    func profiles(wanted: UInt32, expected: H264Profile) throws {
        let encoder = try X264Encoder(configuration(profile: wanted))
        let run = try encodeRoom(encoder, count: 1)
        let set = try #require(run.parameterSets.first)
        #expect(set.profileLevelID.profile == expected)
        #expect(set.profileLevelID.level == .level3)
        #expect((set.width, set.height) == (640, 360))
        #expect((set.reorderFrames ?? 0) == 0)
        let usability = try #require(set.usability)
        #expect(usability.isFullRange == false)
        // Not said of pictures of 360 lines: BT.601's.
        #expect(usability.matrixCoefficients == 6)
    }

    @Test(
        "Level by size and rate",
        arguments: [(1280, 720, H264Level.level3point1), (1920, 1080, .level4), (320, 180, .level1point3)])
    func levels(width: Int, height: Int, expected: H264Level) throws {
        let encoder = try X264Encoder(configuration(width: width, height: height))
        let run = try encodeRoom(encoder, count: 1)
        #expect(run.parameterSets.first?.profileLevelID.level == expected)
        #expect(run.parameterSets.first?.height == height)
    }

    @Test("A picture of full range begins a stream that says so")
    func fullRange() throws {
        let encoder = try X264Encoder(configuration())
        _ = try encodeRoom(encoder, count: 2)
        let pictures = SyntheticPictures(width: 640, height: 360)
        let slot = try #require(pictures.pool.takeReturned())
        pictures.pool.update(slot) { $0.isFullRange = true }
        #expect(try encoder.submit(pictures.pool.lend(slot), forceKeyFrame: false) == .accepted)
        var isFullRange: Bool?
        var isKeyFrame = false
        _ = try encoder.takeOutput { unit in
            isKeyFrame = unit.isKeyFrame
            for range in AnnexBScanner(unit.bytes) where unit.bytes[range.lowerBound] & 0x1F == 7 {
                let set = try? SequenceParameterSet(nalUnit: UnsafeRawBufferPointer(rebasing: unit.bytes[range]))
                isFullRange = set?.usability?.isFullRange
            }
        }
        #expect(isKeyFrame)
        #expect(isFullRange == true)
    }

    @Test(
        "The stream says which matrix its pictures were made with, from the first picture on when that was known",
        arguments: [(ColourMatrix.bt601, 6), (.bt709, 1), (.unspecified, 1)] as [(ColourMatrix, UInt8)], [true, false])
    func matrix(_ case: (matrix: ColourMatrix, code: UInt8), isKnown: Bool) throws {
        var wanted = configuration(width: 1280, height: 720)
        if isKnown { wanted.colours = PictureColours(`case`.matrix) }
        let encoder = try X264Encoder(wanted)
        let pictures = SyntheticPictures(width: 1280, height: 720)
        let slot = try #require(pictures.pool.takeReturned())
        pictures.pool.update(slot) { $0.matrix = `case`.matrix }
        #expect(try encoder.submit(pictures.pool.lend(slot), forceKeyFrame: false) == .accepted)
        var codes: [UInt8?] = []
        _ = try encoder.takeOutput { unit in
            for range in AnnexBScanner(unit.bytes) where unit.bytes[range.lowerBound] & 0x1F == 7 {
                let set = try? SequenceParameterSet(nalUnit: UnsafeRawBufferPointer(rebasing: unit.bytes[range]))
                codes.append(set?.usability?.matrixCoefficients)
            }
        }
        #expect(codes == [`case`.code])
    }

    @Test("A second picture is refused until the first has been taken")
    func full() throws {
        let encoder = try X264Encoder(configuration())
        let pictures = SyntheticPictures(width: 640, height: 360)
        let first = try present(pictures.draw(number: 0, seconds: 0))
        #expect(try encoder.submit(first, forceKeyFrame: false) == .accepted)
        #expect(try encoder.submit(first, forceKeyFrame: false) == .full)
        #expect(try encoder.takeOutput { _ in })
        #expect(try encoder.takeOutput { _ in } == false)
    }

    @Test("Pictures of another size or layout, and impossible settings, are refused in words")
    func refusals() throws {
        let encoder = try X264Encoder(configuration())
        let pictures = SyntheticPictures(width: 320, height: 180)
        let other = try present(pictures.draw(number: 0, seconds: 0))
        let error = #expect(throws: DeviceError.self) { try encoder.submit(other, forceKeyFrame: false) }
        #expect(error?.kind == .unsupported)
        #expect(error?.detail == "opened for NV12 640x360, got NV12 320x180")
        #expect(throws: DeviceError.self) { try X264Encoder(configuration(width: 641)) }
        var yuyv = configuration()
        yuyv.format.pixelFormat = .yuyv
        #expect(throws: DeviceError.self) { try X264Encoder(yuyv) }
        let preset = #expect(throws: DeviceError.self) {
            try X264Encoder(configuration(), options: X264Options(preset: "warp"))
        }
        #expect(preset?.detail == "x264_param_default_preset: no preset \"warp\"")
    }

    @Test("Threads share a picture without delaying it")
    func threads() throws {
        let encoder = try X264Encoder(configuration(), options: X264Options(threads: 2))
        let decoder = try AVCDecoder()
        let run = try encodeRoom(encoder, count: 10, decoder: decoder)
        #expect(run.shown == 10)
        #expect(run.similarity > 0.9)
    }
}
