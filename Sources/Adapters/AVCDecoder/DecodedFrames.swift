internal import CAVCodec
import MediaTypes

/// The pictures that a decoder has lent out: one libavcodec frame for each slot of the pool.
///
/// The pool keeps this object alive, so that pictures outlive the decoder that made them.
final class DecodedFrames: @unchecked Sendable {
    // @unchecked: a frame is touched by the decode thread only while its slot is not lent, and freed when none is.
    private let library: AVCLibrary
    private let frames: [AVCLibrary.Frame]

    /// Nil when there is no memory.
    init?(count: Int, library: AVCLibrary) {
        self.library = library
        var allocated: [AVCLibrary.Frame] = []
        for _ in 0..<count {
            guard let frame = library.allocateFrame() else {
                for frame in allocated { Self.free(frame, library) }
                return nil
            }
            allocated.append(frame)
        }
        frames = allocated
    }

    deinit { for frame in frames { Self.free(frame, library) } }

    private static func free(_ frame: AVCLibrary.Frame, _ library: AVCLibrary) {
        var frame: AVCLibrary.Frame? = frame
        library.freeFrame(&frame)
    }

    var count: Int { frames.count }

    // MARK: - Real-time

    /// The frame of a slot; nil for an index outside the pool.
    func frame(_ index: Int) -> AVCLibrary.Frame? { frames.indices.contains(index) ? frames[index] : nil }

    /// Gives the picture's memory back to libavcodec.
    func clear(_ index: Int) { library.unreferenceFrame(frame(index)) }
}

extension VideoFrame {
    /// A view of a frame of libavcodec; nil for anything but 8-bit 4:2:0.
    init?(_ frame: borrowing AVFrame) {
        let isFullRange: Bool
        switch AVPixelFormat(frame.format) {
        case AV_PIX_FMT_YUV420P: isFullRange = frame.color_range == AVCOL_RANGE_JPEG
        case AV_PIX_FMT_YUVJ420P: isFullRange = true
        default: return nil
        }
        let matrix: ColourMatrix =
            switch frame.colorspace {
            case AVCOL_SPC_BT709: .bt709
            case AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT470BG: .bt601
            default: .unspecified
            }
        let width = Int(frame.width)
        let height = Int(frame.height)
        func plane(_ base: UnsafeMutablePointer<UInt8>?, _ stride: Int32, rows: Int) -> FramePlane {
            FramePlane(base: base, stride: Int(stride), byteCount: Int(stride) * rows)
        }
        guard width > 0, height > 0, frame.linesize.0 >= frame.width, frame.data.0 != nil, frame.data.1 != nil,
            frame.data.2 != nil
        else { return nil }
        self.init(
            format: VideoFormat(.i420, width: width, height: height),
            planes: (
                plane(frame.data.0, frame.linesize.0, rows: height),
                plane(frame.data.1, frame.linesize.1, rows: (height + 1) / 2),
                plane(frame.data.2, frame.linesize.2, rows: (height + 1) / 2)
            ),
            isFullRange: isFullRange, matrix: matrix)
    }
}
