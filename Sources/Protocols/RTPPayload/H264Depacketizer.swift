import H264Bitstream
package import RTP

/// Puts access units together from the packets of one stream (RFC 6184 modes 0 and 1).
///
/// Packets come in the order of their sequence numbers, as a jitter buffer gives them. The bytes go straight into a
/// buffer of the caller, which can be the decoder's own: the same buffer must be given until an access unit ends.
/// A bounded buffer bounds the access unit; what does not fit is dropped and the unit is damaged.
package struct H264Depacketizer: Sendable {
    /// What one packet led to.
    package enum Step: Equatable, Sendable {
        /// Nothing to decode yet.
        case incomplete
        /// This packet ended an access unit.
        case accessUnit(ReceivedAccessUnit)
        /// An access unit ended before this packet, which was not used: take the unit, then give the packet again.
        case accessUnitBeforePacket(ReceivedAccessUnit)
    }

    /// What happened since the start.
    package struct Counters: Equatable, Sendable {
        /// Packets taken in order.
        package var packets = 0
        /// Packets that never came, by their sequence numbers.
        package var lost = 0
        /// Packets dropped because they were older than the last one.
        package var late = 0
        /// Packets whose lengths or flags contradict RFC 6184.
        package var malformed = 0
        /// Packets of a kind that only interleaved mode has, or that no RFC has.
        package var unsupported = 0
        /// Fragments whose beginning was lost.
        package var orphanFragments = 0
        /// Access units that did not fit into the buffer.
        package var overflows = 0
        /// Access units given out.
        package var accessUnits = 0
        /// Of these, the damaged ones.
        package var damagedAccessUnits = 0

        package init() {}
    }

    package private(set) var counters = Counters()

    private var lastSequenceNumber: SequenceNumber?
    private var unit: ReceivedAccessUnit?
    /// The type inside the open fragmented NAL unit.
    private var fragmentType: NALUnitType?
    private var isFull = false
    /// Losses not yet reported with an access unit.
    private var unreportedLoss = 0

    /// A jump by at least this many, either way, is a new start of the sender: neither late nor a count of losses.
    private static let restartDistance = 1000

    package init() {}

    /// Forgets the unit in work and the sequence, for a new source or after a pause; counters stay.
    package mutating func reset() {
        lastSequenceNumber = nil
        unit = nil
        fragmentType = nil
        isFull = false
        unreportedLoss = 0
    }

    // MARK: - Real-time

    /// Takes the payload of one packet.
    package mutating func receive(
        _ payload: UnsafeRawBufferPointer, header: RTPHeader, into buffer: UnsafeMutableRawBufferPointer
    ) -> Step {
        var lost = 0
        if let last = lastSequenceNumber {
            let distance = last.distance(to: header.sequenceNumber)
            if distance <= 0, distance > -H264Depacketizer.restartDistance {
                counters.late += 1
                return .incomplete
            }
            lost = distance > 0 && distance < H264Depacketizer.restartDistance ? distance - 1 : 1
        }
        if let open = unit, open.timestamp != header.timestamp {
            if open.sliceCount == 0 {
                carryOver(to: header.timestamp)
            } else {
                if lost > 0 { unit?.isDamaged = true }
                if let ended = finish() { return .accessUnitBeforePacket(ended) }
            }
        }
        lastSequenceNumber = header.sequenceNumber
        counters.packets += 1
        if lost > 0 { noteLoss(lost) }
        if unit == nil {
            var opened = ReceivedAccessUnit(timestamp: header.timestamp)
            opened.packetsLostBefore = unreportedLoss
            unreportedLoss = 0
            unit = opened
            isFull = false
            fragmentType = nil
        }
        unit?.packetCount += 1
        take(payload, into: buffer)
        // A marker behind parameter sets alone ends nothing: the picture that needs them is still to come.
        guard header.marker, let open = unit, open.sliceCount > 0 || open.isDamaged, let ended = finish() else {
            return .incomplete
        }
        return .accessUnit(ended)
    }

    /// Ends the unit in work, as when a stream stops; nil when there is nothing to decode.
    package mutating func finish() -> ReceivedAccessUnit? {
        guard var finished = unit else { return nil }
        unit = nil
        if fragmentType != nil { finished.isDamaged = true }
        fragmentType = nil
        guard finished.byteCount > 0 else {
            // Nothing of it arrived: the next unit tells of the loss.
            unreportedLoss += finished.packetsLostBefore + finished.packetCount
            return nil
        }
        counters.accessUnits += 1
        if finished.isDamaged { counters.damagedAccessUnits += 1 }
        return finished
    }

    /// Parameter sets that came with a timestamp of their own belong to the next picture.
    private mutating func carryOver(to timestamp: RTPTimestamp) {
        unit?.timestamp = timestamp
        fragmentType = nil
        if let open = unit, open.isDamaged {
            // What is missing belonged to a picture of which nothing came.
            unit?.isDamaged = false
            unit?.packetsLostBefore += open.packetCount
        }
        if isFull {
            isFull = false
            unit?.byteCount = 0
        }
    }

    private mutating func noteLoss(_ count: Int) {
        counters.lost += count
        guard let open = unit else {
            unreportedLoss += count
            return
        }
        fragmentType = nil
        if open.sliceCount == 0 {
            // Only parameter sets so far: the first slice tells whether the head of the picture is missing.
            unit?.packetsLostBefore += count
        } else {
            unit?.isDamaged = true
        }
    }

    private mutating func take(_ payload: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer) {
        // A packet of nothing but padding probes the network.
        guard let first = payload.uint8(at: 0) else { return }
        let header = NALUnitHeader(rawValue: first)
        if header.type != .fuA, fragmentType != nil {
            fragmentType = nil
            unit?.isDamaged = true
        }
        switch header.type {
        case .stapA:
            takeAggregate(payload, into: buffer)
        case .fuA:
            takeFragment(payload, indicator: header, into: buffer)
        case let type where type.isNALUnit:
            appendUnit(header, secondByte: payload.uint8(at: 1), rest: payload.dropFirst(), into: buffer)
        default:
            counters.unsupported += 1
            unit?.isDamaged = true
        }
    }

    /// RFC 6184 §5.7.1. The whole packet is checked before any of it is used.
    private mutating func takeAggregate(
        _ payload: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) {
        var offset = 1
        var isValid = payload.count > 1
        while isValid, offset < payload.count {
            guard let length = payload.uint16(at: offset), length > 0,
                let type = payload.uint8(at: offset + 2).map(NALUnitType.init(headerByte:)), type.isNALUnit,
                offset + 2 + Int(length) <= payload.count
            else {
                isValid = false
                break
            }
            offset += 2 + Int(length)
        }
        guard isValid else {
            reject()
            return
        }
        offset = 1
        while let length = payload.uint16(at: offset),
            let inner = payload.bytes(in: offset + 2..<offset + 2 + Int(length)), let first = inner.uint8(at: 0)
        {
            appendUnit(
                NALUnitHeader(rawValue: first), secondByte: inner.uint8(at: 1), rest: inner.dropFirst(), into: buffer)
            offset += 2 + Int(length)
        }
    }

    /// RFC 6184 §5.8.
    private mutating func takeFragment(
        _ payload: UnsafeRawBufferPointer, indicator: NALUnitHeader, into buffer: UnsafeMutableRawBufferPointer
    ) {
        guard let flags = payload.uint8(at: 1) else {
            reject()
            return
        }
        let isStart = flags & 0x80 != 0
        let isEnd = flags & 0x40 != 0
        let type = NALUnitType(headerByte: flags)
        guard type.isNALUnit, !(isStart && isEnd) else {
            reject()
            return
        }
        let data = payload.dropFirst(2)
        if isStart {
            if fragmentType != nil { unit?.isDamaged = true }
            let header = NALUnitHeader(
                type: type, referenceIDC: indicator.referenceIDC, isForbiddenBitSet: indicator.isForbiddenBitSet)
            appendUnit(header, secondByte: payload.uint8(at: 2), rest: data, into: buffer)
            fragmentType = type
            return
        }
        guard let open = fragmentType else {
            counters.orphanFragments += 1
            unit?.isDamaged = true
            return
        }
        guard open == type else {
            reject()
            return
        }
        append(data, into: buffer)
        if isEnd { fragmentType = nil }
    }

    private mutating func reject() {
        counters.malformed += 1
        fragmentType = nil
        unit?.isDamaged = true
    }

    private mutating func appendUnit(
        _ header: NALUnitHeader, secondByte: UInt8?, rest: Slice<UnsafeRawBufferPointer>,
        into buffer: UnsafeMutableRawBufferPointer
    ) {
        guard var open = unit else { return }
        // The start code, the header and all that follows, or nothing of this unit.
        guard !isFull, buffer.count - open.byteCount >= 5 + rest.count else {
            overflow()
            return
        }
        let start = open.byteCount
        buffer[start] = 0
        buffer[start + 1] = 0
        buffer[start + 2] = 0
        buffer[start + 3] = 1
        buffer[start + 4] = header.rawValue
        open.byteCount += 5
        note(header.type, secondByte: secondByte, in: &open)
        unit = open
        append(rest, into: buffer)
    }

    private func note(_ type: NALUnitType, secondByte: UInt8?, in open: inout ReceivedAccessUnit) {
        switch type {
        case .sequenceParameterSet:
            open.hasSequenceParameterSet = true
        case .pictureParameterSet:
            open.hasPictureParameterSet = true
        case let slice where slice.isVideoCodingLayer:
            // first_mb_in_slice is 0, one set bit, in the first slice: after a loss anything else misses its head.
            if open.sliceCount == 0, open.packetsLostBefore > 0, (secondByte ?? 0) & 0x80 == 0 { open.isDamaged = true }
            open.sliceCount += 1
            if type == .idrSlice { open.isKeyFrame = true }
        default:
            break
        }
    }

    private mutating func append(
        _ bytes: Slice<UnsafeRawBufferPointer>, into buffer: UnsafeMutableRawBufferPointer
    ) {
        guard !bytes.isEmpty, var open = unit else { return }
        guard !isFull, bytes.count <= buffer.count - open.byteCount else {
            overflow()
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[open.byteCount...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
        open.byteCount += bytes.count
        unit = open
    }

    private mutating func overflow() {
        guard !isFull else { return }
        isFull = true
        counters.overflows += 1
        unit?.isDamaged = true
    }
}
