import MediaTypes
import PeerSupport
import RealtimeSupport
import SyntheticDevices

/// The synthetic camera's pictures as a file of raw video, for peers that play files: the same source for all.
enum SourceClip {
    /// Writes `seconds` of it (40 MB each) to `path`, a Matroska file.
    static func write(to path: String, seconds: Int) async throws {
        let pictures = SyntheticPictures(width: 1280, height: 720)
        let converter = try ChildProcess(
            "ffmpeg",
            [
                "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "nv12", "-s", "1280x720", "-r", "30", "-i", "-",
                "-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-f", "matroska", path,
            ], logPath: "\(path).log")
        for number in 0..<(seconds * 30) {
            guard let frame = pictures.draw(number: UInt64(number), seconds: Double(number) / 30) else {
                throw ChildProcess.Failure("no free picture")
            }
            try converter.send(frame.value.planes.0.bytes)
            try converter.send(frame.value.planes.1.bytes)
        }
        converter.closeInput()
        guard try await converter.wait(within: .seconds(60)) == .exited(status: 0) else {
            throw ChildProcess.Failure("ffmpeg: \(converter.log)")
        }
    }
}
