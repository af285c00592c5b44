package import ControlProtocol

/// All that the interface knows of the room, as one value; it never asks a device.
package struct RoomFacts: Sendable, Equatable {
    /// Another party of a call, as it calls itself and as it was dialled.
    package struct Party: Sendable, Equatable {
        /// Such as "Berlin, second floor"; empty when it did not say. Cleaned.
        package let name: String
        /// Such as "sip:berlin@example.net". Cleaned.
        package let address: String

        package init(name: String, address: String) {
            self.name = ForeignText.cleaned(name)
            self.address = ForeignText.cleaned(address)
        }

        /// The name, or the address's part before the host where there is none.
        package var title: String {
            if !name.isEmpty { return name }
            let address = shownAddress
            let user = address.prefix { $0 != "@" }
            return user.isEmpty ? address : String(user)
        }

        /// The address without "sip:" or "sips:", which nobody reads aloud.
        package var shownAddress: String { RoomFacts.withoutScheme(address) }
    }

    /// A call that rings here.
    package struct Incoming: Sendable, Equatable {
        package var party: Party
        /// Until it is answered without asking; nil when somebody has to.
        package var secondsToAnswer: Int?

        package init(_ party: Party, secondsToAnswer: Int? = nil) {
            self.party = party
            self.secondsToAnswer = secondsToAnswer
        }
    }

    /// A call that we make.
    package struct Dialling: Sendable, Equatable {
        package var party: Party
        /// Once the other side says that it rings.
        package var isRinging: Bool

        package init(_ party: Party, isRinging: Bool) {
            self.party = party
            self.isRinging = isRinging
        }
    }

    /// What is going on with the others.
    package struct Ongoing: Sendable, Equatable {
        package var parties: [Party]
        /// Since the answer.
        package var seconds: Int
        package var isHeldHere = false
        package var isHeldThere = false
        package var isEncrypted = false
        /// No pictures flow, by agreement.
        package var isSoundOnly = false
        /// 0 (bad) to 4 (good); nil until something was measured.
        package var quality: Int?
        /// Whether there is a second place for a call.
        package var hasRoomForMore = false

        package init(_ parties: [Party], seconds: Int) {
            self.parties = parties
            self.seconds = seconds
        }
    }

    /// Why a call ended, as far as the screen has words for it.
    package enum CallEnd: Sendable, Equatable {
        case here, there, declined, busy, noAnswer, notAvailable, unreachable, unknownAddress, callerGaveUp
        case noCommonMedia
        /// With what is known about it, in English.
        case failed(String)
    }

    package struct Ended: Sendable, Equatable {
        package var party: Party
        package var reason: CallEnd

        package init(_ party: Party, _ reason: CallEnd) {
            self.party = party
            self.reason = reason
        }
    }

    package enum Device: String, Sendable, Equatable, CaseIterable {
        case camera, microphone, speaker, screen
    }

    package enum Fault: Sendable, Equatable {
        /// Never seen since the start.
        case missing
        /// Was there, and is gone.
        case unplugged
        /// Another program has it.
        case busy
        case failed
    }

    /// What a person should know about a device.
    package struct Trouble: Sendable, Equatable {
        package var device: Device
        package var fault: Fault

        package init(_ device: Device, _ fault: Fault) {
            self.device = device
            self.fault = fault
        }
    }

    package var roomName: String
    package var now: CivilTime
    /// Where others reach this room, the best one first.
    package var addresses: [String] = []
    package var incoming: Incoming?
    package var dialling: Dialling?
    package var ongoing: Ongoing?
    /// The last call's end, while it is news.
    package var ended: Ended?
    package var isMuted = false
    /// The camera is covered or switched off on purpose.
    package var isCameraOff = false
    /// Percent.
    package var volume = 60
    package var layout = DisplayLayout.pictureInPicture
    package var selfViewCorner = SelfViewCorner.bottomRight
    package var isStandby = false
    /// Nil where the room has no such state.
    package var doNotDisturb: Bool?
    /// Calls that nobody took and nobody has looked at.
    package var missedCalls = 0
    package var troubles: [Trouble] = []
    /// The room has an account at a registrar, and calls to it do not come in.
    package var isUnregistered = false
    /// What each device is called; one that is missing is left out.
    package var deviceNames: [Device: String] = [:]
    package var boardName = ""
    package var version = ""
    package var language = Language.english
    package var isDark = true
    /// The code that a panel has to be given, while one asks for it.
    package var pairingCode: String?
    /// The room does without camera and pictures, since it ended again and again.
    package var isSafeMode = false

    /// Nobody has set the room up yet, and this is how.
    package var setup: Setup?
    /// A sentence that is shown for a while.
    package var message: String?
    /// Nil where the settings' last entry is not offered.
    package var maintenance: Maintenance?

    /// How a room is reached that nobody has set up yet.
    package struct Setup: Sendable, Equatable {
        /// What an admin types, such as "ssh provision@192.0.2.7".
        package var command: String
        /// The host key's fingerprint as ssh shows it; empty when there is none.
        package var fingerprint: String

        package init(command: String, fingerprint: String) {
            self.command = command
            self.fingerprint = fingerprint
        }

        /// What a phone reads.
        var code: String { fingerprint.isEmpty ? command : "\(command)\n\(fingerprint)" }
    }

    package init(roomName: String, now: CivilTime) {
        self.roomName = ForeignText.cleaned(roomName)
        self.now = now
    }

    /// Whether video covers the screen, or is about to.
    package var isOverVideo: Bool { ongoing != nil || dialling != nil }

    static func withoutScheme(_ address: String) -> String {
        for scheme in ["sips:", "sip:"] where address.hasPrefix(scheme) {
            return String(address.dropFirst(scheme.count))
        }
        return address
    }
}
