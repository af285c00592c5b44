import ControlProtocol
import SIP

extension ConfigurationCheck {
    @Sendable static func accountAddress(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        guard let uri = try? SIPURI(dialing: text), uri.user != nil, uri.password == nil else {
            return "expected an address such as sip:room7@example.org, without a password"
        }
        return encryption(uri)
    }

    @Sendable static func accountServer(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        guard let uri = try? SIPURI(dialing: text), uri.user == nil else {
            return "expected a server such as pbx.example.org or sip:192.0.2.1:5080;transport=tcp"
        }
        guard ["udp", "tcp", "tls"].contains(uri.transport ?? "udp") else {
            return "expected transport=udp or transport=tcp"
        }
        return encryption(uri)
    }

    private static func encryption(_ uri: SIPURI) -> String? {
        uri.isSecure || uri.transport == "tls" ? "encrypted SIP (sips:, transport=tls) is not available yet" : nil
    }
}
