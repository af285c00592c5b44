import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import V4L2Capture

/// vivid's first camera on a thread of its own, straight into a screen's inbox.
final class CameraFeeder: Sendable {
    private let thread: MediaThread

    init(_ inbox: FrameInbox, _ request: CaptureRequest = .lab()) throws {
        thread = try MediaThread(name: "camera")
        try thread.start { thread in
            guard let camera = try? LabCamera.open(request), (try? camera.start()) != nil else { return }
            while !thread.isStopping {
                guard let event = try? camera.nextFrame(wake: thread.stopDescriptor, timeout: 1_000_000_000) else {
                    return
                }
                if case .frame(let frame) = event { inbox.offer(frame) }
            }
            camera.stop()
        }
    }

    func stop() { thread.stopAndJoin() }
}
