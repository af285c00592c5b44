internal import CALSA
import LinuxSystem
package import MediaTypes

/// A sound card that is there now.
package struct SoundCard: Sendable, Equatable {
    /// Moves when cards come and go: for this moment only.
    package let number: Int
    /// What the kernel calls it, such as "Loopback" (`/proc/asound/cardN/id`).
    package let identifier: String
    /// Such as "USB Speakerphone".
    package let name: String
    /// With bus and port, so that two cards of a kind can be told apart.
    package let longName: String

    /// All cards, by number.
    package static func all() -> [SoundCard] {
        var found: [SoundCard] = []
        var number: Int32 = -1
        while snd_card_next(&number) == 0, number >= 0 {
            guard let name = text({ snd_card_get_name(number, $0) }) else { continue }
            let longName = text { snd_card_get_longname(number, $0) } ?? name
            found.append(
                SoundCard(
                    number: Int(number), identifier: identifier(of: number) ?? "", name: name, longName: longName))
        }
        return found
    }

    /// The card whose identifier, name or long name is `wanted`.
    ///
    /// Throws `.gone` when there is none; the error tells which there are.
    package static func find(_ wanted: String) throws(DeviceError) -> SoundCard {
        let cards = all()
        if let card = cards.first(where: { $0.identifier == wanted }) { return card }
        if let card = cards.first(where: { $0.name == wanted || $0.longName == wanted }) { return card }
        let others = cards.map(\.identifier).joined(separator: ", ")
        throw DeviceError(
            .gone, device: "sound card \(wanted)",
            detail: "no such card" + (others.isEmpty ? ", and no other" : " (there are: \(others))"))
    }

    /// A string that the library allocates.
    private static func text(_ get: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32) -> String? {
        var raw: UnsafeMutablePointer<CChar>?
        guard get(&raw) == 0, let raw else { return nil }
        defer { free(raw) }
        return String(cString: raw)
    }

    private static func identifier(of number: Int32) -> String? {
        smallFile("/proc/asound/card\(number)/id")?.split(separator: "\n").first.map(String.init)
    }

    /// Who has opened a substream, such as "process 812"; nil when nobody has.
    static func holder(of address: PCMAddress, card: SoundCard, isCapture: Bool) -> String? {
        let stream = "pcm\(address.device)\(isCapture ? "c" : "p")/sub\(address.subdevice)"
        let status = smallFile("/proc/asound/card\(card.number)/\(stream)/status")
        let line = status?.split(separator: "\n").first { $0.hasPrefix("owner_pid") }
        guard let identifier = line?.split(separator: " ").last.flatMap({ Int($0) }) else { return nil }
        let program = smallFile("/proc/\(identifier)/comm")?.split(separator: "\n").first
        return program.map { "\($0) (process \(identifier))" } ?? "process \(identifier)"
    }

    /// The first 4 KiB of a file of the kernel's.
    private static func smallFile(_ path: String) -> String? {
        guard let file = try? FileDescriptor.open(path, flags: 0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file.borrowed.rawValue, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

/// Where sound comes from or goes to: a card by what it is called, and one of its devices.
package struct PCMAddress: Sendable, Equatable {
    /// The card's identifier, name or long name.
    package var card: String
    package var device: Int
    package var subdevice: Int

    package init(card: String, device: Int = 0, subdevice: Int = 0) {
        self.card = card
        self.device = device
        self.subdevice = subdevice
    }
}
