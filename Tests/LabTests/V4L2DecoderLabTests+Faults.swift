import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing
import V4L2Codec

/// What goes wrong: a stream that is broken, a device that goes, a drain in the middle of a change of size.
extension V4L2DecoderLabTests {
    @Test("a broken stream gives pictures again by itself, or is seen to stall, and a new decoder goes on")
    func brokenUnits() throws {
        let units = try encoded(1280, 720, count: 30)
        var decoder = try open()
        var shown: [MonotonicTime] = []
        var replaced = 0
        for (index, unit) in units.enumerated() {
            var unit = unit
            switch index {
            // Cut off: vicodec takes the rest from the unit that follows.
            case 10: unit.bytes.removeLast(unit.bytes.count / 2)
            // No header: it looks for the next one.
            case 18: for place in 8..<min(64, unit.bytes.count) { unit.bytes[place] = 0xFF }
            default: break
            }
            _ = try decode(decoder, unit)
            while let frame = try next(decoder, patience: 20_000_000) {
                let time = frame.value.captureTime
                shown.append(time)
                if index < 10 || index > 25 { #expect(isBars(frame.value)) }
                if time == unit.captureTime { break }
            }
            // As the decode thread does it, after less of a wait.
            if decoder.pending.count >= 4 {
                replaced += 1
                decoder = try open()
            }
        }
        print("figure: vicodec, 2 of 30 units broken: \(shown.count) pictures, \(replaced) decoders replaced")
        #expect(replaced <= 2)
        #expect(shown.count >= 16)
        #expect(shown.contains(units[29].captureTime), "the last one is there")
    }

    @Test("a decoder that is unplugged 5 times while decoding is gone, its frames stay, and it is there again")
    func unplug() async throws {
        let units = try encoded(640, 360, count: 8)
        let before = LabCamera.openDescriptors
        for _ in 0..<5 {
            let decoder = try open()
            #expect(try decode(decoder, units[0]) == .accepted)
            guard let held = try next(decoder) else {
                Issue.record("no picture")
                return
            }
            try PluggableDevice.codec.unplug()
            let error = failure {
                for unit in units {
                    _ = try self.decode(decoder, unit)
                    _ = try decoder.takeFrame()
                }
            }
            #expect(error?.kind == .gone)
            #expect(failure { _ = try decoder.takeFrame() }?.kind == .failed, "it stays closed")
            #expect(isBars(held.value), "a frame that is held outlives its decoder")
            _ = consume held
            try PluggableDevice.codec.plugIn()
            try await eventually("the decoder is back") {
                Lab.videoNodes(named: "stateful-decoder").isEmpty ? nil : true
            }
        }
        #expect(LabCamera.openDescriptors == before)
        let decoder = try open()
        #expect(try decode(decoder, units[0]) == .accepted)
        #expect(try next(decoder) != nil)
    }

    @Test("a drain before the size is known, and a change of size in it, give all pictures")
    func drainAfterSizeChange() throws {
        let units = try encoded(1280, 720, count: 2) + encoded(640, 360, count: 2)
        let decoder = try open()
        for unit in units { #expect(try decode(decoder, unit) == .accepted) }
        var sizes: [Int] = []
        try drain(decoder) { sizes.append($0.format.width) }
        #expect(sizes == [1280, 1280, 640, 640])
        #expect(decoder.resolutionChanges == 2)
        try decoder.resume()
        #expect(try decode(decoder, units[0]) == .accepted)
        var width = 0
        if let frame = try next(decoder) { width = frame.value.format.width }
        #expect(width == 1280, "and it changes back after the drain")
    }

    private func failure(_ body: () throws -> Void) -> DeviceError? {
        do {
            try body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}
