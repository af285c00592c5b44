import DeviceMonitor
import PeerSupport
import Testing

@Suite("DeviceMonitor in the device lab", .inDeviceLab, .serialized)
struct DeviceMonitorLabTests {
    @Test("the snapshot has the camera, the encoder, the sound card and the screen, by what they are")
    func snapshot() throws {
        let devices = DeviceMonitor.snapshot()
        func node(_ match: DeviceMatch) -> String? { devices.first { match.matches($0) }?.node }
        let camera = DeviceMatch(subsystem: .video4linux, driver: "vivid", card: "vivid-000-vid-cap")
        #expect(node(camera) == Lab.videoNodes(named: "vivid-000-vid-cap").first)
        #expect(
            node(DeviceMatch(subsystem: .video4linux, driver: "vh264enc")) == Lab.videoNodes(named: "vh264enc").first)
        let loopback = try #require(devices.first { DeviceMatch(subsystem: .sound, card: "Loopback").matches($0) })
        #expect(loopback.soundCardNumber == (try Lab.soundCard(named: "Loopback")))
        #expect(loopback.driver == "snd_aloop")
        #expect(node(DeviceMatch(subsystem: .drm, card: "vkms")) == (try Lab.card(driver: "vkms")))
        #expect(node(DeviceMatch(subsystem: .video4linux, busPath: "/devices/platform/vh264enc.*")) != nil)
        #expect(devices.allSatisfy { $0.subsystem != .video4linux || $0.sysname.hasPrefix("video") })
    }

    @Test("a device that is pulled out and put back is told as removed and added, and its thread sleeps otherwise")
    func changes() async throws {
        let monitor = try DeviceMonitor()
        try monitor.start()
        var events = monitor.events.makeAsyncIterator()
        guard case .snapshot(let devices) = await events.next() else {
            Issue.record("the snapshot does not come first")
            return
        }
        #expect(devices == DeviceMonitor.snapshot())
        let calm = monitor.heartbeat
        for (plug, match) in [
            (PluggableDevice.encoder, DeviceMatch(subsystem: .video4linux, driver: "vh264enc")),
            (PluggableDevice.loopbackSound, DeviceMatch(subsystem: .sound, card: "Loopback")),
        ] {
            #expect(monitor.heartbeat == calm || match.subsystem == .sound)
            try plug.unplug()
            guard case .removed(let removed) = await events.next() else {
                Issue.record("the loss of \(plug.instance) was not told")
                return
            }
            #expect(match.matches(removed))
            try plug.plugIn()
            guard case .added(let added) = await events.next() else {
                Issue.record("the return of \(plug.instance) was not told")
                return
            }
            #expect(match.matches(added))
            #expect(try readBytes("/sys/class/\(added.subsystem.rawValue)/\(added.sysname)/dev").isEmpty == false)
        }
        monitor.stop()
    }
}
