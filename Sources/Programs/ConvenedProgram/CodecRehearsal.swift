import AVCDecoder
import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import X264Encoder

/// The processor's video codecs with a few grey pictures, before the first call: what they read from the disk, often a
/// memory card, is then in the page cache.
///
/// Their memory is freed again. What stays is libavcodec's library: half a megabyte of an idle room with the decoder alone
/// (`.ci/avcodec`).
struct CodecRehearsal: Sendable {
    /// As many as x264 needs until it has touched all its memory.
    private static let pictures = 4

    /// High, level 3.1, as two rooms agree on.
    private static let high: UInt32 = 0x64001F

    /// What a second call takes at most beside what the first has left.
    private static let callMemory = 32 << 20

    /// nil when the board has no x264.
    let encoder: X264Options?
    /// Whether the board decodes by libavcodec.
    let decodes: Bool
    let size: (width: Int, height: Int)
    let frameRate: FrameRate
    let bitrate: BitsPerSecond

    /// Takes as long as the pictures' coding. Whatever fails here fails again, and is told, in a call.
    func run() {
        tryCodecs()
        touchKeptMemory(byteCount: Self.callMemory)
    }

    private func tryCodecs() {
        guard let encoder else { return }
        let format = VideoFormat(.nv12, width: size.width, height: size.height)
        let configuration = VideoEncoderConfiguration(
            format: format, frameRate: frameRate, bitrate: bitrate, profileLevelID: Self.high)
        guard let x264 = try? X264Encoder(configuration, options: encoder) else { return }
        let picture = PictureMemory.pool(format, count: 1).lend(0)
        let decoder = decodes ? try? AVCDecoder() : nil
        for number in 0..<Self.pictures {
            guard (try? x264.submit(picture, forceKeyFrame: number == 0)) == .accepted else { return }
            _ = try? x264.takeOutput { accessUnit in
                _ = try? decoder?.decode(accessUnit.bytes, captureTime: .zero, isKeyFrame: accessUnit.isKeyFrame)
            }
        }
    }
}
