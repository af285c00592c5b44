import DeviceMonitor
import Testing

@Suite("Device table")
struct DeviceTableTests {
    private let camera = DeviceDescription(
        subsystem: .video4linux, sysname: "video10", node: "/dev/video10", driver: "uvcvideo",
        card: "HD Camera: HD Cam",
        busPath: "/devices/pci0/usb1/1-4/1-4:1.0", properties: ["ID_SERIAL": "Vendor_Cam_1234"])

    @Test("a device is added, changed and removed")
    func life() {
        var table = DeviceTable()
        #expect(table.apply(action: "add", path: "/a", camera) == .added(camera))
        var other = camera
        other.properties["ID_V4L_PRODUCT"] = "x"
        #expect(table.apply(action: "bind", path: "/a", other) == .changed(other))
        #expect(table.apply(action: "change", path: "/a", other) == .changed(other), "a connector of a card")
        #expect(table.apply(action: "remove", path: "/a", nil) == .removed(other))
        #expect(table.all.isEmpty)
    }

    @Test("what the enumeration found already is not added again")
    func noSecondAddition() {
        var table = DeviceTable()
        table.replace(with: ["/a": camera])
        #expect(table.apply(action: "add", path: "/a", camera) == nil)
        #expect(table.all == [camera])
    }

    @Test("what is none of ours makes no event")
    func foreign() {
        var table = DeviceTable()
        #expect(table.apply(action: "add", path: "/b", nil) == nil)
        #expect(table.apply(action: "remove", path: "/b", nil) == nil)
    }

    @Test("devices come in the order of their numbers")
    func order() {
        var table = DeviceTable()
        for number in [10, 9, 2] {
            var device = camera
            device.sysname = "video\(number)"
            _ = table.apply(action: "add", path: "/\(number)", device)
        }
        #expect(table.all.map(\.sysname) == ["video2", "video9", "video10"])
    }
}

@Suite("Device match")
struct DeviceMatchTests {
    private let camera = DeviceDescription(
        subsystem: .video4linux, sysname: "video0", node: "/dev/video0", driver: "uvcvideo", card: "HD Camera: HD Cam",
        busPath: "/devices/pci0/usb1/1-4/1-4:1.0", properties: ["ID_SERIAL": "Vendor_Cam_1234"])

    @Test("each part that is given must hold, and a final asterisk stands for any rest")
    func parts() {
        #expect(DeviceMatch(subsystem: .video4linux).matches(camera))
        #expect(!DeviceMatch(subsystem: .sound).matches(camera))
        #expect(DeviceMatch(subsystem: .video4linux, driver: "uvcvideo", card: "HD Camera*").matches(camera))
        #expect(!DeviceMatch(subsystem: .video4linux, driver: "uvcvideo", card: "HD Camera").matches(camera))
        #expect(DeviceMatch(subsystem: .video4linux, busPath: "/devices/pci0/usb1/1-4/*").matches(camera))
        #expect(!DeviceMatch(subsystem: .video4linux, busPath: "/devices/pci0/usb1/1-5/*").matches(camera))
        #expect(DeviceMatch(subsystem: .video4linux, properties: ["ID_SERIAL": "Vendor_*"]).matches(camera))
        #expect(!DeviceMatch(subsystem: .video4linux, properties: ["ID_SERIAL": "Other"]).matches(camera))
        #expect(!DeviceMatch(subsystem: .video4linux, properties: ["ID_PATH": "*"]).matches(camera))
    }

    @Test("a sound card's number is that of its control node")
    func soundCard() {
        var device = camera
        device.subsystem = .sound
        device.sysname = "controlC12"
        #expect(device.soundCardNumber == 12)
        #expect(camera.soundCardNumber == nil)
    }
}
