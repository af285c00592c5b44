import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import Synchronization

/// What the encoders of one test do, and what was done with them. Any thread.
final class EncoderScript: Sendable {
    struct State: Sendable {
        var opened: [VideoEncoderConfiguration] = []
        var closed = 0
        var forced = 0
        var submitted = 0
        var bitrates: [Int] = []
        /// Opening fails so many times.
        var openFailures = 0
        var openFailure = DeviceError.Kind.failed
        /// The next submission throws.
        var failsNext = false
        /// Pictures go in and nothing comes out.
        var isStalled = false
        var changesBitrateLive = true
        /// The descriptor is readable for ever, whatever is inside.
        var isAlwaysReady = false
        /// Pictures that are kept before the first comes out.
        var latency = 0
        var frameBytes = 200
        /// The first picture's parameter sets are lent before it is done.
        var lendsBeginning = false
        /// The next submission throws after that.
        var failsWithin = false
        var allocations: [UInt64] = []
    }

    let name: String
    let isAsync: Bool
    private let state = Mutex(State())

    init(_ name: String = "fake", isAsync: Bool = false) {
        self.name = name
        self.isAsync = isAsync
    }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var now: State { state.withLock { $0 } }

    var choice: EncoderChoice {
        EncoderChoice(name: name) { configuration throws(DeviceError) in
            try FakeEncoder(self, configuration)
        }
    }

    fileprivate func mayOpen(_ configuration: VideoEncoderConfiguration) throws(DeviceError) {
        let failure = state.withLock { value -> DeviceError.Kind? in
            if value.openFailures > 0 {
                value.openFailures -= 1
                return value.openFailure
            }
            value.opened.append(configuration)
            return nil
        }
        if let failure { throw DeviceError(failure, device: name, detail: "does not open") }
    }
}

/// An encoder whose access units say which picture they were made of: brightness, number and whether it is a key frame.
final class FakeEncoder: VideoEncoder {
    private let script: EncoderScript
    private(set) var configuration: VideoEncoderConfiguration
    private let event: EventFD
    private var inside: [(captureTime: MonotonicTime, submitTime: MonotonicTime, isKeyFrame: Bool, luma: UInt8)] = []
    private var number: UInt32 = 0
    private let unit = FakeUnit()
    private var beginning: ((EncodedAccessUnit) -> Void)?

    fileprivate init(_ script: EncoderScript, _ configuration: VideoEncoderConfiguration) throws(DeviceError) {
        try script.mayOpen(configuration)
        self.script = script
        self.configuration = configuration
        do { event = try EventFD() } catch { throw DeviceError(device: script.name, error) }
        inside.reserveCapacity(64)
        if script.now.isAlwaysReady { event.signal() }
    }

    deinit { script.set { $0.closed += 1 } }

    var capabilities: VideoCodecCapabilities {
        VideoCodecCapabilities(
            name: script.name, isHardware: script.isAsync, forcesKeyFrames: true, changesBitrateLive: true,
            importsDMABUF: false, inputFormats: [.nv12, .i420], copiesPerFrame: 0)
    }

    var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? {
        script.isAsync ? (event.borrowed, .readable) : nil
    }

    var pending: (count: Int, since: MonotonicTime) { (inside.count, inside.first?.submitTime ?? .zero) }

    func submit(_ frame: borrowing FrameHandle, forceKeyFrame: Bool) throws(DeviceError) -> SubmitResult {
        let value = frame.value
        guard value.format == configuration.format else {
            throw DeviceError(.unsupported, device: script.name, detail: "opened for another format")
        }
        let fails = script.state(ofSubmission: forceKeyFrame)
        if fails { throw DeviceError(.failed, device: script.name, detail: "VIDIOC_QBUF: made up") }
        if inside.count >= 8 { return .full }
        if inside.isEmpty, number == 0 { try lendParameterSets(at: value.captureTime) }
        let luma = value.planes.0.base?.load(as: UInt8.self) ?? 0
        inside.append((value.captureTime, .now, forceKeyFrame || number == 0 && inside.isEmpty, luma))
        if inside.count > script.latency, !script.isStalled { event.signal() }
        return .accepted
    }

    func lendBeginning(to body: @escaping (EncodedAccessUnit) -> Void) {
        if script.now.lendsBeginning { beginning = body }
    }

    private func lendParameterSets(at captureTime: MonotonicTime) throws(DeviceError) {
        guard let beginning else { return }
        FakeUnit.parameterSets.withUnsafeBytes {
            beginning(
                EncodedAccessUnit(
                    bytes: $0, captureTime: captureTime, submitTime: .now, isKeyFrame: false, isEnd: false))
        }
        if script.takeFailureWithin() { throw DeviceError(.failed, device: script.name, detail: "made up") }
    }

    func takeOutput(_ body: (EncodedAccessUnit) -> Void) throws(DeviceError) -> Bool {
        if !script.isAlwaysReady { event.drain() }
        guard inside.count > script.latency, !script.isStalled else { return false }
        let picture = inside.removeFirst()
        unit.fill(
            number: number, luma: picture.luma, isKeyFrame: picture.isKeyFrame, byteCount: script.frameBytes,
            parameterSets: beginning == nil)
        beginning = nil
        number += 1
        if inside.count > script.latency { event.signal() }
        body(
            EncodedAccessUnit(
                bytes: unit.bytes, captureTime: picture.captureTime, submitTime: picture.submitTime,
                isKeyFrame: picture.isKeyFrame))
        return true
    }

    func setBitrate(_ bitrate: BitsPerSecond) throws(DeviceError) -> Bool {
        script.set { $0.bitrates.append(bitrate.value) }
        guard script.now.changesBitrateLive else { return false }
        configuration.bitrate = bitrate
        return true
    }
}

extension EncoderScript {
    fileprivate func state(ofSubmission forced: Bool) -> Bool {
        state.withLock { value in
            value.submitted += 1
            if forced { value.forced += 1 }
            defer { value.failsNext = false }
            return value.failsNext
        }
    }

    fileprivate func takeFailureWithin() -> Bool {
        state.withLock { value in
            defer { value.failsWithin = false }
            return value.failsWithin
        }
    }

    fileprivate var isStalled: Bool { state.withLock { $0.isStalled } }
    fileprivate var isAlwaysReady: Bool { state.withLock { $0.isAlwaysReady } }
    fileprivate var latency: Int { state.withLock { $0.latency } }
    fileprivate var frameBytes: Int { state.withLock { $0.frameBytes } }
}

/// An access unit that is none to any decoder but ours: parameter sets with a key frame, and one slice.
final class FakeUnit {
    static let parameterSets: [UInt8] = [0, 0, 0, 1, 0x67, 0x42, 0xE0, 0x1F, 0xDA, 0, 0, 0, 1, 0x68, 0xCE, 0x3C, 0x80]
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
    private var count = 0

    deinit { memory.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    /// - Parameter byteCount: of the slice.
    func fill(number: UInt32, luma: UInt8, isKeyFrame: Bool, byteCount: Int, parameterSets: Bool = true) {
        count = 0
        if isKeyFrame, parameterSets { for byte in Self.parameterSets { append(byte) } }
        for byte in [UInt8](arrayLiteral: 0, 0, 0, 1, isKeyFrame ? 0x65 : 0x41, 0x88) { append(byte) }
        // Seven bits in each byte and the eighth set, so that no start code comes about.
        append(luma | 0x80)
        append(luma >> 7 | 0x80)
        for shift in [0, 7, 14, 21, 28] as [UInt32] { append(UInt8(truncatingIfNeeded: number >> shift) | 0x80) }
        for _ in 0..<max(byteCount - 9, 0) { append(0x55) }
    }

    private func append(_ byte: UInt8) {
        guard count < memory.count else { return }
        memory[count] = byte
        count += 1
    }

    /// Reads a unit back; nil when it is damaged.
    static func read(_ bytes: UnsafeRawBufferPointer) -> (
        number: UInt32, luma: UInt8, isKeyFrame: Bool, slice: Int, hasParameterSets: Bool
    )? {
        var start = 0
        var hasParameterSets = false
        while start + 13 <= bytes.count {
            guard bytes[start] == 0, bytes[start + 1] == 0, bytes[start + 2] == 0, bytes[start + 3] == 1 else {
                start += 1
                continue
            }
            let type = bytes[start + 4] & 0x1F
            if type == 7 { hasParameterSets = true }
            guard type == 5 || type == 1 else {
                start += 4
                continue
            }
            guard bytes[start + 5] == 0x88 else { return nil }
            let luma = bytes[start + 6] & 0x7F | bytes[start + 7] << 7
            var number: UInt32 = 0
            for (index, shift) in ([0, 7, 14, 21, 28] as [UInt32]).enumerated() {
                number |= UInt32(bytes[start + 8 + index] & 0x7F) << shift
            }
            for byte in bytes[(start + 13)...] where byte != 0x55 { return nil }
            return (number, luma, type == 5, bytes.count - start - 4, hasParameterSets)
        }
        return nil
    }
}
