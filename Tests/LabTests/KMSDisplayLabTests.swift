import Composition
import KMSDisplay
import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing

@Suite("A screen of the kernel's own", .inDeviceLab, .serialized)
struct KMSDisplayLabTests {
    private func configuration(_ width: Int, _ height: Int) throws -> KMSDisplayConfiguration {
        KMSDisplayConfiguration(card: try Lab.card(driver: "vkms"), width: width, height: height)
    }

    @Test("The board's mode is set, and what is presented is on screen after the flip")
    func shows() throws {
        let display = try KMSDisplay(try configuration(1280, 720))
        defer { display.close() }
        #expect(display.mode == DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000))
        #expect(display.capabilities.name == "vkms Virtual-1")
        #expect(display.capabilities.modes.count > 10)
        #expect(try LabScreen.pixel(display, 5, 5) == 0)
        var last: DisplayFlip?
        for colour in [0xFF_0000, 0x00FF00, 0x0000FF, 0x123456] as [UInt32] {
            let buffer = try #require(display.backBuffer())
            LabScreen.fill(buffer, display.mode, colour)
            try display.present(buffer, damage: Region(display.mode.bounds))
            let flip = try LabScreen.awaitFlip(display)
            #expect(try LabScreen.pixel(display, 1279, 719) == colour)
            if let last { #expect(flip.time > last.time && flip.sequence > last.sequence) }
            last = flip
        }
    }

    @Test("Flips come at sixty a second and two buffers never are one")
    func paced() throws {
        let display = try KMSDisplay(try configuration(640, 480))
        defer { display.close() }
        var times: [MonotonicTime] = []
        for _ in 0..<60 {
            let buffer = try #require(display.backBuffer())
            try display.present(buffer, damage: Region())
            let spare = display.backBuffer()
            #expect(spare != nil && spare?.index != buffer.index)
            #expect(throws: DeviceError.self) { try display.present(spare, damage: Region()) }
            times.append(try LabScreen.awaitFlip(display).time)
        }
        let span = (times[59] - times[0]) / 59
        print("figure: a flip each \(Double(span) / 1e6) ms on vkms at 59.94 Hz")
        // A loaded host makes vkms late, never early.
        #expect(span > 16_500_000)
    }

    @Test("A second program is told who holds the screen")
    func held() async throws {
        let card = try Lab.card(driver: "vkms")
        let folder = try TemporaryFolder()
        let script = """
            id=$(modetest -M vkms -c | awk '$3 == "connected" { print $1; exit }')
            exec stdbuf -oL modetest -M vkms -s $id:640x480
            """
        let holder = try ChildProcess("sh", ["-c", script], logPath: "\(folder.path)/log")
        try await holder.output(containing: "setting mode")
        let refused = #expect(throws: DeviceError.self) { try KMSDisplay(KMSDisplayConfiguration(card: card)) }
        let error = try #require(refused)
        #expect(error.kind == .busy)
        #expect(error.detail.contains("modetest (pid "))
        await holder.stop()
    }

    @Test("Standby switches the signal off, and the picture is there again afterwards")
    func standby() throws {
        let display = try KMSDisplay(try configuration(1280, 720))
        defer { display.close() }
        let buffer = try #require(display.backBuffer())
        LabScreen.fill(buffer, display.mode, 0xFFFFFF)
        try display.present(buffer, damage: Region(display.mode.bounds))
        _ = try LabScreen.awaitFlip(display)
        try display.setActive(false)
        #expect(try LabScreen.pixel(display, 9, 9) == 0)
        try display.setActive(true)
        #expect(try LabScreen.pixel(display, 9, 9) == 0xFFFFFF)
        let next = try #require(display.backBuffer())
        try display.present(next, damage: Region())
        _ = try LabScreen.awaitFlip(display)
    }

    @Test("Closing puts back what was on screen before")
    func restores() async throws {
        let path = try Lab.card(driver: "vkms")
        let before = try OtherScreen(card: path)
        try before.show(width: 800, height: 600)
        let shown = try before.state()
        #expect(shown.width == 800 && shown.framebuffer != 0)
        try before.giveUpMaster()
        do {
            let display = try KMSDisplay(try configuration(1280, 720))
            let buffer = try #require(display.backBuffer())
            try display.present(buffer, damage: Region())
            #expect(try before.state().width == 1280)
            display.close()
        }
        #expect(try before.state() == shown)
    }

    @Test("A connector that nothing is plugged into, and one that does not exist, are told apart")
    func connectors() async throws {
        let screen = try await VirtualScreen("plug")
        try screen.unplug()
        let empty = #expect(throws: DeviceError.self) { try KMSDisplay(KMSDisplayConfiguration(card: screen.card)) }
        #expect(empty?.kind == .gone && empty?.detail.contains("nothing is plugged into Virtual-") == true)
        try screen.plugIn()
        let wrong = #expect(throws: DeviceError.self) {
            try KMSDisplay(KMSDisplayConfiguration(card: screen.card, connector: "HDMI-A-9"))
        }
        #expect(wrong?.kind == .unsupported && wrong?.detail.contains("Virtual-") == true)
        do {
            let display = try KMSDisplay(KMSDisplayConfiguration(card: screen.card))
            #expect(try display.connectorChanged() == .unchanged)
            try screen.unplug()
            let gone = #expect(throws: DeviceError.self) { try display.connectorChanged() }
            #expect(gone?.kind == .gone)
            display.close()
            try screen.plugIn()
        }
        try await screen.remove()
    }
}
