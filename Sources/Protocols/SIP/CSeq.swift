/// The sequence number and method of a request (RFC 3261 §20.16).
package struct CSeq: Hashable, Sendable, CustomStringConvertible {
    /// Below 2^31.
    package var number: UInt32
    package var method: SIPMethod

    package init(_ number: UInt32, _ method: SIPMethod) {
        self.number = number
        self.method = method
    }

    package init(_ text: String) throws(SIPSyntaxError) {
        var cursor = ByteCursor(text)
        cursor.skipWhitespace()
        guard let number = cursor.takeNumber(upTo: 0x7FFF_FFFF) else {
            throw SIPSyntaxError("CSeq", "number is missing or above 2147483647")
        }
        guard cursor.peek?.isLinearWhitespace == true else { throw SIPSyntaxError("CSeq", "method is missing") }
        cursor.skipWhitespace()
        guard let method = cursor.takeToken() else { throw SIPSyntaxError("CSeq", "method is missing") }
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw SIPSyntaxError("CSeq", "unexpected characters behind the method") }
        self.number = UInt32(truncatingIfNeeded: number)
        self.method = SIPMethod(method)
    }

    package var description: String { "\(number) \(method)" }
}
