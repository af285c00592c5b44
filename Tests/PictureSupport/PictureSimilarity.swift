package import MediaTypes

/// How alike two pictures are: structural similarity of their luma, 1 for identical.
///
/// Windows of 8 × 8 samples at every fourth sample both ways, all weighted alike, as x264 and ffmpeg count it
/// (Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity",
/// 2004).
package func structuralSimilarity(_ left: VideoFrame, _ right: VideoFrame) -> Double {
    guard left.format.width == right.format.width, left.format.height == right.format.height,
        let first = left.planes.0.base?.assumingMemoryBound(to: UInt8.self),
        let second = right.planes.0.base?.assumingMemoryBound(to: UInt8.self)
    else { return 0 }
    return structuralSimilarity(
        first, left.planes.0.stride, second, right.planes.0.stride, width: left.format.width,
        height: left.format.height)
}

/// The same for two planes of luma, each with its bytes from row to row.
func structuralSimilarity(
    _ first: UnsafePointer<UInt8>, _ firstStride: Int, _ second: UnsafePointer<UInt8>, _ secondStride: Int,
    width: Int, height: Int
) -> Double {
    let columns = width / 4
    let rows = height / 4
    guard columns > 1, rows > 1 else { return 0 }
    var above = [SIMD4<Int32>](repeating: .zero, count: columns)
    var below = above
    var total = 0.0
    for row in 0..<rows {
        swap(&above, &below)
        for column in 0..<columns {
            below[column] = blockSums(
                first + row * 4 * firstStride + column * 4, firstStride,
                second + row * 4 * secondStride + column * 4, secondStride)
        }
        guard row > 0 else { continue }
        for column in 1..<columns {
            total += similarity(above[column - 1] &+ above[column] &+ below[column - 1] &+ below[column])
        }
    }
    return total / Double((columns - 1) * (rows - 1))
}

/// Sums over a block of 4 × 4: of the first, of the second, of both squared, and of their product.
private func blockSums(
    _ first: UnsafePointer<UInt8>, _ firstStride: Int, _ second: UnsafePointer<UInt8>, _ secondStride: Int
) -> SIMD4<Int32> {
    var firstSum: Int32 = 0
    var secondSum: Int32 = 0
    var squares: Int32 = 0
    var products: Int32 = 0
    var row = 0
    while row < 4 {
        let left = first + row * firstStride
        let right = second + row * secondStride
        var column = 0
        while column < 4 {
            let one = Int32(left[column])
            let other = Int32(right[column])
            firstSum &+= one
            secondSum &+= other
            squares &+= one &* one &+ other &* other
            products &+= one &* other
            column &+= 1
        }
        row &+= 1
    }
    return SIMD4(firstSum, secondSum, squares, products)
}

private func similarity(_ sums: SIMD4<Int32>) -> Double {
    let firstConstant = 416.0  // (0.01 × 255)² × 64
    let secondConstant = 235_963.0  // (0.03 × 255)² × 64 × 63
    let first = Double(sums.x)
    let second = Double(sums.y)
    let variances = Double(sums.z) * 64 - first * first - second * second
    let covariance = Double(sums.w) * 64 - first * second
    return (2 * first * second + firstConstant) * (2 * covariance + secondConstant)
        / ((first * first + second * second + firstConstant) * (variances + secondConstant))
}
