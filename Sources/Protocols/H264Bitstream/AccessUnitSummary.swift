/// What one access unit of a byte stream holds, found by NAL unit types and never by an encoder's flag.
package struct AccessUnitSummary: Equatable, Sendable {
    /// True when a slice of an IDR picture is there.
    package private(set) var isKeyFrame = false
    /// The first sequence parameter set, as offsets into the buffer.
    package private(set) var sequenceParameterSet: Range<Int>?
    /// The first picture parameter set, as offsets into the buffer.
    package private(set) var pictureParameterSet: Range<Int>?
    /// NAL units that carry slices; only the first is counted by `init(headOf:)`.
    package private(set) var sliceCount = 0
    /// All NAL units that were looked at.
    package private(set) var unitCount = 0

    /// True when a decoder can start here: an IDR picture behind both kinds of parameter set.
    package var isDecoderEntry: Bool {
        isKeyFrame && sequenceParameterSet != nil && pictureParameterSet != nil
    }

    // MARK: - Real-time

    /// Looks at every NAL unit of a byte stream (annex B).
    package init(of accessUnit: UnsafeRawBufferPointer) {
        for range in AnnexBScanner(accessUnit) { note(range, in: accessUnit) }
    }

    /// Stops at the first slice, which is enough to tell a key frame and costs a few bytes of scanning.
    package init(headOf accessUnit: UnsafeRawBufferPointer) {
        // The scanner looks for the end of each unit: bound that by where a first slice must have begun.
        let head = UnsafeRawBufferPointer(rebasing: accessUnit.prefix(AccessUnitSummary.headSize))
        for range in AnnexBScanner(head) {
            note(range, in: head)
            if sliceCount > 0 { return }
        }
        guard accessUnit.count > head.count else { return }
        self = AccessUnitSummary(of: accessUnit)
    }

    private static let headSize = 1024

    private mutating func note(_ range: Range<Int>, in buffer: UnsafeRawBufferPointer) {
        unitCount += 1
        switch NALUnitType(headerByte: buffer[range.lowerBound]) {
        case .idrSlice:
            isKeyFrame = true
            sliceCount += 1
        case let type where type.isVideoCodingLayer:
            sliceCount += 1
        case .sequenceParameterSet:
            if sequenceParameterSet == nil { sequenceParameterSet = range }
        case .pictureParameterSet:
            if pictureParameterSet == nil { pictureParameterSet = range }
        default:
            break
        }
    }
}
