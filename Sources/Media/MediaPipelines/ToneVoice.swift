import Glibc
import MediaTypes
import Synchronization

/// Which tone the speaker plays and how loud: set by the control side, read by the speaker thread for each block.
final class ToneWish: Sendable {
    /// The tone in the low byte, percent in the next.
    private let packed = Atomic<UInt32>(0)

    func set(_ tone: RoomTone, volume: Int) {
        packed.store(UInt32(tone.rawValue) | UInt32(min(max(volume, 0), 100)) << 8, ordering: .relaxed)
    }

    // MARK: - Real-time

    var current: (tone: RoomTone, volume: Int) {
        let value = packed.load(ordering: .relaxed)
        return (RoomTone(rawValue: UInt8(truncatingIfNeeded: value)) ?? .none, Int(value >> 8 & 0xFF))
    }
}

/// Makes the tones of `RoomTone`, sample by sample. Confined to the speaker thread; allocates nothing.
struct ToneVoice {
    /// A tone's peak at full volume, below a voice's.
    private static let peak = 0.35 * 32_767

    private var tone = RoomTone.none
    private var place = 0
    /// Between 0 and 1, moved over a block so that nothing clicks.
    private var gain = 0.0

    init() {}

    // MARK: - Real-time

    /// Adds a block of what is wanted. Another tone begins with the block after the old one has gone.
    mutating func mix(into block: UnsafeMutableBufferPointer<Int16>, _ wanted: RoomTone, volume: Int) {
        if tone != wanted, gain == 0 {
            tone = wanted
            place = 0
        }
        let target = tone == wanted ? Double(volume) / 100 : 0
        guard tone != .none, gain > 0 || target > 0 else {
            gain = 0
            return
        }
        let step = (target - gain) / Double(max(block.count, 1))
        let period = tone.period
        for index in block.indices {
            gain += step
            let value = sample() * gain * Self.peak
            block[index] = Int16(clamping: Int(block[index]) + Int(value))
            place += 1
            if place >= period { place = 0 }
        }
        gain = target
    }

    /// Between −1 and 1.
    private func sample() -> Double {
        guard let note = tone.note(at: place) else { return 0 }
        let passed = place - note.start
        let time = Double(passed) / Double(AudioFormat.sampleRate)
        var value = sin(2 * .pi * note.frequencies.0 * time)
        if note.frequencies.1 > 0 { value = (value + sin(2 * .pi * note.frequencies.1 * time)) / 2 }
        if note.decay < 1 { value *= pow(note.decay, time) }
        let left = note.length - passed
        // 10 ms out.
        let edges = min(Double(passed) / Double(note.attack), Double(left) / 480, 1)
        return value * edges
    }
}
