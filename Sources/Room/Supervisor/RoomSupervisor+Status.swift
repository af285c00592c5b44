import CallSignaling
package import ControlProtocol
import Directory
import LinuxSystem
import Logging
import MediaPipelines
import MediaTypes
import RealtimeSupport

extension RoomSupervisor {
    /// The status of the room at this moment, measured values included.
    package func status() -> StatusTree {
        let display = self.display.status
        var room: [String: JSONValue] = [
            "room": [
                "name": JSONValue(settings.roomName),
                "board": JSONValue(hardware.boardName),
                "uptime_s": JSONValue(Double((MonotonicTime.now - started) / 1_000_000) / 1000),
                "standby": JSONValue(machine.isStandby),
                "address": JSONValue(optional: ownAddresses.first.map { JSONValue($0) }),
                "do_not_disturb": JSONValue(machine.isDoNotDisturb),
                "safe_mode": safeModeStatus,
                "sip_port": JSONValue(sipPort),
                "troubles": .array(troubles.map { JSONValue($0) }),
                "ready": JSONValue(isReady),
                "version": JSONValue(ConveneVersion.current),
            ],
            "sip": ["registration": registrationStatus],
            "audio": audioStatus,
            "camera": cameraStatus,
            "display": displayStatus(display),
        ]
        room["directory"] = [
            "entries": JSONValue(contacts.state.entries),
            "trouble": JSONValue(optional: contacts.state.trouble.map { JSONValue($0) }),
        ]
        room["history"] = ["missed": JSONValue(contacts.state.missed)]
        var calls: [String: JSONValue] = [:]
        for call in machine.calls { calls[String(call.number)] = callStatus(call, display) }
        room["calls"] = .object(calls)
        room["screen"] = screenStatus
        return StatusTree(.object(room))
    }

    private var troubles: [String] {
        (registration.sentence.map { [$0] } ?? []) + listeningTroubles + (isSettled ? machine.troubles : [])
            + (stateTrouble.map { [$0] } ?? [])
    }

    /// Whether each device of the board is there or known to be missing.
    package var isReady: Bool {
        isSettled && DeviceKind.allCases.allSatisfy { machine.devices[$0]?.phase != .opening }
    }

    /// Returns once the room is ready for calls, or the task is cancelled: a device whose opening hangs keeps nobody.
    package func waitUntilReady() async {
        if isReady { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if Task.isCancelled { waiter.resume() } else { readyWaiters.append(waiter) }
            }
        } onCancel: {
            Task { await self.endReadyWaits() }
        }
    }

    private func endReadyWaits() {
        let waiters = readyWaiters
        readyWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    func tellWhenReady() {
        guard !readyWaiters.isEmpty, isReady else { return }
        endReadyWaits()
        releaseMemorySoon()
    }

    /// How often each media thread's loop has turned, by thread name.
    package func heartbeats() -> [String: UInt64] {
        var beats: [String: UInt64] = [
            "camera": camera.heartbeat, "microphone": microphone.heartbeat, "speaker": speaker.heartbeat,
            "display": display.heartbeat,
        ]
        for (number, session) in media {
            let pipelines = session.pipelines
            beats["video-encode \(number)"] = pipelines.videoSend?.heartbeat
            beats["video-decode \(number)"] = pipelines.videoReceive?.heartbeat
            beats["call-network \(number)"] = pipelines.network?.heartbeat
        }
        return beats
    }

    /// Has resting threads turn once.
    package func nudgeThreads() {
        camera.nudge()
        microphone.nudge()
        speaker.nudge()
        display.nudge()
        for session in media.values {
            let pipelines = session.pipelines
            pipelines.videoSend?.nudge()
            pipelines.videoReceive?.nudge()
            pipelines.network?.nudge()
        }
    }

    package func subscriptionsChanged(count: Int) {
        subscriptionCount = count
        guard count > 0 else { return }
        startTicker()
        // What has changed since the snapshot was taken and before this was told.
        publishSoon()
    }

    /// Tells subscribers; several changes in one turn are told once.
    func publishSoon() {
        guard subscriptionCount > 0, !isPublishing else { return }
        isPublishing = true
        Task {
            self.isPublishing = false
            self.onPublish(self.status())
        }
    }

    /// Once a second while a call is going on: figures for subscribers, the call's time on the screen.
    func startTicker() {
        guard ticker == nil else { return }
        ticker = Task {
            while !Task.isCancelled, self.hasLivingCalls {
                try? await Task.sleep(for: .seconds(1), tolerance: .milliseconds(100))
                self.tick()
            }
            self.ticker = nil
        }
    }

    private var hasLivingCalls: Bool { !machine.livingCalls.isEmpty }

    private func tick() {
        for (number, session) in media { rates[number, default: CallRates()].update(session.pipelines) }
        for number in rates.keys where media[number] == nil { rates[number] = nil }
        measureQualities()
        publishSoon()
        refreshScreen()
    }

    private var audioStatus: JSONValue {
        [
            "muted": JSONValue(machine.isMuted),
            "volume": JSONValue(machine.volume),
            "microphone": StatusFormat.audioDevice(
                machine.devices[.microphone], microphone.statistics, details[.microphone]),
            "speaker": StatusFormat.audioDevice(machine.devices[.speaker], speaker.statistics, details[.speaker]),
        ]
    }

    private var cameraStatus: JSONValue {
        var status = StatusFormat.device(machine.devices[.camera])
        let figures = camera.statistics
        status["enabled"] = JSONValue(machine.isCameraEnabled)
        status["presets"] = presetNames
        status["frames"] = JSONValue(figures.frames.value)
        status["damaged_frames"] = JSONValue(figures.damagedFrames.value)
        status["missed_frames"] = JSONValue(figures.missedFrames.value)
        status["delivery_ms"] = StatusFormat.latency(figures.delivery)
        if let open = details[.camera] {
            if let format = open.format {
                status["format"] = JSONValue(format.pixelFormat.rawValue)
                status["width"] = JSONValue(format.width)
                status["height"] = JSONValue(format.height)
            }
            status["frame_rate"] = open.frameRate.map { JSONValue($0.perSecond) } ?? .null
            status["controls"] = .object(
                Dictionary(
                    open.controls.map { ($0.identifier, StatusFormat.control($0)) },
                    uniquingKeysWith: { first, _ in first }
                ))
        }
        return .object(status)
    }

    private func callStatus(_ call: CallRecord, _ display: DisplayStatus) -> JSONValue {
        var status: [String: JSONValue] = [
            "state": JSONValue(call.phase.rawValue),
            "direction": JSONValue(call.isIncoming ? "incoming" : "outgoing"),
            "address": JSONValue(call.remoteAddress),
            "name": JSONValue(optional: call.remoteName.map { JSONValue($0) }),
            "remote_name": JSONValue(optional: call.shownName.map { JSONValue($0) }),
            "held_here": JSONValue(call.isHeldLocally),
            "held_there": JSONValue(call.isHeldRemotely),
            "reason": JSONValue(optional: call.endSentence.map { JSONValue($0) }),
        ]
        if let seconds = secondsToAnswer(call) { status["auto_answer_s"] = JSONValue(seconds) }
        if call.answeredAt > 0, call.isLiving {
            status["duration_s"] = JSONValue(
                Double((MonotonicTime.now.nanoseconds - call.answeredAt) / 1_000_000) / 1000)
        }
        if let marks = marks[call.number] { status["setup_ms"] = StatusFormat.setup(marks) }
        if let pipelines = media[call.number]?.pipelines {
            let rates = rates[call.number] ?? CallRates()
            status["video"] = CallStatusFormat.video(pipelines, rates, tiles[call.number].flatMap { display.tiles[$0] })
            status["audio"] = CallStatusFormat.audio(pipelines, rates)
        }
        return .object(status)
    }
}
