/// The parameters of one payload type, from its `a=fmtp:` lines (RFC 8866 §6.15).
package struct FormatParameters: Hashable, Sendable {
    /// One parameter; a list such as "0-15" has no value.
    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String?

        package init(_ name: String, _ value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    /// In their order, unknown ones too.
    package var parameters: [Parameter]

    package init(_ parameters: [Parameter] = []) {
        self.parameters = parameters
    }

    /// The text behind the payload type; parts are separated by semicolons.
    init(text: some StringProtocol) {
        parameters = text.split(separator: ";").compactMap { part in
            let trimmed = String(part).words.joined(separator: " ")
            guard !trimmed.isEmpty else { return nil }
            guard let (name, value) = trimmed.cut(at: "=") else { return Parameter(trimmed) }
            return Parameter(
                String(name).words.joined(separator: " "), String(value).words.joined(separator: " "))
        }
    }

    /// The value of a parameter, whose name may come in upper or lower case.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return parameters.first { $0.name.lowercased() == wanted }?.value
    }

    /// The value of a parameter as a number.
    package func number(_ name: String) -> Int? {
        self[name]?.decimal(Int.self)
    }

    /// The parameters as they stand in a line, without payload type.
    package var text: String {
        parameters.map { parameter in parameter.value.map { "\(parameter.name)=\($0)" } ?? parameter.name }
            .joined(separator: ";")
    }
}
