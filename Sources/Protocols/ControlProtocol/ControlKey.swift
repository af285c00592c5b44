/// The keys of a room's remote, by the names that remotes and integrators know.
package enum ControlKey: String, Sendable, CaseIterable {
    case zero = "0"
    case one = "1"
    case two = "2"
    case three = "3"
    case four = "4"
    case five = "5"
    case six = "6"
    case seven = "7"
    case eight = "8"
    case nine = "9"
    case star = "Star"
    case pound = "Pound"
    case call = "Call"
    case disconnect = "Disconnect"
    case home = "Home"
    case back = "Back"
    case up = "Up"
    case down = "Down"
    case left = "Left"
    case right = "Right"
    case ok = "OK"
    case muteMic = "MuteMic"
    case volumeUp = "VolumeUp"
    case volumeDown = "VolumeDown"
    case layout = "Layout"
    case selfview = "Selfview"
    case phoneBook = "PhoneBook"
    case presentation = "Presentation"
    case zoomIn = "ZoomIn"
    case zoomOut = "ZoomOut"
    case f1 = "F1"
    case f2 = "F2"
    case f3 = "F3"
    case f4 = "F4"
    case standby = "Standby"

    /// The DTMF tone the key stands for in a call: digits, `*` and `#`.
    package var tone: Character? {
        switch self {
        case .star: "*"
        case .pound: "#"
        default: rawValue.count == 1 ? rawValue.first : nil
        }
    }
}
