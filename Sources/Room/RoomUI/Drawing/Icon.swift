/// Signs that need no words.
package enum Icon: Sendable, Hashable, CaseIterable {
    case microphone, microphoneOff, camera, cameraOff, speaker, speakerOff, louder, softer
    case phone, hangUp, addCall, incoming, outgoing, missed
    case person, people, star, clock, gear, moon, bellOff
    case keypad, pause, play, layout, selfView, erase
    case lock, lockOpen, warning, notice, check, globe, theme, network, screen
    case wrench, list, stick, bin
    case before, after, bars0, bars1, bars2, bars3, bars4

    /// Whether it points somewhere, so that a mirrored screen turns it.
    var isDirected: Bool {
        switch self {
        case .erase, .before, .after, .incoming, .outgoing, .missed, .speaker, .speakerOff, .louder, .softer, .bars0,
            .bars1, .bars2, .bars3, .bars4, .play:
            true
        default: false
        }
    }

    /// How good a connection is, 0 to 4.
    static func bars(_ quality: Int) -> Icon {
        switch quality {
        case ...0: .bars0
        case 1: .bars1
        case 2: .bars2
        case 3: .bars3
        default: .bars4
        }
    }
}
