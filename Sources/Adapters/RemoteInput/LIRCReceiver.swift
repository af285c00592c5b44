import CInput
import Glibc
package import LinuxSystem

/// A scancode that a receiver has decoded, with the form it came in.
package struct LIRCScancode: Sendable, Equatable {
    /// The kernel's word, such as "nec"; nil for a form that has none.
    package let transmission: String?
    /// The form within the protocol, such as "necx".
    package let variant: String?
    package let scancode: UInt64
    /// The remote says that the key is still held.
    package let isRepeat: Bool
    package let time: MonotonicTime
}

/// An infrared receiver read as such (/dev/lirc…, Documentation/userspace-api/media/rc), for remotes whose keys nobody
/// knows yet. Confined to one thread; others may read the same receiver.
package final class LIRCReceiver {
    private let node: String
    private let descriptor: FileDescriptor

    /// Opens the node for scancodes (LIRC_MODE_SCANCODE), which also a receiver that tells of pulses decodes; fails when
    /// it only sends.
    package init(node: String) throws(SystemError) {
        descriptor = try FileDescriptor.open(node, flags: O_RDONLY | O_NONBLOCK)
        self.node = node
        var mode = cinput_lirc_mode_scancode
        try descriptor.borrowed.ioctl(cinput_lirc_set_receive_mode, named: "LIRC_SET_REC_MODE(\(node))", &mode)
    }

    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// The next scancode; nil when none waits.
    package func next() throws(SystemError) -> LIRCScancode? {
        var found = lirc_scancode()
        let raw = descriptor.borrowed.rawValue
        let size = MemoryLayout<lirc_scancode>.size
        while true {
            let count = read(raw, &found, size)
            let code = errno
            if count == size { break }
            if count < 0, code == EINTR { continue }
            if count < 0, code == EAGAIN { return nil }
            throw SystemError(operation: "read(\(node))", errno: count < 0 ? code : EIO)
        }
        let form = Self.forms[UInt32(found.rc_proto)]
        return LIRCScancode(
            transmission: form?.transmission, variant: form?.variant, scancode: found.scancode,
            isRepeat: found.flags & UInt16(LIRC_SCANCODE_FLAG_REPEAT) != 0,
            time: MonotonicTime(nanoseconds: Int64(clamping: found.timestamp)))
    }

    /// The words of sysfs and of keymaps for the kernel's numbers.
    private static let forms: [UInt32: (transmission: String, variant: String?)] = [
        RC_PROTO_RC5.rawValue: ("rc-5", "rc-5"), RC_PROTO_RC5X_20.rawValue: ("rc-5", "rc-5x-20"),
        RC_PROTO_RC5_SZ.rawValue: ("rc-5-sz", "rc-5-sz"), RC_PROTO_JVC.rawValue: ("jvc", nil),
        RC_PROTO_SONY12.rawValue: ("sony", "sony-12"), RC_PROTO_SONY15.rawValue: ("sony", "sony-15"),
        RC_PROTO_SONY20.rawValue: ("sony", "sony-20"), RC_PROTO_NEC.rawValue: ("nec", "nec"),
        RC_PROTO_NECX.rawValue: ("nec", "necx"), RC_PROTO_NEC32.rawValue: ("nec", "nec-32"),
        RC_PROTO_SANYO.rawValue: ("sanyo", nil), RC_PROTO_MCIR2_KBD.rawValue: ("mce_kbd", nil),
        RC_PROTO_RC6_0.rawValue: ("rc-6", "rc-6-0"), RC_PROTO_RC6_6A_20.rawValue: ("rc-6", "rc-6-6a-20"),
        RC_PROTO_RC6_6A_24.rawValue: ("rc-6", "rc-6-6a-24"), RC_PROTO_RC6_6A_32.rawValue: ("rc-6", "rc-6-6a-32"),
        RC_PROTO_RC6_MCE.rawValue: ("rc-6", "rc-6-mce"), RC_PROTO_SHARP.rawValue: ("sharp", nil),
        RC_PROTO_XMP.rawValue: ("xmp", nil), RC_PROTO_IMON.rawValue: ("imon", nil),
        RC_PROTO_RCMM12.rawValue: ("rc-mm", "rc-mm-12"), RC_PROTO_RCMM24.rawValue: ("rc-mm", "rc-mm-24"),
        RC_PROTO_RCMM32.rawValue: ("rc-mm", "rc-mm-32"), RC_PROTO_XBOX_DVD.rawValue: ("xbox-dvd", nil),
    ]
}
