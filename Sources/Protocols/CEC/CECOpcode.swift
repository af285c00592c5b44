/// What a message is about (HDMI 1.4b, CEC table 7 and following). Values without a name are carried as they are.
package struct CECOpcode: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let featureAbort = CECOpcode(rawValue: 0x00)
    package static let imageViewOn = CECOpcode(rawValue: 0x04)
    package static let textViewOn = CECOpcode(rawValue: 0x0D)
    package static let standby = CECOpcode(rawValue: 0x36)
    package static let userControlPressed = CECOpcode(rawValue: 0x44)
    package static let userControlReleased = CECOpcode(rawValue: 0x45)
    package static let setOSDName = CECOpcode(rawValue: 0x47)
    package static let giveAudioStatus = CECOpcode(rawValue: 0x71)
    package static let setSystemAudioMode = CECOpcode(rawValue: 0x72)
    package static let reportAudioStatus = CECOpcode(rawValue: 0x7A)
    package static let giveSystemAudioModeStatus = CECOpcode(rawValue: 0x7D)
    package static let systemAudioModeStatus = CECOpcode(rawValue: 0x7E)
    package static let routingChange = CECOpcode(rawValue: 0x80)
    package static let routingInformation = CECOpcode(rawValue: 0x81)
    package static let activeSource = CECOpcode(rawValue: 0x82)
    package static let reportPhysicalAddress = CECOpcode(rawValue: 0x84)
    package static let requestActiveSource = CECOpcode(rawValue: 0x85)
    package static let setStreamPath = CECOpcode(rawValue: 0x86)
    package static let deviceVendorID = CECOpcode(rawValue: 0x87)
    package static let menuRequest = CECOpcode(rawValue: 0x8D)
    package static let menuStatus = CECOpcode(rawValue: 0x8E)
    package static let giveDevicePowerStatus = CECOpcode(rawValue: 0x8F)
    package static let reportPowerStatus = CECOpcode(rawValue: 0x90)
    package static let inactiveSource = CECOpcode(rawValue: 0x9D)
    package static let cecVersion = CECOpcode(rawValue: 0x9E)
    package static let abort = CECOpcode(rawValue: 0xFF)

    /// Whether it answers or tells something, so that no answer is due even when nobody here understands it.
    package var isReport: Bool {
        let reports: [CECOpcode] = [
            .featureAbort, .setOSDName, .reportAudioStatus, .setSystemAudioMode, .systemAudioModeStatus,
            .routingInformation, .activeSource, .reportPhysicalAddress, .deviceVendorID, .menuStatus,
            .reportPowerStatus, .inactiveSource, .cecVersion, .userControlReleased,
        ]
        return reports.contains(self)
    }
}

/// The keys of a TV's remote (HDMI 1.4b, CEC table 30).
package struct CECUserControl: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let volumeUp = CECUserControl(rawValue: 0x41)
    package static let volumeDown = CECUserControl(rawValue: 0x42)
    package static let mute = CECUserControl(rawValue: 0x43)
    package static let power = CECUserControl(rawValue: 0x40)
    package static let powerToggle = CECUserControl(rawValue: 0x6B)
    package static let powerOff = CECUserControl(rawValue: 0x6C)
    package static let powerOn = CECUserControl(rawValue: 0x6D)
}
