package import ControlProtocol

/// What `room.yaml` says about the room, with the defaults where it says nothing.
package struct RoomSettings: Sendable, Equatable {
    package struct SIP: Sendable, Equatable {
        /// An IP address; `0.0.0.0` or `::` for all.
        package let listenAddress: String
        /// 0 lets the system choose.
        package let port: UInt16
        package let usesUDP: Bool
        package let usesTCP: Bool
        /// Never empty: the room's name when no other is set.
        package let displayName: String
        /// The part of the room's address before the @.
        package let user: String
    }

    /// At a registrar.
    package struct Account: Sendable, Equatable {
        /// Empty for none.
        package let address: String
        /// Empty for the domain of the address.
        package let server: String
        /// Empty for the user of the address.
        package let user: String
        package let password: SecretReference?
        /// Seconds.
        package let lifetime: Int

        init(_ all: ConfigurationValues) {
            address = all.string("account.address")
            server = all.string("account.server")
            user = all.string("account.user")
            password = SecretReference(all.string("account.password"))
            lifetime = all.integer("account.lifetime")
        }
    }

    package struct Call: Sendable, Equatable {
        package let answersAutomatically: Bool
        /// 0 answers at once.
        package let autoAnswerSeconds: Int
        /// After a countdown.
        package let mutesAutoAnswered: Bool
        /// Bits a second of picture in each direction.
        package let maximumBitrate: Int
        package let size: PictureSize
        /// Pictures a second.
        package let rate: Int
        package let maximumCalls: Int
        /// UDP ports for RTP and RTCP.
        package let mediaPorts: ClosedRange<UInt16>
    }

    package struct Audio: Sendable, Equatable {
        /// Percent.
        package let volume: Int
        package let mutesOnAnswer: Bool
    }

    package struct Display: Sendable, Equatable {
        package let layout: DisplayLayout
        /// ISO 639-1.
        package let language: String
        /// "dark" or "light".
        package let theme: String
        /// "off" or "clock".
        package let standby: String
        /// Whether the screen's settings lead to logs, diagnostics and factory reset.
        package let offersMaintenance: Bool
    }

    package struct Ringing: Sendable, Equatable {
        /// "classic", "chime", "pulse", "soft" or "none".
        package let tone: String
        /// Percent.
        package let volume: Int
        package let playsRingback: Bool
    }

    package struct QuietHours: Sendable, Equatable {
        /// Such as "22:00"; empty for none.
        package let from: String
        package let to: String
        /// "mon" to "sun".
        package let days: [String]
    }

    package struct Directory: Sendable, Equatable {
        /// An absolute path.
        package let file: String
        /// How many calls are kept.
        package let historyLimit: Int
    }

    package struct Control: Sendable, Equatable {
        package let socketPath: String
        /// The group that owns the socket file; nil for the process's group.
        package let group: String?
        package let adminGroup: String?
        package let operatorGroup: String?
    }

    package struct Panel: Sendable, Equatable {
        /// The hash of the PIN that unlocks an admin's rights; empty when there is none. Not for logs.
        package let pinHash: String
    }

    package let name: String
    package let sip: SIP
    /// Nil without an account.
    package let account: Account?
    package let call: Call
    package let audio: Audio
    package let display: Display
    package let ringing: Ringing
    package let quietHours: QuietHours
    package let directory: Directory
    package let control: Control
    package let panel: Panel

    /// What holds when `room.yaml` is empty.
    package static let `default` = RoomSettings(given: .emptyObject)

    /// Reads `room.yaml`; everything that is wrong with it is in the error, one line each.
    ///
    /// - Parameter mayBeMissing: a file that is not there counts as an empty one.
    package static func load(
        _ path: String, mayBeMissing: Bool = false
    ) throws(ConfigurationError) -> RoomSettings {
        try RoomSettingsStore.load(path, mayBeMissing: mayBeMissing).settings
    }

    /// - Parameter given: what a file gives, checked against `RoomSchema`.
    init(given: JSONValue) {
        let all = ConfigurationValues(RoomSchema.root.filled(given))
        name = all.string("name")
        let transports = all.strings("sip.transports")
        let displayName = all.string("sip.display_name")
        sip = SIP(
            listenAddress: all.string("sip.listen"), port: UInt16(clamping: all.integer("sip.port")),
            usesUDP: transports.contains("udp"), usesTCP: transports.contains("tcp"),
            displayName: displayName.isEmpty ? name : displayName, user: all.string("sip.user"))
        account = all.nonEmpty("account.address").map { _ in Account(all) }
        let firstPort = UInt16(clamping: all.integer("call.media_port"))
        let lastPort = UInt16(clamping: all.integer("call.media_port") + all.integer("call.media_ports") - 1)
        call = Call(
            answersAutomatically: all.bool("call.auto_answer"),
            autoAnswerSeconds: all.integer("call.auto_answer_seconds"),
            mutesAutoAnswered: all.bool("call.auto_answer_muted"), maximumBitrate: all.integer("call.max_bitrate"),
            size: all.size("call.size") ?? .hd720, rate: all.integer("call.rate"),
            maximumCalls: all.integer("call.max_calls"), mediaPorts: firstPort...max(firstPort, lastPort))
        audio = Audio(volume: all.integer("audio.volume"), mutesOnAnswer: all.bool("audio.mute_on_answer"))
        display = Display(
            layout: DisplayLayout(rawValue: all.string("display.layout")) ?? .pictureInPicture,
            language: all.string("display.language"), theme: all.string("display.theme"),
            standby: all.string("display.standby"), offersMaintenance: all.bool("display.maintenance"))
        ringing = Ringing(
            tone: all.string("ringing.tone"), volume: all.integer("ringing.volume"),
            playsRingback: all.bool("ringing.ringback"))
        quietHours = QuietHours(
            from: all.string("quiet_hours.from"), to: all.string("quiet_hours.to"),
            days: all.strings("quiet_hours.days"))
        directory = Directory(
            file: all.string("directory.file"), historyLimit: all.integer("directory.history"))
        control = Control(
            socketPath: all.string("control.socket"), group: all.nonEmpty("control.group"),
            adminGroup: all.nonEmpty("control.admin_group"), operatorGroup: all.nonEmpty("control.operator_group"))
        panel = Panel(pinHash: all.string("panel.pin"))
    }
}
