import Composition
import ControlProtocol
import LinuxSystem
import MediaPipelines
import MediaTypes

extension RoomSupervisor {
    /// Brings tiles and user interface in line with what is going on.
    func arrangeScreen() {
        let parties = machine.calls.filter(\.hasMedia).compactMap { tiles[$0.number] }
        let isCalling = machine.isStreaming
        let layout: SceneLayout
        if !isCalling {
            layout = .none
        } else if parties.isEmpty {
            layout = machine.isCameraEnabled ? .selfViewOnly : .none
        } else if parties.count > 1 {
            layout = .grid(showsSelf: machine.layout != .remote)
        } else {
            switch machine.layout {
            case .pictureInPicture: layout = .remoteWithSelfView(.bottomRight)
            case .remote: layout = .remoteFull
            case .sideBySide: layout = .sideBySide
            case .local: layout = .selfViewOnly
            }
        }
        display.setLayout(layout, parties: parties, backdrop: screen.backdrop)
        refreshScreen()
    }
}

extension RoomSupervisor {
    func refreshScreen() {}
}
