import RTP

/// The payload of a DTMF digit or another telephone event (RFC 4733 §2.3).
package struct TelephoneEventPayload: Equatable, Sendable {
    /// Bytes on the wire.
    package static let size = 4

    /// The event: 0...9 digits, 10 star, 11 pound, 12...15 A to D (RFC 4733 §3.2).
    package var event: UInt8
    /// True on the packets that end the event.
    package var isEnd: Bool
    /// Power below 0 dBm0, 0...63.
    package var volume: UInt8
    /// Timestamp ticks since the event began.
    package var duration: UInt16

    /// `volume` is clamped to 63.
    package init(event: UInt8, isEnd: Bool, volume: UInt8 = 10, duration: UInt16) {
        self.event = event
        self.isEnd = isEnd
        self.volume = min(63, volume)
        self.duration = duration
    }

    /// Nil when the payload is too short; bytes behind the first four are left to RFC 4733's redundancy.
    package init?(parsing payload: UnsafeRawBufferPointer) {
        guard let event = payload.uint8(at: 0), let flags = payload.uint8(at: 1), let duration = payload.uint16(at: 2)
        else { return nil }
        self.event = event
        isEnd = flags & 0x80 != 0
        volume = flags & 0x3F
        self.duration = duration
    }

    /// Writes four bytes; returns their count, or nil when they do not fit.
    package func write(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard buffer.count >= TelephoneEventPayload.size else { return nil }
        buffer[0] = event
        buffer[1] = (isEnd ? 0x80 : 0) | min(63, volume)
        buffer.storeBytes(of: duration.bigEndian, toByteOffset: 2, as: UInt16.self)
        return TelephoneEventPayload.size
    }

    /// The event of a key: 0...9, *, #, A...D in either case; nil for other characters.
    package static func event(of key: Character) -> UInt8? {
        switch key {
        case "0"..."9": key.asciiValue.map { $0 - 0x30 }
        case "*": 10
        case "#": 11
        case "A", "a": 12
        case "B", "b": 13
        case "C", "c": 14
        case "D", "d": 15
        default: nil
        }
    }

    /// The key of a DTMF event; nil for an event that is none.
    package static func key(of event: UInt8) -> Character? {
        guard event < 16 else { return nil }
        let keys: [Character] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#", "A", "B", "C", "D"]
        return keys[Int(event)]
    }
}
