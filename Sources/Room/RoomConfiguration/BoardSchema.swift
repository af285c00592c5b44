import ControlProtocol

/// The table of `board.yaml`: what a board is made of, by what the devices are.
package enum BoardSchema {
    /// The threads whose scheduling a board may set (ARCHITECTURE.md has what each does).
    package static let threadNames = [
        "camera", "video-encode", "video-decode", "display", "microphone", "speaker", "call-network",
        "interface",
    ]

    /// Quirks of encoders and decoders that no probing shows.
    package static let codecQuirks = ["no_force_key", "no_live_bitrate", "no_dmabuf"]

    package static let root = ConfigurationSchema.group(
        [
            ConfigurationField(
                "name", .string(maximumLength: 64), default: "unnamed", check: ConfigurationCheck.notEmpty,
                "The board's name, for status."),
            ConfigurationField("summary", .string(maximumLength: 200), default: "", "One sentence on the board."),
            camera, encoders, decoders, display, audio, remote, cec, threads, watchdog,
        ], atLeastOneOf: [])

    private static func deviceMatch(synthetic: [String]) -> ConfigurationSchema {
        .group(
            [
                ConfigurationField(
                    "driver", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
                    "The driver of the device or of its nearest parent, as sysfs has it; * stands for any letters."),
                ConfigurationField(
                    "card", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
                    "What sysfs calls it: name (camera), id (sound card), the parent's name (screen); * stands for any letters."
                ),
                ConfigurationField(
                    "udev", .map(.value(.string(maximumLength: 128)), names: nil),
                    "Properties that udev gives the device; * stands for any letters."),
                ConfigurationField(
                    "synthetic", .choice(synthetic), "A device made by the program, for boards without hardware."),
            ], atLeastOneOf: ["driver", "card", "udev", "synthetic"])
    }

    private static func matchField(synthetic: [String]) -> ConfigurationField {
        ConfigurationField(
            "match", .list(deviceMatch(synthetic: synthetic), maximumCount: 16), default: [],
            "What it may be, the first that is there counts; empty for none.")
    }

    private static let camera = ConfigurationField(
        group: "camera",
        [
            matchField(synthetic: ["test_pattern"]),
            ConfigurationField(
                "formats", .list(.choice(["NV12", "I420", "YUYV", "MJPEG", "H264"]), maximumCount: 5),
                default: ["NV12", "YUYV", "MJPEG"], check: ConfigurationCheck.notEmpty,
                "Formats to ask the camera for, the best first."),
            ConfigurationField("size", .size, default: "1280x720", "The size to ask for."),
            ConfigurationField(
                "rate", .integer(1...120), unit: "frames/s", default: 30, "Pictures a second to ask for."),
        ], "The camera.")

    private static func codec(kinds: [String]) -> ConfigurationSchema {
        .group(
            [
                ConfigurationField("kind", .choice(kinds), "What does the work."),
                ConfigurationField(
                    "driver", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
                    "With kind v4l2: the driver's name; * stands for any letters."),
                ConfigurationField(
                    "card", .string(maximumLength: 64), check: ConfigurationCheck.deviceName,
                    "With kind v4l2: the card's name; * stands for any letters."),
                ConfigurationField(
                    "preset", .choice(["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"]),
                    "With kind x264: how much work each picture gets."),
                ConfigurationField(
                    "threads", .integer(0...16), "With kind x264 or libavcodec: threads; 0 lets it choose."),
                ConfigurationField(
                    "quirks", .list(.choice(codecQuirks), maximumCount: 8), default: [],
                    "What the device gets wrong and no probing shows."),
            ], atLeastOneOf: ["kind"])
    }

    private static let encoders = ConfigurationField(
        "encoders", .list(codec(kinds: ["v4l2", "x264"]), maximumCount: 8), default: [["kind": "x264"]],
        "Video encoders in the order to try.")

    private static let decoders = ConfigurationField(
        "decoders", .list(codec(kinds: ["v4l2", "libavcodec"]), maximumCount: 8), default: [["kind": "libavcodec"]],
        "Video decoders in the order to try.")

    private static let display = ConfigurationField(
        group: "display",
        [
            matchField(synthetic: ["memory", "memory_with_planes"]),
            ConfigurationField(
                "connectors", .list(.string(maximumLength: 32), maximumCount: 8), default: [],
                "Connectors in the order to try, such as HDMI-A-1; empty for the first that is plugged in."),
            ConfigurationField(
                "mode", .string(maximumLength: 32), default: "preferred", check: ConfigurationCheck.displayMode,
                "preferred (what the screen asks for), or a mode such as 1920x1080@60."),
        ], "The screen.")

    private static func sound(
        synthetic: [String], periods: Int64, mixers: [JSONValue], empty: String
    ) -> [ConfigurationField] {
        [
            matchField(synthetic: synthetic),
            ConfigurationField(
                "device", .integer(0...31), default: 0, "Which PCM device of the card, as its maker counts them."),
            ConfigurationField(
                "subdevice", .integer(0...31), default: 0, "Which of that device's streams, where it has several."),
            ConfigurationField("channels", .integer(1...8), default: 2, "Channels to open it with."),
            ConfigurationField(
                "period", .integer(5...40), unit: "ms", default: 10, "How often the card tells of its position."),
            ConfigurationField(
                "periods", .integer(2...16), default: .integer(periods), "How many periods the card buffers."),
            ConfigurationField(
                "mixer", .list(.string(maximumLength: 64), maximumCount: 8), default: .array(mixers),
                "Names of the volume control in hardware: the first that is there, else any; \(empty)."),
        ]
    }

    private static let audio = ConfigurationField(
        group: "audio",
        [
            ConfigurationField(
                group: "capture",
                sound(
                    synthetic: ["beep", "tone", "silence"], periods: 8,
                    mixers: ["Capture", "Mic", "Headset", "Internal Mic", "Front Mic", "Line", "Digital"],
                    empty: "it is switched on, and raised when it stands at its lowest; empty to leave it alone"),
                "The microphone."),
            ConfigurationField(
                group: "playback",
                sound(
                    synthetic: ["null"], periods: 6,
                    mixers: ["Master", "Speaker", "PCM", "Headphone", "Headset", "Line Out", "Digital"],
                    empty: "empty for volume in software"),
                "The speaker."),
        ], "Sound.")

    private static let threads = ConfigurationField(
        "threads",
        .map(
            .group(
                [
                    ConfigurationField(
                        "priority", .integer(1...99), "Real-time priority (SCHED_FIFO); left out for none."),
                    ConfigurationField(
                        "nice", .integer(0...19), default: 0,
                        "Without a priority: how far behind other threads it stands; 0 for beside them."),
                    ConfigurationField(
                        "cpus", .list(.integer(0...255), maximumCount: 64), default: [],
                        "The processors that it may run on; empty for all."),
                ], atLeastOneOf: []), names: threadNames), default: [:],
        "How threads are scheduled.")

    private static let watchdog = ConfigurationField(
        group: "watchdog",
        [
            ConfigurationField(
                "stall_limit", .integer(500...60_000), unit: "ms", default: 5000,
                "How long a media thread may stand still before the service manager is no longer told that all is well."
            )
        ], "What happens when the program hangs.")
}
