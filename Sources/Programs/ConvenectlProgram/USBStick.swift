import Glibc
import LinuxSystem

/// A USB stick with a file system that a person's computer reads.
struct USBStick: Equatable {
    /// Such as "/dev/sda1".
    let device: String
    /// Such as "vfat".
    let type: String
    /// When udev saw it, in microseconds since the start of the system.
    let seenAt: UInt64

    static let types: Set<String> = ["vfat", "exfat", "ext4"]

    /// Those that are plugged in, the newest first. A disk of which anything is mounted is none: a box may have been
    /// started from it.
    ///
    /// - Parameter root: "" on a box; another folder in tests.
    static func all(root: String = "") -> [USBStick] {
        let blocks = "\(root)/sys/class/block"
        let names = SmallFile.names(in: blocks)
        var busyDisks: Set<String> = []
        for line in text("\(root)/proc/self/mounts").split(separator: "\n") {
            guard let device = line.split(separator: " ").first, device.hasPrefix("/dev/") else { continue }
            busyDisks.insert(disk(of: String(device.dropFirst("/dev/".count)), in: blocks))
        }
        var found: [USBStick] = []
        for name in names where !busyDisks.contains(disk(of: name, in: blocks)) {
            let number = text("\(blocks)/\(name)/dev").prefix { !$0.isNewline }
            guard !number.isEmpty else { continue }
            if let stick = stick(name, udev: text("\(root)/run/udev/data/b\(number)")) { found.append(stick) }
        }
        return found.sorted { $0.seenAt > $1.seenAt }
    }

    /// From udev's own record of a device (a line each: "E:name=value", "I:microseconds"). Pure.
    static func stick(_ name: String, udev record: String) -> USBStick? {
        var properties: [Substring: Substring] = [:]
        var seenAt: UInt64 = 0
        for line in record.split(separator: "\n") {
            let rest = line.dropFirst(2)
            if line.hasPrefix("E:"), let equals = rest.firstIndex(of: "=") {
                properties[rest[..<equals]] = rest[rest.index(after: equals)...]
            } else if line.hasPrefix("I:") {
                seenAt = UInt64(rest) ?? 0
            }
        }
        guard properties["ID_BUS"] == "usb", properties["ID_FS_USAGE"] == "filesystem",
            let type = properties["ID_FS_TYPE"].map(String.init), types.contains(type)
        else { return nil }
        return USBStick(device: "/dev/\(name)", type: type, seenAt: seenAt)
    }

    /// A partition's disk; a disk's own name.
    private static func disk(of name: String, in blocks: String) -> String {
        guard access("\(blocks)/\(name)/partition", F_OK) == 0, let path = realpath("\(blocks)/\(name)", nil) else {
            return name
        }
        defer { free(path) }
        return String(cString: path).split(separator: "/").dropLast().last.map(String.init) ?? name
    }

    private static func text(_ path: String) -> String {
        String(decoding: (try? SmallFile.read(path, maximum: 1 << 20)) ?? [], as: UTF8.self)
    }

    /// Mounts the stick in a new folder below /run, lets `body` write into it, and takes it away again, so that the
    /// stick can be pulled out when this returns. Needs root.
    func mounted<Outcome>(_ body: (_ folder: String) throws -> Outcome) throws -> Outcome {
        var template = Array("/run/convene-stick-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp(/run/convene-stick)") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(folder) }
        try mount(at: folder)
        let outcome: Outcome
        do { outcome = try body(folder) } catch {
            _ = try? ToolOutput.of(["umount", folder])
            throw error
        }
        do throws(ToolOutput.Failure) {
            _ = try ToolOutput.of(["umount", folder], within: .seconds(60))
        } catch {
            Output.complain("the USB stick \(device) did not take all that was written: \(error)")
            throw ExitStatus.inputOutput
        }
        return outcome
    }

    /// For a moment after it was plugged in `convene-usb@.service` has it, read-only.
    private func mount(at folder: String) throws {
        var left = 5
        while true {
            do throws(ToolOutput.Failure) {
                _ = try ToolOutput.of(["mount", "-o", "rw,nosuid,nodev,noexec,nosymfollow", device, folder])
                return
            } catch {
                left -= 1
                guard left > 0 else {
                    Output.complain("the USB stick \(device) cannot be mounted: \(error)")
                    throw ExitStatus.inputOutput
                }
                sleep(1)
            }
        }
    }
}
