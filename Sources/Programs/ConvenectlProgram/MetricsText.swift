import ControlProtocol

/// The room's status as Prometheus reads it (text exposition format, version 0.0.4).
///
/// Names and units as Prometheus asks for: base units, `_total` for what only grows, `_info` for words. Nothing in it
/// says who is called or what is said.
struct MetricsText {
    private(set) var text = ""

    /// - Parameters:
    ///   - status: the whole tree of status; nil when the room does not answer.
    ///   - settings: what `config status --json` gives; nil when it cannot be read.
    static func exposition(status: JSONValue?, settings: JSONValue?) -> String {
        var metrics = MetricsText()
        metrics.add("convene_up", .gauge, "Whether the room's program answers.", status == nil ? 0 : 1)
        if let status {
            metrics.room(StatusTree(status))
            metrics.devices(StatusTree(status))
            metrics.calls(status["calls"]?.objectValue ?? [:])
        }
        if let settings { metrics.settings(settings) }
        return metrics.text
    }

    private mutating func room(_ status: StatusTree) {
        family("convene_build_info", .gauge, "The program's version and the board that it runs on.")
        sample(
            "convene_build_info",
            ["version": status["room.version"]?.stringValue ?? "", "board": status["room.board"]?.stringValue ?? ""], 1)
        family("convene_room_info", .gauge, "What the room is called.")
        sample("convene_room_info", ["name": status["room.name"]?.stringValue ?? ""], 1)
        add("convene_room_ready", .gauge, "Whether the room can make calls.", status["room.ready"])
        add("convene_room_uptime_seconds", .gauge, "How long the program has run.", status["room.uptime_s"])
        add(
            "convene_room_troubles", .gauge, "Sentences of trouble that the room's screen shows.",
            status["room.troubles"]?.arrayValue.map { JSONValue($0.count) })
        if let state = status["sip.registration.state"]?.stringValue, state != "off" {
            add(
                "convene_sip_registered", .gauge, "Whether the room's account is registered.",
                state == "registered" ? 1 : 0)
        }
        add("convene_room_standby", .gauge, "Whether the room is in standby.", status["room.standby"])
        add(
            "convene_room_do_not_disturb", .gauge, "Whether nobody is let through.", status["room.do_not_disturb"])
        add("convene_missed_calls", .gauge, "Missed calls that nobody has looked at.", status["history.missed"])
        add("convene_directory_entries", .gauge, "Entries of the directory.", status["directory.entries"])
    }

    private static let devicePaths = [
        ("camera", "camera"), ("microphone", "audio.microphone"), ("speaker", "audio.speaker"), ("display", "display"),
    ]

    private mutating func devices(_ status: StatusTree) {
        family("convene_device_ready", .gauge, "Whether a device is there and works.")
        for (name, path) in Self.devicePaths {
            guard let state = status["\(path).state"]?.stringValue else { continue }
            sample("convene_device_ready", ["device": name], ["ready", "starting", "running"].contains(state) ? 1 : 0)
        }
        for (metric, member, help) in [
            ("convene_device_losses_total", "losses", "How often a device was lost."),
            ("convene_device_recoveries_total", "recoveries", "How often a device was found again."),
        ] {
            family(metric, .counter, help)
            for (name, path) in Self.devicePaths {
                if let count = status["\(path).\(member)"]?.doubleValue { sample(metric, ["device": name], count) }
            }
        }
        family("convene_audio_xruns_total", .counter, "Times that the sound card ran dry or over.")
        for name in ["microphone", "speaker"] {
            if let count = status["audio.\(name).xruns"]?.doubleValue {
                sample("convene_audio_xruns_total", ["device": name], count)
            }
        }
        add("convene_camera_frames_total", .counter, "Pictures that the camera gave.", status["camera.frames"])
        add(
            "convene_camera_missed_frames_total", .counter, "Pictures that the camera left out.",
            status["camera.missed_frames"])
        add("convene_display_flips_total", .counter, "Pictures that came on the screen.", status["display.flips"])
    }

    // MARK: - Calls

    private mutating func calls(_ calls: [String: JSONValue]) {
        family("convene_calls", .gauge, "Calls that go on, by their state.")
        var states = ["connected": 0.0]
        for call in calls.values { states[call["state"]?.stringValue ?? "unknown", default: 0] += 1 }
        for (state, count) in states.sorted(by: { $0.key < $1.key }) {
            sample("convene_calls", ["state": state], count)
        }
        let figures: [(name: String, help: String, path: String, scale: Double)] = [
            (
                "convene_call_receive_lost_packets", "Packets lost on the way to the room in this call.",
                "receive.network.lost", 1
            ),
            ("convene_call_receive_packets", "Packets received in this call.", "receive.network.packets", 1),
            (
                "convene_call_receive_jitter_seconds", "Jitter on the way to the room.", "receive.network.jitter_ms",
                0.001
            ),
            (
                "convene_call_send_lost_ratio", "Share lost lately on the way to the far end.",
                "send.far_end.lost_percent", 0.01
            ),
            ("convene_call_round_trip_seconds", "There and back.", "send.far_end.round_trip_ms", 0.001),
            ("convene_call_receive_bytes_per_second", "What comes.", "receive.bps", 0.125),
            ("convene_call_send_bytes_per_second", "What goes.", "send.bps", 0.125),
        ]
        for (name, help, path, scale) in figures {
            family(name, .gauge, help)
            for number in calls.keys.sorted(by: StatusPath.comesBefore) {
                for media in ["audio", "video"] {
                    let tree = StatusTree(calls[number]?[media] ?? .emptyObject)
                    guard let value = tree[path]?.doubleValue else { continue }
                    sample(name, ["call": number, "media": media], value * scale)
                }
            }
        }
    }

    // MARK: - Settings

    private mutating func settings(_ settings: JSONValue) {
        add(
            "convene_settings_revision", .gauge, "The revision of the settings that holds; 0 for none.",
            settings["revision"]?["number"] ?? 0)
        if let time = settings["revision"]?["time"] {
            add("convene_settings_applied_timestamp_seconds", .gauge, "When it was applied.", time)
        }
        add(
            "convene_settings_pending", .gauge, "Whether a change waits for its confirmation.",
            settings["pending"]?["revision"] == nil ? 0 : 1)
    }

    // MARK: - The format

    private enum Kind: String {
        case gauge, counter
    }

    private mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: JSONValue?) {
        guard let number = value?.doubleValue ?? value?.boolValue.map({ $0 ? 1 : 0 }) else { return }
        family(name, kind, help)
        sample(name, [:], number)
    }

    private mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) {
        let written = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        let number = Int64(exactly: value).map(String.init) ?? String(value)
        text += name + (written.isEmpty ? "" : "{\(written.joined(separator: ","))}") + " \(number)\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
