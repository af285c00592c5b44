extension SessionDescription {
    /// Reads the body of a message; bytes that are not UTF-8 are replaced.
    ///
    /// It takes LF and CR as line ends, lines in an unusual order, and a missing `s=` or `t=`, which are met in the
    /// field; an attribute with a value that makes no sense is left for its accessor to pass by.
    package init(parsing bytes: some Collection<UInt8>) throws(SDPError) {
        let lines = try SDPLine.split(Array(bytes))
        guard let first = lines.first, first.type == UInt8(ascii: "v") else {
            throw lines.first?.error("v=0") ?? SDPError(line: 1, expected: "v=0", found: "")
        }
        guard first.value == "0" else { throw first.error("v=0") }
        guard let originLine = lines.first(where: { $0.type == UInt8(ascii: "o") }) else {
            throw SDPError(line: lines.count, expected: "an o= line", found: "the end")
        }
        guard let origin = Origin(line: originLine.value) else {
            throw originLine.error("o=user id version IN IP4 address")
        }
        self.init(origin: origin)
        timings = []
        for line in lines.dropFirst() {
            if media.isEmpty || line.type == UInt8(ascii: "m") {
                try readSessionLine(line)
            } else {
                try SessionDescription.read(line, into: &media[media.count - 1])
            }
        }
        if timings.isEmpty { timings = ["0 0"] }
    }

    /// Reads a text.
    package init(parsing text: String) throws(SDPError) {
        try self.init(parsing: Array(text.utf8))
    }

    private mutating func readSessionLine(_ line: SDPLine) throws(SDPError) {
        switch line.type {
        case UInt8(ascii: "v"):
            throw line.error("one v= line")
        case UInt8(ascii: "o"):
            break
        case UInt8(ascii: "s"):
            name = line.value.isEmpty ? "-" : line.value
        case UInt8(ascii: "c"):
            connection = try SessionDescription.connection(line)
        case UInt8(ascii: "b"):
            bandwidths += try SessionDescription.bandwidth(line)
        case UInt8(ascii: "t"):
            timings.append(line.value)
        case UInt8(ascii: "a"):
            attributes.append(try SessionDescription.attribute(line))
        case UInt8(ascii: "m"):
            guard media.count < SessionDescription.maximumMedia else {
                throw line.error("at most \(SessionDescription.maximumMedia) m= lines")
            }
            guard let description = MediaDescription(line: line.value) else {
                throw line.error("m=kind port transport formats")
            }
            media.append(description)
        default:
            let type = Character(UnicodeScalar(line.type))
            // A letter that the RFC does not have is passed by.
            if "iueprzk".contains(type) { otherLines.append(OtherLine(type: type, value: line.value)) }
        }
    }

    private static func read(_ line: SDPLine, into media: inout MediaDescription) throws(SDPError) {
        switch line.type {
        case UInt8(ascii: "i"):
            media.information = line.value
        case UInt8(ascii: "c"):
            // A layered multicast stream may have several; the first one counts here.
            let address = try connection(line)
            if media.connection == nil { media.connection = address }
        case UInt8(ascii: "b"):
            media.bandwidths += try bandwidth(line)
        case UInt8(ascii: "a"):
            media.attributes.append(try attribute(line))
        default:
            break
        }
    }

    private static func connection(_ line: SDPLine) throws(SDPError) -> ConnectionAddress {
        guard let address = ConnectionAddress(line: line.value) else { throw line.error("c=IN IP4 address") }
        return address
    }

    private static func bandwidth(_ line: SDPLine) throws(SDPError) -> [Bandwidth] {
        if let bandwidth = Bandwidth(line: line.value) { return [bandwidth] }
        // An experimental modifier may have a value of any form.
        guard line.value.hasPrefix("X-") else { throw line.error("b=type:number") }
        return []
    }

    private static func attribute(_ line: SDPLine) throws(SDPError) -> SDPAttribute {
        let attribute = SDPAttribute(line: line.value)
        guard !attribute.name.isEmpty else { throw line.error("a=name or a=name:value") }
        return attribute
    }

    /// Enough for every conference that was ever met; each line costs memory and time in every later step.
    private static let maximumMedia = 64
}
