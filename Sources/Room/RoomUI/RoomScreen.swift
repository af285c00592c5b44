/// All that the screen says, as one value; rendering is a function of it and of the screen's size.
package struct RoomScreen: Sendable, Equatable {
    /// Another party of a call, as it calls itself and as it was dialled.
    package struct Party: Sendable, Equatable {
        /// Such as "Berlin, second floor"; empty when it did not say.
        package var name: String
        /// Such as "sip:berlin@example.net".
        package var address: String

        package init(name: String, address: String) {
            self.name = name
            self.address = address
        }

        /// The name, or the address's part before the host where there is none.
        package var title: String {
            if !name.isEmpty { return name }
            let address = RoomPhrases.withoutScheme(address)
            let user = address.prefix { $0 != "@" }
            return user.isEmpty ? address : String(user)
        }
    }

    package enum Call: Sendable, Equatable {
        case idle
        /// We called; `isRinging` once the other side says that it rings.
        case dialling(Party, isRinging: Bool)
        /// We are called.
        case incoming(Party)
        /// `seconds` since the answer; shown with the names while `showsDetails` is set.
        case inCall([Party], seconds: Int, showsDetails: Bool)
        /// Why the last call ended, for a few seconds.
        case ended(Party, reason: String)
    }

    package enum Severity: Int, Sendable, Comparable {
        case notice
        case warning
        case failure

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Something that a person should know, in one plain sentence such as "The camera is unplugged."
    package struct Trouble: Sendable, Equatable {
        package var severity: Severity
        package var sentence: String

        package init(_ severity: Severity, _ sentence: String) {
            self.severity = severity
            self.sentence = sentence
        }
    }

    package var roomName: String
    /// As people read it, such as "14:05"; empty hides it.
    package var clock: String
    /// Such as "Sunday, 22 November".
    package var date: String
    /// Where others reach this room, the best one first.
    package var addresses: [String]
    package var call: Call
    package var isMuted: Bool
    /// The camera is covered or switched off on purpose.
    package var isCameraOff: Bool
    /// 0 to 100 while somebody changes it, else nil.
    package var volume: Int?
    package var troubles: [Trouble]

    package init(
        roomName: String, clock: String = "", date: String = "", addresses: [String] = [], call: Call = .idle,
        isMuted: Bool = false, isCameraOff: Bool = false, volume: Int? = nil, troubles: [Trouble] = []
    ) {
        self.roomName = roomName
        self.clock = clock
        self.date = date
        self.addresses = addresses
        self.call = call
        self.isMuted = isMuted
        self.isCameraOff = isCameraOff
        self.volume = volume
        self.troubles = troubles
    }
}
