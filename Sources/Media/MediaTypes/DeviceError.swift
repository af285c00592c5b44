package import LinuxSystem

/// What went wrong with a device, told so that an admin can act on it.
package struct DeviceError: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// No such device now (ENODEV, ENXIO, ENOENT): wait for the kernel to announce it.
        case gone
        /// Another program holds it (EBUSY, EACCES on DRM master).
        case busy
        /// This process may not open it (EACCES, EPERM).
        case forbidden
        /// The device cannot do what the board file asks for.
        case unsupported
        /// The device failed (EIO, a call that should have worked): close and open again.
        case failed
        /// Nothing came out for too long.
        case stalled
    }

    package let kind: Kind
    /// The device as people know it, such as "camera vivid-000-vid-cap".
    package let device: String
    /// What was tried and what the system said, such as "VIDIOC_DQBUF: No such device (errno 19)".
    package let detail: String

    package init(_ kind: Kind, device: String, detail: String) {
        self.kind = kind
        self.device = device
        self.detail = detail
    }

    /// Sorts a system error into its kind by its errno.
    package init(device: String, _ error: SystemError) {
        self.init(Self.kind(ofErrno: error.errno), device: device, detail: error.description)
    }

    package static func kind(ofErrno errno: Int32) -> Kind {
        switch errno {
        case 2, 6, 19: .gone  // ENOENT, ENXIO, ENODEV
        case 16: .busy  // EBUSY
        case 1, 13: .forbidden  // EPERM, EACCES
        case 22, 25, 95: .unsupported  // EINVAL, ENOTTY, EOPNOTSUPP
        default: .failed
        }
    }

    package var description: String { "\(device): \(detail)" }
}
