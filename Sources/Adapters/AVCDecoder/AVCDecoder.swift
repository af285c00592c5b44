internal import CAVCodec
import H264Bitstream
package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// H.264 by libavcodec on the processor, into I420.
///
/// An access unit is decoded before `decode` returns, and its picture is there at once: no thread of libavcodec's own,
/// no reordering delay. Pictures are lent where libavcodec decoded them, without a copy. When all slots are lent the
/// new picture is not shown, but still decoded, since later ones refer to it; `unshown` counts these.
///
/// After a loss the pictures go on, concealed, and each `decode` says `needsKeyFrame` until one has come.
package final class AVCDecoder: VideoDecoder {
    static let deviceName = "decoder libavcodec"

    package let capabilities: VideoCodecCapabilities
    /// Pictures that found no free slot.
    package private(set) var unshown: UInt64 = 0
    /// Pictures in a pixel format that the terminal cannot show (not 8-bit 4:2:0).
    package private(set) var unsupported: UInt64 = 0

    private var session: AVCSession
    private let frames: DecodedFrames
    private let pool: FramePool
    /// Where pictures go that find no slot.
    private let spare: DecodedFrames
    private var free: UInt64 = 0
    private var ready = ReadySlots()
    private var sequence: UInt64 = 0
    private var isDamaged = true

    /// - Parameters:
    ///   - slots: pictures that may be lent at once, 2 to 32.
    ///   - threads: threads that share a picture by its slices; none of them delays a picture.
    package init(slots: Int = 6, threads: Int = 1) throws(DeviceError) {
        let library: AVCLibrary
        switch AVCLibrary.shared {
        case .success(let loaded): library = loaded
        case .failure(let missing):
            throw DeviceError(.unsupported, device: Self.deviceName, detail: missing.reason)
        }
        session = try AVCSession(library: library, threads: threads)
        let count = min(max(slots, 2), 32)
        guard let frames = DecodedFrames(count: count, library: library),
            let spare = DecodedFrames(count: 1, library: library)
        else {
            throw DeviceError(.failed, device: Self.deviceName, detail: "av_frame_alloc: Cannot allocate memory")
        }
        self.frames = frames
        self.spare = spare
        let empty = VideoFrame(
            format: VideoFormat(.i420, width: 0, height: 0), planes: (FramePlane.none, FramePlane.none, FramePlane.none)
        )
        pool = FramePool(Array(repeating: empty, count: count), owner: frames)
        let version = library.version()
        capabilities = VideoCodecCapabilities(
            name: "libavcodec", isHardware: false, forcesKeyFrames: false, changesBitrateLive: false,
            importsDMABUF: false, inputFormats: [.h264], copiesPerFrame: 0,
            notes: [
                "version": "\(version >> 16).\(version >> 8 & 0xFF).\(version & 0xFF)", "threads": "\(max(threads, 1))",
                "output": PixelFormat.i420.rawValue,
            ])
    }

    /// Loads libavcodec (about 16 ms and 6 MB the first time), so that the first decoder of a call is there at once.
    /// Any thread.
    package static func prepare() { _ = AVCLibrary.shared }

    package var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? { nil }

    package var pending: (count: Int, since: MonotonicTime) { (ready.count, ready.count > 0 ? ready.since : .zero) }

    // MARK: - Real-time

    package func decode(
        _ accessUnit: UnsafeRawBufferPointer, captureTime: MonotonicTime, isKeyFrame: Bool
    ) throws(DeviceError) -> DecodeResult {
        if ready.isFull { return .full }
        // First, or libavcodec would take fresh memory for the next picture.
        collectReturned()
        // Parameter sets that come by themselves are taken in, and no picture is missed.
        let hasPicture = AccessUnitSummary(headOf: accessUnit).sliceCount > 0 || accessUnit.isEmpty
        let outcome = try session.send(accessUnit, captureTime: captureTime.nanoseconds)
        if outcome == .damaged, hasPicture { isDamaged = true }
        var pictures = 0
        while !ready.isFull, receivePicture(after: outcome) { pictures += 1 }
        // Nothing came out: the decoder waits for a place to start at.
        if pictures == 0, hasPicture, !isKeyFrame { isDamaged = true }
        return isDamaged ? .needsKeyFrame : .accepted
    }

    package func takeFrame() throws(DeviceError) -> FrameHandle? {
        guard let index = ready.takeFirst() else { return nil }
        return pool.lend(index)
    }

    /// Takes one picture out of libavcodec; false when there is none.
    private func receivePicture(after outcome: AVCSession.Decoded) -> Bool {
        guard let slot = takeFreeSlot() else {
            guard session.receive(into: spare.frame(0)) else { return false }
            if let frame = spare.frame(0) { judge(frame, outcome) }
            spare.clear(0)
            unshown &+= 1
            return true
        }
        guard let frame = frames.frame(slot), session.receive(into: frame) else {
            free |= 1 << UInt64(slot)
            return false
        }
        judge(frame, outcome)
        guard var picture = VideoFrame(frame.pointee) else {
            unsupported &+= 1
            isDamaged = true
            frames.clear(slot)
            free |= 1 << UInt64(slot)
            return true
        }
        picture.captureTime = MonotonicTime(nanoseconds: frame.pointee.pts)
        picture.readyTime = .now
        picture.sequence = sequence
        sequence &+= 1
        pool.update(slot) { $0 = picture }
        ready.append(slot, at: picture.readyTime)
        return true
    }

    private func judge(_ frame: AVCLibrary.Frame, _ outcome: AVCSession.Decoded) {
        if convene_frame_is_corrupt(frame) != 0 {
            isDamaged = true
        } else if convene_frame_is_key(frame) != 0, outcome == .clean {
            isDamaged = false
        }
    }

    /// The memory of pictures that have come back goes to libavcodec.
    private func collectReturned() {
        var returned = pool.collectReturned()
        free |= returned
        while returned != 0 {
            frames.clear(returned.trailingZeroBitCount)
            returned &= returned &- 1
        }
    }

    /// A slot that is not lent.
    private func takeFreeSlot() -> Int? {
        collectReturned()
        guard free != 0 else { return nil }
        let index = free.trailingZeroBitCount
        free &= free &- 1
        return index
    }
}

/// Up to four slots whose pictures wait to be taken, in order.
private struct ReadySlots {
    private var slots: (Int, Int, Int, Int) = (0, 0, 0, 0)
    private(set) var count = 0
    private(set) var since = MonotonicTime.zero

    var isFull: Bool { count == 4 }

    mutating func append(_ slot: Int, at time: MonotonicTime) {
        switch count {
        case 0: (slots.0, since) = (slot, time)
        case 1: slots.1 = slot
        case 2: slots.2 = slot
        case 3: slots.3 = slot
        default: return
        }
        count += 1
    }

    mutating func takeFirst() -> Int? {
        guard count > 0 else { return nil }
        let first = slots.0
        slots = (slots.1, slots.2, slots.3, 0)
        count -= 1
        return first
    }
}
