/// What a receiver of Opus wants, and what its sender will send (RFC 7587 §6.1).
package struct OpusParameters: Hashable, Sendable {
    /// stereo: the receiver prefers two channels.
    package var prefersStereo = false
    /// sprop-stereo: the sender is likely to send two channels.
    package var sendsStereo = false
    /// useinbandfec: the receiver makes use of forward error correction.
    package var usesInBandFEC = false
    /// usedtx: the receiver prefers silence to be left out.
    package var usesDTX = false
    /// maxplaybackrate: samples a second that the receiver can play; 48000 when not given.
    package var maximumPlaybackRate = 48_000
    /// maxaveragebitrate: bits a second; nil when not given.
    package var maximumAverageBitrate: Int?
    /// minptime: milliseconds; nil when not given.
    package var minimumPacketTime: Int?

    package init() {}

    /// Values out of the RFC's ranges are taken as not given.
    init(_ parameters: FormatParameters) {
        prefersStereo = parameters["stereo"] == "1"
        sendsStereo = parameters["sprop-stereo"] == "1"
        usesInBandFEC = parameters["useinbandfec"] == "1"
        usesDTX = parameters["usedtx"] == "1"
        if let rate = parameters.number("maxplaybackrate"), (8_000...48_000).contains(rate) {
            maximumPlaybackRate = rate
        }
        if let rate = parameters.number("maxaveragebitrate"), (6_000...510_000).contains(rate) {
            maximumAverageBitrate = rate
        }
        if let time = parameters.number("minptime"), (3...120).contains(time) { minimumPacketTime = time }
    }

    var formatParameters: FormatParameters {
        var list: [FormatParameters.Parameter] = []
        if let minimumPacketTime { list.append(.init("minptime", "\(minimumPacketTime)")) }
        if usesInBandFEC { list.append(.init("useinbandfec", "1")) }
        if prefersStereo { list.append(.init("stereo", "1")) }
        if sendsStereo { list.append(.init("sprop-stereo", "1")) }
        if usesDTX { list.append(.init("usedtx", "1")) }
        if maximumPlaybackRate < 48_000 { list.append(.init("maxplaybackrate", "\(maximumPlaybackRate)")) }
        if let maximumAverageBitrate { list.append(.init("maxaveragebitrate", "\(maximumAverageBitrate)")) }
        return FormatParameters(list)
    }
}
