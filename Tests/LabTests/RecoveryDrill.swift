import ControlProtocol
import FuzzSupport
import PeerSupport
import Testing
import V4L2Device

/// Devices pulled out and put back, and errors injected, in one call; how long each recovery took.
struct RecoveryDrill {
    enum Trouble: Hashable {
        /// All of vivid's cameras: both rooms lose theirs.
        case cameraUnplugged
        /// Microphone and loudspeaker of both rooms.
        case soundUnplugged
        case injected(InjectedError)
    }

    /// vivid's buttons (see Tests/Lab/README.md).
    enum InjectedError: UInt32, CaseIterable {
        case disconnect = 0x00f0_f041
        case bufferFlag = 0x00f0_f042
        case reqbufs = 0x00f0_f043
        case qbuf = 0x00f0_f044
        case streamon = 0x00f0_f045
        case fatal = 0x00f0_f046
    }

    let rooms: LabRooms
    private var random: SplitMix64
    /// Seconds, by what was done.
    private(set) var cameraTimes: [Double] = []
    private(set) var soundTimes: [Double] = []
    private(set) var errorTimes: [InjectedError: Double] = [:]

    init(_ rooms: LabRooms, seed: UInt64) {
        self.rooms = rooms
        random = SplitMix64(seed: seed)
    }

    /// Does everything in `troubles` once, in an order and at moments left to chance.
    mutating func run(_ troubles: [Trouble]) async throws {
        for trouble in troubles.shuffled(using: &random) {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &random)))
            switch trouble {
            case .cameraUnplugged: cameraTimes.append(try await unplug(.cameras))
            case .soundUnplugged: soundTimes.append(try await unplug(.loopbackSound))
            case .injected(let error): errorTimes[error] = try await inject(error)
            }
            #expect(try rooms.isEstablished(), "the call stands after \(trouble)")
        }
    }

    /// Seconds from the moment that the device is there again until it is back in the call.
    private mutating func unplug(_ device: PluggableDevice) async throws -> Double {
        let losses = try lossCounts(device)
        try device.unplug()
        // From a moment that nobody can have noticed yet up to long after the slate has come.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<900, using: &random)))
        let clock = ContinuousClock()
        let plugged = clock.now
        try device.plugIn()
        let moving = try marks(device)
        do {
            try await eventually(within: .seconds(15), every: .milliseconds(5), "\(device.driver) is back in the call")
            {
                try isBack(device, since: losses, moving) ? true : nil
            }
        } catch {
            throw ChildProcess.Failure("\(error)\nlosses before: \(losses)\n\(account(device))")
        }
        return (clock.now - plugged) / .seconds(1)
    }

    /// What the rooms say about a device that did not come back.
    private func account(_ device: PluggableDevice) -> String {
        [rooms.lab, rooms.second].map { room in
            let states = device.driver == "vivid" ? ["camera"] : ["audio.microphone", "audio.speaker"]
            let status = states.map { "\($0): \((try? room.status($0)) ?? .null)" }.joined(separator: "\n")
            return "\(status)\n\(room.process.log.suffix(3000))"
        }.joined(separator: "\n----\n")
    }

    /// Seconds from the press of the button until the camera is back in the call.
    private mutating func inject(_ error: InjectedError) async throws -> Double {
        let node = try Lab.videoNode(named: LabCamera.name)
        let losses = try lossCounts(.cameras)
        let damaged = try rooms.lab.number("camera.damaged_frames")
        let clock = ContinuousClock()
        let pressed = clock.now
        do {
            // Closed at once: what `disconnect` has taken away comes back when the last descriptor is closed.
            let camera = try V4L2Node(opening: node)
            try camera.setValue(1, of: V4L2ControlID(rawValue: error.rawValue))
            // The next REQBUFS and STREAMON come when the camera is opened anew.
            if error == .reqbufs || error == .streamon {
                try camera.setValue(1, of: V4L2ControlID(rawValue: InjectedError.fatal.rawValue))
            }
        }
        let moving = try marks(.cameras)
        do {
            try await eventually(within: .seconds(15), every: .milliseconds(5), "the camera is over \(error)") {
                if error == .bufferFlag {
                    return try rooms.lab.number("camera.damaged_frames") > damaged ? true : nil
                }
                return try isBack(.cameras, rooms: [rooms.lab], since: losses, moving) ? true : nil
            }
        } catch let failure {
            throw ChildProcess.Failure("\(failure)\nlosses before: \(losses)\n\(account(.cameras))")
        }
        return (clock.now - pressed) / .seconds(1)
    }

    /// What must have moved on for the device to be back: pictures decoded there, blocks of sound sent.
    private func marks(_ device: PluggableDevice) throws -> [Double] {
        try [rooms.lab, rooms.second].map { try $0.number(Self.path(device, rooms.number)) }
    }

    private func lossCounts(_ device: PluggableDevice) throws -> [Double] {
        try [rooms.lab, rooms.second].map { room in
            device.driver == "vivid"
                ? try room.number("camera.losses")
                : try room.number("audio.microphone.losses") + room.number("audio.speaker.losses")
        }
    }

    private static func path(_ device: PluggableDevice, _ call: Int) -> String {
        device.driver == "vivid" ? "calls.\(call).video.receive.frames" : "calls.\(call).audio.send.packets"
    }

    /// Whether each of the rooms has lost the device, has it again, and the far end gets what it gives.
    private func isBack(
        _ device: PluggableDevice, rooms these: [RoomProcess]? = nil, since losses: [Double], _ marks: [Double]
    ) throws -> Bool {
        let isCamera = device.driver == "vivid"
        let now = try lossCounts(device)
        for (index, room) in [rooms.lab, rooms.second].enumerated() {
            if let these, !these.contains(where: { $0 === room }) { continue }
            guard now[index] >= losses[index] + (isCamera ? 1 : 2) else { return false }
            if isCamera {
                guard try room.status("camera.state")?.stringValue == "running",
                    try room.status("calls.\(rooms.number).video.send.slate")?.boolValue == false
                else { return false }
                let other = index == 0 ? rooms.second : rooms.lab
                guard try other.number(Self.path(device, rooms.number)) > marks[1 - index] else { return false }
            } else {
                guard try room.status("audio.microphone.state")?.stringValue == "running",
                    try room.status("audio.speaker.state")?.stringValue == "running",
                    try room.number(Self.path(device, rooms.number)) > marks[index]
                else { return false }
            }
        }
        return true
    }
}
