import ControlProtocol

/// One state of the room's settings as it was kept: its number, and who made it when and why.
package struct Revision: Sendable, Equatable {
    /// How it came about.
    package enum Origin: String, Sendable {
        case apply, rollback, room, usb, factory
    }

    /// From 1 up; never given twice.
    package let number: Int
    /// Seconds since 1970.
    package let time: Int64
    /// Such as "anna@laptop".
    package let author: String
    /// Why; may be empty.
    package let message: String
    package let origin: Origin
    /// The revision that it was made from; nil for the first.
    package let base: Int?
    /// The digest of the file as `sha256:…`.
    package let digest: String

    var json: JSONValue {
        [
            "number": JSONValue(number), "time": .integer(time), "author": .string(author),
            "message": .string(message), "origin": .string(origin.rawValue),
            "base": base.map { JSONValue($0) } ?? .null, "digest": .string(digest),
        ]
    }

    init(
        number: Int, time: Int64, author: String, message: String, origin: Origin, base: Int?, digest: String
    ) {
        self.number = number
        self.time = time
        self.author = Self.cleaned(author, 128)
        self.message = Self.cleaned(message, 500)
        self.origin = origin
        self.base = base
        self.digest = digest
    }

    /// Nil when it is not what `json` writes.
    init?(_ json: JSONValue) {
        guard let number = json["number"]?.integerValue, number > 0, let time = json["time"]?.integerValue,
            let origin = json["origin"]?.stringValue.flatMap(Origin.init(rawValue:))
        else { return nil }
        self.init(
            number: Int(clamping: number), time: time, author: json["author"]?.stringValue ?? "",
            message: json["message"]?.stringValue ?? "", origin: origin,
            base: json["base"]?.integerValue.map { Int(clamping: $0) }, digest: json["digest"]?.stringValue ?? "")
    }

    /// One line without anything that steers a terminal, cut at a length in bytes.
    static func cleaned(_ text: String, _ maximum: Int) -> String {
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let isHarmless =
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: false
                default: true
                }
            let kept: Unicode.Scalar = isHarmless ? scalar : " "
            bytes += UTF8.width(kept)
            guard bytes <= maximum else { break }
            result.append(kept)
        }
        return String(result)
    }
}

/// A revision that goes back by itself unless somebody confirms it.
package struct PendingChange: Sendable, Equatable {
    /// The revision that waits.
    package let revision: Int
    /// What comes back; nil: there were no settings before.
    package let back: Int?
    /// Seconds since 1970, by the box's clock.
    package let deadline: Int64
    /// How long there was from the beginning, in seconds.
    package let seconds: Int64
    /// The same moment by the clock that nobody can set (CLOCK_BOOTTIME, seconds); counts in the same boot only.
    package let bootDeadline: Int64
    package let bootIdentifier: String

    var json: JSONValue {
        [
            "revision": JSONValue(revision), "back": back.map { JSONValue($0) } ?? .null,
            "deadline": .integer(deadline), "seconds": .integer(seconds), "boot_deadline": .integer(bootDeadline),
            "boot": .string(bootIdentifier),
        ]
    }

    init(
        revision: Int, back: Int?, deadline: Int64, seconds: Int64, bootDeadline: Int64, bootIdentifier: String
    ) {
        self.revision = revision
        self.back = back
        self.deadline = deadline
        self.seconds = seconds
        self.bootDeadline = bootDeadline
        self.bootIdentifier = bootIdentifier
    }

    init?(_ json: JSONValue) {
        guard let revision = json["revision"]?.integerValue, let deadline = json["deadline"]?.integerValue,
            let seconds = json["seconds"]?.integerValue, let bootDeadline = json["boot_deadline"]?.integerValue,
            let boot = json["boot"]?.stringValue
        else { return nil }
        self.init(
            revision: Int(clamping: revision), back: json["back"]?.integerValue.map { Int(clamping: $0) },
            deadline: deadline, seconds: seconds, bootDeadline: bootDeadline, bootIdentifier: boot)
    }

    /// Seconds that are left, 0 when it is over.
    ///
    /// Within one boot a clock that is set does not matter. After a reboot the wall clock counts, but never for more
    /// than there was from the beginning: a box without a battery may come up in the past.
    package func secondsLeft(_ now: Clocks) -> Int64 {
        if now.bootIdentifier == bootIdentifier { return max(0, bootDeadline - now.sinceBoot) }
        return min(max(0, deadline - now.wall), seconds)
    }
}
