package import ControlProtocol

/// What `board.yaml` says a board is made of, with the defaults where it says nothing.
package struct BoardConfiguration: Sendable, Equatable {
    package struct Camera: Sendable, Equatable {
        /// The first that is there counts; empty for no camera.
        package let matches: [DeviceMatch]
        /// "NV12", "I420", "YUYV", "MJPEG", "H264", the best first.
        package let formats: [String]
        package let size: PictureSize
        /// Pictures a second.
        package let rate: Int
    }

    package struct Codec: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case v4l2
            case x264
            case libavcodec
        }

        package enum Quirk: String, Sendable {
            case noForceKey = "no_force_key"
            case noLiveBitrate = "no_live_bitrate"
            case noDMABUF = "no_dmabuf"
        }

        package let kind: Kind
        /// Which device, for `v4l2`; nil for any.
        package let match: DeviceMatch?
        /// For `x264`; nil for the encoder's own choice.
        package let preset: String?
        /// For the codecs in software; nil or 0 for their own choice.
        package let threads: Int?
        package let quirks: Set<Quirk>
    }

    package struct Display: Sendable, Equatable {
        package let matches: [DeviceMatch]
        /// Names such as "HDMI-A-1" in the order to try; empty for the first that is plugged in.
        package let connectors: [String]
        package let mode: DisplayModePreference
    }

    package struct Sound: Sendable, Equatable {
        package let matches: [DeviceMatch]
        /// Which PCM device of the card.
        package let device: Int
        /// Which stream of that device.
        package let subdevice: Int
        package let channels: Int
        /// Milliseconds.
        package let period: Int
        package let periods: Int
        /// Names of the volume control in hardware, the first that is there; empty for volume in software.
        package let mixers: [String]
    }

    package struct Thread: Sendable, Equatable {
        /// SCHED_FIFO, 1 to 99; nil for the normal scheduler.
        package let priority: Int?
        /// 0 to 19: how far behind others the normal scheduler puts it.
        package var niceness = 0
        /// Empty for all.
        package let processors: [Int]
    }

    package let name: String
    package let summary: String
    package let camera: Camera
    /// In the order to try.
    package let encoders: [Codec]
    package let decoders: [Codec]
    package let display: Display
    package let capture: Sound
    package let playback: Sound
    /// By the thread's name (`BoardSchema.threadNames`).
    package let threads: [String: Thread]
    /// Remotes, receivers and keyboards; a device takes the first that fits.
    package let remoteInputs: [RemoteInput]
    package let television: Television
    /// How long a media thread may stand still before the watchdog is no longer kicked.
    package let stallLimit: Duration

    /// Reads `board.yaml`; everything that is wrong with it is in the error, one line each.
    package static func load(_ path: String) throws(ConfigurationError) -> BoardConfiguration {
        BoardConfiguration(given: try ConfigurationFile.load(path, schema: BoardSchema.root).given)
    }

    /// The same for a text in memory; `file` is what issues call it.
    package static func parse(_ text: String, file: String) throws(ConfigurationError) -> BoardConfiguration {
        BoardConfiguration(
            given: try ConfigurationFile.parse(Array(text.utf8), file: file, schema: BoardSchema.root))
    }

    /// - Parameter given: what a file gives, checked against `BoardSchema`.
    init(given: JSONValue) {
        let all = ConfigurationValues(BoardSchema.root.filled(given))
        name = all.string("name")
        summary = all.string("summary")
        camera = Camera(
            matches: Self.matches(all.groups("camera.match")), formats: all.strings("camera.formats"),
            size: all.size("camera.size") ?? .hd720, rate: all.integer("camera.rate"))
        encoders = all.groups("encoders").compactMap(Self.codec)
        decoders = all.groups("decoders").compactMap(Self.codec)
        display = Display(
            matches: Self.matches(all.groups("display.match")), connectors: all.strings("display.connectors"),
            mode: DisplayModePreference(parsing: all.string("display.mode")) ?? .preferred)
        capture = Self.sound(all, "audio.capture")
        playback = Self.sound(all, "audio.playback")
        threads = all.entries("threads").mapValues { entry in
            let values = ConfigurationValues(entry)
            return Thread(
                priority: values["priority"]?.integerValue.map { Int(clamping: $0) },
                niceness: values.integer("nice"),
                processors: values.integers("cpus"))
        }
        remoteInputs = Self.remoteInputs(all)
        television = Self.television(all)
        stallLimit = .milliseconds(all.integer("watchdog.stall_limit"))
    }

    private static func matches(_ groups: [ConfigurationValues]) -> [DeviceMatch] {
        groups.map { group in
            DeviceMatch(
                driver: group.nonEmpty("driver"), card: group.nonEmpty("card"),
                udevProperties: group.entries("udev").compactMapValues(\.stringValue),
                synthetic: group.nonEmpty("synthetic"))
        }
    }

    private static func codec(_ group: ConfigurationValues) -> Codec? {
        guard let kind = Codec.Kind(rawValue: group.string("kind")) else { return nil }
        let match = DeviceMatch(driver: group.nonEmpty("driver"), card: group.nonEmpty("card"))
        return Codec(
            kind: kind, match: match == DeviceMatch() ? nil : match, preset: group.nonEmpty("preset"),
            threads: group["threads"]?.integerValue.map { Int(clamping: $0) },
            quirks: Set(group.strings("quirks").compactMap(Codec.Quirk.init(rawValue:))))
    }

    private static func sound(_ all: ConfigurationValues, _ path: String) -> Sound {
        Sound(
            matches: matches(all.groups("\(path).match")), device: all.integer("\(path).device"),
            subdevice: all.integer("\(path).subdevice"),
            channels: all.integer("\(path).channels"), period: all.integer("\(path).period"),
            periods: all.integer("\(path).periods"), mixers: all.strings("\(path).mixer"))
    }
}
