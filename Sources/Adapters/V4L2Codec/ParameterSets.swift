package import H264Bitstream

/// The last SPS and PPS of an encoder, to be put before key frames that come without them. Not thread-safe; nothing is
/// allocated after `init`.
package struct ParameterSets: ~Copyable {
    private static let startCode: [UInt8] = [0, 0, 0, 1]
    private let sequence: UnsafeMutableRawBufferPointer
    private let picture: UnsafeMutableRawBufferPointer
    private var sequenceLength = 0
    private var pictureLength = 0

    /// - Parameter limit: bytes of each parameter set that are kept; real ones have less than a hundred.
    package init(limit: Int = 512) {
        sequence = .allocate(byteCount: limit, alignment: 1)
        picture = .allocate(byteCount: limit, alignment: 1)
    }

    deinit {
        sequence.deallocate()
        picture.deallocate()
    }

    /// Whether both are known.
    package var isComplete: Bool { sequenceLength > 0 && pictureLength > 0 }

    /// The most bytes that `prepend` adds.
    package var overhead: Int { sequence.count + picture.count + 2 * Self.startCode.count }

    /// Keeps the parameter sets that are in a piece of the stream.
    package mutating func remember(_ summary: AccessUnitSummary, in bytes: UnsafeRawBufferPointer) {
        if let range = summary.sequenceParameterSet, range.count <= sequence.count {
            sequence.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            sequenceLength = range.count
        }
        if let range = summary.pictureParameterSet, range.count <= picture.count {
            picture.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            pictureLength = range.count
        }
    }

    /// Writes an access unit with both parameter sets before it, behind an access unit delimiter if it begins with one.
    ///
    /// - Returns: the bytes written; 0 when `target` is too small or no parameter sets are known.
    package func prepend(to unit: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        guard isComplete, target.count - overhead >= unit.count else { return 0 }
        var scanner = AnnexBScanner(unit)
        var split = 0
        // The delimiter must stay the first NAL unit of its access unit (ITU-T H.264 §7.4.1.2.3).
        if let first = scanner.next(), NALUnitType(headerByte: unit[first.lowerBound]) == .accessUnitDelimiter {
            split = first.upperBound
        }
        var length = 0
        func append(_ bytes: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: target[length...]).copyMemory(from: bytes)
            length += bytes.count
        }
        append(UnsafeRawBufferPointer(rebasing: unit[..<split]))
        Self.startCode.withUnsafeBytes { append($0) }
        append(UnsafeRawBufferPointer(rebasing: sequence[..<sequenceLength]))
        Self.startCode.withUnsafeBytes { append($0) }
        append(UnsafeRawBufferPointer(rebasing: picture[..<pictureLength]))
        append(UnsafeRawBufferPointer(rebasing: unit[split...]))
        return length
    }
}
