import ControlProtocol

/// Values that were checked against a schema and filled with its defaults, read by path.
///
/// The schema has made sure that each is there and of its type; what is not gives the type's zero.
struct ConfigurationValues {
    private let tree: StatusTree

    init(_ value: JSONValue?) {
        tree = StatusTree(value ?? .emptyObject)
    }

    subscript(path: String) -> JSONValue? { tree[path] }

    func string(_ path: String) -> String { tree[path]?.stringValue ?? "" }
    func integer(_ path: String) -> Int { Int(clamping: tree[path]?.integerValue ?? 0) }
    func bool(_ path: String) -> Bool { tree[path]?.boolValue ?? false }
    func size(_ path: String) -> PictureSize? { tree[path]?.stringValue.flatMap(PictureSize.init(parsing:)) }
    func strings(_ path: String) -> [String] { tree[path]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    func integers(_ path: String) -> [Int] {
        tree[path]?.arrayValue?.compactMap { $0.integerValue.map { Int(clamping: $0) } } ?? []
    }

    /// Nil for the empty text.
    func nonEmpty(_ path: String) -> String? {
        let text = string(path)
        return text.isEmpty ? nil : text
    }

    /// The groups of a list.
    func groups(_ path: String) -> [ConfigurationValues] {
        tree[path]?.arrayValue?.map { ConfigurationValues($0) } ?? []
    }

    /// The entries of a map.
    func entries(_ path: String) -> [String: JSONValue] { tree[path]?.objectValue ?? [:] }
}
