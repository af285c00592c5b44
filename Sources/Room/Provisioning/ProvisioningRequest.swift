import ControlProtocol
import RoomConfiguration

/// One thing that is asked of a room's settings, as words: on the box's command line, over SSH, over its socket.
///
/// There is no shell and no quoting: a word with anything unusual in it is written with %XX (RFC 3986 §2.1).
package struct ProvisioningRequest: Sendable, Equatable {
    package enum Verb: String, Sendable, CaseIterable {
        case status, check, diff, apply, confirm, history, export, rollback, put, forget

        /// Whether it reads a file from the other side.
        package var takesInput: Bool {
            switch self {
            case .check, .diff, .apply, .put: true
            default: false
            }
        }
    }

    package var verb: Verb
    /// A revision's number, or the name of a file.
    package var subject: String?
    package var base: Int?
    package var confirmWithin: Int64?
    /// Bytes of the file that comes with it; when given, a file that was cut on its way is noticed.
    package var length: Int?
    package var message = ""
    package var author = ""
    package var isDryRun = false
    package var isSecret = false
    package var wantsJSON = false

    package init(_ verb: Verb) {
        self.verb = verb
    }

    /// Seconds that a confirmation may take.
    package static let confirmRange: ClosedRange<Int64> = 5...3600
    /// Bytes of all words together.
    package static let maximumLength = 4096

    /// Reads words separated by spaces, such as `apply --base=3 --confirm-within=120`.
    package init(parsing line: String) throws(ProvisioningError) {
        guard line.utf8.count <= Self.maximumLength else {
            throw .usage("the request has \(line.utf8.count) bytes; at most \(Self.maximumLength) are read")
        }
        try self.init(words: line.split(separator: " ").map(String.init))
    }

    package init(words: [String]) throws(ProvisioningError) {
        guard let name = words.first else {
            throw .usage("expected what to do: one of \(Self.verbs)")
        }
        guard let verb = Verb(rawValue: name) else {
            let nearest = Spelling.nearest(to: name, among: Verb.allCases.map(\.rawValue))
            throw .usage(
                "this account may \(Self.verbs) and nothing else, not \(Self.shown(name))"
                    + (nearest.map { "; did you mean \($0)?" } ?? ""))
        }
        self.init(verb)
        for word in words.dropFirst() {
            if word.hasPrefix("--") { try take(option: word) } else { try take(subject: word) }
        }
        if verb == .put || verb == .forget, subject == nil { throw .usage("\(name) needs the name of a file") }
    }

    private static var verbs: String { Verb.allCases.map(\.rawValue).joined(separator: ", ") }

    private mutating func take(subject word: String) throws(ProvisioningError) {
        guard subject == nil else { throw .usage("\(verb.rawValue) takes one word, not \(Self.shown(word)) as well") }
        switch verb {
        case .confirm, .export, .rollback:
            guard let number = Int(word), number > 0 else {
                throw .usage("\(verb.rawValue) takes the number of a revision, not \(Self.shown(word))")
            }
            subject = String(number)
        case .put, .forget:
            guard SecretReference.isName(word) else {
                throw .usage("\(Self.shown(word)) is no name for a file: letters, digits, - _ and . only")
            }
            subject = word
        default: throw .usage("\(verb.rawValue) takes no word, but there is \(Self.shown(word))")
        }
    }

    private mutating func take(option word: String) throws(ProvisioningError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let value = parts.count == 2 ? parts.last.map(String.init) : nil
        guard allowedOptions.contains(name) else {
            let nearest = Spelling.nearest(to: name, among: allowedOptions)
            throw .usage(
                "\(verb.rawValue) has no option \(Self.shown(name))" + (nearest.map { "; did you mean \($0)?" } ?? ""))
        }
        switch (name, value) {
        case ("--json", nil): wantsJSON = true
        case ("--dry-run", nil): isDryRun = true
        case ("--secret", nil): isSecret = true
        case ("--base", let value?):
            guard let number = Int(value), number >= 0 else { throw .usage("--base takes a revision's number") }
            base = number
        case ("--confirm-within", let value?):
            guard let seconds = Int64(value), Self.confirmRange.contains(seconds) else {
                throw .usage(
                    "--confirm-within takes \(Self.confirmRange.lowerBound) to \(Self.confirmRange.upperBound) seconds")
            }
            confirmWithin = seconds
        case ("--length", let value?):
            guard let bytes = Int(value), bytes >= 0 else { throw .usage("--length takes a number of bytes") }
            length = bytes
        case ("--message", let value?): message = try Self.decoded(value, name)
        case ("--author", let value?): author = try Self.decoded(value, name)
        default: throw .usage("\(name) is written \(Self.form(name))")
        }
    }

    private var allowedOptions: [String] {
        switch verb {
        case .apply: ["--base", "--confirm-within", "--message", "--author", "--dry-run", "--length", "--json"]
        case .check, .diff: ["--length", "--json"]
        case .rollback: ["--confirm-within", "--message", "--author", "--json"]
        case .confirm: ["--author", "--json"]
        case .put: ["--secret", "--length", "--json"]
        default: ["--json"]
        }
    }

    private static func form(_ name: String) -> String {
        switch name {
        case "--json", "--dry-run", "--secret": name
        case "--base", "--length": "\(name)=NUMBER"
        case "--confirm-within": "--confirm-within=SECONDS"
        default: "\(name)=TEXT, with %20 for a space"
        }
    }

    private static func shown(_ word: String) -> String {
        ControlField.shortened(.string(Revision.cleaned(word, 60)))
    }

    // MARK: - Words

    /// The request as words that `init(words:)` reads; none of them has a space or a sign that a shell reads.
    package var words: [String] {
        var words = [verb.rawValue]
        if let subject { words.append(subject) }
        if let base { words.append("--base=\(base)") }
        if let length { words.append("--length=\(length)") }
        if let confirmWithin { words.append("--confirm-within=\(confirmWithin)") }
        if !message.isEmpty { words.append("--message=\(Self.encoded(message))") }
        if !author.isEmpty { words.append("--author=\(Self.encoded(author))") }
        if isDryRun { words.append("--dry-run") }
        if isSecret { words.append("--secret") }
        if wantsJSON { words.append("--json") }
        return words
    }

    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_.@".utf8.contains(byte)
            if isPlain {
                result.append(byte)
            } else {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func decoded(_ text: String, _ name: String) throws(ProvisioningError) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            let pair = rest.prefix(2)
            guard pair.count == 2, let value = UInt8(String(decoding: pair, as: UTF8.self), radix: 16),
                pair.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
            else { throw .usage("\(name): after each % there have to be two digits (%20 is a space)") }
            rest = rest.dropFirst(2)
            result.append(value)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
