import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import Synchronization

/// What a scripted device does, and what was done to it. Any thread.
final class DeviceScript: Sendable {
    enum Mode: Sendable {
        case fine
        /// Nothing comes out, or is taken, without an error.
        case silent
        /// The next call says that the device has been unplugged.
        case gone
        /// Each call is an xrun, at once.
        case xruns
        /// Each picture is broken.
        case damaged
    }

    struct State: Sendable {
        var mode = Mode.fine
        var isAbsent = false
        var xrunsToCome = 0
        var started = 0
        var stopped = 0
        var closed = 0
        var keyFrameRequests = 0
        var volume: [Int] = []
        var controls: [String: Int] = [:]
        /// Blocks that were played, by their highest sample.
        var peaks: [Int] = []
        var isFailingToStart = false
    }

    private let state = Mutex(State())
    let bell: Doorbell

    init() throws(SystemError) { bell = try Doorbell() }

    func set(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
        bell.ring()
    }

    var now: State { state.withLock { $0 } }

    func begin() throws(DeviceError) {
        if now.isAbsent { throw DeviceError(.gone, device: "scripted", detail: "not there") }
    }

    func start() throws(DeviceError) {
        if now.isFailingToStart { throw DeviceError(.failed, device: "scripted", detail: "VIDIOC_STREAMON: made up") }
        set { $0.started += 1 }
    }
}

/// A device's beat: waits for the next one, a wake-up, a change of the script or the end of the time.
struct Beat: ~Copyable {
    enum End {
        case due
        case woken
        case changed
        case timedOut
    }

    let interval: Int64
    private var poll = PollSet(count: 2)
    private var next: MonotonicTime?

    init(interval: Int64) { self.interval = interval }

    mutating func reset() { next = nil }

    mutating func wait(_ script: DeviceScript, wake: BorrowedDescriptor, timeout: Int64, isRunning: Bool) -> End {
        poll.watch(0, wake, for: .readable)
        poll.watch(1, script.bell.descriptor, for: .readable)
        let now = MonotonicTime.now
        let due = next ?? now.advanced(byNanoseconds: interval)
        if isRunning { next = due }
        let left = isRunning ? max(min(due - now, timeout), 0) : timeout
        _ = try? poll.wait(nanoseconds: left)
        if !poll.readiness(1).isEmpty {
            script.bell.drain()
            return .changed
        }
        if !poll.readiness(0).isEmpty { return .woken }
        guard isRunning, MonotonicTime.now >= due else { return .timedOut }
        next = due.advanced(byNanoseconds: interval)
        return .due
    }
}

final class ScriptedCamera: VideoSource {
    let name = "camera scripted"
    let format = VideoFormat(.nv12, width: 128, height: 72)
    let frameRate = FrameRate(100)
    private let script: DeviceScript
    private let source = PictureSource(count: 8)
    private var beat = Beat(interval: 10_000_000)

    init(_ script: DeviceScript) throws(DeviceError) {
        try script.begin()
        self.script = script
    }

    deinit { script.set { $0.closed += 1 } }

    func start() throws(DeviceError) {
        beat.reset()
        try script.start()
    }

    func nextFrame(wake: BorrowedDescriptor, timeout: Int64) throws(DeviceError) -> VideoSourceEvent {
        let end = MonotonicTime.now.advanced(byNanoseconds: timeout)
        while true {
            let mode = script.now.mode
            if mode == .gone { throw DeviceError(.gone, device: name, detail: "VIDIOC_DQBUF: made up") }
            let left = max(end - MonotonicTime.now, 0)
            switch beat.wait(script, wake: wake, timeout: left, isRunning: mode != .silent) {
            case .woken: return .woken
            case .changed: continue
            case .timedOut:
                if MonotonicTime.now >= end { return .timedOut }
            case .due:
                if mode == .damaged { return .damaged }
                if let frame = source.picture(luma: 200) { return .frame(frame) }
            }
        }
    }

    func stop() { script.set { $0.stopped += 1 } }

    func controls() -> [DeviceControl] {
        [DeviceControl(identifier: "brightness", minimum: 0, maximum: 100, step: 1, defaultValue: 50, value: 50)]
    }

    func setControl(_ identifier: String, to value: Int) throws(DeviceError) {
        guard identifier == "brightness" else {
            throw DeviceError(.unsupported, device: name, detail: "no control \(identifier)")
        }
        script.set { $0.controls[identifier] = value }
    }

    func requestKeyFrame() { script.set { $0.keyFrameRequests += 1 } }
}

final class ScriptedMicrophone: AudioSource {
    let name = "microphone scripted"
    private let script: DeviceScript
    private let sample: Int16
    private let hasVolume: Bool
    private var beat = Beat(interval: 10_000_000)

    init(_ script: DeviceScript, sample: Int16 = 1000, hasVolume: Bool = false) throws(DeviceError) {
        try script.begin()
        self.script = script
        self.sample = sample
        self.hasVolume = hasVolume
    }

    deinit { script.set { $0.closed += 1 } }

    func start() throws(DeviceError) {
        beat.reset()
        try script.start()
    }

    func read(
        into block: UnsafeMutableBufferPointer<Int16>, wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> AudioReadResult {
        let end = MonotonicTime.now.advanced(byNanoseconds: timeout)
        while true {
            let now = script.now
            if now.mode == .gone { throw DeviceError(.gone, device: name, detail: "snd_pcm_readi: made up") }
            if now.mode == .xruns { return .overrun(lostFrames: 480) }
            if now.xrunsToCome > 0 {
                script.set { $0.xrunsToCome -= 1 }
                return .overrun(lostFrames: 960)
            }
            let left = max(end - MonotonicTime.now, 0)
            switch beat.wait(script, wake: wake, timeout: left, isRunning: now.mode != .silent) {
            case .woken: return .woken
            case .changed: continue
            case .timedOut:
                if MonotonicTime.now >= end { return .timedOut }
            case .due:
                block.update(repeating: sample)
                return .block(captureTime: .now + .milliseconds(-10))
            }
        }
    }

    func stop() { script.set { $0.stopped += 1 } }
    func clock() -> DeviceClockReading? { nil }

    func setVolume(_ percent: Int) -> Bool {
        script.set { $0.volume.append(percent) }
        return hasVolume
    }
}

final class ScriptedSpeaker: AudioSink {
    let name = "speaker scripted"
    private let script: DeviceScript
    private var beat = Beat(interval: 10_000_000)

    init(_ script: DeviceScript) throws(DeviceError) {
        try script.begin()
        self.script = script
    }

    deinit { script.set { $0.closed += 1 } }

    func start() throws(DeviceError) {
        beat.reset()
        try script.start()
    }

    func waitForSpace(wake: BorrowedDescriptor, timeout: Int64) throws(DeviceError) -> AudioWriteReadiness {
        let end = MonotonicTime.now.advanced(byNanoseconds: timeout)
        while true {
            let now = script.now
            if now.mode == .gone { throw DeviceError(.gone, device: name, detail: "snd_pcm_writei: made up") }
            if now.mode == .xruns { return .underrun }
            if now.xrunsToCome > 0 {
                script.set { $0.xrunsToCome -= 1 }
                return .underrun
            }
            let left = max(end - MonotonicTime.now, 0)
            switch beat.wait(script, wake: wake, timeout: left, isRunning: now.mode != .silent) {
            case .woken: return .woken
            case .changed: continue
            case .timedOut:
                if MonotonicTime.now >= end { return .timedOut }
            case .due: return .ready(delayFrames: 960)
            }
        }
    }

    func write(_ block: UnsafeBufferPointer<Int16>) throws(DeviceError) {
        let peak = block.reduce(0) { max($0, abs(Int($1))) }
        script.set { $0.peaks.append(peak) }
        script.bell.drain()
    }

    func stop() { script.set { $0.stopped += 1 } }
    func clock() -> DeviceClockReading? { nil }

    func setVolume(_ percent: Int) -> Bool {
        script.set { $0.volume.append(percent) }
        return false
    }
}

/// Remembers what a device thread reports.
final class ReportLog: Sendable {
    private let reports = Mutex<[String]>([])

    func add(_ report: DeviceReport) {
        let word: String
        switch report {
        case .opened(let details): word = "opened \(details.name)"
        case .openFailed(let error): word = "open failed \(error.kind.rawValue)"
        case .running: word = "running"
        case .lost(let error): word = "lost \(error.kind.rawValue)"
        case .closed: word = "closed"
        case .xrun: word = "xrun"
        }
        reports.withLock { $0.append(word) }
    }

    var all: [String] { reports.withLock { $0 } }
}
