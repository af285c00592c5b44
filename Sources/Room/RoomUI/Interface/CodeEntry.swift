/// Digits that somebody types before a door opens or something is lost for good. Pure.
package struct CodeEntry: Sendable, Equatable {
    enum Purpose: Sendable, Equatable {
        /// The PIN of the room's settings.
        case pin
        /// The number that the screen shows: nobody types it by mistake.
        case erase(number: String)
    }

    /// Why what was typed did not do.
    package enum Refusal: Sendable, Equatable {
        case wrong
        /// Too often wrong, and for a while nothing counts.
        case wait
    }

    /// What the screen shows of it: never the digits of a PIN.
    package struct Shown: Sendable, Equatable {
        /// The number to type; nil where a PIN is asked.
        package var number: String?
        /// The typed digits, or as many dots.
        package var typed: String
        package var refusal: Refusal?
        /// The PIN is being looked at.
        package var isChecking: Bool
    }

    /// As long as `convene-panel --hash-pin` takes a PIN.
    static let longest = 64

    var purpose = Purpose.pin
    private(set) var typed = ""
    var refusal: Refusal?
    var isChecking = false

    var isEmpty: Bool { typed.isEmpty }

    var shown: Shown {
        switch purpose {
        case .pin:
            Shown(
                number: nil, typed: String(repeating: "\u{2022}", count: typed.count), refusal: refusal,
                isChecking: isChecking)
        case .erase(let number): Shown(number: number, typed: typed, refusal: refusal, isChecking: false)
        }
    }

    mutating func append(_ digit: Character) {
        guard digit.isASCII, digit.isNumber, typed.count < Self.longest, !isChecking else { return }
        typed.append(digit)
        refusal = nil
    }

    mutating func erase() {
        guard !typed.isEmpty, !isChecking else { return }
        typed.removeLast()
    }

    mutating func clear() { typed = "" }
}
