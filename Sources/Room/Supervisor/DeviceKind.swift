/// The devices of a room, one of each.
package enum DeviceKind: String, Sendable, CaseIterable {
    case camera
    case microphone
    case speaker
    case display

    /// For sentences on the screen.
    var title: String {
        switch self {
        case .camera: "Camera"
        case .microphone: "Microphone"
        case .speaker: "Speaker"
        case .display: "Screen"
        }
    }
}

/// A device that the kernel announced and that fits the board file.
package struct DeviceCandidate: Sendable, Hashable {
    /// Stable while it is plugged in: the kernel's path in sysfs.
    package let identifier: String
    /// As people know it, such as "vivid-000-vid-cap".
    package let name: String

    package init(identifier: String, name: String) {
        self.identifier = identifier
        self.name = name
    }
}
