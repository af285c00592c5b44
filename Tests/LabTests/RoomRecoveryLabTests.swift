import ControlProtocol
import PeerSupport
import Testing

@Suite("A call in the device lab outlives its devices", .serialized, .inDeviceLab)
struct RoomRecoveryLabTests {
    /// What the far end waits for at most, in seconds.
    private static let cameraBound = 2.0
    private static let soundBound = 1.0
    /// Where the guest does not get the processor, all are within so many times their bound.
    private static let loadedFactor = 6.0
    /// A guest that stood still for longer at a stretch, in milliseconds, did not get it.
    private static let longestStandstill = 250.0

    @Test(
        "Camera and sound card unplugged 20 times each, and each injected error: no call lost, all back, nothing leaks")
    func drill() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("figure: recovery drill with seed \(seed)")
        var rooms = try await LabRooms()
        try await rooms.call()
        let keptUp = try await rooms.keepUp()
        // The first of each kind may make what stays (a pool's thread, a library's descriptor).
        var warmUp = RecoveryDrill(rooms, seed: seed ^ 1)
        try await warmUp.run([.cameraUnplugged, .soundUnplugged])
        let processes = [rooms.lab, rooms.second].map { $0.process.processIdentifier }
        let before = try processes.map { try ProcessUsage(of: $0) }

        let standstillWatch = try StandstillWatch()
        var drill = RecoveryDrill(rooms, seed: seed)
        try await drill.run(
            Array(repeating: .cameraUnplugged, count: 20) + Array(repeating: .soundUnplugged, count: 20)
                + RecoveryDrill.InjectedError.allCases.map { .injected($0) })

        let (cameras, sound) = (Spread(drill.cameraTimes), Spread(drill.soundTimes))
        let errors = Spread(Array(drill.errorTimes.values))
        print("figure: in a call, camera back (s): \(cameras) (bound \(Self.cameraBound))")
        print("figure: in a call, sound card back, both directions (s): \(sound) (bound \(Self.soundBound))")
        print("figure: in a call, camera over an injected error (s): \(errors) (bound \(Self.cameraBound))")
        for (error, time) in drill.errorTimes { print("figure:   \(error): \((time * 100).rounded() / 100) s") }
        let keepsUp = try await rooms.keepUp()
        let standstill = try standstillWatch.stop().map(\.milliseconds).max() ?? 0
        let isLoaded = !keptUp || !keepsUp || standstill > Self.longestStandstill
        if isLoaded {
            print(
                "figure: the host is loaded, the guest stood still for up to \(standstill) ms; six times the bounds hold"
            )
        }
        for (times, bound) in [(cameras, Self.cameraBound), (sound, Self.soundBound), (errors, Self.cameraBound)] {
            #expect(times.most < (isLoaded ? bound * Self.loadedFactor : bound), "\(times)")
        }
        #expect(try rooms.isEstablished(), "no call is lost")

        for (index, process) in processes.enumerated() {
            try await eventually(within: .seconds(5), "no thread or descriptor is left over") {
                let after = try ProcessUsage(of: process)
                // The runtime's own pool may have one or two threads more after a busy time; a leak would be forty.
                return after.threads.count <= before[index].threads.count + 2
                    && after.descriptors <= before[index].descriptors + 1 ? true : nil
            }
        }
        try await rooms.hangUp()
        try await rooms.stop()
    }
}
