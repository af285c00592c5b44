import ControlProtocol
import LinuxSystem
import Logging
import MediaPipelines
import MediaTypes
import RealtimeSupport

/// Safe mode: what may have brought the room down is left alone. No camera is opened, no encoder and no decoder of
/// pictures is loaded; calls have sound, and screen, remote, panel and socket work as ever.
extension RoomSupervisor {
    /// Goes into safe mode, or leaves it. Calls that stand keep what they have.
    func setSafeMode(_ wanted: Bool) async throws(ControlError) -> JSONValue {
        if wanted, machine.safeMode == nil {
            guard machine.livingCalls.isEmpty else {
                throw ControlError(.wrongState, "The room is in a call; hang up before safe mode.")
            }
            await feed(.safeMode(SafeMode(unfinishedStarts: 0)))
            if let camera = machine.devices[.camera]?.candidate, machine.devices[.camera]?.phase != .absent {
                leftOutCameras.append(camera)
                await feed(.device(.camera, .disappeared(identifier: camera.identifier)))
            }
        } else if !wanted, machine.safeMode != nil {
            logger.notice("safe mode is left")
            await feed(.safeMode(nil))
            let cameras = leftOutCameras
            leftOutCameras = []
            for camera in cameras { await feed(.device(.camera, .appeared(camera))) }
        }
        arrangeScreen()
        return ["enabled": JSONValue(machine.safeMode != nil)]
    }

    /// Whether an announcement is kept back: cameras wait until safe mode is left.
    func keepsBack(_ event: HardwareEvent) -> Bool {
        guard machine.safeMode != nil else { return false }
        switch event {
        case .appeared(.camera, let candidate):
            leftOutCameras.removeAll { $0.identifier == candidate.identifier }
            leftOutCameras.append(candidate)
            return true
        case .disappeared(.camera, let identifier):
            leftOutCameras.removeAll { $0.identifier == identifier }
            return true
        default: return false
        }
    }

    var safeModeStatus: JSONValue {
        guard let safeMode = machine.safeMode else { return ["enabled": false] }
        return [
            "enabled": true, "unfinished_starts": JSONValue(safeMode.unfinishedStarts),
            "reason": JSONValue(safeMode.sentence), "left_out": .array(SafeMode.leftOut.map { JSONValue($0) }),
        ]
    }
}
