import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// Pictures of the screen for who asked.
extension DisplayLoop {
    func answerCaptures() {
        // What was asked for before the capture shall be in it: a flip may be under way, and one more after it.
        for _ in 0..<2 where flipPending {
            waitForFlip()
            turn()
        }
        waitForFlip()
        let waiting = captures
        captures.removeAll()
        if waiting.isEmpty { return }
        do throws(DeviceError) {
            // Read once for all of them: memory that is scanned out can be slow to read, and nothing flips meanwhile.
            let screen = try readScreen()
            for continuation in waiting { continuation.resume(returning: screen) }
        } catch {
            for continuation in waiting { continuation.resume(throwing: error) }
            closeOutput(error)
        }
    }

    private func readScreen() throws(DeviceError) -> CapturedScreen {
        guard let output else {
            throw DeviceError(.gone, device: "screen", detail: "there is no screen now")
        }
        let mode = output.mode
        let stride = mode.width * 4
        var pixels = [UInt8](repeating: 0, count: stride * mode.height)
        var failure: DeviceError?
        pixels.withUnsafeMutableBytes { bytes in
            do throws(DeviceError) { try output.readScreen(into: bytes, stride: stride) } catch { failure = error }
        }
        if let failure { throw failure }
        return CapturedScreen(pixels: pixels, width: mode.width, height: mode.height, stride: stride)
    }

    private func waitForFlip() {
        guard flipPending, let output else { return }
        var set = PollSet(count: 1)
        set.watch(0, output.eventDescriptor, for: .readable)
        do throws(DeviceError) {
            while flipPending {
                _ = try? set.wait(nanoseconds: 50_000_000)
                try takeFlip(output)
            }
        } catch {
            closeOutput(error)
        }
    }
}
