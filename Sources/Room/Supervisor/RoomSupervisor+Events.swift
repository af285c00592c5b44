import ControlProtocol
import Directory
import RoomUI

extension RoomSupervisor {
    /// Tells the control socket what a transition of the machine means.
    func tellEvents(since before: RoomStateMachine) {
        for event in RoomEvents.between(before, machine) { onEvent(event) }
    }

    /// Tells of what a command did that the machine knows nothing of.
    func tellEvent(of command: ControlCommand) {
        switch command {
        // The digits of a PIN are nobody else's business.
        case .pressKey where interface.isAskingPIN: break
        case .pressKey(let key, let isRepeat):
            onEvent(ControlEvent(.keyPressed, ["key": JSONValue(key.rawValue), "repeat": JSONValue(isRepeat)]))
        case .configSet(let path, _): onEvent(ControlEvent(.configChanged, ["path": JSONValue(path)]))
        case .contacts(.add), .contacts(.edit), .contacts(.remove), .contacts(.importFile):
            onEvent(ControlEvent(.directoryChanged, ["entries": JSONValue(contacts.state.entries)]))
        case .contacts(.clearHistory), .contacts(.markHistorySeen): tellHistory()
        default: break
        }
    }

    func tellHistory() { onEvent(ControlEvent(.historyChanged, ["missed": JSONValue(contacts.state.missed)])) }
}
