/// How sound is coded with Opus; what does not come from the call's negotiation.
package struct OpusOptions: Sendable, Equatable {
    /// Bits a second, 6000 to 128,000. 48 kbit/s carries a voice at full bandwidth.
    package var bitrate: Int
    /// Blocks of 10 ms that one packet holds: 1, 2, 4 or 6.
    ///
    /// Two by default: 20 ms is what RFC 7587 §6.1 takes for granted. One, which far ends that want it get, takes 10 ms
    /// off the delay of the sound, for twice the packets and a third more bits for their headers.
    package var blocksPerPacket: Int
    /// Opus's own scale of effort, 0 to 10. From 5 on more effort changes little for a single voice.
    package var complexity: Int

    package init(bitrate: Int = 48_000, blocksPerPacket: Int = 2, complexity: Int = 5) {
        self.bitrate = bitrate
        self.blocksPerPacket = blocksPerPacket
        self.complexity = complexity
    }
}
