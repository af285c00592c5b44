import ControlProtocol

/// What of the room's status a page needs: the state, not the figures, so that a call's measurements do not travel to
/// every page each second. Pure.
enum StateProjection {
    static func project(_ status: StatusTree) -> JSONValue {
        let root = status.root
        var page: [String: JSONValue] = [:]
        if var room = root["room"]?.objectValue {
            room["uptime_s"] = nil
            page["room"] = .object(room)
        }
        if let audio = root["audio"] {
            var kept = members(audio, ["muted", "volume"])
            kept["microphone"] = .object(members(audio["microphone"], device))
            kept["speaker"] = .object(members(audio["speaker"], device))
            page["audio"] = .object(kept)
        }
        if let camera = root["camera"] {
            page["camera"] = .object(members(camera, device + ["enabled", "controls", "presets"]))
        }
        if let display = root["display"] {
            page["display"] = .object(members(display, device + ["layout", "selfview", "tv", "mode"]))
        }
        if let calls = root["calls"]?.objectValue { page["calls"] = .object(calls.mapValues(call)) }
        // Small by themselves, and wholly of use.
        for name in ["history", "screen", "directory"] {
            if let value = root[name] { page[name] = value }
        }
        return .object(page)
    }

    private static let device = ["state", "trouble"]

    private static func call(_ call: JSONValue) -> JSONValue {
        var kept = members(
            call,
            [
                "state", "direction", "address", "name", "remote_name", "held_here", "held_there", "reason",
                "encryption", "secure",
            ])
        // Whole seconds: a page counts on by itself.
        if let seconds = call["duration_s"]?.doubleValue { kept["duration_s"] = .integer(Int64(seconds)) }
        let network = call["video"]?["receive"]?["network"] ?? call["audio"]?["receive"]?["network"]
        let farEnd = call["video"]?["send"]?["far_end"]
        if let percent = farEnd?["lost_percent"]?.doubleValue, network != nil {
            kept["quality"] = percent < 2 ? "good" : percent < 8 ? "fair" : "poor"
        }
        return .object(kept)
    }

    private static func members(_ value: JSONValue?, _ names: [String]) -> [String: JSONValue] {
        var kept: [String: JSONValue] = [:]
        for name in names { kept[name] = value?[name] }
        return kept
    }
}
