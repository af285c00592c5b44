import PeerSupport

/// A graphics card of vkms that a test makes, with overlay planes and a connector to unplug (configfs).
final class VirtualScreen {
    private let folder: String
    private let plug: String
    /// Such as "/dev/dri/card1".
    let card: String

    /// - Parameter overlays: planes above the primary one.
    init(_ name: String, overlays: Int = 1) async throws {
        let folder = "/sys/kernel/config/vkms/\(name)"
        let planes = (0..<overlays).map { "o\($0)" }
        let before = Set(entries(of: "/sys/class/drm"))
        try await Lab.shell(
            """
            mkdir -p \(folder) && cd \(folder)
            mkdir planes/main \(planes.map { "planes/\($0)" }.joined(separator: " ")) crtcs/c encoders/e connectors/k
            echo 1 > planes/main/type
            for plane in main \(planes.joined(separator: " ")); do ln -s crtcs/c planes/$plane/possible_crtcs/c; done
            ln -s crtcs/c encoders/e/possible_crtcs/c
            ln -s encoders/e connectors/k/possible_encoders/e
            echo 1 > enabled
            """)
        self.folder = folder
        plug = "\(folder)/connectors/k/status"
        card = try await eventually("the new card") {
            let new = Set(entries(of: "/sys/class/drm")).subtracting(before)
            return new.first { $0.hasPrefix("card") && !$0.contains("-") }.map { "/dev/dri/\($0)" }
        }
    }

    /// Pulls the cable out of the connector.
    func unplug() throws { try writeText("2", to: plug) }

    func plugIn() throws { try writeText("1", to: plug) }

    /// Takes the card away.
    func remove() async throws {
        try await Lab.shell(
            """
            cd \(folder) && echo 0 > enabled
            rm -f planes/*/possible_crtcs/* encoders/*/possible_crtcs/* connectors/*/possible_encoders/*
            rmdir planes/* crtcs/* encoders/* connectors/*
            cd / && rmdir \(folder)
            """)
    }
}
