import CallSignaling
import Composition
package import ControlProtocol
import LinuxSystem
import MediaPipelines
import MediaTypes
import RoomUI

extension RoomSupervisor {
    /// Carries out a request of the control socket.
    package func handle(_ command: ControlCommand) async -> Result<JSONValue, ControlError> {
        do {
            let answer = try await carryOut(command)
            tellEvent(of: command)
            return .success(answer)
        } catch {
            return .failure(error)
        }
    }

    private func carryOut(_ command: ControlCommand) async throws(ControlError) -> JSONValue {
        switch command {
        case .configGet(let path): return try await settingsStore.get(path: path).get()
        case .configSet(let path, let value):
            let result = try await settingsStore.set(path: path, value: value).get()
            await applySettings(set: path)
            return result
        case .configReload:
            let result = try await settingsStore.reload().get()
            await applySettings()
            for path in result["changed"]?.arrayValue ?? [] { onEvent(ControlEvent(.configChanged, ["path": path])) }
            return result
        case .dial(let address): return try await dial(address)
        case .answer(let number):
            let call = try pick(number, .ringing) { $0.phase == .ringingIn }
            await feed(.answer(number: call.number))
            return ["call": JSONValue(call.number)]
        case .hangup(let number):
            let call = try pick(number, .goingOn) { $0.isLiving }
            await feed(.hangUp(number: call.number))
            return ["call": JSONValue(call.number)]
        case .hold(let number): return try await hold(number, true)
        case .resume(let number): return try await hold(number, false)
        case .sendTones(let digits, let number): return try await sendTones(digits, number)
        case .mute(let wanted):
            await feed(.mute(wanted ?? !machine.isMuted))
            return ["muted": JSONValue(machine.isMuted)]
        case .volume(let level):
            await feed(.volume(level))
            return ["level": JSONValue(machine.volume)]
        case .changeVolume(let change):
            await feed(.volume(machine.volume + change))
            return ["level": JSONValue(machine.volume)]
        case .setCameraControl(let name, let value): return try await setCameraControl(name, Int(clamping: value))
        case .cameraPreset(let action, let name): return try await carryOut(action, preset: name)
        case .enableCamera(let enabled):
            await feed(.cameraEnabled(enabled))
            return ["enabled": JSONValue(enabled)]
        case .layout(let wanted):
            interface.layoutChanged(at: MonotonicTime.now.nanoseconds)
            await feed(.layout(wanted ?? machine.layout.next))
            return ["layout": JSONValue(machine.layout.rawValue)]
        case .captureScreen(let path): return try await capture(to: path)
        case .captureScreenInline: return try await capture(to: nil)
        case .reportTelevision(let report):
            television = report
            publishSoon()
            return report.json
        case .pressKey(let key, let isRepeat):
            try await press(key, isRepeat: isRepeat)
            return ["key": JSONValue(key.rawValue)]
        case .doNotDisturb(let wanted):
            await feed(.doNotDisturb(wanted ?? !machine.isDoNotDisturb))
            return ["enabled": JSONValue(machine.isDoNotDisturb)]
        case .safeMode(let wanted): return try await setSafeMode(wanted)
        case .contacts(let command): return try await carryOut(command)
        case .typeText(let text): return try await type(text)
        case .selfView(let visible, let corner): return await setSelfView(visible, corner)
        case .standby(let wanted): return try await setStandby(wanted)
        case .showMessage(let text, let seconds): return await showMessage(text, seconds: seconds)
        case .showPairingCode(let code, let seconds): return await showPairingCode(code, seconds: seconds)
        }
    }

    // MARK: - Calls

    func dial(_ address: String) async throws(ControlError) -> JSONValue {
        try checkCallLimit()
        // Others may dial while this one's address is looked up.
        let number = machine.nextNumber
        await feed(.dial(address: address))
        guard let call = machine.call(number) else {
            throw ControlError(.internalError, "The call was not begun.")
        }
        if call.phase == .ended {
            throw ControlError(.callFailed, call.endSentence ?? "The call could not be placed.")
        }
        return ["call": JSONValue(call.number)]
    }

    func checkCallLimit() throws(ControlError) {
        guard machine.livingCalls.count >= machine.policy.maximumCalls else { return }
        throw ControlError(.busy, CallSentence.full(living: machine.livingCalls.count))
    }

    /// The call that is meant: the numbered one, or the only one that fits.
    private func pick(
        _ number: Int64?, _ condition: CallSentence.Condition, _ fits: (CallRecord) -> Bool
    ) throws(ControlError) -> CallRecord {
        if let number {
            guard let call = machine.call(Int(clamping: number)) else {
                throw ControlError(.notFound, "There is no call \(number); status calls lists them.")
            }
            guard fits(call) else {
                throw ControlError(.wrongState, CallSentence.misfit(call, condition))
            }
            return call
        }
        let candidates = machine.calls.filter(fits)
        guard let only = candidates.last else {
            throw ControlError(.wrongState, CallSentence.none(condition))
        }
        guard candidates.count == 1 else {
            throw ControlError(.wrongState, CallSentence.several(candidates.map(\.number)))
        }
        return only
    }

    private func hold(_ number: Int64?, _ isHeld: Bool) async throws(ControlError) -> JSONValue {
        let call = try pick(number, isHeld ? .holdable : .held) {
            $0.phase == .established && $0.isHeldLocally != isHeld
        }
        await feed(.hold(number: call.number, isHeld))
        return ["call": JSONValue(call.number)]
    }

    func sendTones(_ digits: String, _ number: Int64?) async throws(ControlError) -> JSONValue {
        let call = try pick(number, .established) { $0.phase == .established }
        guard let send = media[call.number]?.pipelines.audioSend else {
            throw ControlError(.wrongState, "Call \(call.number) has no sound to send tones in.")
        }
        for digit in digits {
            if digit == "," {
                try? await Task.sleep(for: .milliseconds(500))
            } else if !send.sendKey(digit) {
                throw ControlError(
                    .notSupported, "The far end of call \(call.number) takes no tones (RFC 4733), or too many wait.")
            }
        }
        return ["call": JSONValue(call.number)]
    }

    // MARK: - Camera and screen

    func setCameraControl(_ name: String, _ value: Int) async throws(ControlError) -> JSONValue {
        guard let camera = details[.camera], machine.devices[.camera]?.isUsable == true else {
            throw ControlError(.deviceMissing, machine.devices[.camera]?.trouble ?? "No camera found.")
        }
        guard let control = camera.controls.first(where: { $0.identifier == name }) else {
            let names = camera.controls.map(\.identifier).joined(separator: ", ")
            throw ControlError(
                .notFound, "The camera has no control \(name); it has \(names.isEmpty ? "none" : names).")
        }
        guard !control.isReadOnly, value >= control.minimum, value <= control.maximum else {
            throw ControlError(
                .invalidParameters, "\(name) takes \(control.minimum) to \(control.maximum), not \(value).")
        }
        let pipeline = self.camera
        let failure = await withCheckedContinuation { continuation in
            pipeline.setControl(name, to: value) { continuation.resume(returning: $0) }
        }
        if let failure { throw ControlError(.inputOutput, "The camera did not take \(name): \(failure).") }
        if let index = camera.controls.firstIndex(where: { $0.identifier == name }) {
            details[.camera]?.controls[index].value = value
        }
        publishSoon()
        return ["control": JSONValue(name), "value": JSONValue(value)]
    }

    private func capture(to path: String?) async throws(ControlError) -> JSONValue {
        let picture: CapturedScreen
        do {
            picture = try await display.capture()
        } catch {
            throw ControlError(.deviceMissing, "There is no screen to take a picture of: \(error).")
        }
        // Packing a large picture takes a tenth of a second: not on the actor.
        let written = try? await runBlocking { () -> Result<[UInt8], CaptureError> in
            do {
                let png = try PNGEncoder.encode(
                    picture.pixels, width: picture.width, height: picture.height, stride: picture.stride)
                if let path { try AtomicFile.replace(path, with: png) }
                return .success(png)
            } catch {
                return .failure(CaptureError(description: "\(error)"))
            }
        }
        guard case .success(let png) = written else {
            let reason = if case .failure(let error) = written { error.description } else { "no thread for it" }
            throw ControlError(.inputOutput, "The picture of the screen could not be written: \(reason).")
        }
        var answer: [String: JSONValue] = [
            "width": JSONValue(picture.width), "height": JSONValue(picture.height), "bytes": JSONValue(png.count),
        ]
        if let path {
            answer["path"] = JSONValue(path)
        } else {
            answer["png"] = JSONValue(Base64.encode(png))
        }
        return .object(answer)
    }

    private struct CaptureError: Error {
        let description: String
    }

    func zoom(by steps: Int) async throws(ControlError) {
        guard let control = details[.camera]?.controls.first(where: { $0.identifier == "zoom" }) else { return }
        // A twentieth of the range a press.
        let step = max(control.step, (control.maximum - control.minimum) / 20)
        _ = try await setCameraControl(
            "zoom", min(max(control.value + steps * step, control.minimum), control.maximum))
    }

    /// - Parameter path: the setting that somebody has just set, nil where the whole of them may be new.
    func applySettings(set path: String? = nil) async {
        let before = settings
        settings = await settingsStore.current()
        machine.policy = settings.policy
        await followSettings(since: before, set: path)
        limitHistory()
        arrangeScreen()
        publishSoon()
    }
}
