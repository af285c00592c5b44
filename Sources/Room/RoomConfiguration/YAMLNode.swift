/// A piece of a YAML file with the place where it begins.
struct YAMLNode: Sendable, Equatable {
    indirect enum Content: Sendable, Equatable {
        /// `isPlain`: without quotes, so that it may stand for a number, a truth value or nothing.
        case scalar(text: String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Pair])
    }

    struct Pair: Sendable, Equatable {
        let name: String
        let nameMark: Mark
        let value: YAMLNode
    }

    /// Line and column counted from 1, offset from 0; columns and offsets are Unicode scalars.
    struct Mark: Sendable, Equatable {
        let line: Int
        let column: Int
        let offset: Int
    }

    let content: Content
    /// Where it begins.
    let mark: Mark
    /// The place after its last character; after a block this may be some lines further down.
    let end: Mark

    /// Nothing, `~` or `null` without quotes.
    var isNull: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return text.isEmpty || text == "~" || text.lowercased() == "null"
    }

    /// What stands there, for a sentence.
    var summary: String {
        switch content {
        case .scalar where isNull: return "nothing"
        case .scalar(let text, let isPlain):
            return isPlain ? Self.shortened(text) : "the text \"\(Self.shortened(text))\""
        case .sequence: return "a list"
        case .mapping: return "a group of settings"
        }
    }

    /// At most 40 letters on one line, as sentences quote what stands in a file.
    static func shortened(_ text: String) -> String {
        let shown = text.count <= 40 ? text : "\(text.prefix(37))..."
        return String(shown.map { $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 ? " " : $0 })
    }
}
