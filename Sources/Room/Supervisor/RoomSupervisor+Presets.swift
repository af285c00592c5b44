import ControlProtocol
import MediaPipelines
import MediaTypes
import RoomState

/// Positions of the camera that people keep.
extension RoomSupervisor {
    func carryOut(_ action: CameraPresetAction, preset name: String) async throws(ControlError) -> JSONValue {
        let camera = presetCamera
        switch action {
        case .list: break
        case .save:
            let camera = try movableCamera()
            var values: [String: Int] = [:]
            for control in camera.controls where CameraPresets.controls.contains(control.identifier) {
                if !control.isReadOnly { values[control.identifier] = control.value }
            }
            guard !values.isEmpty else {
                throw ControlError(.notFound, "The camera has no position: neither pan, tilt, zoom nor focus.")
            }
            guard CameraPresets.isName(name) else {
                throw ControlError(
                    .invalidParameters, "camera.preset: name: expected 1 to \(CameraPresets.longestName) characters.",
                    data: ["parameter": "name"])
            }
            guard presets.save(name, of: presetCamera, values) else {
                throw ControlError(
                    .tooMany, "\(CameraPresets.maximumCount) positions are kept already; remove one first.")
            }
            keepState()
        case .remove:
            guard presets.remove(name, of: camera) else { throw unknownPreset(name) }
            keepState()
        case .recall:
            guard let values = presets.controls(name, of: camera) else { throw unknownPreset(name) }
            try await recall(values)
        }
        publishSoon()
        var answer: JSONValue = [
            "action": JSONValue(action.rawValue),
            "presets": .array(presets.names(of: presetCamera).map { JSONValue($0) }),
        ]
        if action != .list { answer["name"] = JSONValue(name) }
        return answer
    }

    /// The camera that positions belong to, whether it is there now or not.
    private var presetCamera: String { machine.devices[.camera]?.candidate?.name ?? "" }

    var presetNames: JSONValue { .array(presets.names(of: presetCamera).map { JSONValue($0) }) }

    private func movableCamera() throws(ControlError) -> DeviceDetails {
        guard let camera = details[.camera], machine.devices[.camera]?.isUsable == true else {
            throw ControlError(.deviceMissing, machine.devices[.camera]?.trouble ?? "No camera found.")
        }
        return camera
    }

    /// Sets what the camera still has; one control that refuses does not keep the others from moving.
    private func recall(_ values: [String: Int]) async throws(ControlError) {
        let camera = try movableCamera()
        var failure: ControlError?
        for name in CameraPresets.controls {
            guard let value = values[name], let control = camera.controls.first(where: { $0.identifier == name }),
                !control.isReadOnly
            else { continue }
            do throws(ControlError) {
                _ = try await setCameraControl(name, min(max(value, control.minimum), control.maximum))
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func unknownPreset(_ name: String) -> ControlError {
        let known = presets.names(of: presetCamera).joined(separator: ", ")
        return ControlError(
            .notFound,
            "There is no position \(ControlField.shortened(.string(name))); "
                + (known.isEmpty ? "none is kept." : "there are \(known)."))
    }
}
