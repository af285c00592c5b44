import Glibc
import LinuxSystem
import MediaTypes
import PictureSupport
import RealtimeSupport
import SyntheticDevices
import Testing
import X264Encoder

@testable import AVCDecoder

/// The synthetic room as a list of access units.
func encodedRoom(
    width: Int = 640, height: Int = 360, count: Int, from first: Int = 0, profile: UInt32 = 0x42E01F,
    keyFramesAt: Set<Int> = [], slices: Int? = nil, colours: PictureColours? = nil
) throws -> [(bytes: [UInt8], isKeyFrame: Bool)] {
    let encoder = try X264Encoder(
        VideoEncoderConfiguration(
            format: VideoFormat(.nv12, width: width, height: height), frameRate: FrameRate(30),
            bitrate: BitsPerSecond(1_000_000), profileLevelID: profile, maximumSliceBytes: slices))
    let pictures = SyntheticPictures(width: width, height: height)
    if let colours {
        let slots = pictures.pool.collectReturned()
        for slot in 0..<pictures.pool.capacity where slots & (1 << UInt64(slot)) != 0 {
            pictures.pool.update(slot) { ($0.matrix, $0.isFullRange) = (colours.matrix, colours.isFullRange) }
            pictures.pool.putBack(slot)
        }
    }
    var units: [(bytes: [UInt8], isKeyFrame: Bool)] = []
    for number in first..<(first + count) {
        let frame = try present(pictures.draw(number: UInt64(number), seconds: Double(number) / 30))
        _ = try encoder.submit(frame, forceKeyFrame: keyFramesAt.contains(number))
        _ = try encoder.takeOutput { units.append((Array($0.bytes), $0.isKeyFrame)) }
    }
    return units
}

extension AVCDecoder {
    func decode(_ unit: (bytes: [UInt8], isKeyFrame: Bool), at time: Int64 = 0) throws -> DecodeResult {
        try unit.bytes.withUnsafeBytes {
            try decode($0, captureTime: MonotonicTime(nanoseconds: time), isKeyFrame: unit.isKeyFrame)
        }
    }
}

func counter(of frame: borrowing FrameHandle) -> UInt32? {
    let value = frame.value
    guard let base = value.planes.0.base else { return nil }
    return FrameCounterMark.read(
        luma: base.assumingMemoryBound(to: UInt8.self), stride: value.planes.0.stride, width: value.format.width,
        height: value.format.height)
}

@Suite("libavcodec decoder")
struct AVCDecoderTests {
    @Test(
        "Each access unit gives its own picture at once, with its capture time",
        arguments: [0x42E01F, 0x4D001F, 0x64001F])
    func immediate(profile: UInt32) throws {
        let decoder = try AVCDecoder()
        for (number, unit) in try encodedRoom(count: 20, profile: profile).enumerated() {
            #expect(try decoder.decode(unit, at: Int64(number) * 1_000_003 + 7) == .accepted)
            #expect(decoder.pending.count == 1)
            let frame = try present(try decoder.takeFrame())
            #expect(counter(of: frame) == UInt32(number))
            #expect(frame.value.captureTime.nanoseconds == Int64(number) * 1_000_003 + 7)
            #expect(frame.value.format == VideoFormat(.i420, width: 640, height: 360))
            #expect(frame.value.sequence == UInt64(number))
        }
        #expect(isPresent(try decoder.takeFrame()) == false)
    }

    @Test(
        "A picture's matrix and range are the stream's, whatever its size",
        arguments: [PictureColours(.bt601), PictureColours(.bt709), PictureColours(.bt601, isFullRange: true)],
        [(640, 360), (1280, 720)])
    func colours(_ colours: PictureColours, size: (width: Int, height: Int)) throws {
        let decoder = try AVCDecoder()
        let units = try encodedRoom(width: size.width, height: size.height, count: 1, colours: colours)
        #expect(try decoder.decode(try #require(units.first)) == .accepted)
        let frame = try present(try decoder.takeFrame())
        #expect(frame.value.colours == colours)
    }

    @Test("A lost picture asks for a key frame until one comes; pictures go on meanwhile")
    func lostPicture() throws {
        let decoder = try AVCDecoder()
        let units = try encodedRoom(count: 20, keyFramesAt: [15])
        var results: [DecodeResult] = []
        var shown = 0
        for (number, unit) in units.enumerated() where number != 8 {
            results.append(try decoder.decode(unit))
            while let frame = try decoder.takeFrame() {
                shown += 1
                _ = consume frame
            }
        }
        #expect(results[..<8].allSatisfy { $0 == .accepted })
        #expect(results[8..<14].allSatisfy { $0 == .needsKeyFrame }, "\(results)")
        #expect(results[14...].allSatisfy { $0 == .accepted })
        #expect(shown == 19)
    }

    @Test("A lost slice asks for a key frame and leaves a picture")
    func lostSlice() throws {
        let decoder = try AVCDecoder()
        var units = try encodedRoom(count: 12, slices: 600)
        // Cut the last slice off: everything behind the last start code.
        let bytes = units[10].bytes
        let starts = bytes.indices.dropLast(2).filter { bytes[$0] == 0 && bytes[$0 + 1] == 0 && bytes[$0 + 2] == 1 }
        try #require(starts.count > 2)
        units[10].bytes = Array(bytes[..<starts[starts.count - 1]])
        for number in 0..<10 {
            #expect(try decoder.decode(units[number]) == .accepted)
            _ = try decoder.takeFrame()
        }
        #expect(try decoder.decode(units[10]) == .needsKeyFrame)
        #expect(isPresent(try decoder.takeFrame()))
    }

    @Test("A stream that begins in the middle asks for a key frame, and goes on from it")
    func middle() throws {
        let decoder = try AVCDecoder()
        let units = try encodedRoom(count: 10, keyFramesAt: [6])
        for number in 1..<6 {
            #expect(try decoder.decode(units[number]) == .needsKeyFrame)
            #expect(isPresent(try decoder.takeFrame()) == false)
        }
        #expect(try decoder.decode(units[6]) == .accepted)
        let frame = try present(try decoder.takeFrame())
        #expect(counter(of: frame) == 6)
    }

    @Test("Parameter sets by themselves, before or within a stream, are taken in and ask for nothing more")
    func parameterSets() throws {
        let decoder = try AVCDecoder()
        let units = try encodedRoom(count: 6)
        // Everything before the key frame's slice.
        let bytes = units[0].bytes
        let slice = bytes.indices.dropLast(3).first {
            bytes[$0] == 0 && bytes[$0 + 1] == 0 && bytes[$0 + 2] == 1 && bytes[$0 + 3] & 0x1F == 5
        }
        let start = try #require(slice)
        let sets = (bytes: Array(bytes[..<start]), isKeyFrame: false)
        _ = try decoder.decode(sets)
        #expect(try decoder.decode((Array(bytes[start...]), true)) == .accepted)
        for unit in units[1...] {
            #expect(try decoder.decode(sets) == .accepted)
            #expect(try decoder.decode(unit) == .accepted)
            while let frame = try decoder.takeFrame() { _ = consume frame }
        }
    }

    @Test("The size may change in the stream")
    func resolutionChange() throws {
        let decoder = try AVCDecoder()
        for (width, height) in [(640, 360), (1280, 720), (320, 180), (640, 360)] {
            for unit in try encodedRoom(width: width, height: height, count: 3) {
                #expect(try decoder.decode(unit) == .accepted)
                let frame = try present(try decoder.takeFrame())
                #expect((frame.value.format.width, frame.value.format.height) == (width, height))
            }
        }
    }

    @Test("Pictures outlive their decoder, and are not changed while they are held")
    func heldPictures() throws {
        var decoder: AVCDecoder? = try AVCDecoder(slots: 4)
        let units = try encodedRoom(count: 30)
        _ = try decoder?.decode(units[0])
        let held = try present(try decoder?.takeFrame())
        for unit in units[1...] {
            _ = try decoder?.decode(unit)
            _ = try decoder?.takeFrame()
        }
        #expect(counter(of: held) == 0)
        decoder = nil
        #expect(counter(of: held) == 0)
    }

    @Test("Without a free slot pictures are counted and not shown; the stream stays whole")
    func exhausted() throws {
        let decoder = try AVCDecoder(slots: 2)
        let units = try encodedRoom(count: 10)
        _ = try decoder.decode(units[0])
        let first = try present(try decoder.takeFrame())
        _ = try decoder.decode(units[1])
        let second = try present(try decoder.takeFrame())
        for number in 2..<9 {
            #expect(try decoder.decode(units[number]) == .accepted)
            #expect(isPresent(try decoder.takeFrame()) == false)
        }
        #expect(decoder.unshown == 7)
        #expect(counter(of: first) == 0)
        _ = consume second
        #expect(try decoder.decode(units[9]) == .accepted)
        let last = try present(try decoder.takeFrame())
        #expect(counter(of: last) == 9)
    }

    @Test("Broken streams end in a request for a key frame, never in a crash", .timeLimit(.minutes(1)))
    func fuzz() throws {
        let decoder = try AVCDecoder()
        let units = try encodedRoom(width: 320, height: 180, count: 30, slices: 500)
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(bound, 1)
        }
        var asked = 0
        for _ in 0..<3000 {
            var unit = units[random(units.count)]
            for _ in 0..<(1 + random(8)) where !unit.bytes.isEmpty {
                unit.bytes[random(unit.bytes.count)] = UInt8(random(256))
            }
            if random(4) == 0 { unit.bytes.removeLast(random(unit.bytes.count)) }
            if try decoder.decode(unit) == .needsKeyFrame { asked += 1 }
            while let frame = try decoder.takeFrame() { _ = consume frame }
        }
        #expect(asked > 1000)
        // And a good stream is decoded again.
        for unit in units { _ = try decoder.decode(unit) }
        while let frame = try decoder.takeFrame() { _ = consume frame }
        #expect(try decoder.decode(units[0]) == .accepted)
    }

    @Test("Nothing and far too much are refused")
    func extremes() throws {
        let decoder = try AVCDecoder()
        #expect(try decoder.decode(([], false)) == .needsKeyFrame)
        let huge = [UInt8](repeating: 1, count: AVCSession.largestAccessUnit + 1)
        #expect(try decoder.decode((huge, false)) == .needsKeyFrame)
        let large = [UInt8](repeating: 1, count: 1 << 20)
        #expect(try decoder.decode((large, false)) == .needsKeyFrame)
        #expect(try decoder.decode(try encodedRoom(count: 1)[0]) == .accepted)
    }
}
