import ControlProtocol

/// Changes one setting in the text of `room.yaml` and leaves the admin's comments and order alone.
///
/// An edit counts only if reading the new text gives exactly what is wanted; where the text is written in a way that this
/// does not know (flow groups, a changed value over several lines), the file is written anew, without its comments.
enum RoomFileEditor {
    private static let heading = "# The room's settings. convened keeps what config.set changes here.\n"

    /// - Parameters:
    ///   - given: what the new text has to give.
    ///   - value: the setting's new value, nil to take it out.
    static func edit(_ text: [UInt8], setting path: StatusPath, to value: JSONValue?, given: JSONValue) -> [UInt8] {
        for candidate in edited(String(decoding: text, as: UTF8.self), path: path, value: value) {
            let bytes = Array(candidate.utf8)
            if gives(bytes, given) { return bytes }
        }
        return Array(wholeFile(given).utf8)
    }

    private static func gives(_ text: [UInt8], _ given: JSONValue) -> Bool {
        guard let read = try? ConfigurationFile.parse(text, file: "", schema: RoomSchema.root) else { return false }
        // A group without settings and no group are the same.
        return RoomSchema.root.filled(read) == RoomSchema.root.filled(given) && leaves(read) == leaves(given)
    }

    private static func leaves(_ value: JSONValue) -> [String: JSONValue] {
        let tree = StatusTree(value)
        var leaves: [String: JSONValue] = [:]
        for (path, _) in RoomSchema.root.settings() { leaves[path.description] = tree.value(at: path) }
        return leaves
    }

    // MARK: - In place

    /// Texts to try, the one that suits the file best first; none when nothing here knows how it is written.
    private static func edited(_ text: String, path: StatusPath, value: JSONValue?) -> [String] {
        var lines = Lines(text)
        guard let name = path.components.last, path.components.count <= 2 else { return [] }
        guard let root = try? YAMLReader.read(Array(text.utf8), file: ""), !root.isNull else {
            guard let value else { return [text] }
            lines.append(written(path, value))
            return [lines.text]
        }
        guard var pairs = root.pairs else { return [] }
        var heading: Int?
        if path.components.count == 2, let groupName = path.components.first {
            guard let group = pairs.first(where: { $0.name == groupName }) else {
                guard let value else { return [text] }
                lines.append(written(path, value))
                return [lines.text]
            }
            guard let inner = group.value.pairs, !inner.isEmpty else { return [] }
            pairs = inner
            heading = group.nameMark.line
        }
        if let pair = pairs.first(where: { $0.name == name }) {
            guard pair.nameMark.line == pair.value.end.line else { return [] }
            let text =
                if let value {
                    lines.replacing(pair.value.mark.offset..<pair.value.end.offset, with: written(value))
                } else {
                    lines.removing(line: pair.nameMark.line)
                }
            return text.map { [$0] } ?? []
        }
        guard let value else { return [text] }
        return withNew("\(name): \(written(value))\n", among: pairs, heading: heading, lines)
    }

    /// A setting that was not there, on a line of its own: after the last of its group, or before the first where that
    /// one spans lines, whose end is not known; outside of groups at the end of the file then.
    ///
    /// - Parameter heading: the line of the group's name; nil outside of groups.
    private static func withNew(
        _ setting: String, among pairs: [YAMLNode.Pair], heading: Int?, _ lines: Lines
    ) -> [String] {
        guard let first = pairs.first, let last = pairs.last else { return [] }
        let line = String(repeating: " ", count: first.nameMark.column - 1) + setting
        var texts: [String?] = []
        if last.nameMark.line == last.value.end.line {
            texts.append(lines.inserting(line, after: last.nameMark.line))
        } else if heading == nil {
            var longer = lines
            longer.append(line)
            texts.append(longer.text)
        }
        // A comment above the first one stays with it.
        texts.append(lines.inserting(line, after: heading ?? first.nameMark.line - 1))
        return texts.compactMap { $0 }
    }

    private struct Lines {
        private(set) var text: String

        init(_ text: String) { self.text = text }

        mutating func append(_ addition: String) {
            if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
            text += addition
        }

        func replacing(_ range: Range<Int>, with replacement: String) -> String? {
            let scalars = text.unicodeScalars
            guard range.lowerBound < range.upperBound,
                let start = scalars.index(scalars.startIndex, offsetBy: range.lowerBound, limitedBy: scalars.endIndex),
                let end = scalars.index(scalars.startIndex, offsetBy: range.upperBound, limitedBy: scalars.endIndex)
            else { return nil }
            return String(scalars[..<start]) + replacement + String(scalars[end...])
        }

        func removing(line: Int) -> String? {
            var lines = split
            guard lines.indices.contains(line - 1) else { return nil }
            lines.remove(at: line - 1)
            return lines.joined(separator: "\n")
        }

        func inserting(_ addition: String, after line: Int) -> String? {
            var lines = split
            guard line >= 0, line <= lines.count else { return nil }
            lines.insert(Substring(addition.dropLast()), at: line)
            let joined = lines.joined(separator: "\n")
            return joined.hasSuffix("\n") ? joined : joined + "\n"
        }

        private var split: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    // MARK: - Anew

    /// The whole file in the order of the table.
    static func wholeFile(_ given: JSONValue) -> String {
        var text = heading
        for field in RoomSchema.root.fields {
            if case .group(let fields, _) = field.schema {
                let settings = fields.compactMap { inner in
                    given[field.name]?[inner.name].map { "  \(inner.name): \(written($0))\n" }
                }
                if !settings.isEmpty { text += "\(field.name):\n\(settings.joined())" }
            } else if let value = given[field.name] {
                text += "\(field.name): \(written(value))\n"
            }
        }
        return text
    }

    private static func written(_ path: StatusPath, _ value: JSONValue) -> String {
        let names = path.components
        guard names.count == 2, let group = names.first, let name = names.last else {
            return "\(path): \(written(value))\n"
        }
        return "\(group):\n  \(name): \(written(value))\n"
    }

    /// JSON's quoted text and lists are YAML's too, and nothing in them can be taken for something else.
    private static func written(_ value: JSONValue) -> String {
        guard case .array(let elements) = value else { return value.serialized }
        return "[\(elements.map(\.serialized).joined(separator: ", "))]"
    }
}

extension YAMLNode {
    fileprivate var pairs: [Pair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }
}
