/// A media file with a moving test picture, made by ffmpeg for peers that play files.
package enum VideoClip {
    /// Writes an H.264 file of `seconds` at 30 pictures a second to `path`; a minute of it is about 40 MB.
    package static func make(
        at path: String, seconds: Int, width: Int = 1280, height: Int = 720
    ) async throws {
        let source = "testsrc2=size=\(width)x\(height):rate=30:duration=\(seconds)"
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
