package import ControlProtocol

/// Positions of a camera that people kept under names: what its pan, tilt, zoom and focus were. Pure.
package struct CameraPresets: Sendable, Equatable {
    private struct Preset: Sendable, Equatable {
        var name: String
        /// The camera it belongs to, as the board calls it: the numbers mean something else to another one.
        var camera: String
        var controls: [String: Int]
    }

    package static let maximumCount = 64
    package static let longestName = 32
    /// What makes a position; the order in which they are set again, what sets others free first.
    package static let controls = ["focus_auto", "pan", "tilt", "zoom", "focus", "iris"]

    private var presets: [Preset] = []

    package init() {}

    /// Reads what `json` wrote. What does not fit is left out; the rest holds.
    package init(_ json: JSONValue?) {
        for entry in json?.arrayValue ?? [] {
            guard let name = entry["name"]?.stringValue, let camera = entry["camera"]?.stringValue,
                let found = entry["controls"]?.objectValue
            else { continue }
            var controls: [String: Int] = [:]
            for control in Self.controls { controls[control] = found[control]?.integerValue.map { Int(clamping: $0) } }
            _ = save(name, of: camera, controls)
        }
    }

    package var json: JSONValue {
        .array(
            presets.map { preset in
                [
                    "name": JSONValue(preset.name), "camera": JSONValue(preset.camera),
                    "controls": .object(preset.controls.mapValues { JSONValue($0) }),
                ]
            })
    }

    /// Those of a camera, in the order in which they were first kept.
    package func names(of camera: String) -> [String] { presets.filter { $0.camera == camera }.map(\.name) }

    /// What the controls were; nil where nothing is kept.
    package func controls(_ name: String, of camera: String) -> [String: Int]? {
        presets.first { $0.name == name && $0.camera == camera }?.controls
    }

    /// Keeps a position, in place of one of that name.
    ///
    /// - Returns: false for a name or a position that cannot be kept, and when there are too many.
    package mutating func save(_ name: String, of camera: String, _ controls: [String: Int]) -> Bool {
        guard Self.isName(name), !controls.isEmpty else { return false }
        let preset = Preset(name: name, camera: camera, controls: controls)
        if let index = presets.firstIndex(where: { $0.name == name && $0.camera == camera }) {
            presets[index] = preset
            return true
        }
        guard presets.count < Self.maximumCount else { return false }
        presets.append(preset)
        return true
    }

    /// - Returns: false where nothing was kept.
    package mutating func remove(_ name: String, of camera: String) -> Bool {
        let count = presets.count
        presets.removeAll { $0.name == name && $0.camera == camera }
        return presets.count < count
    }

    /// One to `longestName` characters, none of which turns or breaks a line.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.count <= longestName && name.utf8.count <= 4 * longestName
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
                default: true
                }
            }
    }
}
