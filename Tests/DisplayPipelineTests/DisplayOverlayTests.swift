import Composition
import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import SyntheticDevices
import Testing

@Suite("Overlay planes of the display pipeline", .serialized)
struct DisplayOverlayTests {
    private let mode = DisplayMode(width: 320, height: 180, refreshMillihertz: 60000)

    @Test("A frame with a DMABUF goes to a plane without a pass of the CPU")
    func overlay() async throws {
        let stage = try Stage(mode: mode, overlayCount: 1, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 640, height: 360, exportsDMABUF: true)
        let inbox = stage.pipeline.inbox(for: .remote)
        for shown in 1...20 {
            producer.offer(luma: 235, to: inbox)
            try await stage.until { $0.tiles[.remote]?.framesShown == UInt64(shown) }
        }
        let status = stage.pipeline.status
        #expect(status.tiles[.remote]?.isOnOverlay == true)
        // The empty screen below was painted, for each of two buffers, before the first frame and with it.
        #expect(status.copiesPerFrame <= 0.2)
        #expect(try await stage.pipeline.capture().rgb(160, 90) == 0xFF_FFFF)
    }

    @Test("When something comes above, the tile is painted, and goes back to its plane afterwards")
    func fallsBack() async throws {
        let stage = try Stage(mode: mode, overlayCount: 1, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: true)
        let inbox = stage.pipeline.inbox(for: .remote)
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == true && $0.tiles[.remote]?.framesShown == 1 }
        let surfaces = Surfaces(width: 320, height: 180)
        let box = Rect(x: 40, y: 40, width: 100, height: 20)
        stage.pipeline.setUserInterface(
            try surfaces.render(box, pixel: 0xFF00_FF00), changes: Region(box))
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == false }
        var screen = try await stage.pipeline.capture()
        #expect(screen.rgb(50, 50) == 0x00_FF00 && screen.rgb(200, 100) == 0xFF_FFFF)
        stage.pipeline.removeUserInterface()
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == true }
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(50, 50) == 0xFF_FFFF)
        // A tile above that has no plane of its own keeps the one below from going there.
        stage.pipeline.setLayout(.remoteWithSelfView(.bottomRight))
        let own = try Producer(width: 320, height: 180, exportsDMABUF: true)
        own.offer(luma: 16, to: stage.pipeline.inbox(for: .selfView))
        try await stage.until { $0.tiles[.selfView]?.framesShown == 1 }
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(300, 165) == 0 && screen.rgb(50, 50) == 0xFF_FFFF)
        #expect(stage.pipeline.status.tiles[.remote]?.isOnOverlay == false)
    }

    @Test("Planes give their frames back when the next ones are on screen")
    func givesBack() async throws {
        let stage = try Stage(mode: mode, overlayCount: 1, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: true)
        let inbox = stage.pipeline.inbox(for: .remote)
        for shown in 1...20 {
            producer.offer(luma: 235, to: inbox)
            try await stage.until { $0.tiles[.remote]?.framesShown == UInt64(shown) }
        }
        try await stage.until { _ in producer.free >= producer.count - 1 }
        stage.cable.unplug()
        producer.offer(luma: 235, to: inbox)
        try await stage.until { _ in producer.free == producer.count }
    }

    @Test("The user interface has a plane above the picture, is blended there, and leaves it with its last pixel")
    func interface() async throws {
        let stage = try Stage(mode: mode, overlayCount: 2, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: true)
        let inbox = stage.pipeline.inbox(for: .remote)
        producer.offer(luma: 235, to: inbox)
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == true && $0.tiles[.remote]?.framesShown == 1 }
        let surfaces = Surfaces(width: 320, height: 180)
        let painted = stage.pipeline.status.copiesPerFrame
        // Half clear, and moved and changed in place: each is seen, and nothing is painted.
        let boxes: [(box: Rect, pixel: UInt32, over: UInt32)] = [
            (Rect(x: 40, y: 40, width: 100, height: 20), 0xFF00_FF00, 0x00_FF00),
            (Rect(x: 41, y: 61, width: 99, height: 21), 0x8000_0080, 0x7F_7FFF),
            (Rect(x: 41, y: 61, width: 99, height: 21), 0xFF00_00FF, 0x00_00FF),
        ]
        var last = Rect.zero
        for (number, (box, pixel, over)) in boxes.enumerated() {
            try await stage.until { _ in surfaces.free > 0 }
            stage.pipeline.setUserInterface(try surfaces.render(box, pixel: pixel), changes: Region(last.union(box)))
            last = box
            try await stage.until { $0.interfaceFlips == UInt64(number + 1) }
            #expect(stage.pipeline.status.isInterfaceOnOverlay)
            let screen = try await stage.pipeline.capture()
            for shift in [16, 8, 0] {
                let seen = Int(screen.rgb(box.x + 20, box.y + 10) >> UInt32(shift) & 0xFF)
                #expect(abs(seen - Int(over >> UInt32(shift) & 0xFF)) <= 2, "box \(number)")
            }
            #expect(screen.rgb(box.x - 3, box.y + 10) == 0xFF_FFFF && screen.rgb(box.x + 20, box.y - 3) == 0xFF_FFFF)
            #expect(screen.rgb(200, 100) == 0xFF_FFFF)
        }
        for shown in 2...20 {
            producer.offer(luma: 235, to: inbox)
            try await stage.until { $0.tiles[.remote]?.framesShown == UInt64(shown) }
        }
        #expect(stage.pipeline.status.tiles[.remote]?.isOnOverlay == true)
        #expect(stage.pipeline.status.copiesPerFrame < painted)
        stage.pipeline.removeUserInterface()
        try await stage.until { $0.interfaceFlips == 4 }
        #expect(!stage.pipeline.status.isInterfaceOnOverlay)
        #expect(try await stage.pipeline.capture().rgb(60, 70) == 0xFF_FFFF)
        #expect(stage.pipeline.status.tiles[.remote]?.isOnOverlay == true)
    }

    @Test("A user interface over much of the screen, or one that would take a tile's plane, is painted")
    func paintedInterface() async throws {
        let stage = try Stage(mode: mode, overlayCount: 2, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: true)
        producer.offer(luma: 235, to: stage.pipeline.inbox(for: .remote))
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == true }
        let surfaces = Surfaces(width: 320, height: 180)
        let large = Rect(x: 20, y: 20, width: 280, height: 140)
        stage.pipeline.setUserInterface(try surfaces.render(large, pixel: 0xFF00_FF00), changes: Region(large))
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == false && $0.interfaceFlips == 1 }
        #expect(!stage.pipeline.status.isInterfaceOnOverlay)
        var screen = try await stage.pipeline.capture()
        #expect(screen.rgb(50, 50) == 0x00_FF00 && screen.rgb(5, 5) == 0xFF_FFFF)
        let small = Rect(x: 20, y: 20, width: 40, height: 20)
        let otherSurfaces = Surfaces(width: 320, height: 180)
        stage.pipeline.setUserInterface(try otherSurfaces.render(small, pixel: 0xFF00_FF00), changes: Region(large))
        try await stage.until { $0.tiles[.remote]?.isOnOverlay == true && $0.interfaceFlips == 2 }
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(30, 30) == 0x00_FF00 && screen.rgb(200, 100) == 0xFF_FFFF)
        stage.pipeline.setLayout(.remoteWithSelfView(.bottomRight))
        let own = try Producer(width: 320, height: 180, exportsDMABUF: true)
        own.offer(luma: 16, to: stage.pipeline.inbox(for: .selfView))
        try await stage.until {
            $0.tiles[.selfView]?.isOnOverlay == true && $0.tiles[.remote]?.isOnOverlay == false
        }
        screen = try await stage.pipeline.capture()
        #expect(screen.rgb(30, 30) == 0x00_FF00 && screen.rgb(300, 165) == 0 && screen.rgb(200, 50) == 0xFF_FFFF)
    }

    @Test("A screen opened anew has the user interface above the picture again")
    func reopened() async throws {
        let stage = try Stage(mode: mode, overlayCount: 2, layout: .remoteFull)
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: true)
        let inbox = stage.pipeline.inbox(for: .remote)
        let surfaces = Surfaces(width: 320, height: 180)
        let box = Rect(x: 40, y: 40, width: 100, height: 20)
        stage.pipeline.setUserInterface(try surfaces.render(box, pixel: 0xFF00_FF00), changes: Region(box))
        for openings in 1...3 {
            producer.offer(luma: 235, to: inbox)
            try await stage.until { $0.tiles[.remote]?.isOnOverlay == true }
            let screen = try await stage.pipeline.capture()
            #expect(screen.rgb(50, 50) == 0x00_FF00 && screen.rgb(200, 100) == 0xFF_FFFF)
            stage.cable.unplug()
            producer.offer(luma: 235, to: inbox)
            try await stage.until { $0.mode == nil }
            stage.cable.plugIn()
            stage.pipeline.reopen()
            try await stage.until { $0.mode != nil }
            #expect(stage.openings == openings + 1)
        }
    }

    @Test("Pictures of ordinary memory and mirrored ones go to planes too, without a pass where the planes can")
    func ordinaryMemory() async throws {
        let stage = try Stage(mode: mode, overlayCount: 2, layout: .remoteWithSelfView(.bottomRight))
        defer { stage.pipeline.stop() }
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: false)
        let own = try Producer(width: 320, height: 180, exportsDMABUF: false)
        for shown in 1...10 {
            producer.offer(luma: 235, to: stage.pipeline.inbox(for: .remote))
            own.offer(luma: 16, right: 235, to: stage.pipeline.inbox(for: .selfView))
            try await stage.until {
                $0.tiles[.remote]?.framesShown == UInt64(shown) && $0.tiles[.selfView]?.framesShown == UInt64(shown)
            }
        }
        let status = stage.pipeline.status
        #expect(status.tiles[.remote]?.isOnOverlay == true && status.tiles[.selfView]?.isOnOverlay == true)
        #expect(status.copiesPerFrame <= 0.2)
        let screen = try await stage.pipeline.capture()
        // Bright on the right of the camera's picture, so on the left of the mirror.
        let mirror = try #require(
            SceneLayout.remoteWithSelfView(.bottomRight).tiles(on: mode, parties: []).first { $0.id == .selfView }
        ).rect
        #expect(screen.rgb(mirror.x + mirror.width * 3 / 4, mirror.y + mirror.height / 2) == 0)
        #expect(screen.rgb(mirror.x + mirror.width / 4, mirror.y + mirror.height / 2) == 0xFF_FFFF)
        #expect(screen.rgb(50, 50) == 0xFF_FFFF)
    }
}
