package import RTP

/// What one receiver says about one source (RFC 3550 §6.4.1).
package struct ReportBlock: Equatable, Sendable {
    /// Bytes on the wire.
    package static let size = 24

    /// The source that the block is about.
    package var source: SSRC
    /// Losses since the last report, in 256ths.
    package var fractionLost: UInt8
    /// Losses since the start, −8388608...8388607.
    package var cumulativeLost: Int32
    package var extendedHighestSequenceNumber: UInt32
    /// Interarrival jitter in timestamp ticks.
    package var jitter: UInt32
    /// The middle bits of the NTP time of the last sender report; 0 when there was none.
    package var lastSenderReport: UInt32
    /// Time since that report came, in 65536ths of a second.
    package var delaySinceLastSenderReport: UInt32

    package init(
        source: SSRC, reception: ReceptionStatistics.Report, lastSenderReport: UInt32 = 0,
        delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.source = source
        fractionLost = reception.fractionLost
        cumulativeLost = reception.cumulativeLost
        extendedHighestSequenceNumber = reception.extendedHighestSequenceNumber
        jitter = reception.jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// Nil when 24 bytes do not lie at the offset.
    init?(parsing buffer: UnsafeRawBufferPointer, at offset: Int) {
        guard let source = buffer.uint32(at: offset),
            let loss = buffer.uint32(at: offset + 4),
            let highest = buffer.uint32(at: offset + 8),
            let jitter = buffer.uint32(at: offset + 12),
            let last = buffer.uint32(at: offset + 16),
            let delay = buffer.uint32(at: offset + 20)
        else { return nil }
        self.source = SSRC(source)
        fractionLost = UInt8(truncatingIfNeeded: loss >> 24)
        // The shifts carry the sign of 24 bits into 32.
        cumulativeLost = Int32(bitPattern: loss << 8) >> 8
        extendedHighestSequenceNumber = highest
        self.jitter = jitter
        lastSenderReport = last
        delaySinceLastSenderReport = delay
    }

    func write(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
        let lost = UInt32(bitPattern: max(-0x80_0000, min(0x7F_FFFF, cumulativeLost))) & 0xFF_FFFF
        return offset <= buffer.count - ReportBlock.size
            && buffer.write(source.rawValue, at: offset)
            && buffer.write(UInt32(fractionLost) << 24 | lost, at: offset + 4)
            && buffer.write(extendedHighestSequenceNumber, at: offset + 8)
            && buffer.write(jitter, at: offset + 12)
            && buffer.write(lastSenderReport, at: offset + 16)
            && buffer.write(delaySinceLastSenderReport, at: offset + 20)
    }
}

/// The report blocks of one received report; valid as long as the datagram.
package struct ReportBlocks: Sequence, IteratorProtocol {
    private let body: UnsafeRawBufferPointer
    private var index = 0

    /// The number of blocks, 0...31.
    package let count: Int

    /// Nil when the blocks announced do not fit into the body.
    init?(parsing body: UnsafeRawBufferPointer, at offset: Int, count: Int) {
        guard let blocks = body.bytes(in: offset..<offset + count * ReportBlock.size) else { return nil }
        self.body = blocks
        self.count = count
    }

    /// The next block.
    package mutating func next() -> ReportBlock? {
        guard index < count else { return nil }
        defer { index += 1 }
        return ReportBlock(parsing: body, at: index * ReportBlock.size)
    }

    /// The first block about a source, such as the stream that we send.
    package func block(about source: SSRC) -> ReportBlock? {
        first { $0.source == source }
    }
}
