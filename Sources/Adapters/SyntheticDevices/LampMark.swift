/// The lamp in the synthetic camera's picture, which is on while the synthetic microphone beeps.
package enum LampMark {
    /// Where the lamp is in a picture of this size.
    static func area(width: Int, height: Int) -> SyntheticScene.Area {
        let wallTop = FrameCounterMark.stripHeight(ofPictureHeight: height) + height / 9
        return SyntheticScene.Area(
            left: width / 20, top: wallTop + height / 20, width: width / 8, height: height / 8)
    }

    /// Whether the lamp is on in a picture that was perhaps encoded and scaled. Real-time safe.
    ///
    /// - Parameters:
    ///   - luma: the picture's first sample within a larger image, if need be.
    ///   - stride: bytes from row to row.
    ///   - pixelStride: bytes from pixel to pixel: 1 for a luma plane, 4 for one channel of RGB.
    package static func isOn(
        luma: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int, pixelStride: Int = 1
    ) -> Bool {
        guard width >= 96, height >= 90, pixelStride > 0, stride >= width * pixelStride else { return false }
        let area = area(width: width, height: height)
        var sum = 0
        var count = 0
        // The middle half both ways, away from blurred edges.
        for row in (area.top + area.height / 4)..<(area.top + area.height * 3 / 4) {
            for column in (area.left + area.width / 4)..<(area.left + area.width * 3 / 4) {
                sum += Int(luma[row * stride + column * pixelStride])
                count += 1
            }
        }
        return count > 0 && sum / count > 150
    }
}
