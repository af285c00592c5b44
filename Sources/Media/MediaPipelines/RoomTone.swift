/// What the room's loudspeaker plays by itself.
package enum RoomTone: UInt8, Sendable, CaseIterable {
    case none
    /// Two short rings and a pause.
    case classic
    /// Three falling notes that die away.
    case chime
    /// Four short beeps.
    case pulse
    /// Two low notes that come gently.
    case soft
    /// It rings over there: 425 Hz, a second every five (ETSI ETR 187 §2.1, Europe's usual tone).
    case ringback

    /// The ring tones that a room may choose.
    package static let ringTones: [RoomTone] = [.classic, .chime, .pulse, .soft]

    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// One sound of a tone's period; lengths in samples at 48 kHz.
    struct Note {
        let start: Int
        let length: Int
        /// Hertz; the second one is 0 for a single frequency.
        let frequencies: (Double, Double)
        /// How fast it dies away: the share that is left after a second, 1 for all.
        let decay: Double
        /// How long it takes to come.
        let attack: Int
    }

    // MARK: - Real-time

    /// In samples; 0 for silence.
    var period: Int {
        switch self {
        case .none: 0
        case .classic: 144_000
        case .chime: 192_000
        case .pulse: 120_000
        case .soft: 216_000
        case .ringback: 240_000
        }
    }

    /// The note that sounds at a place of the period.
    func note(at place: Int) -> Note? {
        switch self {
        case .none:
            return nil
        case .classic:
            let start = place < 28_800 ? 0 : 28_800
            return Self.sounding(
                place, Note(start: start, length: 19_200, frequencies: (400, 450), decay: 1, attack: 240))
        case .chime:
            let index = place / 21_600
            let frequency = index == 0 ? 659.26 : index == 1 ? 587.33 : 440.0
            return index > 2 && place > 3 * 21_600 + 48_000
                ? nil
                : Self.sounding(
                    place,
                    Note(
                        start: min(index, 2) * 21_600, length: index < 2 ? 21_600 : 69_600,
                        frequencies: (frequency, 0), decay: 0.05, attack: 240))
        case .pulse:
            let index = place / 9_600
            return index > 3
                ? nil
                : Self.sounding(
                    place, Note(start: index * 9_600, length: 4_800, frequencies: (880, 0), decay: 1, attack: 240))
        case .soft:
            let index = place < 28_800 ? 0 : 1
            return Self.sounding(
                place,
                Note(
                    start: index * 28_800, length: index == 0 ? 28_800 : 57_600,
                    frequencies: (index == 0 ? 392 : 523.25, 0), decay: 0.15, attack: 2_400))
        case .ringback:
            return Self.sounding(place, Note(start: 0, length: 48_000, frequencies: (425, 0), decay: 1, attack: 240))
        }
    }

    private static func sounding(_ place: Int, _ note: Note) -> Note? {
        place >= note.start && place < note.start + note.length ? note : nil
    }
}
