import H264Bitstream
import RTPPayload
import SDP

/// A room as the tests call with.
enum Room {
    static let profiles: [H264Profile] = [
        .high, .constrainedHigh, .progressiveHigh, .main, .constrainedBaseline, .baseline,
    ]

    static func audio(_ codecs: [AudioCodec] = [.opus, .g722, .pcmu, .pcma]) -> LocalStream {
        LocalStream(
            identifier: "audio", port: 4000, capabilities: .audio(AudioCapabilities(codecs: codecs)))
    }

    static func video(
        _ profiles: [H264Profile] = profiles, level: H264Level = .level4, asymmetry: Bool = true
    ) -> LocalStream {
        let formats = H264Capability.list(profiles: profiles, receiveLevel: level)
        return LocalStream(
            identifier: "video", port: 4002,
            capabilities: .video(
                VideoCapabilities(
                    formats: formats, maximumReceiveBitrate: 2_000_000, allowsLevelAsymmetry: asymmetry)))
    }

    static func negotiator() -> MediaNegotiator {
        MediaNegotiator(sessionIdentifier: 1000, address: "192.0.2.1")
    }

    /// An offer with one audio and one video line.
    static func offer(audio: String = "", video: String = "", session: String = "") throws -> SessionDescription {
        var text = "v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nc=IN IP4 192.0.2.7\nt=0 0\n" + session
        if !audio.isEmpty { text += audio }
        if !video.isEmpty { text += video }
        return try SessionDescription(parsing: text)
    }

    /// A video line with one H.264 payload type.
    static func h264(_ fmtp: String) -> String {
        "m=video 6000 RTP/AVP 99\na=rtpmap:99 H264/90000\n" + (fmtp.isEmpty ? "" : "a=fmtp:99 \(fmtp)\n")
    }
}

extension NegotiatedMedia {
    /// The codec to send with.
    var audioCodec: AudioCodec? {
        if case .audio(let codec, _) = send.coding { codec } else { nil }
    }

    /// What was agreed on for the video that we send.
    var sentVideo: H264Format? {
        if case .video(let format) = send.coding { format } else { nil }
    }

    /// What was agreed on for the video that we receive.
    var receivedVideo: H264Format? {
        if case .video(let format)? = receive.first?.coding { format } else { nil }
    }
}
