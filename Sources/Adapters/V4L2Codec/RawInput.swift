package import MediaTypes
package import V4L2Device

/// How the pictures of a producer lie in memory, as far as it decides whether a device can read them where they are.
package struct RawLayout: Sendable, Equatable, BitwiseCopyable {
    /// Bytes from row to row of the first plane.
    package var stride: Int
    /// Where the second plane begins, counted from the first; 0 for memory of its own, or none.
    package var secondOffset: Int
    /// Where the third plane begins, likewise.
    package var thirdOffset: Int
    /// Pieces of memory.
    package var memoryPlanes: Int

    package init(stride: Int, secondOffset: Int = 0, thirdOffset: Int = 0, memoryPlanes: Int = 1) {
        self.stride = stride
        self.secondOffset = secondOffset
        self.thirdOffset = thirdOffset
        self.memoryPlanes = memoryPlanes
    }

    /// As a device's format has it; nil for a format that holds no picture.
    package init?(_ format: V4L2Format) {
        guard let planes = format.picturePlanes, let first = planes.first else { return nil }
        let isSeparate = format.planes.count > 1
        self.init(
            stride: first.stride, secondOffset: !isSeparate && planes.count > 1 ? planes[1].offset : 0,
            thirdOffset: !isSeparate && planes.count > 2 ? planes[2].offset : 0, memoryPlanes: format.planes.count)
    }

    /// As a frame has it; nil when it is not in DMABUFs throughout. Real-time safe.
    package init?(_ frame: borrowing VideoFrame) {
        let count = frame.format.pixelFormat.planeCount
        let first = frame.planes.0
        let second = frame.planes.1
        let third = frame.planes.2
        guard let memory = first.dmabuf, first.dmabufOffset == 0 else { return nil }
        if count > 1 && second.dmabuf == nil || count > 2 && third.dmabuf == nil { return nil }
        let isShared = (count < 2 || second.dmabuf == memory) && (count < 3 || third.dmabuf == memory)
        if isShared {
            self.init(
                stride: first.stride, secondOffset: count > 1 ? second.dmabufOffset : 0,
                thirdOffset: count > 2 ? third.dmabufOffset : 0)
        } else {
            // Planes of their own are imported from their begin; a driver's data offset is not to be relied on.
            guard second.dmabufOffset == 0, third.dmabufOffset == 0 else { return nil }
            self.init(stride: first.stride, memoryPlanes: count)
        }
    }
}

/// How raw pictures get into an encoder.
package struct RawInput: Sendable, Equatable {
    /// Read where they are, or copied into the driver's buffers.
    package var memory: V4L2Memory
    /// Bytes from row to row that the driver is asked for.
    package var stride: Int
    /// Colours as the frames have them.
    package var matrix: ColourMatrix
    package var isFullRange: Bool

    package init(memory: V4L2Memory, stride: Int, matrix: ColourMatrix, isFullRange: Bool) {
        self.memory = memory
        self.stride = stride
        self.matrix = matrix
        self.isFullRange = isFullRange
    }

    var colorimetry: V4L2Colorimetry {
        V4L2Colorimetry(matrix: matrix == .bt601 ? .bt601 : .bt709, isFullRange: isFullRange)
    }
}

/// Decides when an encoder's input is to be set up in another way. Pure.
///
/// A change costs a key frame, so that a source which comes and goes must not change it each time: pictures that cannot
/// be imported are copied at once, and imports begin again after `patience` importable pictures in a row.
package struct RawInputPolicy: Sendable {
    package static let patience = 30
    private let allowsImport: Bool
    private var importableInARow = 0
    /// Layouts that the driver did not agree to.
    private var refused: [RawLayout] = []

    package init(allowsImport: Bool) { self.allowsImport = allowsImport }

    /// Notes that the driver does not read pictures of this layout where they are.
    package mutating func refuse(_ layout: RawLayout) {
        if refused.count < 8, !refused.contains(layout) { refused.append(layout) }
    }

    /// How the input shall be for a picture, given how it is; equal to `current` when nothing is to be changed.
    ///
    /// - Parameters:
    ///   - layout: the picture's; nil when it is not in a DMABUF.
    ///   - spare: pictures that its producer can do without.
    ///   - needed: pictures that the encoder keeps.
    ///   - isFirst: nothing has been encoded yet, so that a change costs nothing.
    package mutating func input(
        for layout: RawLayout?, matrix: ColourMatrix, isFullRange: Bool, spare: Int, needed: Int, isFirst: Bool,
        width: Int, current: RawInput
    ) -> RawInput {
        var wanted = current
        wanted.matrix = matrix
        wanted.isFullRange = isFullRange
        let importable = layout.map { allowsImport && spare >= needed && !refused.contains($0) } ?? false
        importableInARow = importable ? importableInARow + 1 : 0
        guard importable, let layout else {
            wanted.memory = .mapped
            if current.memory == .imported { wanted.stride = width }
            return wanted
        }
        if current.memory == .imported || isFirst || importableInARow > Self.patience {
            wanted.memory = .imported
            wanted.stride = layout.stride
        }
        return wanted
    }
}
