import Composition
import KMSDisplay
import LinuxSystem
import MediaPipelines
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing

@Suite("What the kernel makes of planes", .inDeviceLab, .serialized)
struct KMSPlaneMixingLabTests {
    private let width = 1280
    private let height = 720

    /// A picture of stripes, darker to the right.
    private func stripes(_ pool: FramePool, isMirrored: Bool = false) throws -> FrameHandle {
        let slot = try #require(pool.takeReturned())
        pool.update(slot) { frame in
            let luma = frame.planes.0
            for y in 0..<frame.format.height {
                for x in 0..<frame.format.width {
                    let column = isMirrored ? frame.format.width - 1 - x : x
                    luma.base?.storeBytes(
                        of: UInt8(16 + column * 200 / frame.format.width), toByteOffset: y * luma.stride + x,
                        as: UInt8.self)
                }
            }
            frame.planes.1.base?.initializeMemory(as: UInt8.self, repeating: 128, count: frame.planes.1.byteCount)
        }
        return pool.lend(slot)
    }

    private func show(_ display: KMSDisplay, painted colour: UInt32, in rect: Rect) throws {
        let buffer = try #require(display.backBuffer())
        LabScreen.fill(buffer, display.mode, 0)
        for y in rect.y..<rect.bottom {
            (buffer.base + y * buffer.stride + rect.x * 4).initializeMemory(
                as: UInt32.self, repeating: colour, count: rect.width)
        }
        try display.present(buffer, damage: Region(display.mode.bounds))
        _ = try LabScreen.awaitFlip(display)
    }

    @Test("Mirrored by the plane is the same screen as mirrored by the processor, and reads back so")
    func mirrors() async throws {
        let screen = try await VirtualScreen("mirror", overlays: 2)
        do {
            let display = try KMSDisplay(KMSDisplayConfiguration(card: screen.card, width: width, height: height))
            let mirroring = display.capabilities.overlays.map(\.mirrors)
            #expect(mirroring == [true, true])
            let format = VideoFormat(.nv12, width: 640, height: 360)
            let pool = try #require(display.makePlanePictures(format, count: 2))
            let source = Rect(width: 640, height: 360)
            let place = Rect(x: 200, y: 100, width: 640, height: 360)
            func checksum(_ frame: borrowing FrameHandle, isMirrored: Bool) async throws -> (String, [UInt8]) {
                display.unstageOverlays()
                let staged = try display.stageOverlay(
                    frame, source: source, destination: place, isMirrored: isMirrored)
                #expect(staged)
                try display.present(nil, damage: Region())
                _ = try LabScreen.awaitFlip(display)
                return (try await ScreenChecksum.read(screen.card), try LabScreen.screen(display))
            }
            let plain = try stripes(pool)
            let turned = try stripes(pool, isMirrored: true)
            let (asItIs, _) = try await checksum(plain, isMirrored: false)
            let (byPlane, byPlaneRead) = try await checksum(plain, isMirrored: true)
            let (byProcessor, byProcessorRead) = try await checksum(turned, isMirrored: false)
            #expect(asItIs != byPlane)
            #expect(byPlane == byProcessor)
            #expect(byPlaneRead == byProcessorRead)
            display.close()
        }
        try await screen.remove()
    }

    @Test("The user interface on its plane is the same screen as painted, whether it covers or shines through")
    func blends() async throws {
        let screen = try await VirtualScreen("blend", overlays: 2)
        do {
            let display = try KMSDisplay(KMSDisplayConfiguration(card: screen.card, width: width, height: height))
            let size = VideoFormat(.argb8888, width: 200, height: 60)
            let pool = try #require(display.makePlanePictures(size, count: 2))
            let place = Rect(x: 100, y: 600, width: 200, height: 60)
            // Premultiplied: half clear green over black is half as bright.
            for (pixel, seen) in [(UInt32(0xFF00_FF00), UInt32(0x00_FF00)), (0x8000_8000, 0x00_8000)] {
                display.unstageOverlays()
                try show(display, painted: seen, in: place)
                let painted = try await ScreenChecksum.read(screen.card)
                try show(display, painted: 0, in: place)
                let black = try await ScreenChecksum.read(screen.card)
                let slot = try #require(pool.takeReturned())
                pool.update(slot) { frame in
                    for y in 0..<60 {
                        guard let base = frame.planes.0.base else { return }
                        (base + y * frame.planes.0.stride).initializeMemory(
                            as: UInt32.self, repeating: pixel, count: 200)
                    }
                }
                let staged = try display.stageOverlay(
                    pool.lend(slot), source: Rect(width: 200, height: 60), destination: place)
                #expect(staged)
                try display.present(nil, damage: Region())
                _ = try LabScreen.awaitFlip(display)
                let mixed = try await ScreenChecksum.read(screen.card)
                #expect(mixed == painted)
                #expect(painted != black)
                #expect(try LabScreen.pixel(display, 150, 620) == seen)
                display.unstageOverlays()
                try display.present(nil, damage: Region())
                _ = try LabScreen.awaitFlip(display)
                let after = try await ScreenChecksum.read(screen.card)
                #expect(after == black)
            }
            display.close()
        }
        try await screen.remove()
    }

    @Test("In a call the camera's picture stays on its plane below the call's bar, without a pass of the CPU")
    func pipeline() async throws {
        let screen = try await VirtualScreen("bar", overlays: 2)
        let card = screen.card
        let open: DisplayPipeline.Opener = { () throws(DeviceError) in
            try KMSDisplay(KMSDisplayConfiguration(card: card, width: 1280, height: 720))
        }
        let pipeline = try DisplayPipeline(events: { _ in }, open: open)
        try pipeline.start()
        pipeline.setLayout(.remoteFull)
        let memory = PictureMemory(VideoFormat(.argb8888, width: width, height: height))
        let bar = Rect(x: 32, y: 612, width: 354, height: 76)
        var surface = UserInterfaceSurface(
            base: try #require(memory.frame.planes.0.base), width: width, height: height,
            stride: memory.frame.planes.0.stride, occupied: Region(bar))
        surface.base.initializeMemory(as: UInt8.self, repeating: 0, count: surface.stride * height)
        for y in bar.y..<bar.bottom {
            (surface.base + y * surface.stride + bar.x * 4).initializeMemory(
                as: UInt32.self, repeating: 0xFF12_3456, count: bar.width)
        }
        surface.occupied = Region(bar)
        let surfaces = UserInterfacePool([surface], owner: memory)
        let slot = try #require(surfaces.takeReturned())
        pipeline.setUserInterface(surfaces.lend(slot), changes: Region(bar))
        let feeder = try CameraFeeder(pipeline.inbox(for: .remote))
        try await eventually("thirty pictures on a plane") {
            let tile = pipeline.status.tiles[.remote]
            return tile?.isOnOverlay == true && tile?.framesShown ?? 0 >= 30 ? true : nil
        }
        // The screen before the first picture was painted with the bar, for each of its buffers.
        #expect(pipeline.status.copiesPerFrame < 0.25)
        let captured = try await pipeline.capture()
        #expect(Set(captured.line(360, step: 40)).count > 5, "colour bars have several colours")
        #expect(captured.line(650, step: 1)[40..<380].allSatisfy { $0 == 0x12_3456 })
        feeder.stop()
        pipeline.stop()
        try await screen.remove()
    }
}
