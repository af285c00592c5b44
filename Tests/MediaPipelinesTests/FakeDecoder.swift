import Composition
import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import Synchronization

/// What the decoders of one test do, and what came out. Any thread.
final class DecoderScript: Sendable {
    struct State: Sendable {
        var opened = 0
        var closed = 0
        /// Numbers of the pictures that were decoded.
        var decoded: [UInt32] = []
        var keyFrames = 0
        var withParameterSets = 0
        var refused = 0
        /// Each so-manyth call finds all inputs in use.
        var fullEvery = 0
        var isStalled = false
        var failsNext = false
        var openFailures = 0
        /// Decoding takes this long.
        var delay: Duration = .zero
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

    var choice: DecoderChoice {
        DecoderChoice(name: name) { () throws(DeviceError) in try FakeDecoder(self) }
    }
}

/// Decodes the fake encoder's units: pictures whose sequence is the unit's number. A missing one is a missing reference.
final class FakeDecoder: VideoDecoder {
    private let script: DecoderScript
    private let pool = PictureMemory.pool(VideoFormat(.nv12, width: 64, height: 36), count: 12)
    private let event: EventFD
    private var ready: [Int] = []
    private var inside: [MonotonicTime] = []
    private var next: UInt32?
    private var calls = 0

    init(_ script: DecoderScript) throws(DeviceError) {
        var fails = false
        script.set { value in
            fails = value.openFailures > 0
            if fails { value.openFailures -= 1 } else { value.opened += 1 }
        }
        if fails { throw DeviceError(.failed, device: script.name, detail: "does not open") }
        self.script = script
        do { event = try EventFD() } catch { throw DeviceError(device: script.name, error) }
        ready.reserveCapacity(16)
        inside.reserveCapacity(16)
    }

    deinit { script.set { $0.closed += 1 } }

    var capabilities: VideoCodecCapabilities {
        VideoCodecCapabilities(
            name: script.name, isHardware: script.isAsync, forcesKeyFrames: false, changesBitrateLive: false,
            importsDMABUF: false, inputFormats: [.nv12], copiesPerFrame: 0)
    }

    var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? {
        script.isAsync ? (event.borrowed, .readable) : nil
    }

    var pending: (count: Int, since: MonotonicTime) { (inside.count, inside.first ?? .zero) }

    func decode(
        _ accessUnit: UnsafeRawBufferPointer, captureTime: MonotonicTime, isKeyFrame: Bool
    ) throws(DeviceError) -> DecodeResult {
        calls += 1
        var now = script.now
        if now.failsNext {
            script.set { $0.failsNext = false }
            throw DeviceError(.failed, device: script.name, detail: "VIDIOC_DQBUF: made up")
        }
        if now.fullEvery > 0, calls % now.fullEvery == 0 {
            // Room is made a little later.
            script.set { $0.refused += 1 }
            event.signal()
            return .full
        }
        if now.isStalled {
            inside.append(.now)
            return inside.count > 8 ? .full : .accepted
        }
        guard let unit = FakeUnit.read(accessUnit), unit.isKeyFrame || unit.number == next else {
            return .needsKeyFrame
        }
        next = unit.number &+ 1
        if now.delay > .zero {
            let until = MonotonicTime.now + now.delay
            while MonotonicTime.now < until {}
        }
        script.set {
            $0.decoded.append(unit.number)
            if unit.isKeyFrame { $0.keyFrames += 1 }
            if unit.hasParameterSets { $0.withParameterSets += 1 }
            now = $0
        }
        guard let slot = pool.takeReturned() else { return .accepted }
        pool.update(slot) {
            $0.captureTime = captureTime
            $0.readyTime = .now
            $0.sequence = UInt64(unit.number)
            $0.planes.0.base?.storeBytes(of: unit.luma, as: UInt8.self)
        }
        ready.append(slot)
        event.signal()
        return .accepted
    }

    func takeFrame() throws(DeviceError) -> FrameHandle? {
        event.drain()
        guard !ready.isEmpty else { return nil }
        let slot = ready.removeFirst()
        if !ready.isEmpty { event.signal() }
        return pool.lend(slot)
    }
}
