import ControlProtocol
import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport

/// Figures as status shows them: names with units, milliseconds as decimals.
enum StatusFormat {
    static func milliseconds(_ duration: Duration) -> JSONValue {
        JSONValue((Double(duration.nanoseconds) / 1e4).rounded() / 100)
    }

    static func milliseconds(nanoseconds: Int64) -> JSONValue { milliseconds(.nanoseconds(nanoseconds)) }

    static func latency(_ histogram: LatencyHistogram) -> JSONValue { latency(histogram.summary()) }

    static func latency(_ summary: LatencySummary) -> JSONValue {
        guard summary.count > 0 else { return .null }
        return [
            "median": milliseconds(summary.median), "p99": milliseconds(summary.percentile99),
            "max": milliseconds(summary.maximum), "count": JSONValue(summary.count),
        ]
    }

    static func device(_ device: DeviceStateMachine?) -> [String: JSONValue] {
        guard let device else { return [:] }
        return [
            "state": JSONValue(device.phase.rawValue),
            "device": JSONValue(optional: device.candidate.map { JSONValue($0.name) }),
            "fault": JSONValue(optional: device.fault.map { JSONValue($0.rawValue) }),
            "trouble": JSONValue(optional: device.trouble.map { JSONValue($0) }),
            "losses": JSONValue(device.losses),
            "recoveries": JSONValue(device.recoveries),
        ]
    }

    static func audioDevice(
        _ device: DeviceStateMachine?, _ figures: AudioDeviceStatistics, _ details: DeviceDetails?
    ) -> JSONValue {
        var status = Self.device(device)
        status["name"] = JSONValue(optional: details.map { JSONValue($0.name) })
        status["blocks"] = JSONValue(figures.blocks.value)
        status["silent_blocks"] = JSONValue(figures.silentBlocks.value)
        status["xruns"] = JSONValue(figures.xruns.value)
        status["peak"] = JSONValue(figures.peak)
        status["delay_ms"] = JSONValue(Double(figures.delayFrames) / 48)
        let clock = figures.clock
        status["clock_ppm"] = clock.isKnown ? JSONValue((clock.partsPerMillion * 10).rounded() / 10) : .null
        return .object(status)
    }

    static func control(_ control: DeviceControl) -> JSONValue {
        var status: [String: JSONValue] = [
            "value": JSONValue(control.value), "minimum": JSONValue(control.minimum),
            "maximum": JSONValue(control.maximum), "step": JSONValue(control.step),
            "default": JSONValue(control.defaultValue), "read_only": JSONValue(control.isReadOnly),
        ]
        if !control.menu.isEmpty {
            status["menu"] = .object(
                Dictionary(
                    control.menu.map { (String($0.key), JSONValue($0.value)) }, uniquingKeysWith: { first, _ in first })
            )
        }
        return .object(status)
    }

    static func display(
        _ display: DisplayStatus, layout: String, _ device: DeviceStateMachine?, _ television: TelevisionReport?
    ) -> JSONValue {
        var status = Self.device(device)
        status["layout"] = JSONValue(layout)
        status["active"] = JSONValue(display.isActive)
        status["mode"] = JSONValue(optional: display.mode.map { JSONValue($0.description) })
        status["name"] = JSONValue(optional: display.capabilities.map { JSONValue($0.name) })
        status["overlay_planes"] = JSONValue(display.capabilities?.overlays.count ?? 0)
        status["flips"] = JSONValue(display.flips)
        status["interface_flips"] = JSONValue(display.interfaceFlips)
        status["interface_on_overlay_plane"] = JSONValue(display.isInterfaceOnOverlay)
        // Of CLOCK_MONOTONIC, as the kernel's events of keys are: a test can tell how long a key took to the screen.
        status["last_flip_ns"] = .integer(display.lastFlip.nanoseconds)
        status["tv"] = television?.json
        status["composition_ms"] = latency(display.composition)
        status["copies_per_frame"] = JSONValue((display.copiesPerFrame * 100).rounded() / 100)
        return .object(status)
    }

    static func codec(_ capabilities: VideoCodecCapabilities?) -> JSONValue {
        guard let capabilities else { return .null }
        return [
            "name": JSONValue(capabilities.name), "hardware": JSONValue(capabilities.isHardware),
            "forces_key_frames": JSONValue(capabilities.forcesKeyFrames),
            "changes_bitrate_live": JSONValue(capabilities.changesBitrateLive),
            "imports_dmabuf": JSONValue(capabilities.importsDMABUF),
            "input_formats": .array(capabilities.inputFormats.map { JSONValue($0.rawValue) }),
            "copies_per_frame": JSONValue(capabilities.copiesPerFrame),
            "notes": .object(capabilities.notes.mapValues { JSONValue($0) }),
        ]
    }

    static func setup(_ marks: SetupMarks) -> JSONValue {
        func since(_ time: MonotonicTime?) -> JSONValue {
            time.map { milliseconds(nanoseconds: $0 - marks.begun) } ?? .null
        }
        return [
            "media_started": since(marks.answered), "first_video_sent": since(marks.firstVideoSent),
            "first_video_decoded": since(marks.firstVideoDecoded),
            "first_audio_received": since(marks.firstAudioReceived),
        ]
    }
}
