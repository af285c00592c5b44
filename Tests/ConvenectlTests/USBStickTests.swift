import Glibc
import PeerSupport
import Testing

@testable import ConvenectlProgram

@Suite("USB sticks")
struct USBStickTests {
    private static let record =
        "S:disk/by-id/usb-x\nI:4100200\nE:ID_BUS=usb\nE:ID_FS_USAGE=filesystem\nE:ID_FS_TYPE=vfat\nG:systemd\n"

    @Test("A stick is what udev calls a file system on USB, of a kind that other computers read")
    func records() {
        #expect(
            USBStick.stick("sda1", udev: Self.record) == USBStick(device: "/dev/sda1", type: "vfat", seenAt: 4_100_200))
        for (from, to) in [
            ("usb\n", "ata\n"), ("vfat", "crypto_LUKS"), ("=filesystem", "=raid"), ("E:ID_FS_TYPE", "X:Y"),
        ] {
            let other = Self.record.replacing(from, with: to)
            #expect(other != Self.record && USBStick.stick("sda1", udev: other) == nil, "\(to)")
        }
        #expect(USBStick.stick("sda1", udev: "") == nil)
    }

    @Test("The newest stick comes first, and a disk that the box runs from is none")
    func choice() throws {
        let folder = try TemporaryFolder()
        let root = folder.path
        for path in [
            "sys/class/block", "run/udev/data", "proc/self", "sys/devices/sda/sda1", "sys/devices/sda/sda2",
            "sys/devices/sdb/sdb1", "sys/devices/sdc",
        ] {
            var made = root
            for part in path.split(separator: "/") {
                made += "/\(part)"
                mkdir(made, 0o755)
            }
        }
        func disk(_ name: String, at place: String, number: String, seen: Int, isPartition: Bool = true) throws {
            symlink("../../devices/\(place)", "\(root)/sys/class/block/\(name)")
            try writeText("\(number)\n", to: "\(root)/sys/devices/\(place)/dev")
            if isPartition { try writeText("1\n", to: "\(root)/sys/devices/\(place)/partition") }
            try writeText(
                Self.record.replacing("I:4100200", with: "I:\(seen)"), to: "\(root)/run/udev/data/b\(number)")
        }
        try disk("sda1", at: "sda/sda1", number: "8:1", seen: 900)
        try disk("sda2", at: "sda/sda2", number: "8:2", seen: 900)
        try disk("sdb1", at: "sdb/sdb1", number: "8:17", seen: 200)
        try disk("sdc", at: "sdc", number: "8:32", seen: 300, isPartition: false)
        try writeText("/dev/root / erofs ro 0 0\n/dev/sda2 /var ext4 rw 0 0\n", to: "\(root)/proc/self/mounts")
        #expect(USBStick.all(root: root).map(\.device) == ["/dev/sdc", "/dev/sdb1"])
        #expect(USBStick.all(root: "\(root)/nowhere") == [])
    }
}
