import MediaTypes
import Supervisor
import Testing

@Suite("Life of a device")
struct DeviceStateMachineTests {
    private let camera = DeviceCandidate(identifier: "/devices/usb1/video0", name: "Room camera")
    private let spare = DeviceCandidate(identifier: "/devices/usb2/video2", name: "Spare camera")

    private func running() -> DeviceStateMachine {
        var device = DeviceStateMachine(kind: .camera)
        _ = device.handle(.appeared(camera))
        _ = device.handle(.opened)
        _ = device.handle(.streaming(true))
        _ = device.handle(.running)
        return device
    }

    @Test("A device that appears is opened, and streams when a call needs it")
    func opens() {
        var device = DeviceStateMachine(kind: .camera)
        #expect(device.phase == .absent)
        #expect(device.handle(.appeared(camera)) == [.open(camera)])
        #expect(device.phase == .opening)
        _ = device.handle(.opened)
        #expect(device.phase == .ready)
        _ = device.handle(.streaming(true))
        #expect(device.phase == .starting)
        _ = device.handle(.running)
        #expect(device.phase == .running)
        #expect(device.recoveries == 0)
    }

    @Test("The word of a first picture that comes after the call's end does not have it run")
    func lateWord() {
        var device = DeviceStateMachine(kind: .camera)
        _ = device.handle(.appeared(camera))
        _ = device.handle(.opened)
        _ = device.handle(.streaming(true))
        _ = device.handle(.streaming(false))
        _ = device.handle(.running)
        #expect(device.phase == .ready)
    }

    @Test("Unplugged in a call it is absent with a sentence, and opened at once when it is back")
    func unplugged() {
        var device = running()
        _ = device.handle(.lost(DeviceError(.gone, device: "camera", detail: "VIDIOC_DQBUF: No such device")))
        #expect(device.trouble == "Camera unplugged.")
        #expect(device.handle(.disappeared(identifier: camera.identifier)) == [])
        #expect(device.phase == .absent)
        #expect(device.handle(.appeared(camera)) == [.open(camera)])
        _ = device.handle(.opened)
        #expect(device.phase == .starting, "the call still wants it")
        _ = device.handle(.running)
        #expect(device.losses == 1)
        #expect(device.recoveries == 1)
        #expect(device.trouble == nil)
    }

    @Test("The kernel's word may come before the thread's: one loss, and it is closed")
    func kernelFirst() {
        var device = running()
        #expect(device.handle(.disappeared(identifier: camera.identifier)) == [.close])
        #expect(device.phase == .absent)
        #expect(device.losses == 1)
    }

    @Test("A failure is mended at once the first time, then after pauses that double up to five seconds")
    func backsOff() throws {
        var device = running()
        let failure = DeviceError(.failed, device: "camera", detail: "VIDIOC_STREAMON: Input/output error")
        guard case .scheduleRetry(let first, let attempt)? = device.handle(.lost(failure)).first else {
            Issue.record("no retry")
            return
        }
        #expect(first == .zero)
        #expect(device.handle(.retryDue(attempt: attempt)) == [.open(camera)])
        var pauses: [Duration] = []
        for _ in 0..<8 {
            guard case .scheduleRetry(let pause, let attempt)? = device.handle(.openFailed(failure)).first else {
                break
            }
            pauses.append(pause)
            _ = device.handle(.retryDue(attempt: attempt))
        }
        #expect(pauses == [200, 400, 800, 1600, 3200, 5000, 5000, 5000].map { .milliseconds($0) })
    }

    @Test("A pause that was overtaken by the kernel's announcement opens nothing twice")
    func staleRetry() {
        var device = running()
        let failure = DeviceError(.failed, device: "camera", detail: "EIO")
        guard case .scheduleRetry(_, let attempt)? = device.handle(.lost(failure)).first else {
            Issue.record("no retry")
            return
        }
        #expect(device.handle(.appeared(camera)) == [.open(camera)])
        #expect(device.handle(.retryDue(attempt: attempt)) == [])
    }

    @Test("A second device that fits takes over when the first goes")
    func spareTakesOver() {
        var device = running()
        #expect(device.handle(.appeared(spare)) == [])
        #expect(device.handle(.disappeared(identifier: camera.identifier)) == [.close, .open(spare)])
        #expect(device.candidate == spare)
    }

    @Test("A busy device names who may be in the way")
    func busy() {
        var device = DeviceStateMachine(kind: .display)
        _ = device.handle(.appeared(spare))
        _ = device.handle(.openFailed(DeviceError(.busy, device: "screen", detail: "Xorg (pid 700) holds it.")))
        #expect(device.trouble == "Screen is in use by another program. Xorg (pid 700) holds it.")
        #expect(device.phase == .backingOff)
    }
}
