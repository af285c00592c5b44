import ControlProtocol

/// Holds a caller's role against what a request takes.
enum Authorization {
    static func check(
        _ role: ControlRole, method: ControlMethod, parameters: ControlParameters
    ) throws(ControlError) {
        let description = method.description
        guard role >= description.role else {
            throw refusal("\(method.rawValue)", needs: description.role, has: role)
        }
        for field in description.parameters where parameters[field.name] != nil {
            guard let needed = field.role, role < needed else { continue }
            throw refusal("\(method.rawValue) with \(field.name)", needs: needed, has: role)
        }
    }

    private static func refusal(_ what: String, needs: ControlRole, has: ControlRole) -> ControlError {
        ControlError(
            .notPermitted,
            "\(what) takes the role \(needs.rawValue), you are \(has.rawValue); join the group that control names in "
                + "room.yaml.",
            data: ["required_role": .string(needs.rawValue), "role": .string(has.rawValue)])
    }
}
