import LinuxSystem
import RTP
import RTPPayload
import RealtimeSupport

/// Packets of one video stream to whole access units. Confined to the network thread after its set-up.
final class AccessUnitAssembler: @unchecked Sendable {
    // @unchecked: the network thread alone calls it once packets flow; `setParameterSets` is called before.

    /// A missing packet is given up after this; less than a frame's time, so that delay does not grow.
    static let reorderWait: Int64 = 15_000_000

    private let statistics: VideoReceiveStatistics
    private let pool = AccessUnitMemory.makePool()
    private var reorder = VideoReorderBuffer()
    private var depacketizer = H264Depacketizer()
    private var slot: Int?
    private var slotBytes: UnsafeMutableRawBufferPointer?
    private var firstArrival = MonotonicTime.zero
    private var lastMalformed = 0

    init(statistics: VideoReceiveStatistics) { self.statistics = statistics }

    private var parameterSets: [UInt8] = []

    func setParameterSets(_ annexB: [UInt8]) { parameterSets = annexB }

    // MARK: - Real-time

    func receive(
        _ packet: UnsafeRawBufferPointer, header: RTPHeader, at now: MonotonicTime,
        deliver: (consuming AccessUnitHandle) -> Void
    ) {
        switch reorder.place(packet, sequence: header.sequenceNumber, at: now.nanoseconds) {
        case .next:
            take(packet, now, deliver)
            reorder.releaseFollowing(force: false) { take($0, now, deliver) }
        case .full:
            release(now, deliver)
        case .held, .late:
            break
        }
    }

    func releaseOverdue(at now: MonotonicTime, deliver: (consuming AccessUnitHandle) -> Void) -> MonotonicTime? {
        guard let since = reorder.waitingSince else { return nil }
        if now.nanoseconds - since >= Self.reorderWait { release(now, deliver) }
        return reorder.waitingSince.map { MonotonicTime(nanoseconds: $0 + Self.reorderWait) }
    }

    private func release(_ now: MonotonicTime, _ deliver: (consuming AccessUnitHandle) -> Void) {
        statistics.abandonedGaps.add()
        reorder.releaseFollowing(force: true) { take($0, now, deliver) }
    }

    private func take(
        _ packet: UnsafeRawBufferPointer, _ now: MonotonicTime, _ deliver: (consuming AccessUnitHandle) -> Void
    ) {
        guard let view = RTPPacketView(parsing: packet) else { return }
        let payload = view.payload(in: packet)
        statistics.receivedBytes.add(UInt64(payload.count))
        // Twice at most: a unit that ended before this packet, then the packet itself.
        for _ in 0..<2 {
            guard let room = room(now) else {
                statistics.droppedUnits.add()
                return
            }
            let step = depacketizer.receive(payload, header: view.header, into: room)
            countMalformed()
            switch step {
            case .incomplete:
                return
            case .accessUnit(let unit):
                finish(unit, now, deliver)
                return
            case .accessUnitBeforePacket(let unit):
                finish(unit, now, deliver)
            }
        }
    }

    /// The buffer in work, or a free one.
    private func room(_ now: MonotonicTime) -> UnsafeMutableRawBufferPointer? {
        if let slotBytes { return slotBytes }
        guard let index = pool.takeReturned() else { return nil }
        var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        pool.update(index) { bytes = $0.bytes }
        slot = index
        slotBytes = bytes
        firstArrival = now
        return bytes
    }

    private func finish(
        _ unit: ReceivedAccessUnit, _ now: MonotonicTime, _ deliver: (consuming AccessUnitHandle) -> Void
    ) {
        guard let index = slot else { return }
        slot = nil
        slotBytes = nil
        statistics.accessUnits.add()
        if unit.isKeyFrame { statistics.keyFrames.add() }
        let damaged = unit.isDamaged || unit.packetsLostBefore > 0
        if damaged { statistics.damagedUnits.add() }
        let arrival = firstArrival
        pool.update(index) {
            $0.byteCount = unit.byteCount
            $0.timestamp = unit.timestamp
            $0.isKeyFrame = unit.isKeyFrame
            $0.isDamaged = damaged
            $0.firstArrival = arrival
            $0.completed = now
        }
        deliver(pool.lend(index))
    }

    private func countMalformed() {
        let seen = depacketizer.counters.malformed + depacketizer.counters.unsupported
        if seen > lastMalformed { statistics.malformedPackets.add(UInt64(seen - lastMalformed)) }
        lastMalformed = seen
    }
}
