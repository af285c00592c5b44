import Glibc
package import LinuxSystem
package import MediaTypes

/// A microphone that is none: an even tone, or silence with a beep whenever the synthetic camera's lamp flashes.
///
/// Blocks come on the microphone's own beat, which may run fast or slow. A reader that is more than 80 ms late has an
/// over-run.
package final class SyntheticMicrophone: AudioSource {
    package let name: String
    private let flash: FlashSchedule?
    private let faults: SyntheticFaults?
    /// Nanoseconds of a block by this microphone's clock.
    private let blockTime: Int64
    /// One second of each, and a block more, so that any block is one copy.
    private let tone: ToneTable
    private let beep: ToneTable
    private var origin: MonotonicTime?
    private var nextBlock: Int64 = 0
    private var poll = PollSet(count: 2)

    private static let deepestQueue: Int64 = 8

    /// - Parameters:
    ///   - frequency: of the even tone in whole hertz; 0: silence.
    ///   - level: its peak, 0 to 1.
    ///   - flash: when to beep instead of the tone.
    ///   - beepFrequency: in whole hertz.
    ///   - drift: how much faster this clock runs than the system's, in parts per million.
    package init(
        name: String = "synthetic microphone", frequency: Int = 440, level: Double = 0.25,
        flash: FlashSchedule? = nil, beepFrequency: Int = 1000, drift: Int = 0, faults: SyntheticFaults? = nil
    ) throws(DeviceError) {
        self.name = name
        self.flash = flash
        self.faults = faults
        let drift = min(max(drift, -100_000), 100_000)
        blockTime = 10_000_000 * 1_000_000 / Int64(1_000_000 + drift)
        tone = ToneTable(frequency: frequency, level: level)
        beep = ToneTable(frequency: beepFrequency, level: 0.5)
        if faults?.isUnplugged == true { throw Self.gone(name) }
    }

    package func start() throws(DeviceError) {
        if faults?.isUnplugged == true { throw Self.gone(name) }
        if origin != nil { return }
        origin = .now
        nextBlock = 0
    }

    package func stop() { origin = nil }

    package func clock() -> DeviceClockReading? {
        guard let origin else { return nil }
        let now = MonotonicTime.now
        let elapsed = Double(now - origin) / Double(blockTime) * Double(AudioFormat.blockFrames)
        return DeviceClockReading(sampleFrames: Int64(elapsed), time: now)
    }

    package func setVolume(_ percent: Int) -> Bool { false }

    private static func gone(_ name: String) -> DeviceError {
        DeviceError(.gone, device: name, detail: "unplugged (simulated)")
    }

    // MARK: - Real-time

    package func read(
        into block: UnsafeMutableBufferPointer<Int16>, wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> AudioReadResult {
        let limit = MonotonicTime.now.advanced(byNanoseconds: max(timeout, 0))
        poll.watch(0, wake, for: .readable)
        poll.watch(1, faults?.descriptor, for: .readable)
        while true {
            if faults?.isUnplugged == true {
                origin = nil
                throw Self.gone(name)
            }
            let now = MonotonicTime.now
            let isRunning = origin != nil && faults?.isStalled != true
            if isRunning, let result = takeDueBlock(into: block, at: now) { return result }
            if now >= limit { return .timedOut }
            let untilDue = isRunning ? endOfBlock(nextBlock) - now : .max
            do {
                _ = try poll.wait(nanoseconds: min(limit - now, max(untilDue, 0)))
            } catch {
                throw DeviceError(device: name, error)
            }
            if !poll.readiness(1).isEmpty { faults?.acknowledge() }
            if !poll.readiness(0).isEmpty { return .woken }
        }
    }

    private func endOfBlock(_ number: Int64) -> MonotonicTime {
        (origin ?? .zero).advanced(byNanoseconds: (number + 1) &* blockTime)
    }

    private func takeDueBlock(into block: UnsafeMutableBufferPointer<Int16>, at now: MonotonicTime) -> AudioReadResult?
    {
        let late = now - endOfBlock(nextBlock)
        guard late >= 0 else { return nil }
        let waiting = late / blockTime
        if waiting >= Self.deepestQueue {
            nextBlock += waiting
            return .overrun(lostFrames: Int(waiting) * AudioFormat.blockFrames)
        }
        let captureTime = endOfBlock(nextBlock - 1)
        fill(block, from: captureTime)
        nextBlock += 1
        return .block(captureTime: captureTime)
    }

    private func fill(_ block: UnsafeMutableBufferPointer<Int16>, from time: MonotonicTime) {
        guard let target = block.baseAddress else { return }
        let count = min(block.count, AudioFormat.blockFrames)
        tone.copy(to: target, count: count, from: nextBlock * Int64(AudioFormat.blockFrames))
        guard let flash else { return }
        let start = flash.lastStart(before: time.advanced(byNanoseconds: blockTime - 1))
        let sampleTime = 1e9 / Double(AudioFormat.sampleRate)
        let first = Int((Double(start - time.nanoseconds) / sampleTime).rounded())
        let last = first + Int(Double(flash.duration.nanoseconds) / sampleTime)
        let from = max(first, 0)
        let to = min(last, count)
        if to > from { beep.copy(to: target + from, count: to - from, from: Int64(from - first)) }
    }
}

/// A sine of whole hertz, computed once.
struct ToneTable: ~Copyable {
    private let samples: UnsafeMutablePointer<Int16>
    private static let period = AudioFormat.sampleRate

    init(frequency: Int, level: Double) {
        let count = Self.period + AudioFormat.blockFrames
        samples = .allocate(capacity: count)
        let peak = frequency > 0 ? min(max(level, 0), 1) * 32767 : 0
        let step = 2 * Double.pi * Double(frequency) / Double(Self.period)
        for index in 0..<count {
            (samples + index).initialize(to: Int16(peak * sin(step * Double(index % Self.period))))
        }
    }

    deinit { samples.deallocate() }

    /// Copies up to one block, beginning at a sample counted from the start. Real-time safe.
    func copy(to target: UnsafeMutablePointer<Int16>, count: Int, from position: Int64) {
        let start = Int(position % Int64(Self.period))
        target.update(from: samples + max(start, 0), count: min(count, AudioFormat.blockFrames))
    }
}
