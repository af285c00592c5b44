import ALSAAudio
import ControlProtocol
import FuzzSupport
import LinuxSystem
import MediaTypes
import PeerSupport
import SyntheticDevices
import Testing
import V4L2Device

/// What leaves a room's real screen and loudspeaker, and when.
@Suite("How late pictures and sound leave a room of the device lab", .serialized, .inDeviceLab)
struct RoomDelayLabTests {
    @Test("A flash and a beep of a far room leave screen and loudspeaker together")
    func lipSync() async throws {
        let lab = try await RoomProcess(name: "Lab", board: "lab")
        let far = try await RoomProcess(name: "Far", board: "simulated")
        _ = try lab.request(.displayLayout, ["layout": "remote"])
        let cable = try CableRecorder {
            try ALSACapture(PCMAddress(card: "Loopback", device: 1, subdevice: 0), bufferBlocks: 30)
        }
        let watch = try ScreenWatch(card: try Lab.card(driver: "vkms")) { base, stride, width, height in
            // Blue, green, red, unused: green is nearest to luma.
            LampMark.isOn(luma: base + 1, stride: stride, width: width, height: height, pixelStride: 4) ? 1 : 0
        }
        // The rooms try their codecs first, and the first flash comes when both ends have had a second of call: until then
        // the picture waits for its decoder, and the far end has not told its clocks.
        try await Task.sleep(for: .seconds(3))
        try await Task.sleep(for: .nanoseconds(Self.untilHalfBetweenFlashes()))
        let standstillWatch = try StandstillWatch()
        try far.dial(lab.address)
        try await lab.call(reaches: "established", within: .seconds(20))
        try await eventually(within: .seconds(60), "20 seconds of call") {
            try lab.number("calls.1.duration_s") > 20 ? true : nil
        }
        let byTheClocks = try lab.number("calls.1.video.receive.lip_sync_skew_ms")
        let shown = try lab.number("calls.1.video.receive.frames_shown")
        let rate = shown / (try lab.number("calls.1.duration_s"))
        let seen = watch.stop()
        let heard = cable.stop()
        let standstills = try standstillWatch.stop()
        try await far.stop()
        try await lab.stop()

        let flashes = zip(seen, seen.dropFirst()).filter { $0.value == 0 && $1.value == 1 }.map(\.1.time)
        let beeps = BeepFinder(frequency: 1000).beginnings(in: heard.samples.map { Float($0) / 32768 })
            .compactMap { heard.time(ofSample: $0) }
        let skews = FlashAndBeep.skews(flashes: flashes, beeps: beeps)
        // What came while or shortly after the guest stood still says nothing of the room.
        let steady = flashes.filter { flash in
            !standstills.contains { $0.to > flash - 1_000_000_000 && $0.from < flash + 500_000_000 }
        }
        let held = FlashAndBeep.skews(flashes: steady, beeps: beeps)
        print(
            "figure: lip sync at vkms and snd-aloop, beep after flash (ms): \(skews.map { $0.rounded() }), by the clocks "
                + "\(-byTheClocks), \((rate * 10).rounded() / 10) pictures a second; \(standstills.count) standstills of the guest, the longest "
                + "\(standstills.map(\.milliseconds).max() ?? 0) ms")
        #expect(!skews.isEmpty, "\(flashes.count) flashes, \(beeps.count) beeps")
        // A guest that misses flashes of 100 ms does not get the processor, and its delays are the host's.
        guard steady.count >= 6, rate >= LabRooms.fullRate else {
            print("figure: the host is loaded; lip sync is not held to its bound")
            return
        }
        // The watchers of screen and cable are programs like others, and may once be late themselves.
        let together = held.count { (-40.0...60.0).contains($0) }
        #expect(together >= steady.count - 1, "\(held) of \(steady), \(beeps)")
    }

    /// Nanoseconds until there is a second to the next flash of a simulated room.
    private static func untilHalfBetweenFlashes() -> Int64 {
        let period: Int64 = 2_000_000_000
        return (period + period / 2 - MonotonicTime.now.nanoseconds % period) % period
    }

    @Test("From a camera's time stamp to the other room's screen: what the room says is what is seen")
    func captureToScreen() async throws {
        var rooms = try await LabRooms()
        try await rooms.call()
        _ = try rooms.lab.request(.displayLayout, ["layout": "remote"])
        let watch = try ScreenWatch(card: try Lab.card(driver: "vkms")) { base, stride, width, height in
            // The middle of the leftmost bar.
            Int(base[height / 2 * stride + width / 16 * 4 + 1])
        }
        let node = try V4L2Node(opening: try Lab.videoNode(named: "vivid-001-vid-cap"))
        let brightness = V4L2ControlID(rawValue: 0x0098_0900)
        let found = node.value(of: brightness)
        let usual = try #require(found)
        defer { try? node.setValue(usual, of: brightness) }
        var random = SplitMix64(seed: 7)
        var steps: [Int64] = []
        let shownBefore = try rooms.lab.number("calls.1.video.receive.frames_shown")
        let clock = ContinuousClock()
        let begun = clock.now
        for round in 0..<30 {
            steps.append(MonotonicTime.now.nanoseconds)
            try node.setValue(round.isMultiple(of: 2) ? usual - 100 : usual, of: brightness)
            try await Task.sleep(for: .milliseconds(Int.random(in: 250..<320, using: &random)))
        }
        let shown = try rooms.lab.number("calls.1.video.receive.frames_shown") - shownBefore
        let rate = shown / ((clock.now - begun) / .seconds(1))
        let said = try rooms.lab.number("calls.1.video.receive.capture_to_screen_ms.median")
        let held = try rooms.lab.number("calls.1.video.receive.held_for_lip_sync_ms.median")
        let samples = watch.stop()
        try await rooms.hangUp()
        try await rooms.stop()

        let changes = zip(samples, samples.dropFirst()).filter { abs($0.value - $1.value) > 20 }.map(\.1.time)
        let seen = steps.compactMap { step in
            changes.first { $0 > step && $0 - step < 250_000_000 }.map { Double($0 - step) / 1e6 }
        }
        // A change comes with the next picture, half a picture's time later on average.
        let measured = Spread(seen.map { $0 - 500 / max(rate, 1) })
        print(
            "figure: vivid to vkms across two rooms, capture to screen (ms): said \(said) (held for lip sync \(held)), "
                + "seen \(measured); \((rate * 10).rounded() / 10) pictures a second on screen")
        #expect(said > 0)
        #expect(seen.count >= 10)
        // A guest that does not show all pictures does not get the processor, and its delays are the host's.
        guard rate >= LabRooms.fullRate else {
            print("figure: the host is loaded; what is said and what is seen are not compared")
            return
        }
        // To two vertical blanks: one that the watcher may be late, one for a picture skipped now and then.
        #expect(abs(measured.median - said) < 34, "\(measured), \(said)")
    }
}
