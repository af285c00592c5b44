import CallSignaling
import ControlProtocol
import ControlServer
import Directory
import LinuxSystem
import Logging
import MediaPipelines
import MediaTypes
import NIOCore
import NIOPosix
import Provisioning
import RoomConfiguration
import RoomState
import Supervisor

/// What keeps `convened` from running, in one line.
struct DaemonError: Error, CustomStringConvertible {
    let description: String
    /// Whether the settings have to change before a start can help.
    var isConfiguration = false

    /// As sysexits.h has it: EX_CONFIG, which systemd does not try again, or EX_UNAVAILABLE.
    var status: Int32 { isConfiguration ? 78 : 69 }
}

/// Puts the room together: control socket, SIP, board, supervisor; and takes it apart again.
struct RoomDaemon {
    let board: BoardConfiguration
    let store: RoomSettingsStore
    let keeper: RevisionKeeper?
    let socketPath: String?
    let stateFolder: String?
    /// Of the system's service for the screen's maintenance page.
    let maintenancePath: String

    func run(until signals: TerminationSignals) async throws {
        let logger = Logger(label: "convened")
        let settings = store.settings
        // One event loop for signalling and control: both are rare, and a second thread would only cost memory.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let notifier = ServiceNotifier()
        let memory = RoomMemory(stateFolder: stateFolder, directory: settings.directory.file)
        let careful = memory.begin(logger)

        let server: ControlServer
        do throws(ControlSocketError) {
            server = try ControlServer(
                controlConfiguration(settings), eventLoop: loop, logger: Logger(label: "control"))
        } catch {
            memory.starts.settle()
            throw DaemonError(description: "\(error)", isConfiguration: error.isConfiguration)
        }
        let account: SIPAccount?
        do {
            account = try AccountReader.account(settings.account)
        } catch {
            // The settings were checked for that: it is said, and the room runs without an account.
            logger.error("the account cannot be used", metadata: ["error": "\(error)"])
            account = nil
        }
        let agent = UserAgent(
            configuration: signalingConfiguration(settings, account), eventLoop: loop, logger: Logger(label: "sip"))
        do {
            try await agent.start()
        } catch {
            await server.stop()
            memory.starts.settle()
            throw DaemonError(description: "\(error)")
        }
        let port = await agent.port
        let adapter = StoreAdapter(store: store, keeper: keeper)
        let lock = AdminLock(store: store)
        let hardware = try BoardHardware(board, logger: Logger(label: "board"))
        let supervisor = try RoomSupervisor(
            hardware: hardware.ports(settings), settings: adapter.translated(settings), settingsStore: adapter,
            agent: agent,
            contacts: SQLiteContactBook(
                path: settings.directory.file, historyLimit: settings.directory.historyLimit),
            stateFile: memory.stateFile, safeMode: careful,
            maintenance: MaintenanceDesk(path: maintenancePath, lock: lock), logger: Logger(label: "room"),
            onPublish: { server.publish(status: $0) },
            onEvent: { server.publish(event: $0) })
        try await server.start(handler: ControlBridge(supervisor: supervisor, lock: lock))
        try await supervisor.start(sipPort: port)
        try hardware.start()
        logger.info(
            "the room is up",
            metadata: [
                "board": "\(board.name)", "room": "\(settings.name)", "sip": "\(port)",
                "socket": "\(socketPath ?? settings.control.socketPath)",
            ])

        let watchdog = Watchdog(supervisor: supervisor, limit: board.stallLimit, logger: logger)
        let patience = memory.settleLater(logger)
        await watchdog.run(notifier, until: signals)
        patience.cancel()

        logger.info("ending")
        notifier.send("STOPPING=1")
        await server.stop()
        await agent.stop()
        hardware.stop()
        await supervisor.stop()
        memory.starts.settle()
        try? await group.shutdownGracefully()
    }

    private func controlConfiguration(_ settings: RoomSettings) -> ControlServer.Configuration {
        var configuration = ControlServer.Configuration(path: socketPath ?? settings.control.socketPath)
        configuration.group = settings.control.group
        configuration.adminGroup = settings.control.adminGroup
        configuration.operatorGroup = settings.control.operatorGroup
        return configuration
    }

    private func signalingConfiguration(
        _ settings: RoomSettings, _ account: SIPAccount?
    ) -> UserAgentConfiguration {
        UserAgentConfiguration(
            addresses: [settings.sip.listenAddress], port: Int(settings.sip.port), user: settings.sip.user,
            displayName: settings.sip.displayName, account: account,
            // The room itself says busy, by its settings of the moment: this is above the most of them (call.max_calls).
            limits: UserAgentConfiguration.Limits(calls: 10))
    }
}

/// The control server's requests to the supervisor.
struct ControlBridge: ControlHandler {
    private let supervisor: RoomSupervisor
    private let lock: AdminLock
    private let subscriptions: AsyncStream<Int>.Continuation

    init(supervisor: RoomSupervisor, lock: AdminLock) {
        self.supervisor = supervisor
        self.lock = lock
        // In order, the newest count alone: tasks of their own could overtake each other.
        let (counts, continuation) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        subscriptions = continuation
        Task { for await count in counts { await supervisor.subscriptionsChanged(count: count) } }
    }

    func unlock(pin: String, from peer: ControlPeer) async -> Result<Void, ControlError> {
        await lock.unlock(pin: pin, user: peer.credentials.userID)
    }

    func handle(_ request: ControlRequest, from peer: ControlPeer) async -> Result<JSONValue, ControlError> {
        await supervisor.handle(request.command)
    }

    func currentStatus() async -> StatusTree? { await supervisor.status() }

    func subscriptionsChanged(count: Int) { subscriptions.yield(count) }
}

/// The settings file to the supervisor.
struct StoreAdapter: SettingsStore {
    let store: RoomSettingsStore
    /// Where revisions are kept; nil for a plain file.
    let keeper: RevisionKeeper?

    func get(path: String) async -> Result<JSONValue, ControlError> {
        do { return .success(try store.get(path)) } catch { return .failure(error) }
    }

    func set(path: String, value: JSONValue) async -> Result<JSONValue, ControlError> {
        do { return .success(try await store.set(path, to: value).json) } catch { return .failure(error) }
    }

    func reload() async -> Result<JSONValue, ControlError> {
        do throws(ControlError) {
            let outcome = try await store.reload()
            return .success([
                "changed": .array(outcome.changed.map(JSONValue.string)),
                "restart": .array(outcome.restart.map(JSONValue.string)),
            ])
        } catch {
            return .failure(error)
        }
    }

    func current() async -> SupervisorSettings { translated(store.settings) }

    /// How the room is set up from here, read anew each time: the first settings may have come meanwhile.
    func translated(_ settings: RoomSettings) -> SupervisorSettings {
        var result = Self.translate(settings)
        result.setupFingerprint = keeper.flatMap { $0.isProvisioned ? nil : HostKey.fingerprint }
        return result
    }

    static func translate(_ settings: RoomSettings) -> SupervisorSettings {
        var policy = RoomStateMachine.Policy(
            maximumCalls: settings.call.maximumCalls, autoAnswer: settings.call.answersAutomatically,
            muteOnAnswer: settings.audio.mutesOnAnswer)
        policy.autoAnswerSeconds = settings.call.autoAnswerSeconds
        policy.mutesAutoAnswered = settings.call.mutesAutoAnswered
        policy.ringTone = RoomTone(name: settings.ringing.tone) ?? .classic
        policy.ringVolume = settings.ringing.volume
        policy.playsRingback = settings.ringing.playsRingback
        var screen = SupervisorSettings.Screen(
            language: settings.display.language, isDark: settings.display.theme != "light",
            showsClockInStandby: settings.display.standby == "clock")
        screen.offersMaintenance = settings.display.offersMaintenance
        screen.isMaintenanceLocked = !settings.panel.pinHash.isEmpty
        var result = SupervisorSettings(
            roomName: settings.name, policy: policy,
            volume: settings.audio.volume, layout: settings.display.layout,
            bitrate: BitsPerSecond(settings.call.maximumBitrate), rtpPorts: settings.call.mediaPorts,
            rtpAddress: IPEndpoint(address: settings.sip.listenAddress, port: 0) ?? .any(port: 0),
            historyLimit: settings.directory.historyLimit,
            quietHours: QuietHours(
                from: settings.quietHours.from, to: settings.quietHours.to, days: settings.quietHours.days),
            screen: screen)
        result.videoSize = (settings.call.size.width, settings.call.size.height)
        result.frameRate = FrameRate(settings.call.rate)
        result.displayName = settings.sip.displayName
        return result
    }
}
