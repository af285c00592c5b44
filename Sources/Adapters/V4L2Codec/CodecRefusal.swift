import LinuxSystem
import MediaTypes

/// What a codec cannot do, found while it is set up.
struct CodecRefusal: Error {
    let detail: String

    init(_ detail: String) { self.detail = detail }

    /// Tells any error of a codec as one of its device.
    static func failure(_ device: String, _ error: any Error) -> DeviceError {
        switch error {
        case let error as DeviceError:
            return error
        case let error as CodecRefusal:
            return DeviceError(.unsupported, device: device, detail: error.detail)
        case let error as SystemError:
            // A call that fails although the driver announced what was asked for is a failure, whatever its errno.
            let kind = DeviceError.kind(ofErrno: error.errno)
            return DeviceError(kind == .unsupported ? .failed : kind, device: device, detail: error.description)
        default:
            return DeviceError(.failed, device: device, detail: "\(error)")
        }
    }
}
