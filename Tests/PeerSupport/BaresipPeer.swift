import Glibc

/// A baresip of its own: another room that a test or a benchmark calls, or is called by.
///
/// It has a fresh configuration folder, reads no user's, talks on 127.0.0.1 only, and ends with the value.
package final class BaresipPeer: Sendable {
    /// What its camera shows.
    package enum VideoSource: Sendable {
        /// A line that moves over one colour at the wanted rate: hardly any bits.
        case movingLine
        /// A media file, played once from its start when a call begins. It must outlast the call: after a rewind
        /// baresip skips pictures until the time stamps are past those of the first round.
        case file(String)
        /// A camera's node.
        case camera(String)
        /// No video in its calls.
        case none

        fileprivate var setting: String {
            switch self {
            case .movingLine, .none: "fakevideo,nil"
            case .file(let path): "avformat,\(path)"
            case .camera(let node): "v4l2,\(node)"
            }
        }
    }

    package struct Configuration: Sendable {
        package var video: VideoSource = .movingLine
        package var width = 1280
        package var height = 720
        package var framesPerSecond = 30
        package var bitsPerSecond = 1_500_000
        /// The tone that it sends, in hertz, 48 kHz stereo.
        package var toneFrequency = 440
        /// An ALSA device that it records instead of the tone.
        package var alsaSource: String?
        /// An ALSA device that it plays what it hears to; without one it is only written to a file.
        package var alsaPlayer: String?
        /// Whether what it sends and hears is written to files.
        package var recordsAudio = true
        /// Takes every call at once; else `answer()` does.
        package var answersByItself = true
        /// In the order of its preference, as in its `audio_codecs`.
        package var audioCodecs = "opus/48000/2"
        /// More lines of its `config`.
        package var extraLines: [String] = []

        package init() {}
    }

    /// The figures of the video in its call.
    package struct VideoStatistics: Sendable, Equatable {
        /// Pictures from its source, and those of them that it did not send.
        package let captured: Int
        package let skipped: Int
        /// Pictures decoded and handed to its display.
        package let displayed: Int
        package let keyFramesReceived: Int
    }

    /// Where it is called: "sip:peer@127.0.0.1:PORT".
    package let address: String
    package let process: ChildProcess
    private let folder: TemporaryFolder
    private let control: BaresipControl

    /// Whether baresip can be started here.
    package static var isInstalled: Bool {
        (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").contains {
            access("\($0)/baresip", X_OK) == 0
        }
    }

    /// Starts it, and returns when it takes calls.
    package init(_ configuration: Configuration = Configuration(), port: UInt16? = nil) async throws {
        folder = try TemporaryFolder()
        let sipPort = try port ?? freePort()
        let controlPort = try freePort(run: 1)
        address = "sip:peer@127.0.0.1:\(sipPort)"
        let lines = configurationLines(
            configuration, sipPort: sipPort, controlPort: controlPort, recordings: folder.path)
        try writeText(lines.joined(separator: "\n") + "\n", to: "\(folder.path)/config")
        let answerMode = configuration.answersByItself ? "auto" : "manual"
        try writeText(
            "<\(address)>;regint=0;answermode=\(answerMode);audio_codecs=\(configuration.audioCodecs)"
                + ";video_codecs=h264\n", to: "\(folder.path)/accounts")
        try writeText("", to: "\(folder.path)/contacts")
        process = try ChildProcess(
            "baresip", ["-4", "-f", folder.path], folder: folder.path, logPath: "\(folder.path)/log")
        do {
            try await process.output(containing: "baresip is ready")
            control = try await BaresipControl.connect(port: controlPort, within: .seconds(5))
        } catch {
            throw ChildProcess.Failure("\(error)\n\(process.log.suffix(2000))")
        }
    }

    /// Calls `address` ("sip:room@127.0.0.1:5060").
    package func dial(_ address: String) async throws {
        _ = try await control.command("dial", address)
    }

    /// Takes the call that rings.
    package func answer() async throws {
        _ = try await control.command("accept")
    }

    /// Ends the call, or refuses the one that rings.
    package func hangUp() async throws {
        _ = try await control.command("hangup")
    }

    /// Any command of its menu, by its long name.
    package func command(_ name: String, _ parameters: String = "") async throws -> String {
        try await control.command(name, parameters)
    }

    /// Waits for the `count`th event of a type ("CALL_INCOMING", "CALL_ESTABLISHED", "CALL_CLOSED") since its start,
    /// and gives the event's parameter.
    @discardableResult
    package func event(_ type: String, count: Int = 1, within limit: Duration = .seconds(10)) async throws -> String {
        try await eventually(within: limit, "baresip tells of \(type)") {
            let events = try control.messages().filter { $0.event == true && $0.type == type }
            return events.count >= count ? events[count - 1].param ?? "" : nil
        }
    }

    /// The figures of the video in the current call.
    package func videoStatistics() async throws -> VideoStatistics {
        let text = try await control.command("video_debug")
        func figure(_ name: String, after start: String) -> Int {
            guard let from = text.firstRange(of: start)?.upperBound,
                let at = text[from...].firstRange(of: "\(name)=")?.upperBound
            else { return 0 }
            return Int(text[at...].prefix { $0.isNumber }) ?? 0
        }
        return VideoStatistics(
            captured: figure("frames", after: "source:"), skipped: figure("skipc", after: "source:"),
            displayed: figure("frames", after: "vidisp:"), keyFramesReceived: figure("n_keyframes", after: "vidisp:"))
    }

    /// What it has heard in its calls until now, decoded, in order.
    package func heard() throws -> [WaveFile] {
        try recordings("dec")
    }

    /// What it has sent in its calls until now, before the encoder.
    package func spoken() throws -> [WaveFile] {
        try recordings("enc")
    }

    private func recordings(_ side: String) throws -> [WaveFile] {
        try entries(of: folder.path).filter { $0.hasPrefix("dump-") && $0.hasSuffix("-\(side).wav") }
            .map { try WaveFile(path: "\(folder.path)/\($0)") }
    }

    /// Has it code and decode its own pictures for a moment (its module vidloop), as a room tries its codecs after its
    /// start.
    package func tryVideoCodec() async throws {
        _ = try await control.command("vidloop", "h264")
        try await Task.sleep(for: .seconds(1))
        _ = try await control.command("vidloop_stop")
    }

    /// Ends its calls and the program.
    package func stop() async {
        _ = try? await control.command("hangup")
        await process.stop()
    }
}

/// The lines of baresip's `config`, for Debian's version 1.0 and later ones.
private func configurationLines(
    _ configuration: BaresipPeer.Configuration, sipPort: UInt16, controlPort: UInt16, recordings: String
) -> [String] {
    var lines = [
        "poll_method epoll", "net_interface 127.0.0.1", "sip_listen 127.0.0.1:\(sipPort)",
        "ctrl_tcp_listen 127.0.0.1:\(controlPort)", "call_max_calls 4", "call_local_timeout 60",
        "audio_source \(configuration.alsaSource.map { "alsa,\($0)" } ?? "ausine,\(configuration.toneFrequency)")",
        "audio_player \(configuration.alsaPlayer.map { "alsa,\($0)" } ?? "aubridge,none")",
        "audio_alert aubridge,alert",
        "audio_buffer 20-160", "opus_bitrate 64000",
        "video_source \(configuration.video.setting)", "video_display fakevideo,nil",
        "video_size \(configuration.width)x\(configuration.height)", "video_fps \(configuration.framesPerSecond)",
        "video_bitrate \(configuration.bitsPerSecond)", "videnc_format yuv420p",
        "jitter_buffer_delay 5-10", "rtp_stats yes", "snd_path \(recordings)",
        "module_path /usr/lib/baresip/modules",
    ]
    var modules = ["opus", "g711", "ausine", "aubridge", "alsa"]
    if configuration.recordsAudio { modules.append("sndfile") }
    // Without a video codec an offer or answer of baresip has no video.
    if case .none = configuration.video {} else { modules += ["avcodec", "avformat", "fakevideo", "v4l2"] }
    lines += modules.map { "module \($0).so" }
    lines += ["module_tmp account.so"]
    lines += ["menu", "ctrl_tcp", "debug_cmd", "vidloop"].map { "module_app \($0).so" }
    return lines + configuration.extraLines
}
