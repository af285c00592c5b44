/// The RTCP feedback that a stream takes (RFC 4585 §4.2, RFC 5104 §7.1).
package struct FeedbackAbilities: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// "nack": lost packets are named.
    package static let nack = FeedbackAbilities(rawValue: 1)
    /// "nack pli".
    package static let pictureLossIndication = FeedbackAbilities(rawValue: 2)
    /// "ccm fir".
    package static let fullIntraRequest = FeedbackAbilities(rawValue: 4)
    /// "ccm tmmbr".
    package static let temporaryBitrate = FeedbackAbilities(rawValue: 8)

    private static let names: [(FeedbackAbilities, String)] = [
        (.nack, "nack"), (.pictureLossIndication, "nack pli"), (.fullIntraRequest, "ccm fir"),
        (.temporaryBitrate, "ccm tmmbr"),
    ]

    /// What stands behind the payload type; empty for feedback that is not known here.
    init(value: String) {
        let words = value.words.map { $0.lowercased() }
        let name = words.prefix(2).joined(separator: " ")
        self = FeedbackAbilities.names.first { $0.1 == name }?.0 ?? []
    }

    /// The values of the attributes that say all this for every payload type.
    var values: [String] {
        FeedbackAbilities.names.filter { contains($0.0) }.map { "* \($0.1)" }
    }
}
