import ControlProtocol
import ControlServer
import Glibc
import PeerSupport
import Testing

@Suite("convenectl as a person and as a script use it")
struct ConvenectlTests {
    @Test("status is a table for people and JSON for programs")
    func status() async throws {
        try await FakeTerminal.run { terminal in
            let table = try await terminal.convenectl("status")
            #expect(table.status == 0 && table.errors == "")
            #expect(
                table.output == """
                    audio.muted                   false
                    audio.volume                  60
                    calls                         -
                    camera.controls.zoom.default  100
                    camera.controls.zoom.maximum  400
                    camera.controls.zoom.minimum  100
                    camera.controls.zoom.value    100
                    camera.state                  running
                    room.name                     Lisboa
                    room.troubles                 [No screen found.]
                    room.uptime_s                 12.346

                    """)
            #expect(try await terminal.convenectl("status", "audio.volume").output == "60\n")
            let json = try await terminal.convenectl("status", "audio", "--json")
            #expect(json.output == "{\"muted\":false,\"volume\":60}\n")
        }
    }

    @Test("A wrong path is refused with the nearest one and exit code 1")
    func wrongPath() async throws {
        try await FakeTerminal.run { terminal in
            let run = try await terminal.convenectl("status", "audio.volum")
            #expect(run.status == 1 && run.output == "")
            #expect(run.errors == "convenectl: There is no \"volum\" at audio; did you mean audio.volume?\n")
        }
    }

    @Test("status --watch prints what changes, as it changes, and in JSON each notification")
    func watch() async throws {
        try await FakeTerminal.run { terminal in
            let people = try terminal.start(["status", "audio", "--watch"], name: "people")
            let programs = try terminal.start(["status", "audio", "-w", "--json"], name: "programs")
            func text(_ name: String) -> String { (try? readText("\(terminal.folder.path)/\(name).out")) ?? "" }
            for name in ["people", "programs"] {
                try await eventually("the snapshot") { text(name).isEmpty ? nil : true }
            }
            await terminal.room.set("audio.volume", 61)
            await terminal.room.set("room.name", "Porto")
            try await eventually("the change") {
                text("people").contains("61") && text("programs").contains("61") ? true : nil
            }
            await terminal.room.set("audio.muted", nil)
            try await eventually("the removal") { text("people").contains("gone") ? true : nil }
            #expect(text("people") == "audio.muted   false\naudio.volume  60\naudio.volume  61\naudio.muted  gone\n")
            #expect(
                text("programs").split(separator: "\n").prefix(2) == [
                    "{\"muted\":false,\"volume\":60}",
                    "{\"changes\":[{\"path\":\"audio.volume\",\"value\":61}],\"sequence\":1}",
                ])
            await people.stop()
            await programs.stop()
        }
    }

    @Test("call follows the call until it stands")
    func call() async throws {
        try await FakeTerminal.run { terminal in
            let run = try await terminal.convenectl("call", "sip:a@b")
            #expect(run.status == 0 && run.errors == "")
            let lines = run.output.split(separator: "\n")
            #expect(lines.last == "Call 1 stands.")
            #expect(
                lines.allSatisfy {
                    ["Calling sip:a@b.", "It rings over there.", "Answered.", "Call 1 stands."].contains($0)
                })
            await terminal.room.set("calls.1", nil)
            let json = try await terminal.convenectl("call", "sip:a@b", "--json")
            #expect(try JSONValue(parsing: json.output)["state"] == "established")
            let noWait = try await terminal.convenectl("call", "sip:a@b", "--no-wait")
            #expect(noWait.output == "Call 1.\n")
        }
    }

    @Test("A call that fails ends with its reason and exit code 1")
    func failedCall() async throws {
        try await FakeTerminal.run { terminal in
            await terminal.room.setCall(
                states: ["dialling", "ended"], reason: "The other room is busy (486 Busy \u{1B}[31mHere).")
            let run = try await terminal.convenectl("call", "sip:a@b")
            #expect(run.status == 1)
            #expect(run.errors == "convenectl: The other room is busy (486 Busy \u{FFFD}[31mHere).\n")
        }
    }

    @Test("A terminal that goes away while a call is followed is told, with exit code 69")
    func goneTerminal() async throws {
        try await FakeTerminal.run { terminal in
            await terminal.room.setCall(states: ["dialling"])
            let process = try terminal.start(["call", "sip:a@b"], name: "call")
            let out = "\(terminal.folder.path)/call.out"
            try await eventually("it dials") { (try? readText(out))?.contains("Calling") == true ? true : nil }
            await terminal.room.stopServer()
            let run = try await terminal.finish(process, name: "call")
            #expect(run.status == 69)
            #expect(run.errors == "convenectl: the terminal at \(terminal.socket) closed the connection\n")
        }
    }

    @Test("Each command says what it did in a sentence")
    func commands() async throws {
        try await FakeTerminal.run { terminal in
            #expect(try await terminal.convenectl("mute").output == "The microphone is muted.\n")
            #expect(try await terminal.convenectl("mute", "--toggle").output == "The microphone is open.\n")
            #expect(try await terminal.convenectl("unmute", "--json").output == "{\"muted\":false}\n")
            #expect(try await terminal.convenectl("volume", "40").output == "The volume is 40 percent.\n")
            #expect(try await terminal.convenectl("volume", "up").output == "The volume is 45 percent.\n")
            #expect(try await terminal.convenectl("volume", "--", "-20").output == "The volume is 25 percent.\n")
            #expect(try await terminal.convenectl("volume").output == "25\n")
            #expect(try await terminal.convenectl("hangup").output == "Call 1 is ended.\n")
            #expect(try await terminal.convenectl("hold", "--call", "2").output == "Call 2 is on hold.\n")
            #expect(try await terminal.convenectl("resume").output == "Call 1 goes on.\n")
            #expect(try await terminal.convenectl("dtmf", "12#").output == "Sent into call 1.\n")
            #expect(try await terminal.convenectl("camera", "zoom", "200").output == "zoom is 200.\n")
            #expect(try await terminal.convenectl("camera", "off").output == "A slate is sent.\n")
            #expect(try await terminal.convenectl("layout", "remote").output == "The layout is remote.\n")
            #expect(try await terminal.convenectl("key", "Up", "ok").output == "Pressed Up.\nPressed OK.\n")
            #expect(await terminal.room.keys == [.up, .ok])
            let camera = try await terminal.convenectl("camera")
            #expect(
                camera.output == """
                    state  running

                    CONTROL  VALUE  MINIMUM  MAXIMUM  DEFAULT
                    zoom     100    100      400      100

                    """)
            let answer = try await terminal.convenectl("answer")
            #expect(answer.status == 1 && answer.errors == "convenectl: Nobody calls.\n")
        }
    }

    @Test("screen writes the picture to a file or to standard output")
    func screen() async throws {
        try await FakeTerminal.run { terminal in
            let file = terminal.folder.path + "/shot.png"
            let run = try await terminal.convenectl("screen", file)
            #expect(run.output == "\(file): 1280x720, \(FakeRoom.picture.count) bytes\n")
            #expect(try readBytes(file) == FakeRoom.picture)
            let output = try await terminal.convenectl("screen", "-")
            #expect(Array(output.output.utf8) == FakeRoom.picture)
            let failed = try await terminal.convenectl("screen", "/nonexistent/shot.png")
            #expect(failed.status == 74)
            #expect(
                failed.errors == "convenectl: /nonexistent/shot.png cannot be written: there is no folder /nonexistent "
                    + "(open: No such file or directory)\n")
        }
    }

    @Test("A file that cannot be read is told in a sentence")
    func unreadable() async throws {
        try await FakeTerminal.run { terminal in
            let missing = try await terminal.convenectl("config", "check", "--offline", "/nonexistent/room.yaml")
            #expect(missing.status == 74)
            #expect(
                missing.errors
                    == "convenectl: /nonexistent/room.yaml: there is no such file (open: No such file or directory)\n")
            let folder = try await terminal.convenectl("config", "check", "--offline", "/")
            #expect(folder.errors == "convenectl: /: this is a folder, and no file (read: Is a directory)\n")
        }
    }

    @Test("--json reaches the commands of the store, wherever it stands")
    func storeAsJSON() async throws {
        try await FakeTerminal.run { terminal in
            let (store, file) = (terminal.folder.path + "/store", terminal.folder.path + "/room.yaml")
            try writeText("name: Lindau\n", to: file)
            let root = terminal.folder.path + "/root"
            let applied = try await terminal.convenectl("config", "apply", "--store", store, "--root", root, file)
            #expect(applied.status == 0, "\(applied.errors)")
            let history = ["config", "history", "--store", store]
            for words in [history + ["--json"], ["--json"] + history] {
                let run = try await terminal.finish(terminal.start(words, user: []))
                let answer = try #require(try? JSONValue(parsing: run.output), "\(words): \(run.output)")
                #expect(answer.serialized.contains("\"number\":1") || answer.serialized.contains("\"revision\":1"))
            }
        }
    }

    @Test("config shows settings with what they may hold, and changes them by their type")
    func config() async throws {
        try await FakeTerminal.run { terminal in
            let set = try await terminal.convenectl("config", "set", "name", "42")
            #expect(set.output == "name is 42.\n")
            #expect(try await terminal.convenectl("config", "get", "name", "--json").output == "\"42\"\n")
            #expect(
                try await terminal.convenectl("config", "set", "call.auto_answer", "yes").output
                    == "call.auto_answer is true from the next call on.\n")
            #expect(
                try await terminal.convenectl("config", "set", "sip.transports", "[\"tcp\"]").output
                    == "sip.transports is [tcp] from the next start of the terminal on.\n")
            #expect(try await terminal.convenectl("config", "unset", "name").output == "name is Meeting room.\n")
            let table = try await terminal.convenectl("config", "get", "audio")
            #expect(
                table.output == """
                    SETTING               VALUE  DEFAULT  COUNTS FROM  WHAT IT IS
                    audio.volume          60     60       now          The speaker's volume.
                    audio.mute_on_answer  false  false    next call    Whether the microphone is muted when a call begins.

                    """)
            let wrong = try await terminal.convenectl("config", "set", "audio.volume", "loud")
            #expect(wrong.status == 1)
            #expect(
                wrong.errors
                    == "convenectl: audio.volume: expected an integer from 0 to 100 (percent), found \"loud\".\n")
            let unknown = try await terminal.convenectl("config", "set", "audio.volum", "5")
            #expect(unknown.errors == "convenectl: There is no setting \"audio.volum\"; did you mean audio.volume?\n")
        }
    }

    @Test("describe lists every method; raw calls any of them")
    func describeAndRaw() async throws {
        try await FakeTerminal.run { terminal in
            let all = try await terminal.convenectl("describe")
            for method in ControlMethod.allCases { #expect(all.output.contains("\n\(method.rawValue) ")) }
            #expect(all.output.contains("-32700  parse_error"))
            let one = try await terminal.convenectl("describe", "audio.volume")
            #expect(one.output.contains("level      integer 0..100 percent"))
            let raw = try await terminal.convenectl("raw", "audio.volume", "{\"level\": 7}")
            #expect(raw.output == "{\n  \"level\": 7\n}\n")
            let wrong = try await terminal.convenectl("raw", "audio.volum")
            #expect(wrong.status == 1)
            #expect(wrong.errors == "convenectl: There is no method \"audio.volum\"; did you mean audio.volume?\n")
            let noJSON = try await terminal.convenectl("raw", "audio.volume", "{level: 7}")
            #expect(noJSON.status == 64)
            #expect(noJSON.errors.contains("column 2: expected a member's name in quotes"))
        }
    }

    @Test("A wrong command line is exit code 64, a terminal that is not there 69")
    func exitCodes() async throws {
        try await FakeTerminal.run { terminal in
            #expect(try await terminal.convenectl("volume", "loud").status == 64)
            #expect(try await terminal.convenectl("nonsense").status == 64)
            #expect(try await terminal.convenectl("camera", "zoom").status == 64)
            #expect(try await terminal.convenectl("status", "--timeout", "-1").status == 64)
            let gone = try await terminal.convenectl("status", "--socket", "/nonexistent/s")
            #expect(
                gone.status == 69 && gone.errors.hasPrefix("convenectl: cannot reach the terminal at /nonexistent/s"))
            #expect(try await terminal.convenectl("--help").status == 0)
        }
    }

    @Test("A user of no group sees status and may not touch the room", .enabled(if: geteuid() == 0))
    func observer() async throws {
        try await FakeTerminal.run {
            $0.permissions = 0o666
        } _: { terminal in
            let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            let seen = try await terminal.convenectl("status", "audio.volume", user: nobody)
            #expect(seen.output == "60\n", "\(seen.errors)")
            let refused = try await terminal.convenectl("mute", user: nobody)
            #expect(refused.status == 1)
            #expect(refused.errors.hasPrefix("convenectl: audio.mute takes the role operator, you are observer;"))
        }
    }

    @Test("A supplementary group gives its role", .enabled(if: geteuid() == 0))
    func groups() async throws {
        try await FakeTerminal.run {
            $0.permissions = 0o666
            $0.operatorGroup = "audio"
            $0.adminGroup = "adm"
        } _: { terminal in
            let user = ["setpriv", "--reuid=65534", "--regid=65534", "--groups"]
            let muted = try await terminal.convenectl("mute", user: user + ["audio"])
            #expect(muted.status == 0, "\(muted.errors)")
            #expect(try await terminal.convenectl("config", "unset", "name", user: user + ["audio"]).status == 1)
            #expect(try await terminal.convenectl("config", "unset", "name", user: user + ["adm"]).status == 0)
        }
    }
}
