import CAllocationCount
import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing
import V4L2Codec
import V4L2Device

/// vicodec decodes by the same protocol as real hardware, and has a bit stream of its own.
@Suite("V4L2Decoder on vicodec", .inDeviceLab, .serialized)
struct V4L2DecoderLabTests {
    @Test("pictures come back as they were, with their times, and as DMABUFs")
    func roundTrip() throws {
        let units = try encoded(1280, 720, count: 20)
        let decoder = try open()
        var shown: [MonotonicTime] = []
        for unit in units {
            try #require(try decode(decoder, unit) == .accepted)
            while let frame = try next(decoder, patience: 20_000_000) {
                let picture = frame.value
                shown.append(picture.captureTime)
                #expect(picture.format == VideoFormat(.nv12, width: 1280, height: 720))
                #expect(picture.planes.0.dmabuf != nil)
                #expect(isBars(picture))
                if shown.count == units.count { break }
            }
        }
        try drain(decoder) { shown.append($0.captureTime) }
        #expect(shown == units.map(\.captureTime))
        #expect(decoder.resolutionChanges == 1)
        #expect(decoder.pending.count == 0)
        #expect(decoder.damagedPictures == 0)
    }

    @Test("the picture size changes in the stream; no picture is lost, and frames that are held stay")
    func sizeChange() throws {
        let large = try encoded(1280, 720, count: 6)
        let small = try encoded(640, 360, count: 6)
        let decoder = try open()
        var sizes: [Int] = []
        var held: FrameHandle?
        for unit in large + small + large {
            while try decode(decoder, unit) == .full {
                if let frame = try next(decoder) { sizes.append(frame.value.format.width) }
            }
            while let frame = try next(decoder, patience: 3_000_000) {
                sizes.append(frame.value.format.width)
                #expect(isBars(frame.value))
                if held == nil { held = consume frame }
            }
        }
        try drain(decoder) { sizes.append($0.format.width) }
        let expected = [1280, 640, 1280].flatMap { Array(repeating: $0, count: 6) }
        #expect(sizes == expected)
        #expect(decoder.resolutionChanges == 3)
        guard let first = consume held else {
            Issue.record("no frame was held")
            return
        }
        #expect(first.value.format.width == 1280)
        #expect(isBars(first.value), "a frame of the size before outlives the change")
    }

    @Test("a drain gives everything that is inside, and decoding goes on after it with a key frame")
    func drainAndResume() throws {
        let units = try encoded(1280, 720, count: 12)
        let decoder = try open()
        for _ in 0..<3 {
            var count = 0
            for unit in units.prefix(4) { #expect(try decode(decoder, unit) == .accepted) }
            try drain(decoder) { _ in count += 1 }
            #expect(count == 4)
            try decoder.resume()
            #expect(try decode(decoder, units[5].asOther) == .needsKeyFrame)
        }
    }

    @Test("nothing is decoded before a key frame, and a unit that is no picture asks for one")
    func keyFrames() throws {
        let units = try encoded(1280, 720, count: 12)
        let decoder = try open()
        #expect(try decode(decoder, units[3].asOther) == .needsKeyFrame)
        #expect(decoder.pending.count == 0)
        #expect(try decode(decoder, units[0]) == .accepted)
        #expect(try next(decoder) != nil)
        // Larger than any buffer.
        let huge = LabEncoder.Unit(
            bytes: Array(repeating: 7, count: 16 << 20), isKeyFrame: true, captureTime: .now, latency: 0)
        #expect(try decode(decoder, huge) == .needsKeyFrame)
        #expect(try decode(decoder, units[1].asOther) == .needsKeyFrame)
        #expect(try decode(decoder, units[0]) == .accepted)
        #expect(try next(decoder) != nil)
    }

    @Test("frames that are all held stop the decoder, and giving them back lets it go on")
    func allHeld() throws {
        let units = try encoded(1280, 720, count: 30)
        let decoder = try open()
        let held = SPSCRing<FrameHandle>(minimumCapacity: 64)
        var taken = 0
        var fed = 0
        while fed < units.count, try decode(decoder, units[fed]) == .accepted {
            fed += 1
            while let frame = try next(decoder, patience: 3_000_000) {
                taken += 1
                if let refused = held.push(frame) { _ = consume refused }
            }
        }
        #expect(fed < units.count, "it is full when nobody gives frames back")
        while let frame = held.pop() { _ = consume frame }
        while taken < fed, try next(decoder) != nil { taken += 1 }
        #expect(taken == fed)
        #expect(try decode(decoder, units[fed]) == .accepted)
        #expect(try next(decoder) != nil)
    }

    @Test("once it runs, it takes no memory for a picture")
    func allocations() throws {
        let units = try encoded(1280, 720, count: 40)
        let decoder = try open()
        var waits = PollSet(count: 1)
        var pictures = 0
        func one(_ unit: LabEncoder.Unit) throws {
            _ = try decode(decoder, unit)
            if let output = decoder.outputDescriptor { waits.watch(0, output.descriptor, for: output.interest) }
            _ = try waits.wait(nanoseconds: 100_000_000)
            while let frame = try decoder.takeFrame() {
                _ = consume frame
                pictures += 1
            }
        }
        for unit in units.prefix(20) { try one(unit) }
        let before = convene_allocation_count()
        for number in 20..<40 { try one(units[number]) }
        #expect(convene_allocation_count() - before == 0)
        #expect(pictures >= 38)
    }

    @Test("a node that does not decode the stream is refused, and closing leaves no descriptor behind")
    func refusal() throws {
        let node = try Lab.videoNode(named: "stateful-decoder")
        #expect(throws: DeviceError.self) { try V4L2Decoder.open(node: node, name: "x") }
        let units = try encoded(1280, 720, count: 2)
        let before = LabCamera.openDescriptors
        for _ in 0..<20 {
            let decoder = try open()
            #expect(try decode(decoder, units[0]) == .accepted)
            #expect(try next(decoder) != nil)
        }
        #expect(LabCamera.openDescriptors == before)
    }

    func encoded(_ width: Int, _ height: Int, count: Int) throws -> [LabEncoder.Unit] {
        let pictures = LabPictures(width, height)
        let lab = try LabEncoder(
            .lab(width, height), options: V4L2EncoderOptions(codedFormat: .fwht), name: "stateful-encoder")
        for _ in 0..<count { try lab.encode(try pictures.next(), patience: 200_000_000) }
        try lab.drain()
        try #require(lab.units.count == count)
        // vicodec flags no key frames; the flags in its header say I-frame (V4L2_FWHT_FL_I_FRAME, big endian).
        return lab.units.map { unit in
            var unit = unit
            unit.isKeyFrame = unit.bytes[22] & 1 << 2 != 0
            return unit
        }
    }

    func open() throws -> V4L2Decoder {
        try V4L2Decoder.open(
            node: try Lab.videoNode(named: "stateful-decoder"), name: "vicodec",
            options: V4L2DecoderOptions(codedFormat: .fwht))
    }

    func decode(_ decoder: V4L2Decoder, _ unit: LabEncoder.Unit) throws -> DecodeResult {
        try unit.bytes.withUnsafeBytes {
            try decoder.decode($0, captureTime: unit.captureTime, isKeyFrame: unit.isKeyFrame)
        }
    }

    /// The next frame; nil when none comes within `patience` nanoseconds.
    func next(_ decoder: V4L2Decoder, patience: Int64 = 300_000_000) throws -> FrameHandle? {
        var waits = PollSet(count: 1)
        let deadline = MonotonicTime.now.advanced(byNanoseconds: patience)
        while true {
            if let frame = try decoder.takeFrame() { return frame }
            let left = deadline - MonotonicTime.now
            if left <= 0 || decoder.isDrained { return nil }
            if let output = decoder.outputDescriptor { waits.watch(0, output.descriptor, for: output.interest) }
            _ = try waits.wait(nanoseconds: min(left, 20_000_000))
        }
    }

    func drain(_ decoder: V4L2Decoder, _ body: (VideoFrame) -> Void) throws {
        try decoder.drain()
        while !decoder.isDrained, let frame = try next(decoder, patience: 1_000_000_000) { body(frame.value) }
        #expect(decoder.isDrained)
    }

    /// Whether a line of luma has the eight bars of `LabPictures`.
    func isBars(_ picture: VideoFrame) -> Bool {
        let bytes = picture.planes.0.bytes
        let line = picture.planes.0.stride * (picture.format.height / 2)
        return (0..<8).allSatisfy { bar in
            let column = (2 * bar + 1) * picture.format.width / 16
            return abs(Int(bytes[line + column]) - (16 + bar * 30)) < 12
        }
    }
}

extension LabEncoder.Unit {
    /// The same, said to be no key frame: of a picture that stands still vicodec makes nothing but key frames.
    fileprivate var asOther: Self {
        var unit = self
        unit.isKeyFrame = false
        return unit
    }
}
