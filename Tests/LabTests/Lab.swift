import Glibc
import PeerSupport
import Testing

/// The device lab as a test sees it: kernel devices found by what they are, pulled out and put back.
enum Lab {
    /// True inside the guest, where these tests run (`make test-lab`).
    static let isRunning = getenv("CONVENE_LAB") != nil

    /// The folder that is kept after the guest has ended.
    static let outputFolder = "/run/out"

    /// The nodes (/dev/videoN, /dev/v4l-subdevN) whose sysfs name is `name`, lowest number first.
    static func videoNodes(named name: String) -> [String] {
        entries(of: "/sys/class/video4linux")
            .filter { $0.hasPrefix("video") && sysfsName("video4linux/\($0)") == name }
            .sorted { ($0.count, $0) < ($1.count, $1) }
            .map { "/dev/\($0)" }
    }

    /// The one node of that name, or a failed requirement.
    static func videoNode(named name: String) throws -> String {
        try #require(videoNodes(named: name).first, "no video node is named '\(name)'")
    }

    /// The DRM card of the driver `driver`, as "/dev/dri/card0".
    static func card(driver: String) throws -> String {
        let numbers = entries(of: "/sys/class/drm").compactMap { Int($0.dropFirst(4)) }
        let found = numbers.first {
            (try? readText("/sys/kernel/debug/dri/\($0)/name"))?.hasPrefix("\(driver) ") == true
        }
        return "/dev/dri/card\(try #require(found, "no DRM card of the driver '\(driver)'"))"
    }

    /// The sound card's number by its id ("Loopback", "Dummy").
    static func soundCard(named identifier: String) throws -> Int {
        let cards = entries(of: "/proc/asound").filter { $0.hasPrefix("card") && Int($0.dropFirst(4)) != nil }
        let found = cards.first { (try? readText("/proc/asound/\($0)/id"))?.trimmed == identifier }
        let card = try #require(found, "no sound card is called '\(identifier)'")
        return try #require(Int(card.dropFirst(4)))
    }

    /// Writes a driver's module parameter, as `set("vh264enc", "fault_stall", "1")`.
    static func set(_ module: String, _ parameter: String, _ value: String) throws {
        try writeText(value, to: "/sys/module/\(module)/parameters/\(parameter)")
    }

    /// Runs a command line in the guest's shell, requires that it succeeds, and gives what it printed.
    @discardableResult
    static func shell(_ command: String, within limit: Duration = .seconds(60)) async throws -> String {
        let folder = try TemporaryFolder()
        let child = try ChildProcess("sh", ["-c", command], logPath: "\(folder.path)/log")
        let outcome = try await child.wait(within: limit)
        let log = child.log
        try #require(outcome == .exited(status: 0), "\(command)\n\(log)")
        return log
    }

    /// Sets controls of a video node, as `setControls(camera, "test_pattern=5")`; buttons take any value.
    static func setControls(_ node: String, _ controls: String) async throws {
        let out = try await shell("v4l2-ctl -d \(node) -c \(controls)")
        // v4l2-ctl ends with 0 whatever happens; a refused control is a line of its own.
        try #require(out.isEmpty, "\(controls): \(out)")
    }

    private static func sysfsName(_ device: String) -> String? {
        (try? readText("/sys/class/\(device)/name"))?.trimmed
    }
}

/// A device that can be pulled out and put back, by its driver's bind and unbind files.
struct PluggableDevice: Sendable {
    /// All of vivid's cameras at once: it is one device, whatever the number of cameras.
    static let cameras = PluggableDevice(driver: "vivid", instance: "vivid.0")
    static let encoder = PluggableDevice(driver: "vh264enc", instance: "vh264enc.0")
    /// vicodec's encoders and decoders.
    static let codec = PluggableDevice(driver: "vicodec", instance: "vicodec.0")
    static let loopbackSound = PluggableDevice(driver: "snd_aloop", instance: "snd_aloop.0")

    /// The driver's name under /sys/bus/platform/drivers.
    let driver: String
    /// The device's name there.
    let instance: String

    func unplug() throws {
        try writeText(instance, to: "/sys/bus/platform/drivers/\(driver)/unbind")
    }

    func plugIn() throws {
        try writeText(instance, to: "/sys/bus/platform/drivers/\(driver)/bind")
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only inside the device lab.
    static var inDeviceLab: Self {
        .enabled(if: Lab.isRunning, "it runs inside the device lab: make test-lab")
    }
}

extension String {
    /// Without the newline that the files of /sys and /proc end with.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
