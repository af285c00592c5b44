package import LinuxSystem

/// Makes repeats out of keys that are held: the first after 500 ms, then 10 a second. Pure, time injected.
///
/// The kernel's own repeats never come here. Each device has one key that repeats, the one pressed last, so that
/// several remotes do not hinder each other. A key that is held for longer than a minute has lost its release, and
/// rests until it is pressed again; a loop that comes late makes one repeat and not several at once.
package struct KeyRepeater: Sendable {
    package static let firstDelay = Duration.milliseconds(500)
    package static let interval = Duration.milliseconds(100)
    package static let longestHold = Duration.seconds(60)

    private struct Held {
        var meaning: RemoteMeaning
        /// The device's own number of the key, since several keys may mean the same.
        var code: Int
        var since: MonotonicTime
        var next: MonotonicTime
        /// False until the device has said that the key is really held.
        var isSure: Bool
    }

    private var held: [String: Held] = [:]

    package init() {}

    /// A key goes down.
    ///
    /// - Parameters:
    ///   - device: any name that is the device's own.
    ///   - isSure: false where only a second message tells that the key is held (CEC): `confirm` follows then.
    /// - Returns: the press; nil when the key is down already.
    package mutating func press(
        _ meaning: RemoteMeaning, code: Int, device: String, at now: MonotonicTime, isSure: Bool = true
    ) -> RemotePress? {
        if let known = held[device], known.code == code { return nil }
        held[device] = Held(
            meaning: meaning, code: code, since: now, next: now + Self.firstDelay, isSure: isSure)
        return RemotePress(meaning)
    }

    /// The device says that its key is still down.
    package mutating func confirm(device: String) { held[device]?.isSure = true }

    /// A key goes up. One that another key of the device has overtaken has no effect.
    package mutating func release(code: Int, device: String) {
        if held[device]?.code == code { held[device] = nil }
    }

    /// The number of the device's key that is down; nil while none is.
    package func codeDown(device: String) -> Int? { held[device]?.code }

    /// The device is gone, or its state is not known any more.
    package mutating func releaseAll(device: String) { held[device] = nil }

    /// The repeats that are due.
    package mutating func due(at now: MonotonicTime) -> [RemotePress] {
        var presses: [RemotePress] = []
        for (device, key) in held.sorted(by: { $0.key < $1.key }) where key.isSure && key.next <= now {
            guard now - key.since <= Self.longestHold.nanoseconds else {
                // Kept as held, so that a device that says "down" again and again does not begin anew.
                held[device]?.isSure = false
                continue
            }
            presses.append(RemotePress(key.meaning, isRepeat: true))
            let next = key.next + Self.interval
            held[device]?.next = next > now ? next : now + Self.interval
        }
        return presses
    }

    /// When `due` has something to give; nil while no key is held.
    package var deadline: MonotonicTime? { held.values.filter(\.isSure).map(\.next).min() }
}
