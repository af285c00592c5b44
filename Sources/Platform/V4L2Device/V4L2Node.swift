import CV4L2
import Glibc
package import LinuxSystem

/// The two ways in which a node moves data; in V4L2's words, seen from the program: CAPTURE comes out of the device.
package enum V4L2Direction: Sendable {
    /// Out of the device: a camera's pictures, an encoder's coded queue, a decoder's raw queue.
    case capture
    /// Into the device: an encoder's raw queue, a decoder's coded queue.
    case output
}

/// An open video node (/dev/videoN), without blocking calls; closed when its owner ends.
package struct V4L2Node: ~Copyable, Sendable {
    private let descriptor: FileDescriptor
    package let path: String
    package let capabilities: V4L2Capabilities

    /// Opens the node and asks what it is.
    package init(opening path: String) throws(SystemError) {
        let opened = try FileDescriptor.open(path, flags: O_RDWR | O_NONBLOCK)
        var raw = v4l2_capability()
        try opened.borrowed.ioctl(cv4l2_querycap, named: "VIDIOC_QUERYCAP", &raw)
        descriptor = opened
        self.path = path
        capabilities = V4L2Capabilities(raw)
    }

    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// The buffer type of one direction, in the API that the node speaks.
    func bufferType(_ direction: V4L2Direction) -> UInt32 {
        switch (direction, capabilities.isMultiplanar) {
        case (.capture, false): V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
        case (.capture, true): V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE.rawValue
        case (.output, false): V4L2_BUF_TYPE_VIDEO_OUTPUT.rawValue
        case (.output, true): V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE.rawValue
        }
    }
}
