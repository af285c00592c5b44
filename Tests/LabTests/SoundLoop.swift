import ALSAAudio
import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport

/// A tone that is played into one end of a cable of the loopback card and captured at the other, on one thread.
final class SoundLoop {
    static let card = "Loopback"
    let capture: ALSACapture
    let playback: ALSAPlayback
    private(set) var heard: [Int16] = []
    private(set) var captureTimes: [MonotonicTime] = []
    private(set) var overruns = 0
    private(set) var underruns = 0
    private(set) var longestDelay = 0
    private var sent = 0
    private let wake: Doorbell
    private var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)

    /// - Parameters:
    ///   - cable: subdevice of both ends.
    ///   - isReversed: from device 1 to device 0 instead of from 0 to 1.
    ///   - blocks: the size of both cards' buffers.
    ///
    /// One thread serves both ends, so the played one needs a block more than with a thread of its own.
    init(cable: Int, isReversed: Bool = false, blocks: Int = 8) throws {
        wake = try Doorbell()
        playback = try ALSAPlayback(
            PCMAddress(card: Self.card, device: isReversed ? 1 : 0, subdevice: cable), bufferBlocks: blocks,
            targetBlocks: 3)
        capture = try ALSACapture(
            PCMAddress(card: Self.card, device: isReversed ? 0 : 1, subdevice: cable), bufferBlocks: blocks)
        try playback.start()
        try capture.start()
    }

    /// Plays and captures for so many captured blocks.
    func run(blocks: Int) throws {
        var left = blocks
        while left > 0 {
            try fill()
            switch try capture.read(into: &block, wake: wake.descriptor) {
            case .block(let time):
                heard += block
                captureTimes.append(time)
                left -= 1
            case .overrun: overruns += 1
            case .woken: break
            case .timedOut: throw ChildProcess.Failure("no sound within a second")
            }
        }
    }

    /// Writes what the card has room for, without waiting.
    func fill() throws {
        while true {
            switch try playback.waitForSpace(wake: wake.descriptor, timeout: 0) {
            case .ready(let delay): longestDelay = max(longestDelay, delay)
            case .underrun: underruns += 1
            case .woken, .timedOut: return
            }
            let tone = (0..<AudioFormat.blockFrames).map { Self.sample(sent + $0) }
            sent += tone.count
            try tone.withUnsafeBufferPointer { try playback.write($0) }
        }
    }

    /// Forgets what was heard so far, and the xruns.
    func forget() {
        heard = []
        captureTimes = []
        (overruns, underruns, longestDelay) = (0, 0, 0)
    }

    /// The same without an xrun: tried again when a busy machine comes between, up to ten times.
    func runCleanly(blocks: Int, before: () throws -> Void = {}) throws {
        for _ in 0..<10 {
            forget()
            try before()
            let known = capture.overruns + playback.underruns
            try run(blocks: blocks)
            if capture.overruns + playback.underruns == known { return }
        }
        throw ChildProcess.Failure("ten xruns in a row")
    }

    func stop() {
        playback.stop()
        capture.stop()
    }

    /// A triangle of 1 kHz: most of it is that tone, without a sine for each sample in the lab's slow debug build.
    private static func sample(_ index: Int) -> Int16 {
        let phase = index % 48
        return Int16((phase < 24 ? phase - 12 : 36 - phase) * 600)
    }
}

extension ALSACapture {
    func read(into block: inout [Int16], wake: BorrowedDescriptor) throws -> AudioReadResult {
        try block.withUnsafeMutableBufferPointer { try read(into: $0, wake: wake, timeout: 1_000_000_000) }
    }
}
