import ControlProtocol
import Glibc
import PeerSupport
import Testing

@testable import ConvenectlProgram

@Suite("The room's figures for Prometheus")
struct MetricsTextTests {
    static let status: JSONValue = [
        "room": [
            "version": "0.1", "board": "simulated", "name": "Board \"room\"\n7\\8", "ready": true, "uptime_s": 12.5,
            "troubles": ["No camera found."], "standby": false, "do_not_disturb": true,
        ],
        "sip": ["registration": ["state": "failed"]],
        "camera": ["state": "absent", "losses": 3, "recoveries": 2, "frames": 100, "missed_frames": 1],
        "audio": ["microphone": ["state": "ready", "losses": 0, "recoveries": 0, "xruns": 4]],
        "calls": [
            "1": [
                "state": "connected",
                "video": [
                    "send": ["bps": 1_500_000, "far_end": ["lost_percent": 2.5, "round_trip_ms": 40]],
                    "receive": ["bps": 900_000.5, "network": ["packets": 10, "lost": 1, "jitter_ms": 3]],
                ],
            ],
            "2": ["state": "held"],
        ],
    ]

    @Test("Base units, one family a name, quoted labels, and nothing of who is called")
    func exposition() {
        let text = MetricsText.exposition(
            status: Self.status,
            settings: ["revision": ["number": 7, "time": 1_800_000_000], "pending": .null])
        for line in [
            "convene_up 1", #"convene_room_info{name="Board \"room\"\n7\\8"} 1"#, "convene_room_uptime_seconds 12.5",
            "convene_sip_registered 0", "convene_room_troubles 1", "convene_room_do_not_disturb 1",
            #"convene_device_ready{device="camera"} 0"#,
            #"convene_device_ready{device="microphone"} 1"#, #"convene_device_losses_total{device="camera"} 3"#,
            #"convene_audio_xruns_total{device="microphone"} 4"#, #"convene_calls{state="connected"} 1"#,
            #"convene_calls{state="held"} 1"#, #"convene_call_send_lost_ratio{call="1",media="video"} 0.025"#,
            #"convene_call_round_trip_seconds{call="1",media="video"} 0.04"#, "convene_settings_revision 7",
            "convene_settings_pending 0",
        ] { #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)") }
        let families = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        #expect(Set(families).count == families.count)
    }

    @Test("A room that does not answer is a figure as well")
    func down() {
        #expect(
            MetricsText.exposition(status: nil, settings: nil)
                == "# HELP convene_up Whether the room's program answers.\n# TYPE convene_up gauge\nconvene_up 0\n")
    }

    @Test(
        "Only GET /metrics over HTTP/1 is answered with figures",
        arguments: [
            ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "200 OK"), ("HEAD /metrics HTTP/1.0\r\n\r\n", "200 OK"),
            ("POST /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed"), ("GET / HTTP/1.1\r\n\r\n", "404 Not Found"),
            ("GET /metricsx HTTP/1.1\r\n\r\n", "404 Not Found"), ("", "400 Bad Request"),
            ("GET\r\n\r\n", "400 Bad Request"),
            ("\r\n\r\n", "400 Bad Request"), ("GET /metrics HTTP/2 x\r\n\r\n", "400 Bad Request"),
        ])
    func http(request: String, status: String) {
        let reply = MetricsCommand.reply(to: request) { "figures\n" }
        #expect(reply.hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(reply.hasSuffix("\r\n\r\nfigures\n") == (status == "200 OK" && request.hasPrefix("GET")))
    }

    @Test(
        "promtool takes the figures and the example rules",
        .enabled(if: access("/usr/bin/promtool", X_OK) == 0))
    func promtool() async throws {
        let folder = try TemporaryFolder()
        try writeText(
            MetricsText.exposition(status: Self.status, settings: ["revision": ["number": 7]]),
            to: "\(folder.path)/metrics")
        let rules = "\(RoomProcess.sourceFolder)/.fleet/prometheus"
        for script in [
            "promtool check metrics < '\(folder.path)/metrics'", "promtool check rules '\(rules)/convene.rules.yml'",
            "promtool test rules '\(rules)/convene.rules.test.yml'",
            "cd '\(rules)' && promtool check config prometheus.yml",
        ] {
            let child = try ChildProcess("sh", ["-c", script], logPath: "\(folder.path)/log")
            #expect(try await child.wait(within: .seconds(30)) == .exited(status: 0), "\(script): \(child.log)")
        }
        // Every figure that a rule asks for is one that a room gives.
        let given = MetricsText.exposition(status: Self.status, settings: ["revision": ["number": 7]])
        let asked = try readText("\(rules)/convene.rules.yml").matches(of: /convene_[a-z_]+/).map { String($0.output) }
        #expect(asked.count > 5 && asked.allSatisfy { given.contains($0) }, "\(asked)")
    }
}
