internal import CYAML

/// Reads a YAML 1.1 file with libyaml and keeps the place of everything in it.
///
/// libyaml itself and not Yams, which is the same parser behind Foundation: Foundation raised the resident memory of a
/// process that does nothing from 7.3 to 21.6 MB (4.4 to 15.0 MB and a binary of 73 MB when linked statically), and the
/// whole idle room has 25 MB.
///
/// Aliases, tags and a second document are refused: no setting needs them, and aliases can make a small file huge.
enum YAMLReader {
    /// Bytes of the largest file that is read.
    static let maximumBytes = 256 * 1024
    /// How deep groups and lists may lie inside each other.
    static let maximumDepth = 32

    /// The document, nil when there is nothing but comments.
    static func read(_ text: [UInt8], file: String) throws(ConfigurationError) -> YAMLNode? {
        guard text.count <= maximumBytes else {
            throw ConfigurationError([
                ConfigurationIssue(file: file, message: "expected at most \(maximumBytes) bytes, found more")
            ])
        }
        // libyaml wants an address even for nothing.
        let events = try YAMLEvents(file: file, text: text.isEmpty ? [0x0A] : text)
        return try events.readDocument()
    }
}

/// The owner of one libyaml parser, which has to stay where it is: it holds a pointer to itself.
private struct YAMLEvents: ~Copyable {
    private enum Event {
        case alias
        case scalar(text: String, isPlain: Bool, hasTag: Bool)
        case sequenceStart(hasTag: Bool)
        case sequenceEnd
        case mappingStart(hasTag: Bool)
        case mappingEnd
        case documentStart
        case streamEnd
        case other
    }

    private struct Positioned {
        let event: Event
        let mark: YAMLNode.Mark
        let end: YAMLNode.Mark
    }

    let file: String
    /// Never empty.
    private let text: [UInt8]
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(file: String, text: [UInt8]) throws(ConfigurationError) {
        self.file = file
        self.text = text
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw ConfigurationError([ConfigurationIssue(file: file, message: "there is no memory to read it")])
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    func readDocument() throws(ConfigurationError) -> YAMLNode? {
        try text.withUnsafeBufferPointer { text throws(ConfigurationError) -> YAMLNode? in
            yaml_parser_set_input_string(parser, text.baseAddress, text.count)
            return try readStream()
        }
    }

    private func readStream() throws(ConfigurationError) -> YAMLNode? {
        var document: YAMLNode?
        var documents = 0
        while true {
            let next = try next()
            switch next.event {
            case .streamEnd: return document
            case .documentStart:
                documents += 1
                guard documents == 1 else { throw failure(next.mark, "expected one document, found a second") }
                document = try node(try self.next(), depth: 0)
            default: continue
            }
        }
    }

    private func node(_ start: Positioned, depth: Int) throws(ConfigurationError) -> YAMLNode {
        guard depth < YAMLReader.maximumDepth else {
            throw failure(start.mark, "expected at most \(YAMLReader.maximumDepth) levels")
        }
        switch start.event {
        case .scalar(let text, let isPlain, let hasTag):
            guard !hasTag else { throw failure(start.mark, "expected a value without a tag (!)") }
            return YAMLNode(content: .scalar(text: text, isPlain: isPlain), mark: start.mark, end: start.end)
        case .sequenceStart(let hasTag):
            guard !hasTag else { throw failure(start.mark, "expected a list without a tag (!)") }
            var elements: [YAMLNode] = []
            while true {
                let next = try next()
                if case .sequenceEnd = next.event {
                    return YAMLNode(content: .sequence(elements), mark: start.mark, end: next.end)
                }
                elements.append(try node(next, depth: depth + 1))
            }
        case .mappingStart(let hasTag):
            guard !hasTag else { throw failure(start.mark, "expected a group without a tag (!)") }
            return try mapping(start.mark, depth: depth)
        case .alias: throw failure(start.mark, "expected a value, found an alias (*)")
        default: throw failure(start.mark, "expected a value")
        }
    }

    private func mapping(_ mark: YAMLNode.Mark, depth: Int) throws(ConfigurationError) -> YAMLNode {
        var pairs: [YAMLNode.Pair] = []
        var lines: [String: Int] = [:]
        while true {
            let name = try next()
            if case .mappingEnd = name.event {
                return YAMLNode(content: .mapping(pairs), mark: mark, end: name.end)
            }
            guard case .scalar(let text, _, false) = name.event else {
                throw failure(name.mark, "expected the name of a setting")
            }
            if let line = lines[text] {
                throw failure(
                    name.mark, "expected each name once, \(YAMLNode.shortened(text)) stands in line \(line) already")
            }
            lines[text] = name.mark.line
            let value = try node(try next(), depth: depth + 1)
            pairs.append(YAMLNode.Pair(name: text, nameMark: name.mark, value: value))
        }
    }

    // MARK: - libyaml

    private func next() throws(ConfigurationError) -> Positioned {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw parserFailure() }
        defer { yaml_event_delete(&event) }
        return Positioned(
            event: Self.event(event), mark: Self.mark(event.start_mark), end: Self.mark(event.end_mark))
    }

    private static func event(_ event: yaml_event_t) -> Event {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_ALIAS_EVENT: .alias
        case YAML_SEQUENCE_START_EVENT: .sequenceStart(hasTag: event.data.sequence_start.tag != nil)
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart(hasTag: event.data.mapping_start.tag != nil)
        case YAML_MAPPING_END_EVENT: .mappingEnd
        case YAML_SCALAR_EVENT:
            .scalar(
                text: String(
                    decoding: UnsafeBufferPointer(
                        start: event.data.scalar.value, count: event.data.scalar.length), as: UTF8.self),
                isPlain: event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
                hasTag: event.data.scalar.tag != nil)
        case YAML_STREAM_END_EVENT: .streamEnd
        default: .other
        }
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLNode.Mark {
        YAMLNode.Mark(
            line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1,
            offset: Int(clamping: mark.index))
    }

    private func parserFailure() -> ConfigurationError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read as YAML"
        let context = parser.pointee.context.map { " \(String(cString: $0))" } ?? ""
        // The reader stops before there are lines: it counts bytes.
        if parser.pointee.error == YAML_READER_ERROR {
            let offset = Int(clamping: parser.pointee.problem_offset)
            return failure(place(ofByte: offset), "expected UTF-8 text: \(problem) (byte \(offset))")
        }
        return failure(Self.mark(parser.pointee.problem_mark), "expected YAML:\(context) \(problem)")
    }

    /// Line and column of a byte, counted from 0, before which all is UTF-8.
    private func place(ofByte offset: Int) -> YAMLNode.Mark {
        let before = text.prefix(max(0, offset))
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? before.startIndex
        // Bytes that continue a character are none of their own.
        let column = before.dropFirst(start).count(where: { $0 & 0xC0 != 0x80 }) + 1
        return YAMLNode.Mark(line: before.count(where: { $0 == 0x0A }) + 1, column: column, offset: offset)
    }

    private func failure(_ mark: YAMLNode.Mark, _ message: String) -> ConfigurationError {
        ConfigurationError([ConfigurationIssue(file: file, line: mark.line, column: mark.column, message: message)])
    }
}
