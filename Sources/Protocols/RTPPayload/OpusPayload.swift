import RTP

/// What the first bytes of an Opus packet tell without decoding it (RFC 6716 §3.1 and §3.2).
package struct OpusPayload: Equatable, Sendable {
    /// Sample frames of one Opus frame at 48 kHz.
    package let frameSampleFrames: Int
    /// Opus frames in the packet, 1...48.
    package let frameCount: Int
    /// True when the packet codes two channels.
    package let isStereo: Bool

    /// Sample frames of the packet at 48 kHz, at most 5760 (120 ms); the step of the RTP timestamp.
    package var sampleFrames: Int { frameSampleFrames * frameCount }

    // MARK: - Real-time

    /// Nil for an empty packet or a frame count that the RFC forbids.
    package init?(parsing payload: UnsafeRawBufferPointer) {
        guard let toc = payload.uint8(at: 0) else { return nil }
        let configuration = Int(toc >> 3)
        // SILK: 10, 20, 40, 60 ms; hybrid: 10, 20 ms; CELT: 2.5, 5, 10, 20 ms.
        switch configuration {
        case 0..<12:
            let index = configuration & 3
            frameSampleFrames = index == 3 ? 2880 : 480 << index
        case 12..<16:
            frameSampleFrames = 480 << (configuration & 1)
        default:
            frameSampleFrames = 120 << (configuration & 3)
        }
        isStereo = toc & 4 != 0
        switch toc & 3 {
        case 0: frameCount = 1
        case 1, 2: frameCount = 2
        default:
            guard let count = payload.uint8(at: 1).map({ Int($0 & 0x3F) }), count > 0 else { return nil }
            frameCount = count
        }
        guard frameSampleFrames * frameCount <= 5760 else { return nil }
    }
}
