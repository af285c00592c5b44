/// What is done with a position of the camera.
package enum CameraPresetAction: String, Sendable, CaseIterable {
    case save, recall, remove, list
}

extension ControlMethod {
    static let presetDescription = ControlMethodDescription(
        .cameraPreset, "Keeps where the camera looks under a name, or has it look there again.", role: .operator,
        parameters: [
            ControlField(
                "action", .choice(CameraPresetAction.allCases.map(\.rawValue)), required: true,
                "save keeps pan, tilt, zoom and focus, recall sets them again, remove forgets them."),
            ControlField("name", .string(maximumLength: 32), "The position's name, such as 1 or Whiteboard."),
        ],
        result: [
            ControlField("action", .choice(CameraPresetAction.allCases.map(\.rawValue)), "What was done."),
            ControlField("name", .string(maximumLength: 32), "The position."),
            ControlField(
                "presets", .list(.string(maximumLength: 32), maximumCount: 64), "The camera's positions afterwards."),
        ],
        errors: [.notFound, .deviceMissing, .tooMany, .inputOutput])
}

extension ControlCommand {
    static func preset(_ parameters: ControlParameters) throws(ControlError) -> ControlCommand {
        let action = parameters.string("action").flatMap(CameraPresetAction.init(rawValue:)) ?? .list
        let name = parameters.string("name")
        guard action == .list || name?.isEmpty == false else {
            throw ControlError(
                .invalidParameters, "camera.preset: name: say which position to \(action.rawValue).",
                data: ["parameter": "name"])
        }
        return .cameraPreset(action, name: name ?? "")
    }
}
