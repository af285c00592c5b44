import ControlProtocol
import DeviceMonitor
import Logging
import MediaPipelines
import MediaTypes
import RealtimeSupport
import RoomConfiguration
import Supervisor

/// The board file made real: which of the kernel's devices are the room's, and how each is opened.
///
/// The one place where adapters are chosen.
final class BoardHardware: Sendable {
    private let board: BoardConfiguration
    private let logger: Logger
    private let monitor: DeviceMonitor
    private let registry: DeviceRegistry
    private let events: AsyncStream<HardwareEvent>
    private let continuation: AsyncStream<HardwareEvent>.Continuation
    private let pump = TaskHolder()
    private let simulation = SimulatedBoard()

    init(_ board: BoardConfiguration, logger: Logger) throws {
        self.board = board
        self.logger = logger
        monitor = try DeviceMonitor()
        registry = DeviceRegistry(board)
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1024))
    }

    /// Begins to watch for devices; those that are there come first.
    func start() throws {
        for event in registry.synthetic() { continuation.yield(event) }
        guard registry.needsKernel else {
            continuation.yield(.settled)
            return
        }
        try monitor.start()
        pump.set(
            Task { [monitor, registry, continuation] in
                for await event in monitor.events {
                    for change in registry.changes(event) { continuation.yield(change) }
                    if case .snapshot = event { continuation.yield(.settled) }
                }
            })
    }

    func stop() {
        pump.cancel()
        monitor.stop()
        continuation.finish()
        simulation.writeRecording()
    }

    /// What the supervisor sees.
    func ports(_ settings: RoomSettings) -> RoomHardware {
        let openers = DeviceOpeners(board: board, settings: settings, registry: registry, simulation: simulation)
        let codecs = CodecChoices(board: board, call: settings.call, registry: registry)
        return RoomHardware(
            boardName: board.name, events: events, openCamera: openers.camera, openMicrophone: openers.microphone,
            openSpeaker: openers.speaker, openDisplay: openers.display, encoders: codecs.encoders,
            decoders: codecs.decoders, audioCodecs: codecs.audio,
            scheduling: board.threads.mapValues {
                ThreadScheduling(fifoPriority: $0.priority, niceness: $0.niceness, processors: $0.processors)
            },
            rehearse: codecs.rehearsal.run, warmUp: codecs.warmUp)
    }
}
