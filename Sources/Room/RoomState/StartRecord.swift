import Glibc
import LinuxSystem

/// Counts the starts that came to nothing, so that a room that ends again and again can start with less.
///
/// A start counts until it has lived for `goodLife` or was ended as asked. A start of an earlier boot was cut short by a
/// plug that was pulled as likely as by a device that took the kernel with it: those count apart, with a limit of their
/// own, so that somebody who turns the strip off and on does not lose the camera. No clock is needed, so a box whose time
/// is wrong at the start counts right. Of several folders the first that can be written keeps the numbers; all are read.
/// Blocks for as long as a small file takes; it is not synced, since a process that dies takes no page with it.
package struct StartRecord: Sendable {
    /// After so many starts of this boot in a row that came to nothing the next one is a careful one.
    package static let limit = 3
    /// After so many boots in a row that were cut short within `goodLife` the next start is a careful one.
    package static let bootLimit = 6
    /// How long a start has to live before it counts as a good one.
    package static let goodLife = Duration.seconds(180)

    /// Starts in a row that came to nothing.
    package struct Unfinished: Sendable, Equatable {
        /// Of this boot.
        package var starts = 0
        /// Earlier boots whose last start had not settled.
        package var boots = 0

        package init(starts: Int = 0, boots: Int = 0) {
            self.starts = starts
            self.boots = boots
        }

        /// How many came to nothing where the next start has to be a careful one; nil where it can do all.
        package var tooMany: Int? {
            if starts >= StartRecord.limit { return starts }
            return boots >= StartRecord.bootLimit ? boots : nil
        }

        /// Whether it is the boots that are too many, and not the starts.
        package var areBoots: Bool { starts < StartRecord.limit && boots >= StartRecord.bootLimit }
    }

    private let paths: [String]
    private let bootID: String

    /// - Parameters:
    ///   - folders: from the first choice on; those that do not exist are passed over.
    ///   - bootID: of the running kernel, as random(4) tells it in `boot_id`.
    package init(folders: [String], bootID: String = Self.runningBootID()) {
        paths = folders.map { "\($0)/unfinished-starts" }
        self.bootID = bootID
    }

    /// Notes a start.
    ///
    /// - Returns: how many before it, in a row, came to nothing.
    package func begin() -> Unfinished {
        let records = paths.map(record)
        let before = Unfinished(
            starts: records.map(\.starts).max() ?? 0, boots: records.map(\.boots).max() ?? 0)
        let text = "\(min(before.starts + 1, Self.most)) \(before.boots) \(bootID)\n"
        for path in paths where Self.write(text, to: path) { break }
        return before
    }

    /// The start has lived long enough, or was ended as asked.
    package func settle() {
        for path in paths { unlink(path) }
    }

    /// The kernel's number of this boot; empty where the kernel does not tell, and every start is of one boot then.
    package static func runningBootID() -> String {
        guard let bytes = try? SmallFile.read("/proc/sys/kernel/random/boot_id", maximum: 64) else { return "" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static let most = 1_000_000

    /// What a file tells this boot: "starts boots boot-id".
    private func record(in path: String) -> Unfinished {
        guard let bytes = try? SmallFile.read(path, maximum: 128, flags: O_NONBLOCK) else { return Unfinished() }
        let parts = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let starts = Int(parts[0]), let boots = Int(parts[1]),
            (0...Self.most).contains(starts), (0...Self.most).contains(boots)
        else { return Unfinished() }
        if parts[2] == bootID { return Unfinished(starts: starts, boots: boots) }
        return Unfinished(boots: min(boots + (starts > 0 ? 1 : 0), Self.most))
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let temporary = "\(path).new"
        do throws(SystemError) {
            let file = try FileDescriptor.open(
                temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o640)
            let raw = file.borrowed.rawValue
            let bytes = Array(text.utf8)
            let count = try retryingOnInterrupt("write(\(temporary))") {
                Int32(clamping: Glibc.write(raw, bytes, bytes.count))
            }
            guard Int(count) == bytes.count else { return false }
            try retryingOnInterrupt("rename(\(temporary))") { rename(temporary, path) }
            return true
        } catch {
            return false
        }
    }
}
