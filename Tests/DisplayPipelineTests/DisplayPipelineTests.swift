import Composition
import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import SyntheticDevices
import Testing

@Suite("Display pipeline", .serialized)
struct DisplayPipelineTests {
    private let mode = DisplayMode(width: 320, height: 180, refreshMillihertz: 60000)

    @Test("A frame comes on screen, and the figures say so")
    func shows() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let inbox = stage.pipeline.inbox(for: .remote)
        let producer = Producer(width: 320, height: 180)
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        let screen = try await stage.pipeline.capture()
        #expect(screen.width == 320 && screen.height == 180)
        #expect(screen.rgb(0, 0) == 0xFF_FFFF && screen.rgb(319, 179) == 0xFF_FFFF)
        let status = stage.pipeline.status
        let tile = try #require(status.tiles[.remote])
        #expect(tile.readyToScreen.count == 1 && tile.readyToScreen.maximum < .milliseconds(100))
        #expect(status.copiesPerFrame >= 1 && status.mode == mode)
    }

    @Test("Of frames that come faster than the screen the newest is shown, and all slots come back but one")
    func newestWins() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let inbox = stage.pipeline.inbox(for: .remote)
        let producer = Producer(width: 320, height: 180, count: 12)
        for step in 0..<10 { producer.offer(luma: UInt8(16 + step * 20), to: inbox) }
        let offered: UInt64 = 10
        try await stage.until {
            guard let tile = $0.tiles[.remote] else { return false }
            return tile.framesShown > 0 && tile.framesShown + tile.framesDropped == offered
        }
        // The inbox holds four: what it refused were the newest ones, so the last one offered now must win.
        producer.offer(luma: 235, to: inbox)
        try await stage.until { ($0.tiles[.remote].map { $0.framesShown + $0.framesDropped } ?? 0) == 11 }
        #expect(try await stage.pipeline.capture().rgb(100, 100) == 0xFF_FFFF)
        #expect(producer.free == 11)
    }

    @Test("Two frames at once are seen one after the other, and each that was presented is counted")
    func pairs() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let inbox = stage.pipeline.inbox(for: .remote)
        let producer = Producer(width: 320, height: 180, count: 12)
        for pair in 1...10 {
            producer.offer(luma: 100, to: inbox)
            producer.offer(luma: 235, to: inbox)
            try await stage.until { $0.tiles[.remote].map { $0.framesShown + $0.framesDropped } == UInt64(2 * pair) }
        }
        let tile = try #require(stage.pipeline.status.tiles[.remote])
        #expect(tile.framesShown == 20 && tile.framesDropped == 0)
        #expect(try await stage.pipeline.capture().rgb(100, 100) == 0xFF_FFFF)
    }

    @Test("The self view does not take the far end's vertical blank: both are seen at the same one")
    func selfViewWaits() async throws {
        let stage = try Stage(mode: mode, layout: .remoteWithSelfView(.bottomRight))
        defer { stage.pipeline.stop() }
        let (own, far) = (Producer(width: 320, height: 180), Producer(width: 320, height: 180))
        let ownInbox = stage.pipeline.inbox(for: .selfView)
        let farInbox = stage.pipeline.inbox(for: .remote)
        own.offer(luma: 16, to: ownInbox)
        far.offer(luma: 235, to: farInbox)
        try await stage.until {
            $0.tiles[.remote]?.framesShown == 1 && $0.tiles[.selfView]?.framesShown == 1
        }
        let flips = stage.pipeline.status.flips
        let pairs: UInt64 = 20
        for pair in 1...pairs {
            own.offer(luma: 16, to: ownInbox)
            // Long enough for the display thread to have taken the self view.
            try await Task.sleep(for: .milliseconds(2))
            far.offer(luma: 235, to: farInbox)
            try await stage.until {
                $0.tiles[.remote]?.framesShown == pair + 1 && $0.tiles[.selfView]?.framesShown == pair + 1
            }
        }
        // One for each pair, and some more where the two milliseconds were those before a blank.
        let used = stage.pipeline.status.flips - flips
        #expect(used >= pairs && used <= pairs * 3 / 2, "\(used) flips")
    }

    @Test("A self view that is held stands still, until its time or a change that it goes on with")
    func heldSelfView() async throws {
        let stage = try Stage(mode: mode, layout: .selfViewOnly)
        defer { stage.pipeline.stop() }
        let own = Producer(width: 320, height: 180)
        let inbox = stage.pipeline.inbox(for: .selfView)
        own.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.selfView]?.framesShown == 1 }
        let begun = MonotonicTime.now
        stage.pipeline.holdSelfView(until: begun + .milliseconds(300))
        own.offer(luma: 16, to: inbox)
        try await stage.until { $0.tiles[.selfView]?.framesShown == 2 }
        #expect(MonotonicTime.now - begun >= 300_000_000)
        #expect(try await stage.pipeline.capture().rgb(100, 100) == 0)

        stage.pipeline.holdSelfView(until: begun + .seconds(60))
        own.offer(luma: 235, to: inbox)
        own.offer(luma: 235, to: inbox)
        stage.pipeline.setLayout(.remoteWithSelfView(.bottomRight))
        stage.pipeline.setLayout(.selfViewOnly)
        try await stage.until { $0.tiles[.selfView].map { $0.framesShown >= 3 } == true }
        #expect(try await stage.pipeline.capture().rgb(100, 100) == 0xFF_FFFF)
    }

    @Test("A self view goes on screen with the far end's picture that is due after it, one flip for both")
    func selfViewGoesWithFarEnd() async throws {
        let stage = try Stage(mode: mode, layout: .remoteWithSelfView(.bottomRight))
        defer { stage.pipeline.stop() }
        let (own, far) = (Producer(width: 320, height: 180), Producer(width: 320, height: 180))
        let start = MonotonicTime.now
        let pairs = 45
        var flips: UInt64 = 0
        for pair in 0..<pairs {
            // The first ones teach it the far end's pace.
            if pair == 5 { flips = stage.pipeline.status.flips }
            let turn = start.advanced(byNanoseconds: Int64(pair) * 100_000_000 / 3)
            try await Task.sleep(for: .nanoseconds(max(turn - MonotonicTime.now, 0)))
            own.offer(luma: 16, to: stage.pipeline.inbox(for: .selfView))
            // More than a vertical blank's interval.
            try await Task.sleep(
                for: .nanoseconds(max(turn.advanced(byNanoseconds: 20_000_000) - MonotonicTime.now, 0)))
            far.offer(luma: 235, to: stage.pipeline.inbox(for: .remote))
        }
        try await stage.until { $0.tiles[.remote].map { $0.framesShown + $0.framesDropped } == UInt64(pairs) }
        let status = stage.pipeline.status
        let shown = status.tiles[.selfView]?.framesShown ?? 0
        #expect(shown >= UInt64(pairs - 8), "\(shown) self views")
        let used = status.flips - flips
        #expect(used <= UInt64(pairs - 5) * 13 / 10, "\(used) flips for \(pairs - 5) pairs")
    }

    @Test("Frames of a tile that another one covers come and go, and the thread sleeps")
    func covered() async throws {
        let stage = try Stage(mode: mode)
        defer { stage.pipeline.stop() }
        stage.pipeline.setLayout(
            .custom([Tile(id: .remote, rect: mode.bounds, z: 1), Tile(id: .selfView, rect: mode.bounds)]))
        let above = Producer(width: 320, height: 180)
        above.offer(luma: 235, to: stage.pipeline.inbox(for: .remote))
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        let below = Producer(width: 320, height: 180)
        let inbox = stage.pipeline.inbox(for: .selfView)
        let flips = stage.pipeline.status.flips
        let beats = stage.pipeline.heartbeat
        for _ in 0..<20 {
            below.offer(luma: 16, to: inbox)
            below.offer(luma: 16, to: inbox)
            try await stage.until { _ in below.free >= below.count - 1 }
        }
        #expect(stage.pipeline.status.flips == flips)
        #expect(stage.pipeline.heartbeat - beats < 120)
        #expect(try await stage.pipeline.capture().rgb(9, 9) == 0xFF_FFFF)
    }

    @Test("With nothing new the thread sleeps")
    func sleeps() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = Producer(width: 320, height: 180)
        producer.offer(luma: 100, to: stage.pipeline.inbox(for: .remote))
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        let flips = stage.pipeline.status.flips
        let beats = stage.pipeline.heartbeat
        // Half a second is the thing measured here, not a wait for a state.
        try await Task.sleep(for: .milliseconds(500))
        #expect(stage.pipeline.heartbeat - beats <= 1)
        #expect(stage.pipeline.status.flips == flips)
        stage.pipeline.nudge()
        try await stage.until { _ in stage.pipeline.heartbeat > beats }
    }

    @Test("A frame is not seen before its time")
    func notBefore() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let inbox = stage.pipeline.inbox(for: .remote)
        let producer = Producer(width: 320, height: 180)
        producer.offer(luma: 16, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        for delay in [60, 100, 150] {
            let shown = stage.pipeline.status.tiles[.remote]?.framesShown ?? 0
            let sum = stage.pipeline.status.tiles[.remote]?.readyToScreen.count
            producer.offer(luma: 235, to: inbox, notBefore: MonotonicTime.now + .milliseconds(delay))
            try await stage.until { ($0.tiles[.remote]?.framesShown ?? 0) == shown + 1 }
            #expect(stage.pipeline.status.tiles[.remote]?.readyToScreen.count == (sum ?? 0) + 1)
        }
        let latency = try #require(stage.pipeline.status.tiles[.remote]?.readyToScreen)
        // Half a blank of rounding, and the figures' 9 %.
        #expect(latency.maximum > .milliseconds(130) && latency.maximum < .milliseconds(190))
        #expect(latency.median > .milliseconds(50) && latency.median < .milliseconds(125))
    }

    @Test("The user interface lies over the video and its older surface comes back")
    func userInterface() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = Producer(width: 320, height: 180)
        producer.offer(luma: 16, to: stage.pipeline.inbox(for: .remote))
        let surfaces = Surfaces(width: 320, height: 180)
        let box = Rect(x: 40, y: 40, width: 100, height: 20)
        stage.pipeline.setUserInterface(
            try surfaces.render(box, pixel: 0xFF00_FF00), changes: Region(box))
        try await stage.until { $0.flips > 0 && $0.tiles[.remote]?.framesShown == 1 }
        var screen = try await stage.pipeline.capture()
        #expect(screen.rgb(50, 50) == 0x00_FF00 && screen.rgb(150, 50) == 0)
        #expect(surfaces.free == 1)
        stage.pipeline.setUserInterface(
            try surfaces.render(box, pixel: 0xFFFF_0000), changes: Region(box))
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(50, 50) == 0xFF_0000)
        #expect(surfaces.free == 1)
        stage.pipeline.removeUserInterface()
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(50, 50) == 0)
        #expect(surfaces.free == 2)
    }

    @Test("A layout without the tile lets its frames go, and one with it shows them again")
    func layouts() async throws {
        let stage = try Stage(mode: mode)
        defer { stage.pipeline.stop() }
        let remote = Producer(width: 320, height: 180)
        let own = Producer(width: 320, height: 180)
        stage.pipeline.setLayout(.remoteWithSelfView(.bottomRight))
        remote.offer(luma: 16, to: stage.pipeline.inbox(for: .remote))
        own.offer(luma: 235, to: stage.pipeline.inbox(for: .selfView))
        try await stage.until { $0.tiles[.selfView]?.framesShown == 1 && $0.tiles[.remote]?.framesShown == 1 }
        var screen = try await stage.pipeline.capture()
        #expect(screen.rgb(300, 165) == 0xFF_FFFF && screen.rgb(100, 100) == 0)
        stage.pipeline.setLayout(.remoteFull)
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(300, 165) == 0 && own.free == own.count)
        stage.pipeline.setLayout(.selfViewOnly)
        own.offer(luma: 235, to: stage.pipeline.inbox(for: .selfView))
        try await stage.until { $0.tiles[.selfView]?.framesShown == 2 }
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(1, 1) == 0xFF_FFFF && remote.free == remote.count)
        stage.pipeline.clear(.selfView)
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(1, 1) == 0 && own.free == own.count)
    }

    @Test("A screen that goes is told, frames flow on, and it shows again after it came back")
    func unplugged() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = Producer(width: 320, height: 180)
        let inbox = stage.pipeline.inbox(for: .remote)
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        stage.cable.unplug()
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.trouble != nil && $0.mode == nil }
        #expect(stage.closures.last?.kind == .gone)
        await #expect(throws: DeviceError.self) { try await stage.pipeline.capture() }
        for _ in 0..<5 { producer.offer(luma: 50, to: inbox) }
        try await stage.until { _ in producer.free == producer.count }
        stage.pipeline.reopen()
        try await stage.until { _ in stage.closures.count == 2 }
        stage.cable.plugIn()
        stage.pipeline.connectorChanged()
        try await stage.until { $0.mode == mode }
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 2 }
        #expect(try await stage.pipeline.capture().rgb(9, 9) == 0xFF_FFFF)
        #expect(stage.openings == 2)
    }

    @Test("In standby the screen is dark and frames are let go; afterwards all is painted again")
    func standby() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = Producer(width: 320, height: 180)
        let inbox = stage.pipeline.inbox(for: .remote)
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        stage.pipeline.setActive(false)
        try await stage.until { !$0.isActive }
        producer.offer(luma: 235, to: inbox)
        try await stage.until { _ in producer.free == producer.count }
        #expect(try await stage.pipeline.capture().rgb(9, 9) == 0)
        stage.pipeline.setActive(true)
        try await stage.until { $0.isActive }
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 2 }
        #expect(try await stage.pipeline.capture().rgb(9, 9) == 0xFF_FFFF)
    }

    @Test("A broken frame is counted and the good one before it stays")
    func broken() async throws {
        let stage = try Stage(mode: mode, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = Producer(width: 160, height: 90)
        let inbox = stage.pipeline.inbox(for: .remote)
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesShown == 1 }
        producer.offerBroken(to: inbox)
        try await stage.until { $0.tiles[.remote]?.framesRefused == 1 }
        #expect(try await stage.pipeline.capture().rgb(9, 9) == 0xFF_FFFF)
    }

    @Test("Stopping answers who waits for a capture")
    func stopped() async throws {
        let stage = try Stage(mode: mode)
        stage.pipeline.stop()
        await #expect(throws: DeviceError.self) { try await stage.pipeline.capture() }
    }
}
