import PeerSupport
import PictureSupport
import Testing

/// What a screen of the lab shows, read back from the display driver by ffmpeg.
struct ScreenGrab: Sendable {
    /// In pixels.
    let width: Int
    let height: Int
    /// Rows from the top, four bytes a pixel: blue, green, red, unused.
    let pixels: [UInt8]

    /// Takes the picture of the card's first plane that is in use; it must be linear and of 32 bits a pixel.
    init(card: String) async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/screen"
        let out = try await Lab.shell(
            """
            ffmpeg -v info -nostdin -y -device \(card) -f kmsgrab -framerate 60 -i - -frames:v 1 \
                -vf hwdownload,format=bgr0 -f rawvideo \(path)
            """)
        // "Stream #0:0: Video: rawvideo (BGR0 / 0x30524742), bgr0, 1280x720, …" of the output
        let sizes = out.matches(of: /bgr0[^\n]*? (\d+)x(\d+)/)
        let size = try #require(sizes.last, "no picture size in:\n\(out)")
        width = try #require(Int(size.1))
        height = try #require(Int(size.2))
        pixels = try readBytes(path)
        try #require(pixels.count == width * height * 4)
    }

    /// Red, green and blue at a place.
    func colour(x: Int, y: Int) -> (red: Int, green: Int, blue: Int) {
        let at = (y * width + x) * 4
        return (Int(pixels[at + 2]), Int(pixels[at + 1]), Int(pixels[at]))
    }

    /// Its luminance, to be compared with another picture's.
    var luma: LumaPicture {
        LumaPicture(bgrx: pixels, width: width, height: height)
    }
}
