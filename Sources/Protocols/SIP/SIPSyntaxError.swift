/// Says which part of a SIP message breaks the grammar of RFC 3261 §25, and how, in words fit for a 400's reason phrase.
package struct SIPSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The part that is wrong: a header's canonical name, "Request-Line", "URI", …
    package let part: String
    /// What is wrong with it, in a few ASCII words and never with text from the message.
    package let problem: String

    package init(_ part: String, _ problem: String) {
        self.part = part
        self.problem = problem
    }

    package var description: String { "\(part): \(problem)" }
}
