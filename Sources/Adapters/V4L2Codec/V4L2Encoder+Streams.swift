import LinuxSystem
import MediaTypes
import RealtimeSupport
import V4L2Device

/// How a new stream begins in a running encoder: for a key frame that no control can force, for a bitrate that does not
/// change live, for another kind of input.
///
/// The driver is asked to finish what it has (dev-encoder, "Drain"); pictures that come meanwhile wait here. When the
/// last one has come out both queues are restarted, so that the next picture is an IDR and none is lost.
extension V4L2Encoder {
    /// A drain that takes longer is given up, and what is inside with it.
    private static let drainLimit: Int64 = 250_000_000

    // MARK: - Real-time

    var isDrainOverdue: Bool { drainingSince.map { MonotonicTime.now - $0 > Self.drainLimit } ?? false }

    /// Gives a picture to the driver; false when it has to wait for a new stream (`drainingSince` is set then), or finds
    /// no buffer.
    func encode(
        _ session: EncoderSession, _ frame: borrowing FrameHandle, forceKeyFrame wantsIt: Bool = false
    ) throws -> Bool {
        let wanted = try wantedInput(session, frame)
        if wanted != session.input, try beginDrain(session) { return false }
        try adaptInput(session, wanted, frame)
        guard session.freeRaw != 0 else { return false }
        if wantsIt || wantsKeyFrame {
            wantsKeyFrame = false
            if !isFresh, try !forceKeyFrame(session) {
                if try beginDrain(session) { return false }
                try beginStream(session)
            }
        }
        try giveIn(session, frame)
        isFresh = false
        return true
    }

    /// Has the driver finish what it has; false when nothing is inside, or when it cannot.
    func beginDrain(_ session: EncoderSession) throws -> Bool {
        guard !isFresh, ledger.count > 0 else { return false }
        do throws(SystemError) {
            try session.node.stopEncoder()
        } catch {
            if DeviceError.kind(ofErrno: error.errno) == .gone { throw error }
            session.controls.notes["drain"] = "\(error): pictures are lost with each restart"
            noteInput(session)
            return false
        }
        isDrained = false
        drainingSince = .now
        return true
    }

    /// Restarts both queues and gives in what has waited; what is still inside is lost.
    func beginStream(_ session: EncoderSession) throws {
        noteNewStream()
        let bitrate = nextBitrate
        nextBitrate = nil
        try session.restart {
            if let bitrate { configuration.bitrate = session.controls.setBitrate(session.node, bitrate) }
        }
        while let frame = waiting.takeFirst() {
            if try encode(session, frame) { continue }
            // Another kind of input again, or no buffer: the rest goes on waiting, or is late.
            if drainingSince != nil {
                waiting.putBack(frame)
            } else {
                lostPictures &+= UInt64(waiting.count + 1)
                waiting.removeAll()
            }
            return
        }
    }

    /// The queues are stopped and started: nothing is inside, and the next picture is an IDR.
    func noteNewStream() {
        if !isFresh { restarts &+= 1 }
        lostPictures &+= UInt64(ledger.count)
        ledger.removeAll()
        drainingSince = nil
        isDrained = false
        wantsKeyFrame = false
        isFresh = true
    }
}
