internal import CX264
package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// H.264 by x264 on the processor, for boards without an encoder and for those whose encoder has failed.
///
/// A picture that is submitted is encoded before `submit` returns; nothing is kept back (no B frames, no look-ahead).
/// x264 reads the planes where they are. All of SPS and PPS comes with each IDR picture.
package final class X264Encoder: VideoEncoder {
    static let deviceName = "encoder x264"

    package let capabilities: VideoCodecCapabilities
    package private(set) var configuration: VideoEncoderConfiguration
    private let options: X264Options
    private var session: X264Session
    private var output: Output?

    private struct Output {
        var bytes: UnsafeRawBufferPointer
        var captureTime: MonotonicTime
        var submitTime: MonotonicTime
        var isKeyFrame: Bool
    }

    /// Opens the encoder for NV12 or I420 pictures of even size.
    ///
    /// The level written is the lowest that size and rate need; to stay within the other side's level, choose a size
    /// and a rate that fit it.
    package init(_ configuration: VideoEncoderConfiguration, options: X264Options = .init()) throws(DeviceError) {
        let format = configuration.format
        guard format.pixelFormat == .nv12 || format.pixelFormat == .i420 else {
            throw DeviceError(
                .unsupported, device: Self.deviceName,
                detail: "takes NV12 and I420, not \(format.pixelFormat.rawValue)")
        }
        guard (16...16384).contains(format.width), (16...16384).contains(format.height), format.width % 2 == 0,
            format.height % 2 == 0
        else {
            throw DeviceError(
                .unsupported, device: Self.deviceName,
                detail: "takes even sizes from 16 to 16384, not \(format.width)x\(format.height)")
        }
        self.configuration = configuration
        self.options = options
        session = try X264Session(configuration, options: options)
        capabilities = VideoCodecCapabilities(
            name: "x264", isHardware: false, forcesKeyFrames: true, changesBitrateLive: true, importsDMABUF: false,
            inputFormats: [.nv12, .i420], copiesPerFrame: 0,
            notes: [
                "build": "\(CONVENE_X264_BUILD)", "preset": options.preset, "threads": "\(max(options.threads, 1))",
                "copies": "x264 keeps one copy of the picture of its own",
            ])
    }

    package var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? { nil }

    package var pending: (count: Int, since: MonotonicTime) {
        if let output { (1, output.submitTime) } else { (0, .zero) }
    }

    package func lendBeginning(to body: @escaping (EncodedAccessUnit) -> Void) { session.lendBeginning(to: body) }

    package func setBitrate(_ bitrate: BitsPerSecond) throws(DeviceError) -> Bool {
        if bitrate == configuration.bitrate { return true }
        guard bitrate.value >= 8000, session.setBitrate(bitrate, burst: options.burst) else { return false }
        configuration.bitrate = bitrate
        return true
    }

    // MARK: - Real-time

    package func submit(
        _ frame: borrowing FrameHandle, forceKeyFrame: Bool
    ) throws(DeviceError) -> SubmitResult {
        if output != nil { return .full }
        let submitTime = MonotonicTime.now
        let picture = frame.value
        guard picture.format == configuration.format, picture.hasMemory else { throw refusal(of: picture) }
        if picture.colours.resolved(height: picture.format.height) != session.colours {
            // The colours stand in the sequence parameter set: a new stream with its own key frame.
            configuration.colours = picture.colours
            session = try X264Session(configuration, options: options)
        }
        guard let encoded = session.encode(frame, forceKeyFrame: forceKeyFrame, at: submitTime) else {
            throw DeviceError(.failed, device: Self.deviceName, detail: "x264_encoder_encode: \(session.lastMessage)")
        }
        guard !encoded.bytes.isEmpty else { return .accepted }
        output = Output(
            bytes: encoded.bytes, captureTime: picture.captureTime, submitTime: submitTime,
            isKeyFrame: encoded.isKeyFrame)
        return .accepted
    }

    package func takeOutput(_ body: (EncodedAccessUnit) -> Void) throws(DeviceError) -> Bool {
        guard let ready = output else { return false }
        output = nil
        body(
            EncodedAccessUnit(
                bytes: ready.bytes, captureTime: ready.captureTime, submitTime: ready.submitTime,
                isKeyFrame: ready.isKeyFrame))
        return true
    }

    private func refusal(of picture: VideoFrame) -> DeviceError {
        let got = picture.format
        let wanted = configuration.format
        if got == wanted {
            return DeviceError(.unsupported, device: Self.deviceName, detail: "the picture is not in memory")
        }
        return DeviceError(
            .unsupported, device: Self.deviceName,
            detail: "opened for \(wanted.pixelFormat.rawValue) \(wanted.width)x\(wanted.height), "
                + "got \(got.pixelFormat.rawValue) \(got.width)x\(got.height)")
    }
}

extension VideoFrame {
    /// Whether all planes of the pixel format can be read by the processor.
    fileprivate var hasMemory: Bool {
        switch format.pixelFormat.planeCount {
        case 1: planes.0.base != nil
        case 2: planes.0.base != nil && planes.1.base != nil
        default: planes.0.base != nil && planes.1.base != nil && planes.2.base != nil
        }
    }
}
