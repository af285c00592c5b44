package import LinuxSystem
package import MediaTypes
import RealtimeSupport
import V4L2Device

/// A camera behind Video for Linux: a UVC, CSI or HDMI capture node. Its frames stay in the driver's buffers.
///
/// Confined to the camera thread, except that frames may be held and given back anywhere. Frames that are held
/// stay valid after `stop`, after the device has gone, and after the camera has been closed.
package final class V4L2Camera: VideoSource {
    package let name: String
    package let format: VideoFormat
    package let frameRate: FrameRate
    package let colours: PictureColours
    /// Whether frames come with DMABUFs, so that an encoder and a display can import them.
    package let exportsDMABUF: Bool
    /// Frames that the device marked as broken.
    package private(set) var damagedFrames: UInt64 = 0
    /// Frames that the device counted and never delivered.
    package private(set) var lostFrames: UInt64 = 0

    /// Nil once the device has gone or failed.
    private var session: CaptureSession?
    private var waits = PollSet(count: 3)
    private var lastSequence: UInt32?
    /// How many of the driver's sequence numbers (32 bits) have gone by since the first frame.
    private var sequence: UInt64 = 0

    /// Below this many buffers in the driver, each returned frame wakes the camera thread. A capture engine that
    /// fills one buffer wants the next one ready.
    private static let scarce = 3

    // Made once: a literal of several options takes memory each time in a build without optimisation.
    private static let framesAndEvents: Readiness = [.readable, .priority]
    private static let framesOrTrouble: Readiness = [.readable, .error, .hangUp, .invalid]

    private init(_ name: String, _ session: CaptureSession) {
        self.name = name
        self.session = session
        format = session.format
        frameRate = session.frameRate
        colours = session.colours
        exportsDMABUF = session.exportsDMABUF
        waits.watch(2, session.doorbell.descriptor, for: .readable)
    }

    deinit { close() }

    /// Opens a capture node and negotiates its format; streaming begins with `start`.
    ///
    /// - Parameters:
    ///   - node: such as /dev/video0, from the device monitor.
    ///   - name: the camera as people know it; also the device in errors.
    /// - Throws: `.gone` without such a node, `.busy` when another program streams from it, `.unsupported` when it
    ///   has none of the formats; otherwise `.failed`.
    package static func open(
        node: String, name: String, request: CaptureRequest
    ) throws(DeviceError) -> V4L2Camera {
        V4L2Camera(name, try CaptureSession(opening: node, name: name, request: request))
    }

    package func start() throws(DeviceError) {
        let session = try openSession()
        lastSequence = nil
        do {
            try requeueReturned(session)
            try session.queue.start()
        } catch {
            // Buffers that were queued before a failed STREAMON are the driver's until the node is closed.
            throw failed(error)
        }
    }

    package func stop() {
        guard let session, session.queue.isStreaming else { return }
        let queued = session.queue.queued
        session.queue.stop()
        for index in 0..<session.pool.capacity where queued & (1 << UInt64(index)) != 0 {
            session.pool.putBack(index)
        }
    }

    /// Gives the device back; `nextFrame` throws `.gone` from now on.
    package func close() {
        guard let session else { return }
        session.queue.stop()
        // The mapping of a frame that somebody still holds keeps the node open. Without this it would be busy for whoever
        // opens it next; the kernel keeps the memory of such frames until they end.
        try? session.queue.requestBuffers(0, memory: .mapped, planeCount: 1)
        self.session = nil
    }

    // MARK: - Real-time

    package func nextFrame(
        wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> VideoSourceEvent {
        let session = try openSession()
        let deadline = MonotonicTime.now.advanced(byNanoseconds: max(timeout, 0))
        waits.watch(1, wake, for: .readable)
        do {
            while true {
                try requeueReturned(session)
                if session.queue.queuedCount < Self.scarce {
                    session.pool.announceStarving()
                    // One may have come back before the announcement.
                    if session.pool.returnedCount > 0 { continue }
                }
                // Without a buffer in the driver there is nothing to become readable; trouble is told nevertheless.
                let interest: Readiness = session.queue.queuedCount > 0 ? Self.framesAndEvents : .priority
                waits.watch(0, session.node.borrowed, for: interest)
                let remaining = deadline - MonotonicTime.now
                let ready = try waits.wait(nanoseconds: remaining)
                if waits.readiness(2).contains(.readable) { session.doorbell.drain() }
                // First, so that a camera which always has a frame does not keep a command waiting.
                if waits.readiness(1).contains(.readable) { return .woken }
                let device = waits.readiness(0)
                if ready > 0, device.contains(.priority) { try takeEvents(session) }
                if ready > 0, !device.isDisjoint(with: Self.framesOrTrouble) {
                    if let event = try takeFrame(session, trouble: !device.isDisjoint(with: .trouble)) {
                        return event
                    }
                }
                if ready == 0, remaining <= 0 { return .timedOut }
            }
        } catch let error as SystemError {
            throw failed(error)
        } catch let error as DeviceError {
            throw error
        } catch {
            throw DeviceError(.failed, device: name, detail: "\(error)")
        }
    }

    private func takeFrame(_ session: CaptureSession, trouble: Bool) throws -> VideoSourceEvent? {
        switch try session.queue.dequeue() {
        case .empty:
            // An error that DQBUF does not explain would be told again at once, for ever.
            if trouble { throw SystemError(operation: "poll(\(session.node.path))", errno: 5) }
            return nil
        case .drained:
            throw SystemError(operation: "VIDIOC_DQBUF(end of stream)", errno: 5)
        case .buffer(let buffer):
            count(buffer.sequence)
            let used = buffer.bytesUsed.0
            let isEmpty = format.pixelFormat.isCompressed && used <= buffer.dataOffset.0
            if buffer.flags.contains(.error) || isEmpty {
                damagedFrames &+= 1
                try session.queue.queue(buffer.index)
                return .damaged
            }
            let ready = MonotonicTime.now
            let captured = Self.captureTime(buffer, now: ready)
            let sequence = sequence
            let isCompressed = format.pixelFormat.isCompressed
            session.pool.update(buffer.index) { frame in
                frame.captureTime = captured
                frame.readyTime = ready
                frame.sequence = sequence
                if isCompressed { frame.planes.0.byteCount = used }
            }
            return .frame(session.pool.lend(buffer.index))
        }
    }

    private func requeueReturned(_ session: CaptureSession) throws(SystemError) {
        var returned = session.pool.collectReturned()
        while returned != 0 {
            let index = returned.trailingZeroBitCount
            returned &= returned &- 1
            try session.queue.queue(index)
        }
    }

    /// Extends the driver's 32-bit count and counts its gaps.
    private func count(_ raw: UInt32) {
        defer { lastSequence = raw }
        let step = lastSequence.map { raw &- $0 } ?? 1
        // A count that stands still or runs backwards is no count.
        let isCount = step > 0 && step < 1 << 31
        sequence &+= isCount ? UInt64(step) : 1
        if isCount { lostFrames &+= UInt64(step) - 1 }
    }

    /// The driver's time where it is of our clock and plausible, else the time of taking the frame.
    ///
    /// Drivers give the begin of the exposure or the last line's arrival; the difference, at most one frame, is not
    /// known here and left as it is.
    private static func captureTime(_ buffer: V4L2DequeuedBuffer, now: MonotonicTime) -> MonotonicTime {
        let age = now - buffer.timestamp
        return buffer.flags.hasMonotonicTimestamp && age >= 0 && age < 2_000_000_000 ? buffer.timestamp : now
    }

    private func takeEvents(_ session: CaptureSession) throws(DeviceError) {
        while let event = session.node.nextEvent() {
            if event == .resolutionChanged {
                close()
                throw DeviceError(.failed, device: name, detail: "the signal at the input has changed its size")
            }
        }
    }

    // MARK: - Controls

    package func controls() -> [DeviceControl] {
        guard let session else { return [] }
        let all = session.node.controls()
        return all.map { control in
            let value = control.isButton || control.isWriteOnly ? nil : session.node.value(of: control.id)
            return DeviceControl(
                identifier: CameraControlNames.identifier(of: control, among: all), minimum: control.minimum,
                maximum: control.maximum, step: control.step, defaultValue: control.defaultValue,
                value: value ?? control.defaultValue, menu: control.menu, isReadOnly: control.isReadOnly)
        }
    }

    package func setControl(_ identifier: String, to value: Int) throws(DeviceError) {
        let session = try openSession()
        let all = session.node.controls()
        guard let control = all.first(where: { CameraControlNames.identifier(of: $0, among: all) == identifier }) else {
            throw DeviceError(.unsupported, device: name, detail: "has no control \(identifier)")
        }
        guard control.isButton || (control.minimum...max(control.maximum, control.minimum)).contains(value) else {
            throw DeviceError(
                .unsupported, device: name,
                detail: "\(identifier) = \(value) is not within \(control.minimum) to \(control.maximum)")
        }
        do {
            try session.node.setValue(value, of: control.id)
        } catch {
            // A control that refuses a value is no failed device; a device that has gone is found by the next frame.
            throw DeviceError(
                DeviceError.kind(ofErrno: error.errno), device: name, detail: "\(identifier) = \(value): \(error)")
        }
    }

    package func requestKeyFrame() {
        guard let session, format.pixelFormat == .h264 else { return }
        // Cameras that cannot are left to their own rhythm.
        try? session.node.setValue(1, of: .forceKeyFrame)
    }

    // MARK: - Failure

    private func openSession() throws(DeviceError) -> CaptureSession {
        guard let session else { throw DeviceError(.gone, device: name, detail: "the device was closed") }
        return session
    }

    /// Closes the device for good, so that no buffer is ever queued on a dead descriptor.
    private func failed(_ error: SystemError) -> DeviceError {
        close()
        return CaptureSession.failure(name, error)
    }
}
