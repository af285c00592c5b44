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
