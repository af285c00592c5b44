import ALSAAudio
import ControlProtocol
import DeviceMonitor
import KMSDisplay
import LinuxSystem
import MediaPipelines
import MediaTypes
import RoomConfiguration
import Supervisor
import SyntheticDevices
import V4L2Capture

/// Opens the room's devices by what the board file says of them. The closures run on the devices' threads.
struct DeviceOpeners: Sendable {
    let board: BoardConfiguration
    let settings: RoomSettings
    let registry: DeviceRegistry
    let simulation: SimulatedBoard

    func camera(_ candidate: DeviceCandidate) -> CameraPipeline.Opener {
        let size = board.camera.size
        let rate = board.camera.rate
        if registry.syntheticKind(candidate) != nil {
            return { [simulation] () throws(DeviceError) in
                try SyntheticCamera(
                    name: candidate.name, width: size.width, height: size.height, frameRate: FrameRate(rate),
                    flash: simulation.flash, buffers: 5)
            }
        }
        let formats = board.camera.formats.compactMap(PixelFormat.init(rawValue:))
        return { [registry] () throws(DeviceError) in
            let device = try Self.present(registry, candidate, "camera")
            return try V4L2Camera.open(
                node: device.node, name: "camera \(candidate.name)",
                request: CaptureRequest(
                    formats: formats, width: size.width, height: size.height, frameRate: FrameRate(rate)))
        }
    }

    func microphone(_ candidate: DeviceCandidate) -> MicrophonePipeline.Opener {
        if registry.syntheticKind(candidate) != nil {
            return { [simulation] () throws(DeviceError) in
                try SyntheticMicrophone(name: candidate.name, flash: simulation.flash)
            }
        }
        let sound = board.capture
        return { [registry] () throws(DeviceError) in
            let device = try Self.present(registry, candidate, "microphone")
            return try ALSACapture(
                PCMAddress(card: device.card, device: sound.device, subdevice: sound.subdevice),
                channels: sound.channels, periodFrames: sound.periodFrames, bufferBlocks: sound.bufferBlocks,
                mixers: sound.mixers)
        }
    }

    func speaker(_ candidate: DeviceCandidate) -> SpeakerPipeline.Opener {
        if registry.syntheticKind(candidate) != nil {
            return { [simulation] () throws(DeviceError) in try simulation.makeSpeaker(name: candidate.name) }
        }
        let sound = board.playback
        return { [registry] () throws(DeviceError) in
            let device = try Self.present(registry, candidate, "speaker")
            return try ALSAPlayback(
                PCMAddress(card: device.card, device: sound.device, subdevice: sound.subdevice),
                channels: sound.channels, periodFrames: sound.periodFrames, bufferBlocks: sound.bufferBlocks,
                mixers: sound.mixers)
        }
    }

    func display(_ candidate: DeviceCandidate) -> DisplayPipeline.Opener {
        let wanted = board.display
        if let kind = registry.syntheticKind(candidate) {
            let planes = kind == "memory_with_planes" ? 3 : 0
            return { [simulation] () throws(DeviceError) in
                simulation.recorded(try SyntheticDisplay(mode: Self.mode(wanted.mode), overlayCount: planes))
            }
        }
        return { [registry] () throws(DeviceError) in
            let device = try Self.present(registry, candidate, "screen")
            return try Self.openScreen(wanted, node: device.node)
        }
    }

    /// The first of the board's connectors that has a screen; the board may leave the choice open.
    private static func openScreen(
        _ wanted: BoardConfiguration.Display, node: String
    ) throws(DeviceError) -> KMSDisplay {
        var configuration = KMSDisplayConfiguration(card: node)
        if case .mode(let width, let height, let rate) = wanted.mode {
            configuration.width = width
            configuration.height = height
            configuration.refreshMillihertz = rate.map { $0 * 1000 }
        }
        for connector in wanted.connectors.dropLast() {
            configuration.connector = connector
            do throws(DeviceError) {
                return try KMSDisplay(configuration)
            } catch  where error.kind == .gone {
                continue
            }
        }
        configuration.connector = wanted.connectors.last
        return try KMSDisplay(configuration)
    }

    /// What the simulated screen has, since nothing asks for a mode of its own there.
    private static func mode(_ preference: DisplayModePreference) -> DisplayMode {
        switch preference {
        case .preferred: DisplayMode(width: 1920, height: 1080, refreshMillihertz: 60_000)
        case .mode(let width, let height, let rate):
            DisplayMode(width: width, height: height, refreshMillihertz: (rate ?? 60) * 1000)
        }
    }

    private static func present(
        _ registry: DeviceRegistry, _ candidate: DeviceCandidate, _ what: String
    ) throws(DeviceError) -> DeviceDescription {
        guard let device = registry.device(candidate) else {
            throw DeviceError(.gone, device: "\(what) \(candidate.name)", detail: "the kernel has taken it away")
        }
        return device
    }
}

extension BoardConfiguration.Sound {
    fileprivate var periodFrames: Int { period * AudioFormat.sampleRate / 1000 }

    /// The card's buffer in blocks of 10 ms, rounded up.
    fileprivate var bufferBlocks: Int { (period * periods + 9) / 10 }
}
