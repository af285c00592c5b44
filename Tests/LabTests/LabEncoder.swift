import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing
import V4L2Capture
import V4L2Codec

/// vh264enc between a source of frames and a recording, as tests drive it: one thread, one picture at a time.
final class LabEncoder {
    static let name = "vh264enc"

    /// One access unit that came out.
    struct Unit {
        var bytes: [UInt8]
        var isKeyFrame: Bool
        var captureTime: MonotonicTime
        var latency: Int64
    }

    let encoder: V4L2Encoder
    private(set) var units: [Unit] = []
    private(set) var submitted: [MonotonicTime] = []
    private var waits = PollSet(count: 1)

    init(
        _ configuration: VideoEncoderConfiguration, options: V4L2EncoderOptions = .init(),
        name: String = LabEncoder.name
    ) throws {
        guard let node = Lab.videoNodes(named: name).first else {
            throw DeviceError(.gone, device: name, detail: "no such node")
        }
        encoder = try V4L2Encoder.open(node: node, name: name, configuration: configuration, options: options)
    }

    /// The whole stream, as a file would hold it.
    var stream: [UInt8] { units.flatMap(\.bytes) }

    /// Gives a picture in and takes what is ready within `patience` (by default as soon as it is); false when full.
    @discardableResult
    func encode(_ frame: borrowing FrameHandle, forceKeyFrame: Bool = false, patience: Int64 = 30_000_000) throws
        -> Bool
    {
        guard try encoder.submit(frame, forceKeyFrame: forceKeyFrame) == .accepted else { return false }
        submitted.append(frame.value.captureTime)
        try collect(patience: patience)
        return true
    }

    /// Waits for the next unit, at most `patience` nanoseconds, and takes all that are ready.
    func collect(patience: Int64) throws {
        if let output = encoder.outputDescriptor { waits.watch(0, output.descriptor, for: output.interest) }
        _ = try waits.wait(nanoseconds: patience)
        while try encoder.takeOutput({ note($0) }) {}
    }

    private func note(_ unit: EncodedAccessUnit) {
        units.append(
            Unit(
                bytes: Array(unit.bytes), isKeyFrame: unit.isKeyFrame, captureTime: unit.captureTime,
                latency: MonotonicTime.now - unit.submitTime))
    }

    /// Takes everything that is inside.
    func drain() throws {
        try encoder.drain()
        for _ in 0..<200 where !encoder.isDrained { try collect(patience: 50_000_000) }
        #expect(encoder.isDrained)
        #expect(encoder.pending.count == 0)
    }

    /// Encodes `count` pictures of a camera; `forced` are the numbers of those that shall be key frames.
    func record(
        _ camera: V4L2Camera, _ count: Int, forced: Set<Int> = [], patience: Int64 = 30_000_000
    ) throws {
        let wake = try EventFD()
        for number in 0..<count {
            let frame = try LabCamera.frame(camera, wake.borrowed)
            let accepted = try encode(frame, forceKeyFrame: forced.contains(number), patience: patience)
            #expect(accepted, "the encoder is full at picture \(number)")
        }
    }

    /// Requires that the stream is whole: it begins with an IDR behind its parameter sets, and ffmpeg decodes every
    /// picture without a complaint to colour bars.
    func requireGoodStream(
        _ width: Int = 1280, _ height: Int = 720, count: Int? = nil, isBars: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try #require(units.first?.isKeyFrame == true, sourceLocation: sourceLocation)
        for unit in units where unit.isKeyFrame {
            #expect(Self.types(unit.bytes).starts(with: [7, 8, 5]), sourceLocation: sourceLocation)
        }
        // Each picture comes with the time of one that went in, in that order; a restart may have lost some.
        var rest = submitted[...]
        for unit in units {
            let place = try #require(rest.firstIndex(of: unit.captureTime), sourceLocation: sourceLocation)
            rest = rest[(place + 1)...]
        }
        let decoded = try await Self.decode(stream)
        #expect(decoded.complaints == "", sourceLocation: sourceLocation)
        #expect(decoded.size == "\(width)x\(height)", sourceLocation: sourceLocation)
        #expect(decoded.pictures.count == count ?? units.count, sourceLocation: sourceLocation)
        guard isBars else { return }
        for picture in decoded.pictures {
            let line = picture.suffix(16 * 2).prefix(16)
            #expect(Set(line.map { $0 / 8 }).count > 4, "colour bars: \(Array(line))", sourceLocation: sourceLocation)
        }
    }

    /// The types of a unit's NAL units.
    static func types(_ bytes: [UInt8]) -> [UInt8] {
        var types: [UInt8] = []
        for index in bytes.indices.dropLast(3) where bytes[index] == 0 && bytes[index + 1] == 0 && bytes[index + 2] == 1
        {
            types.append(bytes[index + 3] & 0x1F)
        }
        return types
    }

    /// What ffmpeg makes of a stream: its complaints, the pictures' size, and each picture's luma at 16 x 9.
    static func decode(
        _ stream: [UInt8]
    ) async throws -> (complaints: String, size: String, pictures: [[UInt8]]) {
        let folder = try TemporaryFolder()
        try write(stream, to: "\(folder.path)/in.h264")
        let complaints = try await Lab.shell(
            """
            ffmpeg -nostdin -v warning -f h264 -i \(folder.path)/in.h264 -fps_mode passthrough -vf scale=16:9 \
                -pix_fmt gray -f rawvideo \(folder.path)/out.gray
            """)
        let size = try await Lab.shell(
            "ffprobe -v error -f h264 -show_entries stream=width,height -of csv=p=0:s=x \(folder.path)/in.h264")
        let bytes = try readBytes("\(folder.path)/out.gray")
        let pictures = stride(from: 0, to: bytes.count, by: 16 * 9).map {
            Array(bytes[$0..<min($0 + 16 * 9, bytes.count)])
        }
        return (complaints, size.trimmed, pictures)
    }
}

extension VideoEncoderConfiguration {
    /// 720p30 at 1.5 Mbit/s as NV12 unless told otherwise.
    static func lab(
        _ width: Int = 1280, _ height: Int = 720, bitrate: Int = 1_500_000, format: PixelFormat = .nv12
    ) -> VideoEncoderConfiguration {
        VideoEncoderConfiguration(
            format: VideoFormat(format, width: width, height: height), frameRate: FrameRate(30),
            bitrate: BitsPerSecond(bitrate), profileLevelID: 0x42E028)
    }
}

/// Vertical bars in plain memory, as a program makes them: no DMABUF.
final class LabPictures {
    private let memory: UnsafeMutableRawBufferPointer
    private let pool: FramePool
    private let format: VideoFormat
    private var time = MonotonicTime.now

    init(_ width: Int = 1280, _ height: Int = 720, stride: Int? = nil) {
        let stride = stride ?? width
        format = VideoFormat(.nv12, width: width, height: height)
        let size = stride * height * 3 / 2
        memory = .allocate(byteCount: size, alignment: 64)
        for row in 0..<height * 3 / 2 {
            for column in 0..<stride {
                memory[row * stride + column] = row < height ? UInt8(16 + min(column, width - 1) * 8 / width * 30) : 128
            }
        }
        let luma = FramePlane(base: memory.baseAddress, stride: stride, byteCount: stride * height)
        let chroma = FramePlane(
            base: memory.baseAddress.map { $0 + stride * height }, stride: stride, byteCount: stride * height / 2)
        pool = FramePool(Array(repeating: VideoFrame(format: format, planes: (luma, chroma, .none)), count: 8))
    }

    deinit { memory.deallocate() }

    /// The next picture, made now.
    func next() throws -> FrameHandle {
        let index = try #require(pool.takeReturned())
        time = max(time.advanced(byNanoseconds: 1000), .now)
        let captured = time
        pool.update(index) {
            $0.captureTime = captured
            $0.readyTime = captured
        }
        return pool.lend(index)
    }
}
