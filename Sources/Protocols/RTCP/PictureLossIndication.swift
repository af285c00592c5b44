package import RTP

/// A receiver lost a picture, or part of one, and waits for a key frame (RFC 4585 §6.3.1).
package struct PictureLossIndication: Equatable, Sendable {
    /// Who asks.
    package var sender: SSRC
    /// The stream that should send a key frame.
    package var mediaSource: SSRC

    package init(sender: SSRC, mediaSource: SSRC) {
        self.sender = sender
        self.mediaSource = mediaSource
    }

    init?(parsing body: UnsafeRawBufferPointer) {
        guard let sender = body.uint32(at: 0), let source = body.uint32(at: 4) else { return nil }
        self.init(sender: SSRC(sender), mediaSource: SSRC(source))
    }
}
