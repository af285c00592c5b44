import ControlProtocol

/// The reference of the control socket as Markdown, made from the same tables that requests are checked with.
enum ReferenceMarkdown {
    static let text: String = {
        var text = introduction
        text += "\n## Methods\n\n| Method | Role | What it does |\n|---|---|---|\n"
        for method in ControlMethod.allCases {
            let description = method.description
            text += "| [`\(method.rawValue)`](#\(anchor(method.rawValue))) | \(description.role.rawValue) | "
            text += "\(description.summary) |\n"
        }
        for method in ControlMethod.allCases { text += section(method.description) }
        text += events
        text += notifications
        text += "\n## Errors\n\n| Code | Name | What it means |\n|---|---|---|\n"
        for error in ControlErrorCode.table {
            text += "| \(error.code.rawValue) | `\(error.name)` | \(error.summary) |\n"
        }
        // The printed line brings its own end.
        return String(text.dropLast())
    }()

    private static let introduction = """
        # The control socket

        Made by `convenectl describe --markdown`; `make docs` writes it anew. A JSON Schema of the same is in
        [control-socket.schema.json](control-socket.schema.json).

        JSON-RPC 2.0, one object a line, over a Unix socket (`/run/convene/control.sock`). Many clients at once; requests
        of one client run side by side and are answered under their ids. Who may do what follows from the user at the
        other end: root and the terminal's user are admins, members of the groups that `room.yaml` names at
        `control.admin_group` and `control.operator_group` are admins and operators, others see status. Each role may do
        what those below it may: observer, operator, admin. A client that leaves more than a megabyte unread is dropped.

        ## Recipes

        With socat, or with netcat (the OpenBSD one), which keep the connection until the answers are there:

        ```
        printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"status.get","params":{"path":"room"}}' \\
          | socat -t 5 - UNIX-CONNECT:/run/convene/control.sock
        printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"call.dial","params":{"address":"sip:room@192.0.2.7"}}' \\
          | nc -U -N /run/convene/control.sock
        ```

        To follow what happens, a line an event; and the same from another machine over SSH, where
        `ssh room convenectl bridge` is the socket itself:

        ```
        printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}' | nc -U -N /run/convene/control.sock
        printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}' | ssh room convenectl bridge
        ssh room convenectl status calls --json
        ```

        In Python, with its standard library only: [examples/call.py](examples/call.py) calls an address, says what
        happens and hangs up.

        """

    private static func section(_ description: ControlMethodDescription) -> String {
        var text =
            "\n### `\(description.method.rawValue)`\n\n\(description.summary) Role: \(description.role.rawValue).\n"
        if description.parameters.isEmpty {
            text += "It takes no parameters.\n"
        } else {
            text += "\n| Parameter | Type | | What it is |\n|---|---|---|---|\n"
            for field in description.parameters { text += row(field, needed: needed(field)) }
        }
        if !description.alternatives.isEmpty {
            let groups = description.alternatives.map { $0.map { "`\($0)`" }.joined(separator: " with ") }
            text += "\nExactly one of \(groups.joined(separator: ", ")) has to be given.\n"
        }
        text += "\n| Result | Type | | What it is |\n|---|---|---|---|\n"
        for field in description.result { text += row(field, needed: "") }
        if !description.errors.isEmpty {
            text += "\nErrors: \(description.errors.map { "`\($0.name)`" }.joined(separator: ", ")).\n"
        }
        return text
    }

    private static var events: String {
        var text = """

            ## Events

            What `events.subscribe` tells of, each as a notification `event`. A subscription names events, or groups of
            them by the part before the point.

            | Event | When | Data |
            |---|---|---|

            """
        for event in ControlEventName.allCases {
            let data = event.fields.map { "`\($0.name)`: \(type($0.type, unit: $0.unit)). \($0.summary)" }
            text += "| `\(event.rawValue)` | \(event.summary) | \(data.joined(separator: "<br>")) |\n"
        }
        return text
    }

    private static var notifications: String {
        var text = "\n## Notifications\n"
        for (name, summary, fields) in ControlMethod.notifications {
            text +=
                "\n### `\(name)` (notification)\n\n\(summary)\n\n| Member | Type | | What it is |\n|---|---|---|---|\n"
            for field in fields { text += row(field, needed: "") }
        }
        return text
    }

    private static func row(_ field: ControlField, needed: String) -> String {
        var text = "| `\(field.name)` | \(type(field.type, unit: field.unit)) | \(needed) | \(field.summary)"
        var members: [ControlField] = []
        if case .object(let fields) = field.type { members = fields }
        if case .list(.object(let fields), _) = field.type { members = fields }
        for member in members {
            text += "<br>`\(member.name)`: \(type(member.type, unit: member.unit)). \(member.summary)"
        }
        return text + " |\n"
    }

    private static func needed(_ field: ControlField) -> String {
        var words: [String] = []
        if field.isRequired { words.append("required") }
        if let value = field.defaultValue { words.append("default `\(value.serialized)`") }
        if let role = field.role { words.append("role \(role.rawValue)") }
        return words.joined(separator: ", ")
    }

    private static func type(_ type: ControlValueType, unit: String) -> String {
        let text =
            switch type {
            case .boolean: "boolean"
            case .integer(let range): bounded("integer", range.lowerBound, range.upperBound)
            case .number(let range): "number, \(range.lowerBound) to \(range.upperBound)"
            case .string(let length): "text of at most \(length) bytes"
            case .text(let length): "text in lines, at most \(length) bytes"
            case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
            case .size: "size such as `1280x720`"
            case .list(let element, let count): "list of at most \(count): \(Self.type(element, unit: ""))"
            case .object: "object"
            case .any: "any"
            }
        return unit.isEmpty ? text : "\(text), in \(unit)"
    }

    private static func bounded(_ name: String, _ lower: Int64, _ upper: Int64) -> String {
        switch (lower, upper) {
        case (.min, .max): name
        case (_, .max): "\(name), at least \(lower)"
        default: "\(name), \(lower) to \(upper)"
        }
    }

    private static func anchor(_ name: String) -> String { name.filter { $0 != "." } }
}
