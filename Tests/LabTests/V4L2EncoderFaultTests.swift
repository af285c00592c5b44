import LinuxSystem
import MediaTypes
import PeerSupport
import Testing
import V4L2Capture
import V4L2Codec

@Suite("V4L2Encoder and the faults of real encoders", .inDeviceLab, .serialized)
struct V4L2EncoderFaultTests {
    @Test("a stall is seen within 500 ms, and a new encoder goes on within 1.5 s")
    func stall() async throws {
        try await Lab.with("vh264enc", "fault_stall", "10") {
            let camera = try LabCamera.open(.lab())
            try camera.start()
            let first = try LabEncoder(.lab())
            let wake = try EventFD()
            var stalled: MonotonicTime?
            var captured = 0
            for _ in 0..<60 where stalled == nil {
                let frame = try LabCamera.frame(camera, wake.borrowed)
                captured += 1
                // Once it is full the pictures go past it.
                try first.encode(frame)
                let pending = first.encoder.pending
                if pending.count > 0, MonotonicTime.now - pending.since > 400_000_000 { stalled = pending.since }
            }
            #expect(first.units.count == 9)
            #expect(captured >= 20, "the camera goes on, since the stalled encoder holds but a few of its frames")
            let since = try #require(stalled, "no stall was seen")
            let second = try LabEncoder(.lab())
            try second.record(camera, 1)
            let gap = MonotonicTime.now - since
            print("figure: vh264enc stall to the next picture: \(gap / 1_000_000) ms")
            #expect(gap < 1_500_000_000)
            try second.record(camera, 9)
            try await second.requireGoodStream()
        }
    }

    @Test("a coded buffer with the error flag is skipped, and a key frame follows")
    func errorFlag() async throws {
        try await Lab.with("vh264enc", "fault_error", "5") {
            let camera = try LabCamera.open(.lab())
            try camera.start()
            let lab = try LabEncoder(.lab())
            try lab.record(camera, 15)
            #expect(lab.encoder.damagedPictures == 1)
            #expect(lab.units.count == 14)
            #expect(lab.units[4].isKeyFrame)
            #expect(lab.encoder.pending.count == 0)
            try await lab.requireGoodStream()
        }
    }

    @Test("an encoder whose pictures are all broken fails instead of going on for ever")
    func allBroken() async throws {
        try await Lab.with("vh264enc", "fault_error", "-1") {
            let camera = try LabCamera.open(.lab())
            try camera.start()
            let lab = try LabEncoder(.lab())
            #expect(failure { try lab.record(camera, 30) }?.kind == .failed)
            #expect(failure { try lab.record(camera, 1) }?.kind == .failed, "it stays closed")
        }
        try await expectRecovery()
    }

    @Test("a fatal error is told at once, the frames go back, and a new encoder goes on")
    func fatal() async throws {
        try await Lab.with("vh264enc", "fault_fatal", "5") {
            let camera = try LabCamera.open(.lab())
            try camera.start()
            let lab = try LabEncoder(.lab())
            let error = failure { try lab.record(camera, 30) }
            #expect(error?.kind == .failed)
            #expect(lab.units.count == 4)
            let next = try LabEncoder(.lab())
            try next.record(camera, 20)
            try await next.requireGoodStream()
        }
    }

    @Test(
        "a device that has no memory, or does not start, is tried again a few times",
        arguments: ["reqbufs", "streamon"])
    func opening(_ fault: String) async throws {
        let before = LabCamera.openDescriptors
        try await Lab.with("vh264enc", "fault_\(fault)", "2") {
            try await self.expectRecovery()
        }
        try await Lab.with("vh264enc", "fault_\(fault)", "-1") {
            let error = self.failure { _ = try LabEncoder(.lab()) }
            #expect(error?.kind == .failed)
            #expect(error?.detail.contains(fault == "reqbufs" ? "VIDIOC_REQBUFS" : "VIDIOC_STREAMON") == true)
        }
        #expect(LabCamera.openDescriptors == before)
    }

    @Test("an encoder that is unplugged 10 times while encoding is gone, and is there again when it is put back")
    func unplug() async throws {
        let camera = try LabCamera.open(.lab())
        try camera.start()
        let before = LabCamera.openDescriptors
        for _ in 0..<10 {
            let lab = try LabEncoder(.lab())
            try lab.record(camera, 3)
            try PluggableDevice.encoder.unplug()
            #expect(failure { try lab.record(camera, 10) }?.kind == .gone)
            try PluggableDevice.encoder.plugIn()
        }
        #expect(LabCamera.openDescriptors == before)
        camera.close()
        try await expectRecovery()
    }

    private func expectRecovery() async throws {
        let camera = try LabCamera.open(.lab())
        try camera.start()
        let lab = try LabEncoder(.lab())
        try lab.record(camera, 10)
        try await lab.requireGoodStream()
    }

    private func failure(_ body: () throws -> Void) -> DeviceError? {
        do {
            try body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}
