package import CallSignaling
import Composition
package import ControlProtocol
package import Directory
import LinuxSystem
package import Logging
import MediaPipelines
import MediaTypes
import RealtimeSupport
package import RoomState
import RoomUI

/// The room: carries out what `RoomStateMachine` decides, on devices, calls and screen.
///
/// An actor that sees ports only. All events go through `feed`, one after the other; each transition is logged.
/// It never blocks: devices are opened and driven on their own threads.
package actor RoomSupervisor {
    let hardware: RoomHardware
    let settingsStore: any SettingsStore
    let agent: UserAgent
    let contacts: any ContactBook
    /// Where what people choose is kept; nil where nothing is.
    let stateFile: StateFile?
    /// Nil where there is no system to do it.
    let maintenance: (any MaintenanceService)?
    let logger: Logger
    let camera: CameraPipeline
    let microphone: MicrophonePipeline
    let speaker: SpeakerPipeline
    let display: DisplayPipeline
    let displayOpener: DisplayOpenerBox
    let screen: ScreenPresenter
    let slates = SlateSource()
    let onPublish: @Sendable (StatusTree) -> Void
    let onEvent: @Sendable (ControlEvent) -> Void
    let started = MonotonicTime.now

    var settings: SupervisorSettings
    var machine: RoomStateMachine
    var media: [Int: CallMediaSession] = [:]
    var negotiations: [Int: Negotiation] = [:]
    var agreements: [Int: Agreement] = [:]
    var pendingOffers: [CallID: PendingOffer] = [:]
    /// Calls that the agent begins now and whose names there the machine does not know yet.
    var placements = 0
    var placementWaiters: [CheckedContinuation<Void, Never>] = []
    var tiles: [Int: TileID] = [:]
    var isWarm = false
    var isRehearsed = false
    var rates: [Int: CallRates] = [:]
    var marks: [Int: SetupMarks] = [:]
    var details: [DeviceKind: DeviceDetails] = [:]
    var retries: [DeviceKind: Task<Void, Never>] = [:]
    var pumps: [Task<Void, Never>] = []
    var ticker: Task<Void, Never>?
    var isPublishing = false
    var subscriptionCount = 0
    var sipPort = 0
    var registration = RegistrationState.off
    /// What keeps calls from coming in, beside the account: sentences.
    var listeningTroubles: [String] = []
    var isSettled = false
    /// The numeric address of ours that leads out, for the screen.
    var ownAddress: String?
    var interface = RoomInterface()
    var selfViewCorner = SelfViewCorner.bottomRight
    var language: Language
    var isDark: Bool
    var choices = RoomChoices()
    var presets = CameraPresets()
    /// False until what was kept has been taken up, so that nothing overwrites it before.
    var isRestored = false
    var savedState: JSONValue?
    /// Cameras that were announced while safe mode leaves them alone.
    var leftOutCameras: [DeviceCandidate] = []
    var saving: Task<Void, Never>?
    /// Why what people choose is not kept; nil while it is.
    var stateTrouble: String?
    var pendingSearch: String?
    var isSearching = false
    var qualities: [Int: ConnectionQuality] = [:]
    var endShownUntil = MonotonicTime.zero
    var pairingNotice: PairingNotice?
    var messageNotice: MessageNotice?
    /// The sentence on the screen that subscribers know of.
    var toldMessage: String?
    var maintenanceWork = RoomFacts.Work.none
    var clockTask: Task<Void, Never>?
    /// What was told last of the TV; nil until somebody watches it.
    var television: TelevisionReport?
    var memoryRelease: Task<Void, Never>?
    var screenMode: DisplayMode?
    /// Arranges the screen once a call that begins holds it no longer.
    var screenHold: Task<Void, Never>?
    var isArrangementHeld = false
    var screenOpenings = 0
    var shownScreen: (screen: RoomScreen, opening: Int)?
    var shownContacts = ContactBookState()
    var readyWaiters: [CheckedContinuation<Void, Never>] = []
    private let deviceEvents: AsyncStream<RoomEvent>.Continuation
    private let deviceEventStream: AsyncStream<RoomEvent>

    /// - Parameters:
    ///   - agent: started by the owner.
    ///   - contacts: the directory and the call history.
    ///   - stateFile: where what people choose is kept.
    ///   - maintenance: what the screen's maintenance page has done; nil for no such page.
    ///   - safeMode: why the room is to begin with less; nil for all that it has.
    ///   - onPublish: hears the new status when somebody subscribed; must not block.
    ///   - onEvent: hears what happens; must not block.
    package init(
        hardware: RoomHardware, settings: SupervisorSettings, settingsStore: any SettingsStore, agent: UserAgent,
        contacts: any ContactBook, stateFile: StateFile? = nil, safeMode: SafeMode? = nil,
        maintenance: (any MaintenanceService)? = nil, logger: Logger,
        onPublish: @escaping @Sendable (StatusTree) -> Void,
        onEvent: @escaping @Sendable (ControlEvent) -> Void = { _ in }
    ) throws {
        self.hardware = hardware
        self.settings = settings
        self.settingsStore = settingsStore
        self.agent = agent
        self.contacts = contacts
        self.stateFile = stateFile
        self.maintenance = maintenance
        language = Language(rawValue: settings.screen.language) ?? .english
        isDark = settings.screen.isDark
        self.logger = logger
        self.onPublish = onPublish
        self.onEvent = onEvent
        machine = RoomStateMachine(policy: settings.policy, volume: settings.volume, layout: settings.layout)
        machine.safeMode = safeMode
        // Newest wins would lose a transition; the bound is far above what devices can do between two turns.
        let (stream, continuation) = AsyncStream<RoomEvent>.makeStream(bufferingPolicy: .bufferingOldest(1024))
        deviceEvents = continuation
        deviceEventStream = stream
        camera = try CameraPipeline { continuation.yield(report: $0, of: .camera) }
        microphone = try MicrophonePipeline { continuation.yield(report: $0, of: .microphone) }
        speaker = try SpeakerPipeline { continuation.yield(report: $0, of: .speaker) }
        screen = try ScreenPresenter(scheduling: hardware.scheduling["interface"] ?? ThreadScheduling())
        let box = DisplayOpenerBox()
        displayOpener = box
        display = try DisplayPipeline(
            events: { continuation.yield(display: $0) }, open: { () throws(DeviceError) in try box.open() })
    }

    /// Starts the device threads and begins to hear of devices and calls.
    package func start(sipPort: Int) async throws {
        self.sipPort = sipPort
        await restoreChoices()
        try camera.start(scheduling: scheduling("camera"))
        try microphone.start(scheduling: scheduling("microphone"))
        try speaker.start(scheduling: scheduling("speaker"))
        try display.start(scheduling: scheduling("display"))
        camera.attach(display.inbox(for: .selfView))
        speaker.setVolume(machine.volume)
        pumps = [
            Task { [deviceEventStream] in for await event in deviceEventStream { await self.feed(event) } },
            Task { [hardware] in for await event in hardware.events { self.hardwareChanged(event) } },
            Task { [agent] in for await event in agent.events { await self.signaled(event) } },
            Task { [agent] in for await state in agent.registrations { self.registrationChanged(state) } },
            Task { [agent] in
                for await troubles in await agent.listeningTroubles() { self.listeningChanged(troubles) }
            },
        ]
        arrangeScreen()
        openContacts()
        Task {
            // An address of documentation (RFC 5737): nothing is sent, the kernel only says which way leads out.
            self.ownAddress = try? await self.agent.localAddress(toward: "192.0.2.1")
            self.refreshScreen()
        }
    }

    /// Ends all calls' media and all device threads; the screen is given back. `agent.stop` comes first.
    package func stop() async {
        for pump in pumps { pump.cancel() }
        for retry in retries.values { retry.cancel() }
        ticker?.cancel()
        clockTask?.cancel()
        screenHold?.cancel()
        memoryRelease?.cancel()
        saving?.cancel()
        await writeState()
        await screen.stop()
        deviceEvents.finish()
        for session in media.values { session.stop() }
        media.removeAll()
        // The screen first: another device's thread may be stuck in its driver.
        display.stop()
        camera.stop()
        microphone.stop()
        speaker.stop()
    }

    func scheduling(_ name: String) -> ThreadScheduling { hardware.scheduling[name] ?? ThreadScheduling() }

    // MARK: - Events

    /// Gives the machine an event and carries out what it answers.
    func feed(_ event: RoomEvent) async {
        note(event)
        let before = machine
        let actions = machine.handle(event, at: MonotonicTime.now.nanoseconds)
        logTransitions(from: before)
        if before.devices[.camera]?.phase == .running, machine.devices[.camera]?.phase != .running {
            // No still picture of a camera that has gone; and a frame that is held keeps its driver's node open.
            display.clear(.selfView)
        }
        tellEvents(since: before)
        for action in actions { await perform(action) }
        keepChoices()
        tellWhenReady()
    }

    /// From a media thread of a call.
    nonisolated func mediaReported(_ number: Int, _ event: MediaEvent) {
        deviceEvents.yield(.media(number: number, event))
    }

    private func note(_ event: RoomEvent) {
        switch event {
        case .deviceDetails(let kind, let found): details[kind] = found
        case .displayOpened(let mode, _):
            screenMode = mode
            screenOpenings += 1
        case .settled: isSettled = true
        case .media(let number, let report): noteMedia(number, report)
        default: break
        }
    }

    private func hardwareChanged(_ event: HardwareEvent) {
        guard !keepsBack(event) else { return }
        switch event {
        case .appeared(let kind, let candidate): deviceEvents.yield(.device(kind, .appeared(candidate)))
        case .disappeared(let kind, let identifier):
            deviceEvents.yield(.device(kind, .disappeared(identifier: identifier)))
        case .settled: deviceEvents.yield(.settled)
        case .displayChanged: display.connectorChanged()
        }
    }

    private func logTransitions(from before: RoomStateMachine) {
        for kind in DeviceKind.allCases {
            guard let old = before.devices[kind], let new = machine.devices[kind], old.phase != new.phase else {
                continue
            }
            logger.info(
                "device",
                metadata: [
                    "device": "\(kind.rawValue)", "from": "\(old.phase.rawValue)", "to": "\(new.phase.rawValue)",
                    "name": "\(new.candidate?.name ?? "none")", "trouble": "\(new.trouble ?? "none")",
                ])
        }
        for call in machine.calls {
            let old = before.call(call.number)?.phase
            guard old != call.phase else { continue }
            logger.info(
                "call",
                metadata: [
                    "call": "\(call.number)", "from": "\(old?.rawValue ?? "none")", "to": "\(call.phase.rawValue)",
                    "peer": "\(call.remoteAddress)", "reason": "\(call.endSentence ?? "none")",
                ])
        }
    }

    // MARK: - Actions

    private func perform(_ action: RoomAction) async {
        switch action {
        case .device(let kind, let deviceAction): perform(deviceAction, on: kind)
        case .stream(let kind, _): stream(kind)
        case .place(let number, let address): await place(number, address)
        case .ring(let number): await ring(number)
        case .accept(let number): await accept(number)
        case .refuse(let number, let status): await refuse(number, status: status)
        case .hangUp(let number): await hangUp(number)
        case .offerHold(let number, let isHeld): await offerHold(number, isHeld)
        case .startMedia(let number): startMedia(number)
        case .endMedia(let number): endMedia(number)
        case .lookUpName(let number): lookUpName(number)
        case .keepInHistory(let number, let outcome): keepInHistory(number, outcome)
        case .countDown(let number, let seconds): countDown(number, seconds: seconds)
        case .setTone: speaker.setTone(machine.playedTone, volume: machine.playedVolume)
        case .setMuted(let muted): microphone.setMuted(muted)
        case .setVolume(let volume):
            speaker.setVolume(volume)
            interface.volumeChanged(at: MonotonicTime.now.nanoseconds)
        case .setCameraEnabled: stream(.camera)
        case .arrangeScreen: arrangeScreen()
        case .setScreenActive(let active):
            display.setActive(active || settings.screen.showsClockInStandby)
            arrangeScreen()
        case .publish:
            refreshScreen()
            publishSoon()
        }
    }

    private func perform(_ action: DeviceStateMachine.Action, on kind: DeviceKind) {
        switch action {
        case .open(let candidate):
            switch kind {
            case .camera: camera.open(hardware.openCamera(candidate))
            case .microphone: microphone.open(hardware.openMicrophone(candidate))
            case .speaker: speaker.open(hardware.openSpeaker(candidate))
            case .display:
                displayOpener.set(hardware.openDisplay(candidate))
                display.reopen()
            }
        case .close:
            details[kind] = nil
            switch kind {
            case .camera: camera.close()
            case .microphone: microphone.close()
            case .speaker: speaker.close()
            case .display: display.close(DeviceError(.gone, device: "screen", detail: "unplugged"))
            }
        case .scheduleRetry(let pause, let attempt):
            retries[kind]?.cancel()
            retries[kind] = Task {
                try? await Task.sleep(for: pause)
                if !Task.isCancelled { await self.feed(.device(kind, .retryDue(attempt: attempt))) }
            }
        }
    }

    /// Has a device stream or rest as the machine wants it now: while the action before this one was awaited, more may
    /// have happened than the event that it came of.
    private func stream(_ kind: DeviceKind) {
        switch kind {
        case .camera:
            let wanted = machine.isStreaming && machine.isCameraEnabled
            camera.setStreaming(wanted)
            if !wanted { display.clear(.selfView) }
        case .microphone: microphone.setStreaming(machine.isStreaming)
        case .speaker: speaker.setStreaming(machine.isSpeakerStreaming)
        case .display: break
        }
        if machine.isStreaming || machine.isSpeakerStreaming { startTicker() }
    }
}

/// How the display thread opens the screen that was announced last.
final class DisplayOpenerBox: Sendable {
    private let opener = Guarded<DisplayPipeline.Opener?>(nil)

    func set(_ value: @escaping DisplayPipeline.Opener) { opener.set(value) }

    func open() throws(DeviceError) -> any DisplayOutput {
        guard let opener = opener.get() else {
            throw DeviceError(.gone, device: "screen", detail: "no screen was found")
        }
        return try opener()
    }
}
