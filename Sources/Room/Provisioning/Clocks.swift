import Glibc
import LinuxSystem

/// The clocks of one moment; given by hand in tests.
package struct Clocks: Sendable, Equatable {
    /// Seconds since 1970.
    package var wall: Int64
    /// Seconds since the boot, sleep included.
    package var sinceBoot: Int64
    /// What the kernel calls this boot.
    package var bootIdentifier: String

    package init(wall: Int64, sinceBoot: Int64, bootIdentifier: String) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        self.bootIdentifier = bootIdentifier
    }

    package static var now: Clocks {
        var wall = timespec()
        var boot = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        clock_gettime(CLOCK_BOOTTIME, &boot)
        let identifier = (try? SmallFile.read("/proc/sys/kernel/random/boot_id", maximum: 64)) ?? []
        return Clocks(
            wall: Int64(wall.tv_sec), sinceBoot: Int64(boot.tv_sec),
            bootIdentifier: String(decoding: identifier.prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
