/// Sound cards whose control node was announced before they had a name. Pure.
///
/// The kernel gives a card its id only after it has registered all of its nodes (snd_card_register), and says nothing
/// more then; a program that reads the id at the announcement may come too early. It is looked at again a few times.
package struct UnnamedCards: Sendable {
    /// Between two looks, nanoseconds.
    package static let interval: Int64 = 10_000_000
    private static let limit = 50
    private var looks: [String: Int] = [:]

    package init() {}

    package var isEmpty: Bool { looks.isEmpty }

    /// The places in sysfs to look at now, in order.
    package var paths: [String] { looks.keys.sorted() }

    /// Takes what was found at a place, nil for nothing.
    ///
    /// - Returns: whether it can be told: it has its name, is no sound card, or will never have one.
    package mutating func isComplete(_ device: DeviceDescription?, at path: String) -> Bool {
        guard let device, device.subsystem == .sound, device.card.isEmpty else {
            looks[path] = nil
            return true
        }
        let count = looks[path, default: 0] + 1
        looks[path] = count < Self.limit ? count : nil
        return count >= Self.limit
    }

    /// The device has gone again.
    package mutating func forget(_ path: String) { looks[path] = nil }
}
