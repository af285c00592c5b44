/// A `b=` line (RFC 8866 §5.8, RFC 3890).
package struct Bandwidth: Hashable, Sendable {
    /// "AS", "CT", "TIAS", "RS", "RR" or another.
    package var type: String
    /// As it stands: kbit/s for AS and CT, bit/s for TIAS, RS and RR.
    package var value: UInt64

    package init(type: String, value: UInt64) {
        self.type = type
        self.value = value
    }

    init?(line: String) {
        guard let (type, value) = line.cut(at: ":"), let number = value.decimal(UInt64.self) else { return nil }
        self.init(type: String(type), value: number)
    }

    var text: String { "\(type):\(value)" }
}

extension [Bandwidth] {
    /// The bits a second that media may have; TIAS, which counts no headers, goes before AS. Nil without either.
    package var bitsPerSecond: Int? {
        if let exact = first(where: { $0.type == "TIAS" }) { return Int(clamping: exact.value) }
        guard let rough = first(where: { $0.type == "AS" }) ?? first(where: { $0.type == "CT" }) else { return nil }
        let (bits, overflow) = rough.value.multipliedReportingOverflow(by: 1000)
        return overflow ? Int.max : Int(clamping: bits)
    }
}
