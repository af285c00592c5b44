import ControlProtocol

extension BoardConfiguration {
    /// A kind of device that the room is operated with.
    package struct RemoteInput: Sendable, Equatable {
        package let match: DeviceMatch
        /// File names; where to look for them is `keymapPaths`.
        package let keymaps: [String]
        package let isGrabbed: Bool
    }

    /// The TV, over HDMI-CEC.
    package struct Television: Sendable, Equatable {
        /// Empty for none.
        package let matches: [DeviceMatch]
        package let wakes: Bool
        package let sleeps: Bool
        package let turnsVolume: Bool
    }

    static func remoteInputs(_ all: ConfigurationValues) -> [RemoteInput] {
        all.groups("remote.match").map { group in
            RemoteInput(
                match: DeviceMatch(
                    driver: group.nonEmpty("driver"), card: group.nonEmpty("card"),
                    udevProperties: group.entries("udev").compactMapValues(\.stringValue)),
                keymaps: group.strings("keymaps"), isGrabbed: group.bool("grab"))
        }
    }

    static func television(_ all: ConfigurationValues) -> Television {
        Television(
            matches: all.groups("cec.match").map {
                DeviceMatch(driver: $0.nonEmpty("driver"), card: $0.nonEmpty("card"))
            },
            wakes: all.bool("cec.wake"), sleeps: all.bool("cec.sleep"), turnsVolume: all.string("cec.volume") == "tv")
    }

    /// The board file of a box.
    package static let standardFile = "/etc/convene/board.yaml"

    /// Where a keymap may lie: at its whole path; else beside the board file, in the folder `keymaps` there, or in the
    /// one above, which all boards share.
    package static func keymapPaths(_ name: String, boardFile: String) -> [String] {
        if name.hasPrefix("/") { return [name] }
        let folder = boardFile.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let place = boardFile.contains("/") ? "\(folder)/" : ""
        return ["\(place)\(name)", "\(place)keymaps/\(name)", "\(place)../keymaps/\(name)"]
    }
}
