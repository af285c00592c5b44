package import RTP

/// Writes a compound RTCP packet into a buffer of the caller, without allocating.
///
/// Each `append` returns false, and leaves what was written before, when its packet does not fit. A compound packet
/// begins with a sender or receiver report, then the description with the CNAME (RFC 3550 §6.1).
package struct RTCPWriter {
    private let buffer: UnsafeMutableRawBufferPointer
    /// Where the report begins that the next block belongs to.
    private var report: Int?

    /// Bytes written so far: the datagram to send.
    package private(set) var count = 0

    package init(_ buffer: UnsafeMutableRawBufferPointer) {
        self.buffer = buffer
    }

    /// The datagram to send.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

    /// A sender report; blocks that follow belong to it.
    package mutating func append(_ sender: SenderReport) -> Bool {
        let start = count
        guard begin(RTCPPacket.Kind.senderReport, format: 0, size: 28) else { return false }
        report = start
        return buffer.write(sender.sender.rawValue, at: start + 4)
            && buffer.write(sender.ntpTimestamp.rawValue, at: start + 8)
            && buffer.write(sender.rtpTimestamp.rawValue, at: start + 16)
            && buffer.write(sender.packetCount, at: start + 20)
            && buffer.write(sender.octetCount, at: start + 24)
    }

    /// The report of one who has sent nothing since the last one; blocks that follow belong to it.
    package mutating func appendReceiverReport(receiver: SSRC) -> Bool {
        let start = count
        guard begin(RTCPPacket.Kind.receiverReport, format: 0, size: 8) else { return false }
        report = start
        return buffer.write(receiver.rawValue, at: start + 4)
    }

    /// A block of the report written last; false also without a report just before it, or with 31 blocks in it.
    package mutating func append(_ block: ReportBlock) -> Bool {
        guard let start = report, buffer[start] & 0x1F < 31, block.write(into: buffer, at: count) else { return false }
        count += ReportBlock.size
        buffer[start] += 1
        return buffer.write(UInt16(truncatingIfNeeded: (count - start) / 4 - 1), at: start + 2)
    }

    /// The name that ties the streams of one sender together (RFC 3550 §6.5.1); cut at 255 bytes of UTF-8.
    package mutating func appendSourceDescription(source: SSRC, canonicalName: String) -> Bool {
        let length = min(255, canonicalName.utf8.count)
        // Head, source, type, length, text, and one to four zeros up to the next word.
        let size = (4 + 4 + 2 + length) / 4 * 4 + 4
        let start = count
        guard begin(RTCPPacket.Kind.sourceDescription, format: 1, size: size) else { return false }
        for offset in start + 8..<start + size { buffer[offset] = 0 }
        buffer[start + 8] = SourceDescription.canonicalName
        buffer[start + 9] = UInt8(length)
        for (offset, byte) in zip(start + 10..<start + 10 + length, canonicalName.utf8) { buffer[offset] = byte }
        return buffer.write(source.rawValue, at: start + 4)
    }

    /// A source that leaves.
    package mutating func appendGoodbye(source: SSRC) -> Bool {
        let start = count
        guard begin(RTCPPacket.Kind.goodbye, format: 1, size: 8) else { return false }
        return buffer.write(source.rawValue, at: start + 4)
    }

    /// A plea for a key frame (RFC 4585 §6.3.1).
    package mutating func append(_ indication: PictureLossIndication) -> Bool {
        beginFeedback(
            RTCPPacket.Kind.payloadFeedback, RTCPPacket.Format.pictureLoss, size: 12, sender: indication.sender,
            mediaSource: indication.mediaSource)
    }

    /// A command for a key frame (RFC 5104 §4.3.1); a new request needs a new command number.
    package mutating func append(_ entry: FullIntraRequest.Entry, sender: SSRC) -> Bool {
        let start = count
        guard
            beginFeedback(
                RTCPPacket.Kind.payloadFeedback, RTCPPacket.Format.fullIntra, size: 20, sender: sender,
                mediaSource: SSRC(0))
        else { return false }
        return buffer.write(entry.mediaSource.rawValue, at: start + 12)
            && buffer.write(UInt32(entry.commandNumber) << 24, at: start + 16)
    }

    /// The packets that are missing, oldest first (RFC 4585 §6.2.1). True without any, and nothing is written.
    package mutating func appendNack(sender: SSRC, mediaSource: SSRC, missing: some Sequence<SequenceNumber>) -> Bool {
        let start = count
        var base: SequenceNumber?
        var followers: UInt16 = 0
        for number in missing {
            if let current = base {
                let distance = current.distance(to: number)
                if distance == 0 { continue }
                if distance > 0, distance <= 16 {
                    followers |= 1 << UInt16(distance - 1)
                    continue
                }
                guard appendNackEntry(current, followers, start: start, sender, mediaSource) else { return false }
            }
            base = number
            followers = 0
        }
        guard let last = base else { return true }
        return appendNackEntry(last, followers, start: start, sender, mediaSource)
    }

    private mutating func appendNackEntry(
        _ base: SequenceNumber, _ followers: UInt16, start: Int, _ sender: SSRC, _ mediaSource: SSRC
    ) -> Bool {
        if count == start {
            guard buffer.count - start >= 16,
                beginFeedback(
                    RTCPPacket.Kind.transportFeedback, RTCPPacket.Format.genericNack, size: 12, sender: sender,
                    mediaSource: mediaSource)
            else { return false }
        }
        guard buffer.count - count >= 4, buffer.write(base.rawValue, at: count),
            buffer.write(followers, at: count + 2)
        else {
            // A shorter list would be taken for the whole one.
            count = start
            return false
        }
        count += 4
        return buffer.write(UInt16(truncatingIfNeeded: (count - start) / 4 - 1), at: start + 2)
    }

    private mutating func beginFeedback(
        _ type: UInt8, _ format: UInt8, size: Int, sender: SSRC, mediaSource: SSRC
    ) -> Bool {
        let start = count
        guard begin(type, format: format, size: size) else { return false }
        return buffer.write(sender.rawValue, at: start + 4) && buffer.write(mediaSource.rawValue, at: start + 8)
    }

    private mutating func begin(_ type: UInt8, format: UInt8, size: Int) -> Bool {
        guard buffer.count - count >= size else { return false }
        buffer[count] = 0x80 | format
        buffer[count + 1] = type
        guard buffer.write(UInt16(truncatingIfNeeded: size / 4 - 1), at: count + 2) else { return false }
        count += size
        report = nil
        return true
    }
}
