import H264Bitstream

/// Lays the NAL units of access units into RTP payloads without copying slices (RFC 6184 §5.6 to §5.8).
package struct H264Packetizer: Sendable {
    /// Mode 1 aggregates and fragments; mode 0 relies on the encoder's slice size.
    package let mode: PacketizationMode
    /// Bytes of the largest payload, without the RTP header; 64...65000.
    package let maximumPayloadSize: Int
    /// True when small NAL units in a row, such as SPS and PPS, share one STAP-A.
    package let aggregates: Bool

    /// `maximumPayloadSize` is clamped to 64...65000.
    package init(mode: PacketizationMode, maximumPayloadSize: Int, aggregates: Bool = true) {
        self.mode = mode
        self.maximumPayloadSize = min(65_000, max(64, maximumPayloadSize))
        self.aggregates = aggregates && mode == .nonInterleaved
    }

    // MARK: - Real-time

    /// The payloads of one access unit in byte stream format (annex B), made one by one as a pacer asks for them.
    ///
    /// The access unit must stay alive and unchanged until the last payload has been sent.
    package func packets(of accessUnit: UnsafeRawBufferPointer) -> H264PacketIterator {
        H264PacketIterator(packetizer: self, accessUnit: accessUnit)
    }
}

/// The payloads of one access unit, in sending order. A value: it allocates nothing.
package struct H264PacketIterator: Sequence, IteratorProtocol {
    /// NAL units left out: types that a bitstream may not hold, and in mode 0 those above 65000 bytes.
    package private(set) var droppedUnitCount = 0
    /// NAL units sent whole though they are above the largest payload; mode 0 only.
    package private(set) var oversizedUnitCount = 0

    private let packetizer: H264Packetizer
    private let accessUnit: UnsafeRawBufferPointer
    private var scanner: AnnexBScanner
    /// The NAL unit to be sent next; one ahead, so that the last packet can carry the marker.
    private var upcoming: UnsafeRawBufferPointer?
    /// What is left of the NAL unit that is being fragmented, without its header.
    private var fragmented = UnsafeRawBufferPointer(start: nil, count: 0)
    private var fragmentedHeader = NALUnitHeader(rawValue: 0)
    private var fragmentSize = 0
    private var isFirstFragment = false

    init(packetizer: H264Packetizer, accessUnit: UnsafeRawBufferPointer) {
        self.packetizer = packetizer
        self.accessUnit = accessUnit
        scanner = AnnexBScanner(accessUnit)
        upcoming = fetch()
    }

    // MARK: - Real-time

    /// The next payload; nil behind the last one.
    package mutating func next() -> PacketSlice? {
        if !fragmented.isEmpty { return nextFragment() }
        guard let unit = upcoming else { return nil }
        upcoming = fetch()
        guard unit.count > packetizer.maximumPayloadSize else { return aggregate(startingWith: unit) }
        guard packetizer.mode == .nonInterleaved else {
            oversizedUnitCount += 1
            return whole(unit)
        }
        fragmentedHeader = NALUnitHeader(rawValue: unit[0])
        fragmented = UnsafeRawBufferPointer(rebasing: unit.dropFirst())
        isFirstFragment = true
        // Equal parts, so that no tiny packet ends the row.
        let capacity = packetizer.maximumPayloadSize - 2
        let parts = (fragmented.count + capacity - 1) / capacity
        fragmentSize = (fragmented.count + parts - 1) / parts
        return nextFragment()
    }

    /// RFC 6184 §5.6.
    private func whole(_ unit: UnsafeRawBufferPointer) -> PacketSlice {
        var slice = PacketSlice()
        slice.body = unit
        slice.marker = upcoming == nil
        return slice
    }

    /// RFC 6184 §5.7.1: all units but the last are copied into the prefix; the last stays where it is.
    private mutating func aggregate(startingWith first: UnsafeRawBufferPointer) -> PacketSlice {
        var last = first
        var slice = PacketSlice()
        var size = 1 + 2 + first.count
        var header = NALUnitHeader(rawValue: first[0])
        while packetizer.aggregates, let following = upcoming {
            let head = slice.prefixLength == 0 ? 3 : 0
            guard slice.prefixRoom >= head + last.count + 2,
                size + 2 + following.count <= packetizer.maximumPayloadSize
            else { break }
            if slice.prefixLength == 0 {
                slice.appendPrefix(0)
                slice.appendPrefix(length: last.count)
            }
            slice.appendPrefix(last)
            slice.appendPrefix(length: following.count)
            let added = NALUnitHeader(rawValue: following[0])
            header = NALUnitHeader(
                type: .stapA, referenceIDC: Swift.max(header.referenceIDC, added.referenceIDC),
                isForbiddenBitSet: header.isForbiddenBitSet || added.isForbiddenBitSet)
            size += 2 + following.count
            last = following
            upcoming = fetch()
        }
        slice.setFirstPrefixByte(header.rawValue)
        slice.body = last
        slice.marker = upcoming == nil
        return slice
    }

    /// RFC 6184 §5.8.
    private mutating func nextFragment() -> PacketSlice {
        let length = Swift.min(fragmentSize, fragmented.count)
        let isLast = length == fragmented.count
        var slice = PacketSlice()
        let indicator = NALUnitHeader(
            type: .fuA, referenceIDC: fragmentedHeader.referenceIDC,
            isForbiddenBitSet: fragmentedHeader.isForbiddenBitSet)
        slice.appendPrefix(indicator.rawValue)
        slice.appendPrefix(
            (isFirstFragment ? 0x80 : 0) | (isLast ? 0x40 : 0) | fragmentedHeader.type.rawValue)
        slice.body = UnsafeRawBufferPointer(rebasing: fragmented.prefix(length))
        slice.marker = isLast && upcoming == nil
        fragmented = UnsafeRawBufferPointer(rebasing: fragmented.dropFirst(length))
        isFirstFragment = false
        return slice
    }

    /// The next NAL unit worth sending: delimiters and filler only cost bandwidth (RFC 6184 §5.3 lets them go).
    private mutating func fetch() -> UnsafeRawBufferPointer? {
        while let range = scanner.next() {
            let unit = UnsafeRawBufferPointer(rebasing: accessUnit[range])
            let type = NALUnitType(headerByte: unit[0])
            if type == .accessUnitDelimiter || type == .fillerData { continue }
            let isTooLong = packetizer.mode == .singleNALUnit && unit.count > 65_000
            if type.isNALUnit, !isTooLong { return unit }
            droppedUnitCount += 1
        }
        return nil
    }
}
