import ControlProtocol
import Glibc
import LinuxSystem

/// Reads a file and checks it against a schema.
enum ConfigurationFile {
    /// What the file gives, without defaults.
    ///
    /// - Parameter mayBeMissing: a file that is not there counts as an empty one.
    static func load(
        _ path: String, schema: ConfigurationSchema, mayBeMissing: Bool = false
    ) throws(ConfigurationError) -> (given: JSONValue, text: [UInt8]) {
        let text = try text(path, mayBeMissing: mayBeMissing)
        return (try parse(text, file: path, schema: schema), text)
    }

    /// The text alone, unchecked.
    ///
    /// - Parameter patience: how long a pipe in the file's place is waited for.
    static func text(
        _ path: String, mayBeMissing: Bool = false, patience: Duration = .seconds(5)
    ) throws(ConfigurationError) -> [UInt8] {
        do throws(SystemError) {
            return try read(path, patience: patience)
        } catch {
            if mayBeMissing, error.errno == ENOENT { return [] }
            let message =
                error.errno == ETIMEDOUT
                ? "this is a pipe, and whoever writes it did not end within \(patience)" : error.reasonOfReading
            throw ConfigurationError([ConfigurationIssue(file: path, message: message)])
        }
    }

    /// The same for a text in memory; `file` is what issues call it.
    static func parse(
        _ text: [UInt8], file: String, schema: ConfigurationSchema
    ) throws(ConfigurationError) -> JSONValue {
        let node = try YAMLReader.read(text, file: file)
        if schema.field("schema") != nil, let issue = newerIssue(node, file: file) { throw ConfigurationError([issue]) }
        var checker = ConfigurationChecker(file: file)
        let given = checker.check(node, against: schema)
        guard checker.issues.isEmpty else { throw ConfigurationError(checker.issues) }
        return given
    }

    /// A file of a newer version may hold anything: only that is said, and not what this version does not know in it.
    private static func newerIssue(_ node: YAMLNode?, file: String) -> ConfigurationIssue? {
        guard case .mapping(let pairs) = node?.content, let pair = pairs.first(where: { $0.name == "schema" }),
            case .scalar(let text, true) = pair.value.content, let version = Int(text),
            version > RoomSchema.newestVersion
        else { return nil }
        return ConfigurationIssue(
            file: file, line: pair.value.mark.line, column: pair.value.mark.column,
            message:
                "schema: this file is of form \(version), written for a newer version of Convene, and this one reads "
                + "forms up to \(RoomSchema.newestVersion); update the room first, or write the file for the older form"
        )
    }

    /// A little more than the reader takes at most, so that a device or an endless pipe does no harm.
    ///
    /// Nothing is waited for but the other end of a pipe, and that for `patience` in all: a named pipe that nobody writes
    /// would hold up a start for ever. One that is written, such as a shell's `<(…)`, is read to its end.
    private static func read(_ path: String, patience: Duration) throws(SystemError) -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, flags: O_RDONLY | O_NOCTTY | O_NONBLOCK)
        let raw = descriptor.borrowed.rawValue
        let deadline = MonotonicTime.now + patience
        var set = PollSet(count: 1)
        set.watch(0, descriptor.borrowed, for: .readable)
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while text.count <= YAMLReader.maximumBytes {
            // Without the wait a pipe that nobody has opened yet would look like one that has ended.
            let left = deadline - MonotonicTime.now
            guard left > 0 else { throw SystemError(operation: "poll(\(path))", errno: ETIMEDOUT) }
            guard try set.wait(nanoseconds: left) > 0 else { continue }
            let count = try retryingOnInterrupt("read(\(path))") {
                Int32(clamping: Glibc.read(raw, &chunk, chunk.count))
            }
            if count == 0 { break }
            text.append(contentsOf: chunk.prefix(Int(count)))
        }
        return text
    }
}
