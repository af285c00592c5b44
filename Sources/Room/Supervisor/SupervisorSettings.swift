package import ControlProtocol
package import LinuxSystem
package import MediaTypes

/// What the room's settings mean for the supervisor; read from `room.yaml` by `convened`.
package struct SupervisorSettings: Sendable {
    package var roomName: String
    package var policy: RoomStateMachine.Policy
    package var volume: Int
    package var layout: DisplayLayout
    package var bitrate: BitsPerSecond
    /// The largest picture sent.
    package var videoSize = (width: 1280, height: 720)
    /// The most pictures sent in a second.
    package var frameRate = FrameRate(30)
    /// What the other side shows for us; nil for what the user agent began with.
    package var displayName: String?
    package var rtpPorts: ClosedRange<UInt16>?
    /// Where RTP is bound; unspecified for all addresses.
    package var rtpAddress: IPEndpoint
    /// How many calls the history keeps.
    package var historyLimit: Int
    /// Nil for none.
    package var quietHours: QuietHours?

    package var screen: Screen
    /// Nobody has set the room up yet; its host key's fingerprint, empty when there is none. Nil once somebody has.
    package var setupFingerprint: String?

    /// How the screen looks and speaks.
    package struct Screen: Sendable, Equatable {
        /// ISO 639-1; English where it is none of the screen's.
        package var language: String
        package var isDark: Bool
        /// Instead of switching the signal off.
        package var showsClockInStandby: Bool
        /// Whether the screen's settings lead to the maintenance page.
        package var offersMaintenance = true
        /// Whether a PIN stands before it.
        package var isMaintenanceLocked = false

        package init(language: String = "en", isDark: Bool = true, showsClockInStandby: Bool = false) {
            self.language = language
            self.isDark = isDark
            self.showsClockInStandby = showsClockInStandby
        }
    }

    package init(
        roomName: String, policy: RoomStateMachine.Policy, volume: Int, layout: DisplayLayout,
        bitrate: BitsPerSecond, rtpPorts: ClosedRange<UInt16>?, rtpAddress: IPEndpoint, historyLimit: Int = 500,
        quietHours: QuietHours? = nil, screen: Screen = Screen()
    ) {
        self.roomName = roomName
        self.policy = policy
        self.volume = volume
        self.layout = layout
        self.bitrate = bitrate
        self.rtpPorts = rtpPorts
        self.rtpAddress = rtpAddress
        self.historyLimit = historyLimit
        self.quietHours = quietHours
        self.screen = screen
    }
}

/// The settings as the control socket reads and changes them.
package protocol SettingsStore: Sendable {
    func get(path: String) async -> Result<JSONValue, ControlError>
    func set(path: String, value: JSONValue) async -> Result<JSONValue, ControlError>
    /// Reads the file anew; nothing has changed when it is wrong.
    func reload() async -> Result<JSONValue, ControlError>
    /// The settings after the last change.
    func current() async -> SupervisorSettings
}
