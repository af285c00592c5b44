import CCEC
package import CEC
import Glibc
package import LinuxSystem

/// An HDMI-CEC adapter (/dev/cec…, Documentation/userspace-api/media/cec). Never waits; confined to one thread.
///
/// The kernel itself answers who we are (OSD name, physical address, version); everything else comes here.
package final class CECAdapter {
    package enum Input: Sendable, Equatable {
        case received(CECMessage)
        /// What became of a message that `transmit` took.
        case sent(CECMessage, isAcknowledged: Bool)
    }

    package struct Identity: Sendable, Equatable {
        package let driver: String
        /// Such as "vc4" or "vivid-000-vid-out0".
        package let name: String
    }

    package let identity: Identity
    private let node: String
    private let descriptor: FileDescriptor

    /// Opens the adapter and takes its messages for us alone (CEC_MODE_EXCL_FOLLOWER).
    package init(node: String) throws(SystemError) {
        descriptor = try FileDescriptor.open(node, flags: O_RDWR | O_NONBLOCK)
        self.node = node
        identity = try Self.identity(descriptor.borrowed, node)
        var mode = ccec_mode_initiator_and_follower
        try descriptor.borrowed.ioctl(ccec_set_mode, named: "CEC_S_MODE(\(node))", &mode)
    }

    deinit {
        // Nobody answers for the room any more.
        var none = cec_log_addrs()
        ccec_no_device(&none)
        _ = descriptor.borrowed.ioctlStatus(ccec_set_logical_addresses, &none)
    }

    /// What the adapter at `node` is, without taking it.
    package static func identity(of node: String) throws(SystemError) -> Identity {
        let descriptor = try FileDescriptor.open(node, flags: O_RDWR | O_NONBLOCK)
        return try identity(descriptor.borrowed, node)
    }

    private static func identity(_ descriptor: BorrowedDescriptor, _ node: String) throws(SystemError) -> Identity {
        var capabilities = cec_caps()
        try descriptor.ioctl(ccec_get_capabilities, named: "CEC_ADAP_G_CAPS(\(node))", &capabilities)
        return Identity(
            driver: String(cString: ccec_driver(&capabilities)), name: String(cString: ccec_name(&capabilities)))
    }

    /// For poll(2): readable for messages, urgent for events, in trouble when the adapter is gone.
    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// Claims the address of a playback device under a name that the TV shows; the kernel does it when the cable says
    /// where it leads, and `nextLine` tells.
    ///
    /// - Parameter osdName: 14 bytes of ASCII are shown; the rest is cut, other letters are left out.
    package func claim(osdName: String) throws(SystemError) {
        var addresses = cec_log_addrs()
        // A name can only be given anew when nothing is claimed.
        ccec_no_device(&addresses)
        _ = descriptor.borrowed.ioctlStatus(ccec_set_logical_addresses, &addresses)
        let shown = String(
            osdName.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }.prefix(14).map(Character.init))
        ccec_playback_device(&addresses, shown)
        try descriptor.borrowed.ioctl(
            ccec_set_logical_addresses, named: "CEC_ADAP_S_LOG_ADDRS(\(node))", &addresses)
    }

    /// Queues a message; what became of it comes from `next`.
    ///
    /// - Returns: false when the adapter takes none now: its queue is full, or it has no address.
    package func transmit(_ message: CECMessage) -> Bool {
        var request = cec_msg()
        let bytes = message.bytes
        ccec_message(&request, bytes, UInt32(bytes.count))
        return descriptor.borrowed.ioctlStatus(ccec_transmit, &request) == 0
    }

    /// The next message, nil when none waits.
    package func next() throws(SystemError) -> Input? {
        while true {
            var found = cec_msg()
            let status = descriptor.borrowed.ioctlStatus(ccec_receive, &found)
            if status == EAGAIN || status == ETIMEDOUT { return nil }
            guard status == 0 else { throw SystemError(operation: "CEC_RECEIVE(\(node))", errno: status) }
            let bytes = (0..<min(found.len, UInt32(CEC_MAX_MSG_SIZE))).map { ccec_message_byte(&found, $0) }
            guard let message = CECMessage(bytes: bytes) else { continue }
            if found.sequence != 0 {
                return .sent(message, isAcknowledged: found.tx_status & UInt8(CEC_TX_STATUS_OK) != 0)
            }
            return .received(message)
        }
    }

    /// Where the line stands now, when that has changed; nil when no news wait.
    package func nextLine() throws(SystemError) -> (physical: CECPhysicalAddress, logical: CECLogicalAddress?)? {
        var last: (physical: CECPhysicalAddress, logical: CECLogicalAddress?)?
        while true {
            var event = cec_event()
            let status = descriptor.borrowed.ioctlStatus(ccec_dequeue_event, &event)
            if status == EAGAIN { return last }
            guard status == 0 else { throw SystemError(operation: "CEC_DQEVENT(\(node))", errno: status) }
            guard event.event == UInt32(CEC_EVENT_STATE_CHANGE) else { continue }
            let mask = ccec_event_address_mask(&event)
            let own = (0..<UInt8(15)).first { mask >> UInt16($0) & 1 == 1 }
            last = (
                CECPhysicalAddress(rawValue: ccec_event_physical_address(&event)),
                own.map(CECLogicalAddress.init(rawValue:))
            )
        }
    }
}
