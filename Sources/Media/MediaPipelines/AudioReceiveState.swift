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
    /// Packets that are guessed in a row when later ones are here.
    private static let longestGuess = 5
    /// Blocks that are guessed while nothing is here, and blocks after which the stream begins anew.
    private static let guessedBlocks = 3
    private static let patience = 6
    /// Sample frames over which a cut is blended: 5 ms.
    private static let blend = 240

    /// The agreed codec's first.
    private let decoders: [any AudioDecoder]
    /// The one whose packets come now, and its place among them.
    private var decoder: any AudioDecoder
    private var decoderNumber: UInt8 = 0
    private let clockRate: Int64
    private var jitterBuffer = AudioJitterBuffer(capacity: 64)
    private var controller = PlayoutDelayController()
    private var resampler = DriftResampler()
    private let queue: UnsafeMutableBufferPointer<Int16>
    private let output: UnsafeMutableBufferPointer<Int16>
    private var queued = 0
    /// Ticks of the stream's clock for the sample behind the queue's last one.
    private var queueEnd: Int64 = 0
    private var isPlaying = false
    /// The time of the block in work.
    private var now = MonotonicTime.zero
    private var stream: UInt32?
    private var packetFrames = 960
    /// Blocks in a row for which nothing was here.
    private var dryBlocks = 0
    /// Sample frames that were played in place of what had not come yet.
    private var owed = 0
    private var concealedFrames: UInt64 = 0
    private var discardedFrames: UInt64 = 0
    private var counts = AudioReceiveReport()

    init(decoder: sending any AudioDecoder, alternatives: sending [any AudioDecoder]) {
        self.decoder = decoder
        decoders = [decoder] + alternatives
        clockRate = Int64(max(decoder.clockRate, 1))
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
        if stream != tag.source {
            // Another source has numbers of its own.
            stream = tag.source
            jitterBuffer.clear()
        }
        // An empty one stands for a packet that is no sound, and no decoder's.
        if tag.decoder != decoderNumber, !payload.isEmpty { change(to: tag.decoder) }
        jitterBuffer.insert(
            payload, sequence: SequenceNumber(tag.sequence), timestamp: RTPTimestamp(tag.timestamp),
            at: MonotonicTime(nanoseconds: tag.arrival))
    }

    /// The far end sends another of the agreed codecs: what waits of the one before is given up, a few packets, since
    /// the decoder would not know it.
    private func change(to number: UInt8) {
        guard decoders.indices.contains(Int(number)) else { return }
        decoderNumber = number
        decoder = decoders[Int(number)]
        jitterBuffer.clear()
    }

    func mix(
        into block: UnsafeMutableBufferPointer<Int16>, delayFrames: Int, jitter: Int, extra: Int, at now: MonotonicTime
    ) {
        self.now = now
        controller.extra = extra
        guard isPlaying || begin() else { return publish(level, 0) }
        let level = level
        let needed = resampler.inputNeeded(for: block.count)
        fill(needed)
        bridge(needed)
        guard isPlaying else { return publish(level, 0) }
        let decision = controller.nextBlock(jitter: jitter)
        if decision.discard > 0 { discard(decision.discard, needed) }
        resampler.setOffset(decision.rateOffset)
        if dryBlocks == 0 { tellPlayout(delayFrames) }
        let moved = resampler.process(
            UnsafeBufferPointer(rebasing: queue[..<queued]),
            into: UnsafeMutableBufferPointer(rebasing: output[..<min(block.count, output.count)]))
        consume(moved.used)
        publish(level, add(moved.written, to: block))
    }

    /// Sample frames that wait, in all; those included that will be guessed because later ones are here.
    private var level: Int {
        guard jitterBuffer.count > 0 else { return queued }
        var packets = 1
        if isPlaying, case .lost(let missing) = jitterBuffer.peek() {
            packets += missing > Self.longestGuess ? 1 : missing
        }
        return queued + min(frames(ofTicks: jitterBuffer.heldTicks), Self.longest * 64) + packets * packetFrames
    }

    /// The first packets wait until the goal is there, so that the first word is whole.
    private func begin() -> Bool {
        jitterBuffer.dropPlaceholders()
        // The first packet is used up while the next one is under way.
        let goal = controller.goal + packetFrames
        guard jitterBuffer.count > 0, level >= goal else { return false }
        // What came while nobody listened is old by now.
        if level > goal + PlayoutDelayController.excess {
            while level > goal, jitterBuffer.count > 1 { jitterBuffer.dropOldest() }
        }
        if case .lost(let packets) = jitterBuffer.peek() { jitterBuffer.skip(packets) }
        isPlaying = true
        dryBlocks = 0
        fill(Self.blend)
        for index in 0..<min(Self.blend, queued) { queue[index] = Int16(Int(queue[index]) * index / Self.blend) }
        return true
    }

    /// Decodes until `wanted` sample frames are queued or nothing is left.
    private func fill(_ wanted: Int) {
        while queued < wanted, queue.count - queued >= Self.longest {
            switch jitterBuffer.peek() {
            case .empty: return
            case .packet: decode()
            case .lost(let packets): conceal(packets)
            }
        }
    }

    private func decode() {
        jitterBuffer.takePacket { [self] payload, packet in
            if payload.isEmpty { return }
            controller.notePacket(
                waited: frames(ofNanoseconds: now - packet.arrival) + queued, rest: queued,
                mediaTime: packet.timestamp &* 1_000_000_000 / clockRate, arrival: packet.arrival.nanoseconds)
            if owed > 0 {
                // It was late, unless the sender paused (its timestamps jump then).
                if (packet.timestamp &- queueEnd).magnitude < ticks(ofFrames: packetFrames).magnitude {
                    controller.noteLateness(frames: owed)
                }
                owed = 0
            }
            let room = UnsafeMutableBufferPointer(rebasing: queue[queued...])
            let count = min(max(decoder.decode(payload, into: room), 0), room.count)
            queued += count
            if count > 0 { packetFrames = count }
            queueEnd = packet.timestamp &+ ticks(ofFrames: count)
        }
    }

    /// Fills in for the first of `packets` lost ones.
    private func conceal(_ packets: Int) {
        // Behind a long gap nothing would be gained by guessing all of it.
        let packets = packets > Self.longestGuess ? 1 : packets
        if case .lost(let all) = jitterBuffer.peek(), all > packets { jitterBuffer.skip(all - packets) }
        jitterBuffer.skip(1)
        queueEnd &+= ticks(ofFrames: packetFrames)
        // What was played while nothing came stands for the first ones.
        if owed >= packetFrames / 2 {
            owed = max(owed - packetFrames, 0)
            return
        }
        let part = UnsafeMutableBufferPointer(rebasing: queue[queued..<min(queued + packetFrames, queue.count)])
        var count = 0
        if packets == 1 {
            jitterBuffer.lendOldest { [self] next in count = decoder.conceal(into: part, next: next) }
        } else {
            count = decoder.conceal(into: part, next: nil)
        }
        let used = min(max(count, 0), part.count)
        queued += used
        concealedFrames &+= UInt64(used)
    }

    /// Nothing is here: a guess first, then silence, then the stream begins anew.
    private func bridge(_ needed: Int) {
        guard queued < needed else {
            dryBlocks = 0
            return
        }
        dryBlocks += 1
        if dryBlocks > Self.patience {
            isPlaying = false
            queued = 0
            counts.emptyBlocks &+= 1
            return
        }
        let blocks = (needed - queued + AudioFormat.blockFrames - 1) / AudioFormat.blockFrames
        let end = min(queued + blocks * AudioFormat.blockFrames, queue.count)
        let part = UnsafeMutableBufferPointer(rebasing: queue[queued..<end])
        var guessed = 0
        if dryBlocks <= Self.guessedBlocks {
            guessed = min(max(decoder.conceal(into: part, next: nil), 0), part.count)
            concealedFrames &+= UInt64(guessed)
        } else {
            counts.emptyBlocks &+= 1
        }
        part[guessed...].update(repeating: 0)
        queued = end
        owed += part.count
    }

    /// Throws sound away, and blends what was to be played next into what is played instead.
    private func discard(_ wanted: Int, _ needed: Int) {
        fill(Self.blend)
        let blended = min(Self.blend, queued, output.count)
        for index in 0..<blended { output[index] = queue[index] }
        var left = wanted
        while left > 0 {
            if queued == 0 { fill(1) }
            if queued == 0 { break }
            let part = min(left, queued)
            consume(part)
            left -= part
        }
        discardedFrames &+= UInt64(wanted - left)
        fill(max(needed, Self.blend))
        for index in 0..<min(blended, queued) {
            let mixed = Int(output[index]) * (Self.blend - index) + Int(queue[index]) * index
            queue[index] = Int16(clamping: mixed / Self.blend)
        }
        if queued < needed {
            queue[queued..<needed].update(repeating: 0)
            queued = needed
        }
    }

    private func consume(_ frames: Int) {
        let used = min(max(frames, 0), queued)
        queued -= used
        guard queued > 0, used > 0, let base = queue.baseAddress else { return }
        base.update(from: base + used, count: queued)
    }

    /// Adds the output to the block; returns the highest sample.
    private func add(_ count: Int, to block: UnsafeMutableBufferPointer<Int16>) -> Int32 {
        guard let source = output.baseAddress, let target = block.baseAddress else { return 0 }
        var peak: Int32 = 0
        for index in 0..<min(count, block.count) {
            let sample = Int32(source[index])
            target[index] = Int16(clamping: Int32(target[index]) &+ sample)
            peak = max(peak, abs(sample))
        }
        return peak
    }

    private func tellPlayout(_ delayFrames: Int) {
        let first = queueEnd &- ticks(ofFrames: queued)
        let delay = Int64(max(delayFrames, 0)) * 1_000_000_000 / Int64(AudioFormat.sampleRate)
        playout.store(
            AudioPlayout(
                timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: first)),
                time: now.advanced(byNanoseconds: delay)))
    }

    private func publish(_ level: Int, _ peak: Int32) {
        counts.peak = peak
        counts.queuedFrames = Int32(clamping: level)
        counts.targetFrames = Int32(clamping: controller.goal)
        counts.driftPartsPerMillion = Int32(clamping: controller.driftPartsPerMillion)
        counts.concealedBlocks = UInt32(truncatingIfNeeded: concealedFrames / UInt64(AudioFormat.blockFrames))
        counts.discardedMilliseconds = UInt32(truncatingIfNeeded: discardedFrames / 48)
        counts.latePackets = UInt32(truncatingIfNeeded: jitterBuffer.late)
        counts.droppedPackets = UInt32(truncatingIfNeeded: jitterBuffer.dropped)
        report.store(counts)
    }

    private func frames(ofTicks ticks: Int64) -> Int {
        // Timestamps are the far end's: what they claim is bounded before it is multiplied.
        Int(min(max(ticks, 0), 1 << 40) * Int64(AudioFormat.sampleRate) / clockRate)
    }

    private func frames(ofNanoseconds nanoseconds: Int64) -> Int {
        Int(min(max(nanoseconds, 0), 10_000_000_000) * Int64(AudioFormat.sampleRate) / 1_000_000_000)
    }

    private func ticks(ofFrames frames: Int) -> Int64 { Int64(frames) * clockRate / Int64(AudioFormat.sampleRate) }
}
