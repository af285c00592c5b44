import PeerSupport

/// The kernel's own checksum of what a CRTC sends to its screen, planes mixed (debugfs, "CRC ABI" of
/// Documentation/gpu/drm-uapi.rst): two screens that look the same have the same.
enum ScreenChecksum {
    /// - Parameter card: such as "/dev/dri/card1". What is shown must not change meanwhile.
    static func read(_ card: String) async throws -> String {
        let number = card.drop { !$0.isNumber }
        let output = try await Lab.shell(
            """
            cd /sys/kernel/debug/dri/\(number)/crtc-0/crc
            echo auto > control
            timeout 5 head -n 4 data
            """)
        // "frame checksum" a line; the first ones may be of a picture before.
        guard let checksum = output.split(separator: "\n").last?.split(separator: " ").last else {
            throw ChildProcess.Failure("no checksum of \(card): \(output)")
        }
        return String(checksum)
    }
}
