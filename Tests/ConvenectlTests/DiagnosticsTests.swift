import Glibc
import PeerSupport
import Testing

@testable import ConvenectlProgram

@Suite("convenectl logs and diagnostics")
struct DiagnosticsTests {
    @Test("logs asks the journal for the room's services, so far back as is said")
    func words() {
        let start = ["journalctl", "--no-pager", "--output", "short-iso"]
        #expect(LogsCommand.words() == start + ["--unit", "convene*", "--lines", "200"])
        #expect(
            LogsCommand.words(follow: true, since: "15m", units: ["panel", "ssh"], priority: "error")
                == start + [
                    "--unit", "convene-panel", "--unit", "ssh", "--since", "-15m", "--priority", "err", "--follow",
                ])
        #expect(
            LogsCommand.words(since: "yesterday", lines: 7, kernel: true) == start + [
                "--dmesg", "--since", "yesterday", "--lines", "7",
            ])
    }

    @Test("logs hands over to journalctl, and says so when there is none")
    func logs() async throws {
        try await FakeTerminal.run { terminal in
            let folder = "\(terminal.folder.path)/bin"
            mkdir(folder, 0o755)
            try writeText("#!/bin/sh\necho \"$@\"\n", to: "\(folder)/journalctl")
            chmod("\(folder)/journalctl", 0o755)
            let run = try await terminal.finish(
                terminal.start(
                    ["logs", "--follow", "--unit", "remote"], user: ["env", "PATH=\(folder):/usr/bin:/bin"]))
            #expect(run.output == "--no-pager --output short-iso --unit convene-remote --lines 200 --follow\n")
            let none = try await terminal.finish(
                terminal.start(["logs"], user: ["/usr/bin/env", "PATH=/nowhere"]))
            #expect(none.status == 69 && none.errors.contains("journalctl cannot be started"))
            #expect(try await terminal.convenectl("logs", "--unit=--flush").status == 64)
        }
    }

    @Test("diagnostics packs state, settings and what the machine says, without secrets, and names what is missing")
    func diagnostics() async throws {
        try await FakeTerminal.run { terminal in
            let folder = "\(terminal.folder.path)/bin"
            mkdir(folder, 0o755)
            for (name, text) in [
                ("journalctl", "echo 'convened: pin: 4711'"), ("systemctl", "echo no such unit >&2; exit 4"),
                ("dpkg-query", "echo convene 0.1.0"),
            ] {
                try writeText("#!/bin/sh\n\(text)\n", to: "\(folder)/\(name)")
                chmod("\(folder)/\(name)", 0o755)
            }
            let file = "\(terminal.folder.path)/room.tar.gz"
            let run = try await terminal.finish(
                terminal.start(["diagnostics", file], user: ["env", "PATH=\(folder):/usr/bin:/bin:/usr/sbin:/sbin"]))
            #expect(run.status == 0 && run.output.hasPrefix("\(file): "))
            #expect(run.errors.contains("not in it: services.txt: systemctl failed: no such unit"))
            var status = stat()
            #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)

            let tar = try ChildProcess(
                "tar",
                ["--extract", "--gzip", "--strip-components=1", "--directory", terminal.folder.path, "--file", file],
                logPath: "\(terminal.folder.path)/tar.log")
            #expect(try await tar.wait(within: .seconds(20)) == .exited(status: 0), "\(tar.log)")
            func text(_ name: String) throws -> String { try readText("\(terminal.folder.path)/\(name)") }
            #expect(try text("logs.txt") == "convened: pin: (removed)\n")
            #expect(try text("status.txt").contains("Lisboa"))
            #expect(try text("settings.txt").contains("Lisboa"))
            #expect(try text("versions.txt").contains("/proc/version"))
            #expect(try text("report.txt").contains("services.txt: systemctl failed"))
        }
    }

    @Test("Without a room the rest is packed all the same")
    func noRoom() async throws {
        try await FakeTerminal.run { terminal in
            await terminal.room.stopServer()
            let file = "\(terminal.folder.path)/room.tar.gz"
            let run = try await terminal.convenectl("diagnostics", file)
            #expect(run.status == 0 && run.errors.contains("the room's state and settings"))
            #expect(try readBytes(file).count > 200)
        }
    }

    @Test("An archive is one that tar reads, whatever the sizes")
    func archive() async throws {
        let folder = try TemporaryFolder()
        var archive = TarArchive(time: 1_764_000_000)
        let contents: [[UInt8]] = [[], [1], Array(repeating: 2, count: 512), Array(repeating: 3, count: 100_001)]
        for (index, content) in contents.enumerated() { archive.add("folder/\(index)", content) }
        try write(archive.finished, to: "\(folder.path)/a.tar")
        let tar = try ChildProcess(
            "tar", ["-xf", "\(folder.path)/a.tar", "-C", folder.path], logPath: "\(folder.path)/log")
        #expect(try await tar.wait(within: .seconds(20)) == .exited(status: 0))
        #expect(tar.log == "")
        for (index, content) in contents.enumerated() {
            #expect(try readBytes("\(folder.path)/folder/\(index)") == content)
        }
    }
}
