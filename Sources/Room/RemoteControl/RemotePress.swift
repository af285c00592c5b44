package import ControlProtocol

/// What a key of a device means to the room.
package enum RemoteMeaning: Sendable, Hashable {
    case key(ControlKey)
    /// One sign of a keyboard.
    case text(String)
}

/// A press as it goes to the room.
package struct RemotePress: Sendable, Hashable {
    package var meaning: RemoteMeaning
    /// Made by us because the key is held down.
    package var isRepeat: Bool

    package init(_ meaning: RemoteMeaning, isRepeat: Bool = false) {
        self.meaning = meaning
        self.isRepeat = isRepeat
    }
}
