package import H264Bitstream
package import RTPPayload

/// What an H.264 payload type says in its fmtp line (RFC 6184 §8.1).
package struct H264Parameters: Hashable, Sendable {
    /// profile-level-id; Baseline at level 1 when not given or not readable.
    package var profileLevelID: ProfileLevelID
    /// packetization-mode; nil for interleaved mode and for values that no RFC has.
    package var packetizationMode: PacketizationMode?
    /// level-asymmetry-allowed: the two directions may have different levels.
    package var allowsLevelAsymmetry = false
    /// max-recv-level: a higher level for receiving than profile-level-id says.
    package var maximumReceiveLevel: H264Level?
    /// max-mbps: macroblocks a second.
    package var macroblocksPerSecond: Int?
    /// max-fs: macroblocks in a frame.
    package var frameMacroblocks: Int?
    /// max-dpb: macroblocks in the decoded picture buffer.
    package var bufferMacroblocks: Int?
    /// max-br, turned into bits a second.
    package var bitsPerSecond: Int?
    /// sprop-parameter-sets: SPS and PPS that the writer sends with, without start codes.
    package var parameterSets: [[UInt8]] = []

    package init(profileLevelID: ProfileLevelID, packetizationMode: PacketizationMode) {
        self.profileLevelID = profileLevelID
        self.packetizationMode = packetizationMode
    }

    init(_ parameters: FormatParameters) {
        profileLevelID = parameters["profile-level-id"].flatMap { ProfileLevelID($0) } ?? .absent
        let mode = parameters["packetization-mode"].map { $0.decimal(UInt8.self) ?? 255 } ?? 0
        packetizationMode = PacketizationMode(rawValue: mode)
        allowsLevelAsymmetry = parameters["level-asymmetry-allowed"] == "1"
        if let text = parameters["max-recv-level"], text.utf8.count == 4 {
            let profile = String(profileLevelID.text.prefix(2))
            maximumReceiveLevel = ProfileLevelID(profile + text)?.level
        }
        macroblocksPerSecond = parameters.number("max-mbps")
        frameMacroblocks = parameters.number("max-fs")
        bufferMacroblocks = parameters.number("max-dpb")
        bitsPerSecond = parameters.number("max-br").map { $0.multipliedReportingOverflow(by: 1000) }
            .flatMap { $0.overflow ? nil : $0.partialValue }
        parameterSets = (parameters["sprop-parameter-sets"] ?? "").split(separator: ",")
            .compactMap { Base64.decode($0) }.filter { !$0.isEmpty }
    }

    /// The level that the writer receives at most; nil when profile-level-id names none.
    package var receiveLevel: H264Level? {
        guard let level = profileLevelID.level else { return nil }
        return max(level, maximumReceiveLevel ?? level)
    }

    /// What the writer receives when `level` was agreed on: the level's limits, widened by its max- parameters.
    func limits(at level: H264Level) -> H264Level.Limits {
        var limits = level.limits
        limits.macroblocksPerSecond = max(limits.macroblocksPerSecond, macroblocksPerSecond ?? 0)
        limits.frameMacroblocks = max(limits.frameMacroblocks, frameMacroblocks ?? 0)
        // A larger frame is of no use without room to refer to one; few peers write max-dpb beside max-fs.
        limits.bufferMacroblocks = max(limits.bufferMacroblocks, bufferMacroblocks ?? 0, frameMacroblocks ?? 0)
        limits.bitsPerSecond = max(limits.bitsPerSecond, bitsPerSecond ?? 0)
        return limits
    }

    var formatParameters: FormatParameters {
        var list: [FormatParameters.Parameter] = [
            .init("profile-level-id", profileLevelID.text),
            .init("packetization-mode", "\((packetizationMode ?? .singleNALUnit).rawValue)"),
        ]
        if allowsLevelAsymmetry { list.append(.init("level-asymmetry-allowed", "1")) }
        if let macroblocksPerSecond { list.append(.init("max-mbps", "\(macroblocksPerSecond)")) }
        if let frameMacroblocks { list.append(.init("max-fs", "\(frameMacroblocks)")) }
        if let bufferMacroblocks { list.append(.init("max-dpb", "\(bufferMacroblocks)")) }
        if let bitsPerSecond { list.append(.init("max-br", "\(bitsPerSecond / 1000)")) }
        if !parameterSets.isEmpty {
            list.append(.init("sprop-parameter-sets", parameterSets.map(Base64.encode).joined(separator: ",")))
        }
        return FormatParameters(list)
    }
}
