/// A media file with a moving test picture, made by ffmpeg for peers that play files.
package enum VideoClip {
    package enum Pattern: String, Sendable {
        /// Much that moves: more than a codec can show well at 1.5 Mbit/s. A minute of it is about 40 MB.
        case busy = "testsrc2"
        /// Colour bars with a square that crosses them, as a meeting is mostly still. Few bits: baresip does not send a
        /// picture while the one before is not all gone, which it paces at its bit rate from when it has coded it.
        case calm = "smptehdbars"

        fileprivate var filter: String {
            switch self {
            case .busy: ""
            case .calm: ",drawbox=x=mod(t*200\\,iw-100):y=ih/2:w=100:h=100:color=white:t=fill"
            }
        }
    }

    /// Writes an H.264 file of `seconds` at 30 pictures a second to `path`.
    package static func make(
        at path: String, of pattern: Pattern = .busy, seconds: Int, width: Int = 1280, height: Int = 720
    ) async throws {
        let source =
            "\(pattern.rawValue)=size=\(width)x\(height):rate=30:duration=\(seconds)\(pattern.filter)"
        let child = try ChildProcess(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-c:v", "libx264",
                "-preset", "ultrafast", "-bf", "0", "-g", "30", "-crf", "24", path,
            ], logPath: "\(path).log")
        let outcome = try await child.wait(within: .seconds(60))
        guard outcome == .exited(status: 0) else { throw ChildProcess.Failure("ffmpeg: \(child.log)") }
    }
}
