/// A session description (RFC 8866): what one side of a call offers or answers.
package struct SessionDescription: Hashable, Sendable, SDPAttributeHolder {
    /// A line that nothing here reads (i, u, e, p, r, z, k), kept for writing it again.
    package struct OtherLine: Hashable, Sendable {
        package var type: Character
        package var value: String
    }

    package var origin: Origin
    package var name: String
    package var otherLines: [OtherLine] = []
    package var connection: ConnectionAddress?
    package var bandwidths: [Bandwidth] = []
    /// The `t=` lines.
    package var timings: [String] = ["0 0"]
    package var attributes: [SDPAttribute] = []
    package var media: [MediaDescription] = []

    package init(origin: Origin, name: String = "-") {
        self.origin = origin
        self.name = name
    }

    /// The direction of one of its media: its own, or the session's, or both ways.
    package func direction(of media: MediaDescription) -> MediaDirection {
        media.ownDirection ?? ownDirection ?? .sendReceive
    }

    /// The address of one of its media: its own or the session's.
    package func connection(of media: MediaDescription) -> ConnectionAddress? {
        media.connection ?? connection
    }

    /// The bits a second that one of its media may have: its own limit or the session's.
    package func bitsPerSecond(of media: MediaDescription) -> Int? {
        media.bandwidths.bitsPerSecond ?? bandwidths.bitsPerSecond
    }

    /// The text with CRLF behind each line, in the order of RFC 8866 §5.
    package var text: String {
        var lines = ["v=0", "o=\(origin.text)", "s=\(name.isEmpty ? "-" : name)"]
        lines += otherLines(of: "iuep")
        if let connection { lines.append("c=\(connection.text)") }
        lines += bandwidths.map { "b=\($0.text)" }
        lines += timings.map { "t=\($0)" }
        lines += otherLines(of: "rzk")
        lines += attributes.map { "a=\($0.text)" }
        lines += media.flatMap(\.lines)
        return lines.map { $0.singleLine + "\r\n" }.joined()
    }

    private func otherLines(of types: String) -> [String] {
        types.flatMap { type in otherLines.filter { $0.type == type }.map { "\(type)=\($0.value)" } }
    }
}
