import Glibc
import LinuxSystem
import MediaTypes
import RealtimeSupport
import V4L2Device

/// An open capture node with its negotiated format and its buffers; all is given back when it ends.
final class CaptureSession {
    let node: V4L2Node
    var queue: V4L2Queue
    let format: VideoFormat
    let frameRate: FrameRate
    let colours: PictureColours
    let pool: FramePool
    /// Rung when a frame comes back while the driver has few buffers.
    let doorbell: Doorbell
    /// Whether frames can be imported by other devices.
    let exportsDMABUF: Bool

    init(opening path: String, name: String, request: CaptureRequest) throws(DeviceError) {
        do {
            let node = try V4L2Node(opening: path)
            guard node.capabilities.isCapture else {
                throw DeviceError(.unsupported, device: name, detail: "\(path) is no streaming capture device")
            }
            let request = try Self.selectInput(node, request)
            let (mode, format) = try Self.setFormat(node, name, request)
            let wantedRate = mode.frameRate ?? request.frameRate
            frameRate = Self.setFrameRate(node, wantedRate)
            self.format = VideoFormat(mode.format, width: format.width, height: format.height)
            guard let planes = format.picturePlanes else {
                throw DeviceError(
                    .unsupported, device: name, detail: "VIDIOC_S_FMT gave a \(format.fourCC) that holds no picture")
            }
            var queue = V4L2Queue(node, .capture)
            let count = min(max(request.bufferCount, 3), 32)
            try queue.requestBuffers(count, memory: .mapped, planeCount: format.planes.count)
            let buffers = try queue.mapBuffers(exporting: true)
            let isFullRange = format.colorimetry.isFullRange || mode.format == .mjpeg
            let matrix: ColourMatrix =
                switch format.colorimetry.matrix {
                case .bt601: .bt601
                case .bt709: .bt709
                case .other: .unspecified
                }
            var slots: [VideoFrame] = []
            for buffer in buffers.buffers {
                let slot = CaptureLayout.frame(
                    self.format, planes, in: buffer, isFullRange: isFullRange, matrix: matrix)
                guard let slot else {
                    throw DeviceError(.failed, device: name, detail: "a buffer is smaller than its format")
                }
                slots.append(slot)
            }
            // JFIF: BT.601 matrix, full range.
            colours = mode.format == .mjpeg ? .init(.bt601, isFullRange: true) : .init(matrix, isFullRange: isFullRange)
            guard slots.count >= 2 else {
                throw DeviceError(.failed, device: name, detail: "VIDIOC_REQBUFS gave \(slots.count) buffers")
            }
            exportsDMABUF = slots.allSatisfy { $0.planes.0.dmabuf != nil }
            doorbell = try Doorbell()
            pool = FramePool(slots, doorbell: doorbell, owner: buffers)
            self.node = node
            self.queue = queue
        } catch let error as SystemError {
            throw Self.failure(name, error)
        } catch let error as DeviceError {
            throw error
        } catch {
            throw DeviceError(.failed, device: name, detail: "\(error)")
        }
    }

    /// A call that fails although the device announced what was asked for is a failure, whatever its errno says; to
    /// close and open again may help.
    static func failure(_ name: String, _ error: SystemError) -> DeviceError {
        let kind = DeviceError.kind(ofErrno: error.errno)
        return DeviceError(kind == .unsupported ? .failed : kind, device: name, detail: error.description)
    }

    /// Switches to the wanted input, and takes the size of the signal there when it has one of its own.
    private static func selectInput(
        _ node: borrowing V4L2Node, _ request: CaptureRequest
    ) throws(SystemError) -> CaptureRequest {
        var request = request
        let inputs = node.inputs()
        guard !inputs.isEmpty else { return request }
        let current = node.currentInput()
        let wanted: V4L2Input?
        if let name = request.input {
            wanted = inputs.first { $0.name == name }
            if wanted == nil { throw SystemError(operation: "VIDIOC_ENUMINPUT(\(name))", errno: ENODEV) }
        } else {
            wanted = inputs.first { $0.isCamera && !$0.hasDigitalTimings } ?? inputs.first { $0.index == current }
        }
        if let wanted {
            if wanted.index != current { try node.selectInput(wanted.index) }
            if wanted.hasDigitalTimings {
                (request.width, request.height) = try node.adoptSignal()
                node.subscribeToSourceChanges()
            }
        }
        return request
    }

    private static func setFormat(
        _ node: borrowing V4L2Node, _ name: String, _ request: CaptureRequest
    ) throws -> (CaptureMode, V4L2Format) {
        let offered = node.formats(.capture)
        var candidates: [(mode: CaptureMode, fourCC: FourCC)] = []
        for format in request.formats {
            guard let fourCC = format.fourCCs.first(where: { offered.contains($0) }) else { continue }
            let size = CaptureNegotiation.size(
                wanted: (request.width, request.height), offered: node.frameSizes(fourCC))
            let intervals = node.frameIntervals(fourCC, width: size.width, height: size.height)
            let rate = CaptureNegotiation.rate(wanted: request.frameRate, offered: intervals)
            candidates.append(
                (CaptureMode(format: format, width: size.width, height: size.height, frameRate: rate), fourCC))
        }
        guard let mode = CaptureNegotiation.best(of: candidates.map(\.mode), wanted: request),
            let fourCC = candidates.first(where: { $0.mode == mode })?.fourCC
        else {
            throw DeviceError(
                .unsupported, device: name,
                detail: "offers \(offered.map(\.description).joined(separator: ", ")), and none of "
                    + request.formats.map(\.rawValue).joined(separator: ", "))
        }
        let format = try node.setFormat(V4L2Format(fourCC, width: mode.width, height: mode.height), .capture)
        guard format.fourCC == fourCC else {
            throw DeviceError(
                .unsupported, device: name, detail: "VIDIOC_S_FMT made \(format.fourCC) of \(fourCC)")
        }
        return (mode, format)
    }

    private static func setFrameRate(_ node: borrowing V4L2Node, _ wanted: FrameRate) -> FrameRate {
        // Not every driver can set a rate; what it then does is measured by the pipeline anyway.
        let set = try? node.setFrameRate(numerator: wanted.numerator, denominator: wanted.denominator, .capture)
        if let set, set.numerator > 0, set.denominator > 0 { return FrameRate(set.numerator, set.denominator) }
        return wanted
    }
}
