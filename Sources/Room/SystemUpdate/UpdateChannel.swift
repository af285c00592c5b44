/// Where updates come from and when they may come by themselves: `/run/convene-settings/update.env`, which
/// `convenectl config render` makes from room.yaml.
package struct UpdateChannel: Sendable, Equatable {
    package static let standardPath = "/run/convene-settings/update.env"

    /// Such as "stable": the folder below the source in which its bundles lie.
    package var name: String
    /// An https address or a folder or file of this box; empty when there is none.
    package var source: String
    package var isAutomatic: Bool
    /// Local time, "02:00" to "05:00"; minutes since midnight.
    package var from: Int
    package var to: Int

    package init(
        name: String = "stable", source: String = "", isAutomatic: Bool = false, from: Int = 2 * 60, to: Int = 5 * 60
    ) {
        self.name = name
        self.source = source
        self.isAutomatic = isAutomatic
        self.from = from
        self.to = to
    }

    /// - Parameter text: `NAME=value` lines; what is missing or makes no sense keeps its default.
    package init(parsing text: String) {
        self.init()
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = parts.first, let value = parts.last.map(String.init) else { continue }
            switch name {
            case "CHANNEL": if !value.isEmpty { self.name = value }
            case "SOURCE": source = value
            case "AUTOMATIC": isAutomatic = value == "yes"
            case "FROM": from = Self.minutes(value) ?? from
            case "TO": to = Self.minutes(value) ?? to
            default: break
            }
        }
    }

    /// Whether an update may come by itself at this minute of the day. Equal ends mean any time.
    package func isQuiet(minute: Int) -> Bool {
        if from == to { return true }
        return from < to ? minute >= from && minute < to : minute >= from || minute < to
    }

    /// Where this channel's bundles lie, or the one bundle that the source names; empty when there is no source.
    package var place: String {
        if source.isEmpty || source.hasSuffix(".raucb") { return source }
        return source.hasSuffix("/") ? "\(source)\(name)" : "\(source)/\(name)"
    }

    /// The bundle that a source stands for: itself when it names one, else the board's bundle in that folder.
    ///
    /// - Parameter image: as in os-release (IMAGE_ID), such as "convene-qemu-arm64".
    package static func bundle(at source: String, image: String) -> String {
        if source.hasSuffix(".raucb") { return source }
        return "\(source.hasSuffix("/") ? String(source.dropLast()) : source)/\(image).raucb"
    }

    /// Why a source cannot be one; nil when it can.
    package static func objection(to source: String) -> String? {
        if source.isEmpty {
            return "there is no update channel: set update.source in room.yaml, or name a bundle"
        }
        if source.hasPrefix("https://") || source.hasPrefix("/") { return nil }
        if source.hasPrefix("http://") {
            return "\(source) is not encrypted: updates come from an https address or a file of this box"
        }
        return "\(source) is neither an https address nor an absolute path"
    }

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hours = parts.first ?? nil, let minutes = parts.last ?? nil,
            (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        return hours * 60 + minutes
    }
}
