import Composition
import ControlProtocol
import Glibc
import LinuxSystem
import MediaPipelines
import MediaTypes
import RoomUI

extension RoomSupervisor {
    /// Brings tiles and user interface in line with what is going on.
    func arrangeScreen() {
        if holdsScreenBack() { return refreshScreen() }
        isArrangementHeld = false
        let standing = machine.calls.filter(\.hasMedia)
        let parties = standing.filter { agreements[$0.number]?.video != nil }.compactMap { tiles[$0.number] }
        let isCalling = machine.isStreaming
        let layout: SceneLayout
        if !isCalling {
            layout = .none
        } else if parties.isEmpty {
            // Before the answer people see themselves; with sound alone there is nothing to see.
            let showsSelf = machine.isCameraEnabled && machine.safeMode == nil && standing.isEmpty
            layout = showsSelf ? .selfViewOnly : .none
        } else if parties.count > 1 {
            layout = .grid(showsSelf: machine.layout != .remote)
        } else {
            switch machine.layout {
            case .pictureInPicture: layout = .remoteWithSelfView(Self.corner(selfViewCorner))
            case .remote: layout = .remoteFull
            case .sideBySide: layout = .sideBySide
            case .grid: layout = .grid(showsSelf: true)
            case .local: layout = .selfViewOnly
            }
        }
        display.setLayout(layout, parties: parties, backdrop: RoomTheme.fitting(facts).backdrop)
        if !isCalling { display.clear(.selfView) }
        refreshScreen()
    }

    private static func corner(_ corner: SelfViewCorner) -> ScreenCorner {
        switch corner {
        case .topLeft: .topLeft
        case .topRight: .topRight
        case .bottomLeft: .bottomLeft
        case .bottomRight: .bottomRight
        }
    }

    /// Says on the screen, and on the slate, what is true now.
    func refreshScreen() {
        // What came of it is no news any more once the page was left.
        if !interface.page.belongsToMaintenance, !maintenanceWork.isGoingOn { maintenanceWork = .none }
        slates.set(Slate(title: slateTitle, subtitle: settings.roomName))
        let facts = facts
        let now = MonotonicTime.now.nanoseconds
        let page = interface.page
        request(interface.update(facts, at: now))
        if interface.page != page || toldMessage != shownMessage {
            toldMessage = shownMessage
            publishSoon()
        }
        scheduleClock(now)
        // Keys act on the page that comes, whether it is painted or not.
        if holdsScreenBack() { return }
        if isArrangementHeld { return arrangeScreen() }
        let wanted = interface.screen(facts, at: now)
        guard let screenMode, shownScreen?.screen != wanted || shownScreen?.opening != screenOpenings else { return }
        shownScreen = (wanted, screenOpenings)
        screen.show(
            ScreenPresenter.Wish(screen: wanted, mode: screenMode, opening: screenOpenings), on: display)
    }

    /// Whether a call that begins keeps the screen as it is (`ScreenHold`); it is arranged later, whatever happens.
    private func holdsScreenBack() -> Bool {
        let now = MonotonicTime.now
        let ends = machine.calls.compactMap { call in
            marks[call.number].flatMap { ScreenHold.end(of: call.phase, $0) }
        }
        guard let end = ends.max(), end > now else {
            screenHold?.cancel()
            screenHold = nil
            return false
        }
        isArrangementHeld = true
        display.holdSelfView(until: end)
        if screenHold == nil {
            screenHold = Task { [weak self] in
                try? await Task.sleep(for: .nanoseconds(end - now), tolerance: .milliseconds(2))
                if !Task.isCancelled { await self?.endScreenHold() }
            }
        }
        return true
    }

    private func endScreenHold() {
        screenHold = nil
        arrangeScreen()
    }

    private var slateTitle: String {
        let words = Catalogue(language)
        if !machine.isCameraEnabled { return words[.cameraOff] }
        guard let camera = machine.devices[.camera], !camera.isUsable else { return words[.cameraStarting] }
        return words[camera.candidate == nil ? .noCamera : .cameraGone]
    }

    /// While nothing goes on the screen changes once a minute; that is the room's only timer then.
    private func scheduleClock(_ now: Int64) {
        clockTask?.cancel()
        let seconds = 60 - time(nil) % 60
        var wait = Duration.seconds(seconds) + .milliseconds(20)
        if let next = interface.nextChange(after: now) {
            wait = min(wait, .nanoseconds(next - now) + .milliseconds(10))
        }
        if let until = pairingNotice?.until, until > .now {
            wait = min(wait, .nanoseconds(until - .now) + .milliseconds(10))
        }
        if let until = messageNotice?.until, until > .now {
            wait = min(wait, .nanoseconds(until - .now) + .milliseconds(10))
        }
        if endShownUntil > .now { wait = min(wait, .nanoseconds(endShownUntil - .now) + .milliseconds(10)) }
        clockTask = Task { [weak self] in
            try? await Task.sleep(for: wait, tolerance: .milliseconds(200))
            guard !Task.isCancelled, let self else { return }
            await self.refreshScreen()
            // Drawing has touched what an idle room does not need.
            await self.releaseMemorySoon()
        }
    }

    /// The display's status with what the interface adds to it.
    func displayStatus(_ display: DisplayStatus) -> JSONValue {
        guard
            case .object(var status) = StatusFormat.display(
                display, layout: machine.layout.rawValue, machine.devices[.display], television)
        else { return .null }
        status["selfview"] = selfViewStatus
        return .object(status)
    }
}
