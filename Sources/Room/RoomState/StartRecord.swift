import Glibc
import LinuxSystem

/// Counts the starts that came to nothing, so that a room that ends again and again can start with less.
///
/// A start counts until it has lived for `goodLife` or was ended as asked. No clock is needed for that, so a box whose
/// time is wrong at the start counts right. Of several folders the first that can be written keeps the number; all are
/// read. Blocks for as long as a small file takes; it is not synced, since a process that dies takes no page with it.
package struct StartRecord: Sendable {
    /// After so many starts in a row that came to nothing the next one is a careful one.
    package static let limit = 3
    /// How long a start has to live before it counts as a good one.
    package static let goodLife = Duration.seconds(180)

    private let paths: [String]

    /// - Parameter folders: from the first choice on; those that do not exist are passed over.
    package init(folders: [String]) {
        paths = folders.map { "\($0)/unfinished-starts" }
    }

    /// Notes a start.
    ///
    /// - Returns: how many before it, in a row, came to nothing.
    package func begin() -> Int {
        let before = paths.map(Self.number).max() ?? 0
        let text = "\(min(before + 1, 1_000_000))\n"
        for path in paths where Self.write(text, to: path) { break }
        return before
    }

    /// The start has lived long enough, or was ended as asked.
    package func settle() {
        for path in paths { unlink(path) }
    }

    private static func number(in path: String) -> Int {
        guard let bytes = try? SmallFile.read(path, maximum: 64, flags: O_NONBLOCK) else { return 0 }
        let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return min(max(Int(String(decoding: digits, as: UTF8.self)) ?? 0, 0), 1_000_000)
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
