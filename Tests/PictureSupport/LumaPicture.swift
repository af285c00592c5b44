/// A picture's luminance alone, to be compared with another's.
package struct LumaPicture: Sendable, Equatable {
    /// In pixels.
    package let width: Int
    package let height: Int
    /// Rows from the top without padding, full range.
    package let samples: [UInt8]

    /// `samples` must hold `width` × `height` values.
    package init(samples: [UInt8], width: Int, height: Int) {
        precondition(samples.count == width * height, "\(samples.count) samples for \(width)×\(height)")
        (self.samples, self.width, self.height) = (samples, width, height)
    }

    /// From rows of four bytes a pixel: blue, green, red, unused.
    package init(bgrx: [UInt8], width: Int, height: Int) {
        self.init(
            samples: (0..<width * height).map { pixel in
                let (blue, green, red) = (Int(bgrx[pixel * 4]), Int(bgrx[pixel * 4 + 1]), Int(bgrx[pixel * 4 + 2]))
                // ITU-R BT.601 weights in 1/256.
                return UInt8((77 * red + 150 * green + 29 * blue + 128) >> 8)
            }, width: width, height: height)
    }

    /// A part of it.
    package func cropped(x: Int, y: Int, width: Int, height: Int) -> LumaPicture {
        let rows = (y..<y + height).flatMap { row in
            samples[(row * self.width + x)..<(row * self.width + x + width)]
        }
        return LumaPicture(samples: rows, width: width, height: height)
    }

    /// The same picture at another size, each sample the mean of those it covers.
    package func scaled(width newWidth: Int, height newHeight: Int) -> LumaPicture {
        var result: [UInt8] = []
        result.reserveCapacity(newWidth * newHeight)
        for row in 0..<newHeight {
            let top = row * height / newHeight
            let bottom = max(top + 1, (row + 1) * height / newHeight)
            for column in 0..<newWidth {
                let left = column * width / newWidth
                let right = max(left + 1, (column + 1) * width / newWidth)
                var sum = 0
                for y in top..<bottom {
                    for x in left..<right { sum += Int(samples[y * width + x]) }
                }
                result.append(UInt8(sum / ((bottom - top) * (right - left))))
            }
        }
        return LumaPicture(samples: result, width: newWidth, height: newHeight)
    }

    /// The structural similarity with a picture of the same size: 1 the same, 0 nothing in common.
    package func similarity(to other: LumaPicture) -> Double {
        precondition(width == other.width && height == other.height, "the pictures differ in size")
        return samples.withUnsafeBufferPointer { mine in
            other.samples.withUnsafeBufferPointer { theirs in
                guard let first = mine.baseAddress, let second = theirs.baseAddress else { return 0 }
                return structuralSimilarity(first, width, second, width, width: width, height: height)
            }
        }
    }
}
