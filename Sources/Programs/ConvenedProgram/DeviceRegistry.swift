import DeviceMonitor
import RoomConfiguration
import Supervisor
import Synchronization

/// Holds the kernel's devices against the board file. Any thread.
final class DeviceRegistry: Sendable {
    private let board: BoardConfiguration
    private let known = Mutex<[String: DeviceDescription]>([:])

    init(_ board: BoardConfiguration) { self.board = board }

    /// Whether any device of the board is hardware.
    var needsKernel: Bool {
        DeviceKind.allCases.contains { kind in matches(kind).contains { $0.synthetic == nil } }
            || board.encoders.contains { $0.kind == .v4l2 } || board.decoders.contains { $0.kind == .v4l2 }
    }

    /// The devices that the program makes itself; they are always there.
    func synthetic() -> [HardwareEvent] {
        DeviceKind.allCases.compactMap { kind in
            guard let match = matches(kind).first(where: { $0.synthetic != nil }) else { return nil }
            return .appeared(kind, Self.candidate(synthetic: match.synthetic ?? "", kind))
        }
    }

    /// What the monitor's news mean for the room.
    func changes(_ event: DeviceEvent) -> [HardwareEvent] {
        switch event {
        case .snapshot(let devices):
            let before = known.withLock { known in
                defer { known = Dictionary(devices.map { ($0.busIdentity, $0) }, uniquingKeysWith: { $1 }) }
                return known
            }
            let gone = before.values.filter { old in !devices.contains { $0.busIdentity == old.busIdentity } }
            return gone.flatMap(removed) + devices.flatMap(added)
        case .added(let device):
            known.withLock { $0[device.busIdentity] = device }
            return added(device)
        case .removed(let device):
            _ = known.withLock { $0.removeValue(forKey: device.busIdentity) }
            return removed(device)
        case .changed(let device):
            known.withLock { $0[device.busIdentity] = device }
            return device.subsystem == .drm && kinds(of: device).contains(.display) ? [.displayChanged] : added(device)
        }
    }

    /// The device behind a candidate; nil once it is gone.
    func device(_ candidate: DeviceCandidate) -> DeviceDescription? {
        known.withLock { $0[candidate.identifier] }
    }

    /// The first codec device that fits; nil while there is none.
    func codec(_ match: RoomConfiguration.DeviceMatch?) -> DeviceDescription? {
        let devices = known.withLock { Array($0.values) }
        return devices.filter { $0.subsystem == .video4linux }.sorted { $0.sysname < $1.sysname }.first { device in
            guard let match else { return false }
            return match.matches(driver: device.driver, card: device.card, udevProperties: device.properties)
        }
    }

    /// Whether `candidate` stands for a device of our own making; its kind then.
    func syntheticKind(_ candidate: DeviceCandidate) -> String? {
        let prefix = "synthetic:"
        return candidate.identifier.hasPrefix(prefix) ? String(candidate.identifier.dropFirst(prefix.count)) : nil
    }

    private static func candidate(synthetic kind: String, _ device: DeviceKind) -> DeviceCandidate {
        DeviceCandidate(identifier: "synthetic:\(kind)", name: "simulated \(device.rawValue) (\(kind))")
    }

    private func added(_ device: DeviceDescription) -> [HardwareEvent] {
        kinds(of: device).map { .appeared($0, DeviceCandidate(identifier: device.busIdentity, name: device.card)) }
    }

    private func removed(_ device: DeviceDescription) -> [HardwareEvent] {
        kinds(of: device).map { .disappeared($0, identifier: device.busIdentity) }
    }

    private func kinds(of device: DeviceDescription) -> [DeviceKind] {
        DeviceKind.allCases.filter { kind in
            guard device.subsystem == Self.subsystem(of: kind) else { return false }
            return matches(kind).contains {
                $0.matches(driver: device.driver, card: device.card, udevProperties: device.properties)
            }
        }
    }

    private func matches(_ kind: DeviceKind) -> [RoomConfiguration.DeviceMatch] {
        switch kind {
        case .camera: board.camera.matches
        case .microphone: board.capture.matches
        case .speaker: board.playback.matches
        case .display: board.display.matches
        }
    }

    private static func subsystem(of kind: DeviceKind) -> DeviceSubsystem {
        switch kind {
        case .camera: .video4linux
        case .microphone, .speaker: .sound
        case .display: .drm
        }
    }
}

extension DeviceDescription {
    /// The device's place and name in sysfs: one device of several on the same bus place.
    var busIdentity: String { "\(busPath)/\(sysname)" }
}
