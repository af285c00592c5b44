import LinuxSystem
import MediaTypes
import RealtimeSupport

/// What the control side asks of a microphone's or loudspeaker's thread.
enum AudioDeviceCommand<Opener: Sendable>: Sendable {
    case open(Opener)
    case close
    /// 0 to 100.
    case setVolume(Int)
}

/// What the threads of microphone and loudspeaker keep of their device in the same way: whether it streams and when it
/// last did, its volume, its clock, and the pace of sound while there is none. Confined to that thread.
struct AudioDeviceState: ~Copyable {
    /// A streaming device that moves nothing for this long has stalled.
    private static let stallLimit: Int64 = 500_000_000
    private static let blockTime: Int64 = 10_000_000
    private static let clockInterval: Int64 = 1_000_000_000
    /// After a longer pause the pace begins anew instead of catching up in a burst.
    private static let longestBurst: Int64 = 200_000_000

    private let report: @Sendable (DeviceReport) -> Void
    private let statistics: AudioDeviceStatistics
    /// More xruns in a row, without a block between them, are a failure.
    private let xrunLimit: Int
    private(set) var isStreaming = false
    private var hasBlock = false
    private var xruns = 0
    private var lastBlock: Int64 = 0
    /// Nil: as the device has it.
    private var volume: Int?
    private var softwareGain = 256
    private var clock = ClockEstimator()
    private var nextClockReading: Int64 = 0
    /// When the next block is due while there is no device; 0 when none is.
    private var nextBlock: Int64 = 0

    init(
        report: @escaping @Sendable (DeviceReport) -> Void, statistics: AudioDeviceStatistics, xrunLimit: Int,
        volume: Int?
    ) {
        self.report = report
        self.statistics = statistics
        self.xrunLimit = xrunLimit
        self.volume = volume
    }

    // MARK: - Real-time

    /// How long the device may still take, nanoseconds. The wait goes on after a wake-up for something else: it does not
    /// begin anew.
    var patience: Int64 { max(Self.stallLimit - (MonotonicTime.now.nanoseconds - lastBlock), 0) }

    /// Milliseconds since the last block.
    var silence: Int64 { (MonotonicTime.now.nanoseconds - lastBlock) / 1_000_000 }

    /// A block has come or gone.
    mutating func noteBlock(of device: any AudioDevice) {
        lastBlock = MonotonicTime.now.nanoseconds
        if lastBlock >= nextClockReading {
            nextClockReading = lastBlock + Self.clockInterval
            if let reading = device.clock() { statistics.setClock(clock.add(reading)) }
        }
        if !hasBlock {
            hasBlock = true
            report(.running)
        }
    }

    /// The device kept up.
    mutating func endXruns() { xruns = 0 }

    /// - Returns: how many in a row that is, when it is too many; else it has been told.
    mutating func noteXrun() -> Int? {
        statistics.xruns.add()
        clock.reset()
        xruns += 1
        if xruns > xrunLimit { return xruns }
        report(.xrun(total: statistics.xruns.value))
        return nil
    }

    /// The volume, where the device has none of its own.
    func scale(_ block: UnsafeMutableBufferPointer<Int16>) {
        if softwareGain == 256 { return }
        for index in block.indices { block[index] = Int16(clamping: Int(block[index]) * softwareGain / 256) }
    }

    /// Waits for the next block's turn while there is no device.
    ///
    /// - Returns: when that block begins; nil when something else came first.
    mutating func awaitTurn(_ set: inout PollSet) -> MonotonicTime? {
        let now = MonotonicTime.now.nanoseconds
        if nextBlock == 0 { nextBlock = now + Self.blockTime }
        if now < nextBlock {
            _ = try? set.wait(nanoseconds: nextBlock - now)
            return nil
        }
        if now - nextBlock > Self.longestBurst { nextBlock = now }
        defer { nextBlock += Self.blockTime }
        return MonotonicTime(nanoseconds: nextBlock - Self.blockTime)
    }

    /// Neither device nor anybody who wants sound.
    mutating func rest() { nextBlock = 0 }

    // MARK: - Set-up and repair

    /// The device is open.
    mutating func begin(_ device: any AudioDevice) {
        applyVolume(to: device)
        report(.opened(DeviceDetails(name: device.name)))
    }

    mutating func setVolume(_ percent: Int, of device: (any AudioDevice)?) {
        volume = percent
        applyVolume(to: device)
    }

    private mutating func applyVolume(to device: (any AudioDevice)?) {
        guard let volume else { return }
        let inHardware = device?.setVolume(volume) ?? false
        softwareGain = inHardware ? 256 : AudioGain.factor(percent: volume)
    }

    /// Streams or rests, as wanted.
    ///
    /// - Returns: whether the device has begun to stream.
    mutating func follow(_ wanted: Bool, _ device: any AudioDevice) throws(DeviceError) -> Bool {
        if wanted == isStreaming { return false }
        if !wanted {
            isStreaming = false
            device.stop()
            return false
        }
        try device.start()
        isStreaming = true
        hasBlock = false
        xruns = 0
        lastBlock = MonotonicTime.now.nanoseconds
        nextClockReading = 0
        nextBlock = 0
        clock.reset()
        return true
    }

    /// Before the device is closed.
    mutating func end(_ device: any AudioDevice) {
        if isStreaming { device.stop() }
        isStreaming = false
    }
}
