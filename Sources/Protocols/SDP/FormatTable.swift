package import RTP

/// The payload types of one line with their meanings, read in one pass: a line can list thousands.
package struct FormatTable {
    /// In order of preference, each once.
    package let payloadTypes: [PayloadType]
    private var maps: [PayloadType: RTPMap] = [:]
    private var parameters: [PayloadType: FormatParameters] = [:]

    package init(_ line: MediaDescription) {
        var seen = Set<PayloadType>()
        payloadTypes = line.payloadTypes.filter { seen.insert($0).inserted }
        for attribute in line.attributes {
            guard let value = attribute.value else { continue }
            switch attribute.name {
            case "rtpmap":
                guard let map = RTPMap(value: value), maps[map.payloadType] == nil else { continue }
                maps[map.payloadType] = map
            case "fmtp":
                guard let (type, text) = FormatTable.split(value) else { continue }
                parameters[type, default: FormatParameters()].parameters += FormatParameters(text: text).parameters
            default:
                break
            }
        }
    }

    /// What a payload type means; nil when nobody says.
    package func map(of payloadType: PayloadType) -> RTPMap? {
        maps[payloadType] ?? RTPMap.ofStatic(payloadType)
    }

    /// The parameters of a payload type, of several lines together; empty when there are none.
    package func parameters(of payloadType: PayloadType) -> FormatParameters {
        parameters[payloadType] ?? FormatParameters()
    }

    private static func split(_ value: String) -> (PayloadType, Substring)? {
        guard let space = value.firstIndex(where: { $0 == " " || $0 == "\t" }),
            let number = value[..<space].decimal(UInt8.self), let type = PayloadType(rawValue: number)
        else { return nil }
        return (type, value[space...])
    }
}
