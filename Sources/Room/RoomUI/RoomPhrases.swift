/// The screen's own words.
enum RoomPhrases {
    static let calling = "Calling"
    static let ringing = "Ringing"
    static let incoming = "Incoming call"
    static let answer = "Answer"
    static let decline = "Decline"
    static let cancel = "Cancel"
    static let callEnded = "Call ended"
    static let reachThisRoom = "Call this room"
    static let microphoneOff = "Microphone off"
    static let cameraOff = "Camera off"
    static let volume = "Volume"

    /// An address without "sip:" or "sips:", which nobody reads aloud.
    static func withoutScheme(_ address: String) -> String {
        for scheme in ["sip:", "sips:"] where address.hasPrefix(scheme) {
            return String(address.dropFirst(scheme.count))
        }
        return address
    }

    /// "4:05", or "1:04:05" from an hour on.
    static func duration(seconds: Int) -> String {
        let seconds = max(seconds, 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let hours = seconds / 3600
        let minutes = seconds / 60 % 60
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
    }

    /// "Berlin", "Berlin and Rome", "Berlin, Rome and 3 more".
    static func names(_ parties: [RoomScreen.Party]) -> String {
        let titles = parties.map(\.title)
        switch titles.count {
        case 0: return ""
        case 1: return titles[0]
        case 2: return "\(titles[0]) and \(titles[1])"
        default: return "\(titles[0]), \(titles[1]) and \(titles.count - 2) more"
        }
    }
}
