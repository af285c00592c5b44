import LinuxSystem
import MediaTypes
import RealtimeSupport

/// The camera thread's loop. Confined to that thread.
struct CameraLoop: ~Copyable {
    /// What the control side wants now.
    struct Wanted {
        var streams: Bool
        var keyFrame: Bool
    }

    /// The answer to a wish that no camera is there for.
    static let absent = DeviceError(.gone, device: "camera", detail: "no camera is open")

    /// An older picture is no beginning for a call.
    private static let freshness: Int64 = 150_000_000
    /// A streaming camera that gives nothing for this long has stalled.
    private static let stallLimit: Int64 = 1_000_000_000

    private let report: @Sendable (DeviceReport) -> Void
    private let statistics: CameraStatistics
    private let outputs: OutputList<FrameInbox>
    private let opened: (CameraPictures?) -> Void

    private var source: (any VideoSource)?
    private var isStreaming = false
    private var hasFrame = false
    private var targets: [FrameInbox] = []
    private var seenVersion: UInt64 = 0
    private var lastSequence: UInt64?
    private var lastFrame: Int64 = 0
    /// The newest picture, for who comes after it: a call begins with it in place of waiting for the next one.
    private var newest: FrameHandle?

    init(
        report: @escaping @Sendable (DeviceReport) -> Void, statistics: CameraStatistics,
        outputs: OutputList<FrameInbox>, opened: @escaping (CameraPictures?) -> Void
    ) {
        self.opened = opened
        self.report = report
        self.statistics = statistics
        self.outputs = outputs
    }

    mutating func run(
        _ thread: MediaThread, doorbell: Doorbell, commands: CommandQueue<CameraPipeline.Command>,
        wanted: () -> Wanted
    ) {
        var set = PollSet(count: 2)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        while !thread.isStopping {
            thread.beat()
            if isStreaming {
                streamOnce(doorbell)
            } else {
                _ = try? set.wait()
            }
            doorbell.drain()
            if thread.isStopping { break }
            for command in commands.take() { carryOut(command) }
            refreshTargets()
            let want = wanted()
            if want.keyFrame { source?.requestKeyFrame() }
            follow(want.streams)
        }
        close()
        for case .setControl(_, _, let done) in commands.close() { done(Self.absent) }
    }

    // MARK: - Real-time

    private mutating func streamOnce(_ doorbell: Doorbell) {
        guard let source else { return }
        // The wait goes on after a wake-up for something else: it does not begin anew.
        let left = Self.stallLimit - (MonotonicTime.now.nanoseconds - lastFrame)
        do {
            switch try source.nextFrame(wake: doorbell.descriptor, timeout: max(left, 0)) {
            case .frame(let frame): deliver(frame)
            case .damaged:
                statistics.damagedFrames.add()
                if left <= 0 { lose(.failed, source.name, "only broken pictures") }
            case .woken: break
            case .timedOut: lose(.stalled, source.name, "no picture")
            }
        } catch {
            lose(error)
        }
    }

    private mutating func refreshTargets() {
        let before = targets
        outputs.refresh(&targets, seen: &seenVersion)
        guard let latest = newest.take() else { return }
        if MonotonicTime.now.nanoseconds - lastFrame < Self.freshness {
            for target in targets where !before.contains(where: { $0 === target }) { target.offer(latest.share()) }
        }
        newest = consume latest
    }

    private mutating func deliver(_ frame: consuming FrameHandle) {
        let now = MonotonicTime.now
        lastFrame = now.nanoseconds
        statistics.frames.add()
        statistics.delivery.record(nanoseconds: now - frame.value.captureTime)
        let sequence = frame.value.sequence
        if let last = lastSequence, sequence > last { statistics.missedFrames.add(sequence - last - 1) }
        lastSequence = sequence
        for target in targets { target.offer(frame.share()) }
        newest = consume frame
        if !hasFrame {
            hasFrame = true
            report(.running)
        }
    }

    // MARK: - Set-up and repair

    private mutating func carryOut(_ command: CameraPipeline.Command) {
        switch command {
        case .open(let opener):
            close()
            do {
                let opened = try opener()
                source = opened
                self.opened(CameraPictures(opened.format, opened.colours))
                report(
                    .opened(
                        DeviceDetails(
                            name: opened.name, format: opened.format, frameRate: opened.frameRate,
                            controls: opened.controls())))
            } catch {
                report(.openFailed(error))
            }
        case .close:
            if source != nil {
                close()
                report(.closed)
            }
        case .setControl(let identifier, let value, let done):
            setControl(identifier, value, done)
        }
    }

    private func setControl(_ identifier: String, _ value: Int, _ done: @Sendable (DeviceError?) -> Void) {
        guard let source else {
            done(Self.absent)
            return
        }
        do {
            try source.setControl(identifier, to: value)
            done(nil)
        } catch {
            done(error)
        }
    }

    private mutating func follow(_ wanted: Bool) {
        guard let source, wanted != isStreaming else { return }
        if !wanted {
            isStreaming = false
            newest = nil
            source.stop()
            return
        }
        do {
            try source.start()
            isStreaming = true
            hasFrame = false
            lastSequence = nil
            lastFrame = MonotonicTime.now.nanoseconds
        } catch {
            lose(error)
        }
    }

    private mutating func lose(_ kind: DeviceError.Kind, _ device: String, _ what: String) {
        let silence = (MonotonicTime.now.nanoseconds - lastFrame) / 1_000_000
        lose(DeviceError(kind, device: device, detail: "\(what) for \(silence) ms"))
    }

    private mutating func lose(_ error: DeviceError) {
        statistics.losses.add()
        close()
        report(.lost(error))
    }

    private mutating func close() {
        guard let source else { return }
        newest = nil
        if isStreaming { source.stop() }
        isStreaming = false
        self.source = nil
        opened(nil)
    }
}
