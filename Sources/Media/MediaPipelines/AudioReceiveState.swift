import LinuxSystem
import MediaTypes
import RTP
import RealtimeSupport

/// What the playback thread keeps for one call's received sound.
final class AudioReceiveState: @unchecked Sendable {
    // @unchecked: after init only the playback thread touches it; `playout` and `report` are safe for all.
    let playout = AtomicSnapshot(AudioPlayout(timestamp: RTPTimestamp(0), time: .zero))
    let report = AtomicSnapshot(AudioReceiveReport())

    private static let longest = 5760  // 120 ms, the longest Opus packet
    private let decoder: any AudioDecoder
    private var jitterBuffer = AudioJitterBuffer(capacity: 64)
    private var controller = PlayoutDelayController()
    private var resampler = DriftResampler()
    private let queue: UnsafeMutableBufferPointer<Int16>
    private let output: UnsafeMutableBufferPointer<Int16>
    private var queued = 0
    /// Ticks of the stream's clock for the sample behind the queue's last one.
    private var queueEnd: Int64 = 0
    private var isPlaying = false
    private var packetFrames = 960
    private var quietBlocks = 0
    private var counts = AudioReceiveReport()

    init(decoder: sending any AudioDecoder) {
        self.decoder = decoder
        queue = .allocate(capacity: Self.longest * 3)
        queue.initialize(repeating: 0)
        output = .allocate(capacity: AudioFormat.blockFrames)
        output.initialize(repeating: 0)
    }

    deinit {
        queue.deallocate()
        output.deallocate()
    }

    // MARK: - Real-time

    func insert(_ payload: UnsafeRawBufferPointer, _ tag: AudioPacketTag) {
        jitterBuffer.insert(
            payload, sequence: SequenceNumber(tag.sequence), timestamp: RTPTimestamp(tag.timestamp))
    }

    func mix(into block: UnsafeMutableBufferPointer<Int16>, delayFrames: Int, jitter: Int, extra: Int) {
        controller.extra = extra
        let level = queued + frames(ofTicks: jitterBuffer.heldTicks) + (jitterBuffer.count > 0 ? packetFrames : 0)
        if !isPlaying {
            // The first packets wait until the target is there, so that the first word is whole.
            guard level >= controller.target + controller.extra, jitterBuffer.count > 0 else { return publish(level, 0) }
            isPlaying = true
        }
        fill(resampler.inputNeeded(for: block.count))
        let ranDry = queued < resampler.inputNeeded(for: block.count)
        let decision = controller.observe(level: level, jitter: jitter, ranDry: ranDry)
        if decision.discard > 0 { discard(decision.discard) }
        resampler.setOffset(decision.rateOffset)
        counts.driftPartsPerMillion = Int32(decision.rateOffset * 1_000_000 / 48_000)
        tellPlayout(delayFrames)
        let moved = resampler.process(
            UnsafeBufferPointer(rebasing: queue[..<queued]),
            into: UnsafeMutableBufferPointer(rebasing: output[..<min(block.count, output.count)]))
        consume(moved.used)
        var peak: Int32 = 0
        for index in 0..<moved.written {
            let sum = Int32(block[index]) + Int32(output[index])
            block[index] = Int16(clamping: sum)
            peak = max(peak, abs(Int32(output[index])))
        }
        if moved.written < block.count {
            counts.emptyBlocks &+= 1
            quietBlocks += 1
            // After half a second without sound the stream begins anew with a full target.
            if quietBlocks > 50 { isPlaying = false }
        } else {
            quietBlocks = 0
        }
        publish(level, peak)
    }

    /// Decodes until `wanted` sample frames are queued or nothing is left.
    private func fill(_ wanted: Int) {
        while queued < wanted {
            let room = UnsafeMutableBufferPointer(rebasing: queue[queued...])
            guard room.count >= Self.longest else { return }
            switch jitterBuffer.peek() {
            case .empty:
                return
            case .packet:
                jitterBuffer.takePacket { [self] payload, timestamp in
                    let count = min(max(decoder.decode(payload, into: room), 0), room.count)
                    queued += count
                    if count > 0 { packetFrames = count }
                    queueEnd = timestamp + ticks(ofFrames: count)
                }
            case .lost(let hasFollowing):
                let part = UnsafeMutableBufferPointer(rebasing: room[..<min(packetFrames, room.count)])
                var count = 0
                if hasFollowing {
                    jitterBuffer.lendOldest { [self] next in count = decoder.conceal(into: part, next: next) }
                } else {
                    count = decoder.conceal(into: part, next: nil)
                }
                queued += min(max(count, 0), part.count)
                queueEnd += ticks(ofFrames: min(max(count, 0), part.count))
                counts.concealedBlocks &+= UInt32(clamping: max(count, 0) / AudioFormat.blockFrames)
                jitterBuffer.skip()
                if count <= 0 { return }
            }
        }
    }

    private func discard(_ wanted: Int) {
        var left = wanted
        while left > 0 {
            if queued == 0 { fill(1) }
            if queued == 0 { break }
            let part = min(left, queued)
            consume(part)
            left -= part
            counts.discardedMilliseconds &+= UInt32(clamping: part / 48)
        }
        fill(resampler.inputNeeded(for: AudioFormat.blockFrames))
    }

    private func consume(_ frames: Int) {
        let used = min(max(frames, 0), queued)
        queued -= used
        guard queued > 0, used > 0, let base = queue.baseAddress else { return }
        base.update(from: base + used, count: queued)
    }

    private func tellPlayout(_ delayFrames: Int) {
        guard queued > 0 else { return }
        let first = queueEnd - ticks(ofFrames: queued)
        let delay = Int64(max(delayFrames, 0)) * 1_000_000_000 / Int64(AudioFormat.sampleRate)
        playout.store(
            AudioPlayout(
                timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: first)),
                time: MonotonicTime.now.advanced(byNanoseconds: delay)))
    }

    private func publish(_ level: Int, _ peak: Int32) {
        counts.peak = peak
        counts.queuedFrames = Int32(clamping: level)
        counts.targetFrames = Int32(clamping: controller.target + controller.extra)
        counts.latePackets = UInt32(truncatingIfNeeded: jitterBuffer.late)
        counts.droppedPackets = UInt32(truncatingIfNeeded: jitterBuffer.dropped)
        report.store(counts)
    }

    private func frames(ofTicks ticks: Int64) -> Int {
        Int(clamping: ticks * Int64(AudioFormat.sampleRate) / Int64(max(decoder.clockRate, 1)))
    }

    private func ticks(ofFrames frames: Int) -> Int64 {
        Int64(frames) * Int64(decoder.clockRate) / Int64(AudioFormat.sampleRate)
    }
}
