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
        let text: [UInt8]
        do throws(SystemError) {
            text = try read(path)
        } catch {
            if mayBeMissing, error.errno == ENOENT { return (.emptyObject, []) }
            throw ConfigurationError([ConfigurationIssue(file: path, message: "\(error)")])
        }
        return (try parse(text, file: path, schema: schema), text)
    }

    /// The same for a text in memory; `file` is what issues call it.
    static func parse(
        _ text: [UInt8], file: String, schema: ConfigurationSchema
    ) throws(ConfigurationError) -> JSONValue {
        let node = try YAMLReader.read(text, file: file)
        var checker = ConfigurationChecker(file: file)
        let given = checker.check(node, against: schema)
        guard checker.issues.isEmpty else { throw ConfigurationError(checker.issues) }
        return given
    }

    /// At most one byte more than the reader takes, so that a device or an endless pipe does no harm.
    private static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, flags: O_RDONLY)
        let raw = descriptor.borrowed.rawValue
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while text.count <= YAMLReader.maximumBytes {
            let count = try retryingOnInterrupt("read(\(path))") {
                Int32(clamping: Glibc.read(raw, &chunk, chunk.count))
            }
            if count == 0 { break }
            text.append(contentsOf: chunk.prefix(Int(count)))
        }
        return text
    }
}
