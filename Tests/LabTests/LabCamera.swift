import LinuxSystem
import MediaTypes
import PeerSupport
import Testing
import V4L2Capture

/// vivid's first camera, as tests open it.
enum LabCamera {
    static let name = "vivid-000-vid-cap"

    static func open(_ request: CaptureRequest) throws(DeviceError) -> V4L2Camera {
        guard let node = Lab.videoNodes(named: name).first else {
            throw DeviceError(.gone, device: name, detail: "no such node")
        }
        return try V4L2Camera.open(node: node, name: name, request: request)
    }

    /// The next frame, or a failed requirement.
    static func frame(_ camera: V4L2Camera, _ wake: BorrowedDescriptor) throws -> FrameHandle {
        for _ in 0..<10 {
            switch try camera.nextFrame(wake: wake, timeout: 1_000_000_000) {
            case .frame(let frame): return frame
            case .damaged: continue
            case .woken: continue
            case .timedOut: throw ChildProcess.Failure("no frame within a second")
            }
        }
        throw ChildProcess.Failure("no good frame among ten")
    }

    /// Runs `body` with a control set, and puts it back to its default.
    static func with(_ camera: V4L2Camera, _ control: String, _ value: Int, _ body: () throws -> Void) throws {
        let usual = try #require(camera.controls().first { $0.identifier == control }).defaultValue
        try camera.setControl(control, to: value)
        defer { try? camera.setControl(control, to: usual) }
        try body()
    }

    /// How many different values of luma a line near the bottom has: colour bars have several, a black picture one.
    static func levels(of frame: VideoFrame) -> Int {
        let step = frame.format.pixelFormat == .yuyv ? 2 : 1
        let bytes = frame.planes.0.bytes
        let line = frame.planes.0.stride * (frame.format.height * 7 / 8)
        var seen = Set<UInt8>()
        // Away from the edges, where the picture has borders.
        for column in stride(from: 16, to: frame.format.width - 16, by: 8) { seen.insert(bytes[line + column * step]) }
        return seen.count
    }

    /// How many descriptors this process has open.
    static var openDescriptors: Int { entries(of: "/proc/self/fd").count }
}

extension CaptureRequest {
    /// 720p30 as NV12 unless told otherwise.
    static func lab(_ format: PixelFormat = .nv12, _ width: Int = 1280, _ height: Int = 720) -> CaptureRequest {
        CaptureRequest(formats: [format], width: width, height: height, frameRate: FrameRate(30))
    }
}

extension Lab {
    /// Runs `body` with a driver's module parameter set, and sets it to what it was.
    static func with(
        _ module: String, _ parameter: String, _ value: String, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Void
    ) async throws {
        let path = "/sys/module/\(module)/parameters/\(parameter)"
        // Faults count down to 0 by themselves, flags read as Y and N.
        let usual = parameter.hasPrefix("fault_") ? "0" : try readText(path).trimmed
        try set(module, parameter, value)
        defer { try? set(module, parameter, usual) }
        try await body()
    }
}
