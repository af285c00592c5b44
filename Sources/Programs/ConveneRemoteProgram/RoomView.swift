import ControlProtocol
import RemoteControl

/// What of the room's status the TV is concerned with.
struct RoomView: Equatable {
    var name: String
    var state: CECStateMachine.Room

    /// Nil until the room has said what it is called.
    init?(_ status: StatusTree) {
        guard let name = status["room.name"]?.stringValue else { return nil }
        self.name = name
        let calls = status["calls"]?.objectValue ?? [:]
        func numbers(_ states: String...) -> Set<Int> {
            Set(calls.compactMap { states.contains($0.value["state"]?.stringValue ?? "") ? Int($0.key) : nil })
        }
        state = CECStateMachine.Room(
            isInStandby: status["room.standby"]?.boolValue ?? false, ringing: numbers("ringing_in"),
            isInCall: !numbers("dialling", "ringing_out", "connecting", "established").isEmpty)
    }
}
