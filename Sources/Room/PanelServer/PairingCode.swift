/// The code that the room's screen shows and a person types into a new panel. Pure: the clock is given.
package struct PairingCode: Sendable, Equatable {
    package static let digits = 6
    /// Seconds that a code is shown and holds.
    package static let lifetime: Int64 = 120
    /// Wrong guesses after which the code is void.
    package static let tries = 3

    package enum Answer: Sendable, Equatable {
        case right
        case wrong
        /// No code is out, or it is over, or it was guessed at too often: ask for a new one.
        case noCode
    }

    private var code = ""
    private var expires: Int64 = 0
    private var triesLeft = 0

    package init() {}

    /// The code that holds, if one does.
    package func current(now: Int64) -> (code: String, seconds: Int64)? {
        triesLeft > 0 && now < expires ? (code, expires - now) : nil
    }

    /// Makes a new code hold.
    package mutating func begin(_ code: String, now: Int64) {
        self.code = code
        expires = now + Self.lifetime
        triesLeft = Self.tries
    }

    /// Holds a guess against the code. A right one uses it up.
    package mutating func check(_ guess: String, now: Int64) -> Answer {
        guard let current = current(now: now) else { return .noCode }
        let digits = guess.filter { !$0.isWhitespace && $0 != "-" }
        guard Self.equal(Array(digits.utf8), Array(current.code.utf8)) else {
            triesLeft -= 1
            return triesLeft > 0 ? .wrong : .noCode
        }
        triesLeft = 0
        return .right
    }

    private static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
