import LinuxSystem
import RTP
import RTPPayload
import RealtimeSupport

/// Packets of one video stream to whole access units, left for the decode thread. Confined to the network thread after
/// its set-up.
final class AccessUnitAssembler: @unchecked Sendable {
    // @unchecked: the network thread alone calls it once packets flow; `setParameterSets` is called before.

    /// A missing packet is given up after this; less than a frame's time, so that delay does not grow.
    static let reorderWait: Int64 = 15_000_000
    /// Longer parameter sets than this are no help.
    private static let longestParameterSets = 4096

    private let statistics: VideoReceiveStatistics
    private let units: SPSCRing<AccessUnitHandle>
    private let doorbell: Doorbell
    private let requester: KeyFrameRequester
    private let pool = AccessUnitMemory.makePool()
    private var reorder = VideoReorderBuffer()
    private var depacketizer = H264Depacketizer()
    private var source: SSRC?
    private var slot: Int?
    private var slotMemory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var firstArrival = MonotonicTime.zero
    private var lastMalformed = 0
    private var awaitsKeyFrame = false
    /// From SDP, for a far end that does not send them with its pictures.
    private var parameterSets: [UInt8] = []

    init(
        statistics: VideoReceiveStatistics, units: SPSCRing<AccessUnitHandle>, doorbell: Doorbell,
        requester: KeyFrameRequester
    ) {
        self.statistics = statistics
        self.units = units
        self.doorbell = doorbell
        self.requester = requester
    }

    func setParameterSets(_ annexB: [UInt8]) {
        parameterSets = annexB.count <= Self.longestParameterSets ? annexB : []
    }

    // MARK: - Real-time

    func receive(_ packet: UnsafeRawBufferPointer, header: RTPHeader, at now: MonotonicTime) {
        if source != header.ssrc {
            // Another source has numbers of its own; what there is of the last one's picture is lost.
            if source != nil {
                reorder.reset()
                depacketizer.reset()
            }
            source = header.ssrc
        }
        switch reorder.place(packet, sequence: header.sequenceNumber, at: now.nanoseconds) {
        case .next:
            take(packet, now)
            reorder.releaseFollowing(force: false) { take($0, now) }
        case .full:
            release(now)
        case .held, .late:
            break
        }
    }

    /// Gives up on packets that are missing for too long.
    ///
    /// - Returns: when to call again, nil when nothing waits.
    func releaseOverdue(at now: MonotonicTime) -> MonotonicTime? {
        guard let since = reorder.waitingSince else { return nil }
        if now.nanoseconds - since >= Self.reorderWait { release(now) }
        return reorder.waitingSince.map { MonotonicTime(nanoseconds: $0 + Self.reorderWait) }
    }

    private func release(_ now: MonotonicTime) {
        statistics.abandonedGaps.add()
        reorder.releaseFollowing(force: true) { take($0, now) }
    }

    private func take(_ packet: UnsafeRawBufferPointer, _ now: MonotonicTime) {
        guard let view = RTPPacketView(parsing: packet) else { return }
        let payload = view.payload(in: packet)
        statistics.receivedBytes.add(UInt64(payload.count))
        // Twice at most: a unit that ended before this packet, then the packet itself.
        for _ in 0..<2 {
            guard hasRoom(now) else {
                // The depacketizer sees the gap in the numbers.
                statistics.droppedPackets.add()
                requester.ask(at: now.nanoseconds)
                return
            }
            let room = UnsafeMutableRawBufferPointer(rebasing: slotMemory[parameterSets.count...])
            let step = depacketizer.receive(payload, header: view.header, into: room)
            countMalformed()
            switch step {
            case .incomplete:
                return
            case .accessUnit(let unit):
                finish(unit)
                return
            case .accessUnitBeforePacket(let unit):
                finish(unit)
            }
        }
    }

    /// Whether there is a buffer in work, or a free one.
    private func hasRoom(_ now: MonotonicTime) -> Bool {
        if slot != nil { return true }
        guard let index = pool.takeReturned() else { return false }
        pool.update(index) { slotMemory = $0.memory }
        slot = index
        firstArrival = now
        return true
    }

    private func finish(_ unit: ReceivedAccessUnit) {
        guard let index = slot else { return }
        slot = nil
        statistics.accessUnits.add()
        if unit.isKeyFrame { statistics.keyFrames.add() }
        let damaged = unit.isDamaged || unit.packetsLostBefore > 0
        if damaged { statistics.damagedUnits.add() }
        var start = parameterSets.count
        let end = start + unit.byteCount
        if unit.isKeyFrame, !unit.hasSequenceParameterSet, start > 0 {
            slotMemory.copyBytes(from: parameterSets)
            start = 0
        }
        pool.update(index) {
            $0.range = start..<end
            $0.timestamp = unit.timestamp
            $0.isKeyFrame = unit.isKeyFrame
            $0.isDamaged = damaged
            $0.firstArrival = firstArrival
        }
        deliver(index, isKeyFrame: unit.isKeyFrame)
    }

    /// After a unit that found no room all are dropped until a key frame comes: they refer to it.
    private func deliver(_ index: Int, isKeyFrame: Bool) {
        if !awaitsKeyFrame || isKeyFrame {
            guard let refused = units.push(pool.lend(index)) else {
                awaitsKeyFrame = false
                doorbell.ring()
                return
            }
            _ = consume refused
            awaitsKeyFrame = true
        } else {
            pool.putBack(index)
        }
        statistics.droppedUnits.add()
        requester.ask(at: MonotonicTime.now.nanoseconds)
    }

    private func countMalformed() {
        let seen = depacketizer.counters.malformed + depacketizer.counters.unsupported
        if seen > lastMalformed { statistics.malformedPackets.add(UInt64(seen - lastMalformed)) }
        lastMalformed = seen
    }
}
