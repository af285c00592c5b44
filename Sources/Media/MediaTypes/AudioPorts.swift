package import LinuxSystem

/// The one format in which sound moves between ports: S16LE, mono, 48 kHz. A block is 10 ms.
package enum AudioFormat {
    /// Sample frames a second.
    package static let sampleRate = 48_000
    /// Sample frames in one 10 ms block.
    package static let blockFrames = 480
}

/// A device's count of sample frames at a moment, from which its real rate is measured.
package struct DeviceClockReading: Sendable, Equatable {
    /// Sample frames that the converter has taken or played since the start.
    package var sampleFrames: Int64
    package var time: MonotonicTime

    package init(sampleFrames: Int64, time: MonotonicTime) {
        self.sampleFrames = sampleFrames
        self.time = time
    }
}

package enum AudioReadResult: Sendable, Equatable {
    /// One block was read; the first sample was taken at `captureTime`.
    case block(captureTime: MonotonicTime)
    /// The device over-ran and was started again; `lostFrames` sample frames are missing (estimated).
    case overrun(lostFrames: Int)
    case woken
    /// Nothing came within the time-out.
    case timedOut
}

/// What microphones and loudspeakers have in common. Opened, used and closed on one thread.
package protocol AudioDevice: AnyObject {
    /// The device as people know it.
    var name: String { get }
    func start() throws(DeviceError)
    func stop()
    /// The device's clock now; nil when it cannot tell.
    func clock() -> DeviceClockReading?
    /// Sets the hardware's own volume, 0 to 100; false when it has none (the caller scales in software).
    func setVolume(_ percent: Int) -> Bool
}

/// A microphone, or what stands for one. Opened, used and closed on one thread (the audio capture thread).
package protocol AudioSource: AudioDevice {
    /// Blocks until `block` (`AudioFormat.blockFrames` samples) is filled, `wake` is readable, or the time is over.
    ///
    /// Throws `.gone` when the device has been unplugged. An over-run is a result, not an error.
    func read(
        into block: UnsafeMutableBufferPointer<Int16>, wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> AudioReadResult
}

package enum AudioWriteReadiness: Sendable, Equatable {
    /// One block may be written; the first of its samples will be heard `delayFrames` sample frames from now.
    case ready(delayFrames: Int)
    /// The device under-ran and was started again; write a block now.
    case underrun
    case woken
    case timedOut
}

/// A loudspeaker, or what stands for one. Opened, used and closed on one thread (the audio playback thread).
package protocol AudioSink: AudioDevice {
    /// Blocks until one block can be written, `wake` is readable, or the time is over.
    func waitForSpace(wake: BorrowedDescriptor, timeout: Int64) throws(DeviceError) -> AudioWriteReadiness
    /// Writes one block (`AudioFormat.blockFrames` samples). Only after `.ready` or `.underrun`.
    func write(_ block: UnsafeBufferPointer<Int16>) throws(DeviceError)
}

/// An audio encoder for 48 kHz mono blocks. Confined to the audio capture thread.
package protocol AudioEncoder: AnyObject {
    /// Such as "opus".
    var name: String { get }
    /// RTP clock ticks per 10 ms block: 480 for Opus, 80 for G.711.
    var timestampTicksPerBlock: UInt32 { get }
    /// Encodes one 10 ms block into `output`.
    ///
    /// - Returns: bytes written; 0 when more blocks are needed before a packet comes out (packet time > 10 ms).
    func encode(_ block: UnsafeBufferPointer<Int16>, into output: UnsafeMutableRawBufferPointer) -> Int
    /// Tells the encoder what share of packets the far end loses, 0 to 100.
    func setExpectedLoss(percent: Int)
}

/// An audio decoder into 48 kHz mono. Confined to the audio playback thread.
package protocol AudioDecoder: AnyObject {
    var name: String { get }
    /// RTP clock rate in hertz.
    var clockRate: Int { get }
    /// Decodes one packet into `output` (room for 120 ms, 5760 samples, is given).
    ///
    /// - Returns: samples written; 0 when the packet was malformed.
    func decode(_ packet: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int16>) -> Int
    /// Fills `output` with a guess at lost sound; `next` is the following packet when it has come (Opus FEC).
    func conceal(into output: UnsafeMutableBufferPointer<Int16>, next: UnsafeRawBufferPointer?) -> Int
}
