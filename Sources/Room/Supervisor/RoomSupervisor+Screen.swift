import CallSignaling
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
        display.setLayout(layout, parties: parties, backdrop: ScreenPresenter.backdrop)
        if !isCalling { display.clear(.selfView) }
        refreshScreen()
    }

    /// Says on the screen, and on the slate, what is true now.
    func refreshScreen() {
        slates.set(Slate(title: slateTitle, subtitle: settings.roomName))
        scheduleClock()
        let wanted = roomScreen
        guard let screenMode, shownScreen?.screen != wanted || shownScreen?.opening != screenOpenings else { return }
        shownScreen = (wanted, screenOpenings)
        screenWishes += 1
        let wish = ScreenPresenter.Wish(
            screen: wanted, mode: screenMode, opening: screenOpenings, number: screenWishes)
        Task { [screen, display] in await screen.show(wish, on: display) }
    }

    private var slateTitle: String {
        if !machine.isCameraEnabled { return "Camera off" }
        guard let camera = machine.devices[.camera], !camera.isUsable else { return "Camera is starting" }
        return camera.candidate == nil ? "No camera" : "Camera unplugged"
    }

    private var roomScreen: RoomScreen {
        var now = time(nil)
        var local = tm()
        localtime_r(&now, &local)
        func text(_ format: String) -> String {
            var buffer = [CChar](repeating: 0, count: 64)
            let length = strftime(&buffer, buffer.count, format, &local)
            return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return RoomScreen(
            roomName: settings.roomName, clock: text("%H:%M"), date: text("%A, %e %B").replacing("  ", with: " "),
            addresses: ownAddresses, call: shownCall, isMuted: machine.isMuted,
            isCameraOff: !machine.isCameraEnabled, volume: volumeShownUntil > .now ? machine.volume : nil,
            troubles: machine.troubles.map { RoomScreen.Trouble(.warning, $0) })
    }

    private var shownCall: RoomScreen.Call {
        func party(_ call: CallRecord) -> RoomScreen.Party {
            RoomScreen.Party(name: call.shownName ?? "", address: call.remoteAddress)
        }
        if let ringing = machine.ringingCall { return .incoming(party(ringing)) }
        let established = machine.calls.filter(\.hasMedia)
        if let first = established.first {
            let seconds = Int((MonotonicTime.now.nanoseconds - first.answeredAt) / 1_000_000_000)
            // Names and time for the first seconds, then only the picture.
            return .inCall(established.map(party), seconds: seconds, showsDetails: seconds < 8)
        }
        if let dialling = machine.livingCalls.last {
            return .dialling(party(dialling), isRinging: dialling.phase == .ringingOut)
        }
        if let last = machine.calls.last, let reason = last.endSentence, endShownUntil > .now {
            return .ended(party(last), reason: reason)
        }
        return .idle
    }

    private var ownAddresses: [String] {
        guard sipPort > 0, let address = ownAddress else { return [] }
        return ["sip:room@\(address)" + (sipPort == 5060 ? "" : ":\(sipPort)")]
    }

    /// While nothing goes on the screen changes once a minute; that is the room's only timer then.
    private func scheduleClock() {
        clockTask?.cancel()
        let seconds = 60 - time(nil) % 60
        var wait = Duration.seconds(seconds) + .milliseconds(20)
        for limit in [volumeShownUntil, endShownUntil] where limit > .now {
            wait = min(wait, .nanoseconds(limit - .now) + .milliseconds(10))
        }
        clockTask = Task { [weak self] in
            try? await Task.sleep(for: wait, tolerance: .milliseconds(200))
            if !Task.isCancelled { await self?.refreshScreen() }
        }
    }
}
