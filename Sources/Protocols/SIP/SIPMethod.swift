/// A request method: case-sensitive, and open to methods that we do not know (RFC 3261 §7.1).
package struct SIPMethod: Hashable, Sendable, CustomStringConvertible {
    /// The name as on the wire.
    package let name: String

    package init(_ name: String) { self.name = name }

    package var description: String { name }

    package static let invite = SIPMethod("INVITE")
    package static let ack = SIPMethod("ACK")
    package static let bye = SIPMethod("BYE")
    package static let cancel = SIPMethod("CANCEL")
    package static let options = SIPMethod("OPTIONS")
    package static let register = SIPMethod("REGISTER")
    /// RFC 6086.
    package static let info = SIPMethod("INFO")
    /// RFC 3311.
    package static let update = SIPMethod("UPDATE")
    /// RFC 3262.
    package static let prack = SIPMethod("PRACK")
    /// RFC 6665.
    package static let subscribe = SIPMethod("SUBSCRIBE")
    package static let notify = SIPMethod("NOTIFY")
    /// RFC 3903.
    package static let publish = SIPMethod("PUBLISH")
    /// RFC 3515.
    package static let refer = SIPMethod("REFER")
    /// RFC 3428.
    package static let message = SIPMethod("MESSAGE")

    /// Every method of the RFCs named above: an element that supports one not gives 405, for any other 501.
    package static let registered: Set<SIPMethod> = [
        .invite, .ack, .bye, .cancel, .options, .register, .info, .update, .prack, .subscribe, .notify, .publish,
        .refer, .message,
    ]
}
