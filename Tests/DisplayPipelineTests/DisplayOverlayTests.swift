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
        let stage = try Stage(mode: mode, overlayCount: 1)
        defer { stage.pipeline.stop() }
        stage.pipeline.setLayout(.remoteFull)
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
        let stage = try Stage(mode: mode, overlayCount: 1)
        defer { stage.pipeline.stop() }
        stage.pipeline.setLayout(.remoteFull)
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
        let stage = try Stage(mode: mode, overlayCount: 1)
        defer { stage.pipeline.stop() }
        stage.pipeline.setLayout(.remoteFull)
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

    @Test("Pictures of ordinary memory and mirrored ones go to planes too, after one pass")
    func ordinaryMemory() async throws {
        let stage = try Stage(mode: mode, overlayCount: 2)
        defer { stage.pipeline.stop() }
        stage.pipeline.setLayout(.remoteWithSelfView(.bottomRight))
        let producer = try Producer(width: 320, height: 180, exportsDMABUF: false)
        let own = try Producer(width: 320, height: 180, exportsDMABUF: false)
        for shown in 1...10 {
            producer.offer(luma: 235, to: stage.pipeline.inbox(for: .remote))
            own.offer(luma: 16, to: stage.pipeline.inbox(for: .selfView))
            try await stage.until {
                $0.tiles[.remote]?.framesShown == UInt64(shown) && $0.tiles[.selfView]?.framesShown == UInt64(shown)
            }
        }
        let status = stage.pipeline.status
        #expect(status.tiles[.remote]?.isOnOverlay == true && status.tiles[.selfView]?.isOnOverlay == true)
        let screen = try await stage.pipeline.capture()
        #expect(screen.rgb(300, 165) == 0 && screen.rgb(50, 50) == 0xFF_FFFF)
    }
}
