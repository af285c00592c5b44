/// One message of HDMI-CEC (HDMI 1.4b, supplement 1): who says what to whom.
package struct CECMessage: Sendable, Equatable, CustomStringConvertible {
    package var initiator: CECLogicalAddress
    package var destination: CECLogicalAddress
    /// Nil for a poll, which only asks whether anybody is there.
    package var opcode: CECOpcode?
    /// At most 14 bytes.
    package var operands: [UInt8]

    package init(
        from initiator: CECLogicalAddress, to destination: CECLogicalAddress, _ opcode: CECOpcode,
        _ operands: [UInt8] = []
    ) {
        self.initiator = initiator
        self.destination = destination
        self.opcode = opcode
        self.operands = Array(operands.prefix(14))
    }

    /// Reads a message as it comes over the line; nil when it is empty or longer than 16 bytes.
    package init?(bytes: [UInt8]) {
        guard let header = bytes.first, bytes.count <= 16 else { return nil }
        initiator = CECLogicalAddress(rawValue: header >> 4)
        destination = CECLogicalAddress(rawValue: header & 0x0F)
        opcode = bytes.dropFirst().first.map(CECOpcode.init(rawValue:))
        operands = Array(bytes.dropFirst(2))
    }

    /// As it goes over the line: 1 to 16 bytes.
    package var bytes: [UInt8] {
        [initiator.rawValue << 4 | destination.rawValue & 0x0F] + (opcode.map { [$0.rawValue] } ?? []) + operands
    }

    package var isBroadcast: Bool { destination == .broadcast }

    /// The physical address in two operands from `index` on; nil when they are not there.
    package func physicalAddress(at index: Int) -> CECPhysicalAddress? {
        let found = operands.dropFirst(index).prefix(2)
        guard let high = found.first, let low = found.dropFirst().first else { return nil }
        return CECPhysicalAddress(rawValue: UInt16(high) << 8 | UInt16(low))
    }

    package var description: String {
        let digits = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count < 2 ? "0" + text : text
        }
        return digits.joined(separator: ":")
    }
}

/// A device's number on the line, by what it is: 0 to 15.
package struct CECLogicalAddress: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue & 0x0F }

    package static let television = CECLogicalAddress(rawValue: 0)
    package static let playback1 = CECLogicalAddress(rawValue: 4)
    package static let audioSystem = CECLogicalAddress(rawValue: 5)
    /// As an initiator: a device that has no number yet.
    package static let unregistered = CECLogicalAddress(rawValue: 15)
    /// As a destination: everybody.
    package static let broadcast = CECLogicalAddress(rawValue: 15)
}

/// The place of a device in the tree of HDMI cables, such as 1.0.0.0 for the TV's first input.
package struct CECPhysicalAddress: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// No cable, or none that says where it leads.
    package static let none = CECPhysicalAddress(rawValue: 0xFFFF)

    package var operands: [UInt8] { [UInt8(rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)] }

    package var description: String {
        [12, 8, 4, 0].map { String(rawValue >> $0 & 0xF, radix: 16) }.joined(separator: ".")
    }
}
