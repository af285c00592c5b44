import SIP

/// A numeric IPv4 or IPv6 address without brackets, or a host name still to be looked up, and a port.
struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    var host: String
    var port: UInt16

    var isIPv6: Bool { host.utf8.contains(UInt8(ascii: ":")) }

    var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Names one TCP connection of the transport.
struct ConnectionID: Hashable, Sendable {
    let rawValue: UInt64
}

/// Where a message came from.
struct NetworkPath: Hashable, Sendable {
    var transport: SIPTransport
    var remote: NetworkAddress
    /// The connection, for TCP.
    var connection: ConnectionID?
}

/// Where a message goes.
struct Destination: Hashable, Sendable {
    var transport: SIPTransport
    var address: NetworkAddress
    /// The connection to use while it lives (TCP); afterwards one to `address` is opened.
    var connection: ConnectionID?
}
