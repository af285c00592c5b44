/// One `a=` line (RFC 8866 §5.13).
package struct SDPAttribute: Hashable, Sendable {
    /// What stands before the colon; case counts.
    package var name: String
    /// What stands behind the colon; nil for a flag.
    package var value: String?

    package init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    init(line: String) {
        if let (name, value) = line.cut(at: ":") {
            self.init(String(name), String(value))
        } else {
            self.init(line)
        }
    }

    var text: String { value.map { "\(name):\($0)" } ?? name }
}

/// What has `a=` lines: a session and each of its media. Unknown attributes stay as they are, in their order.
package protocol SDPAttributeHolder {
    var attributes: [SDPAttribute] { get set }
}

extension SDPAttributeHolder {
    /// The value of the first attribute with a name; nil when there is none or it has no value.
    package func value(of name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }

    /// The values of all attributes with a name.
    package func values(of name: String) -> [String] {
        attributes.filter { $0.name == name }.compactMap(\.value)
    }

    /// True when an attribute with a name is there, with or without value.
    package func hasAttribute(_ name: String) -> Bool {
        attributes.contains { $0.name == name }
    }

    /// Appends an attribute.
    package mutating func add(_ name: String, _ value: String? = nil) {
        attributes.append(SDPAttribute(name, value))
    }

    /// The direction given here; nil when it is left to the session, or to the default of sending and receiving.
    package var ownDirection: MediaDirection? {
        attributes.lazy.compactMap { $0.value == nil ? MediaDirection(rawValue: $0.name) : nil }.first
    }
}
