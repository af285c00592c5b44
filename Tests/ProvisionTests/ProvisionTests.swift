import Glibc
import PeerSupport
import Testing

@Suite("Provisioning rooms over a real sshd", .enabled(if: access("/usr/sbin/sshd", X_OK) == 0))
struct ProvisionTests {
    private func with(_ count: Int = 1, _ body: (AdminMachine) async throws -> Void) async throws {
        let admin = try await AdminMachine(rooms: count)
        do { try await body(admin) } catch {
            await admin.stop()
            throw error
        }
        await admin.stop()
    }

    @Test("A dry run shows, an apply keeps and renders, the same again changes nothing, a rollback goes back")
    func life() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            let file = try admin.file("room.yaml", "name: Lisboa\nsystem: {hostname: lisboa}\n")
            let dry = try await admin.provision("room-1", file, "--dry-run")
            #expect(
                dry.status == 0 && dry.output == "+ name: \"Lisboa\"\n+ system.hostname: \"lisboa\"\n", "\(dry.output)")
            #expect(room.text == nil)
            let applied = try await admin.provision("room-1", file, "--message", "first settings; $(id)")
            #expect(applied.status == 0 && applied.output.hasSuffix("revision 1 holds\n"), "\(applied.output)")
            #expect(room.text == "name: Lisboa\nsystem: {hostname: lisboa}\n")
            #expect(room.rendered("convene-settings/hostname") == "lisboa\n")
            let again = try await admin.provision("room-1", file)
            #expect(again.output == "nothing differs from revision 1, which holds\n")
            let history = try await admin.ssh(room, "history").output
            #expect(history.contains("from 127.0.0.1): first settings; $(id)"), "\(history)")
            _ = try await admin.provision("room-1", try admin.file("b.yaml", "name: Porto\n"))
            let back = try await admin.ssh(room, "rollback")
            #expect(back.status == 0 && back.output.contains("Revision 3 holds."), "\(back.output)")
            #expect(try await admin.ssh(room, "export").output == "name: Lisboa\nsystem: {hostname: lisboa}\n")
        }
    }

    @Test("A confirmation comes over a new connection; without one the room goes back by itself")
    func confirmation() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            _ = try await admin.provision("room-1", try admin.file("a.yaml", "name: Lisboa\n"))
            let good = try await admin.provision(
                "room-1", try admin.file("b.yaml", "name: Porto\n"), "--confirm-within", "30s")
            #expect(good.status == 0 && good.output.contains("confirmed over a new connection\n"), "\(good.output)")
            #expect(access("\(room.folder.path)/config/pending.json", F_OK) != 0)
            // The new address is one that nobody has: as a wrong network setting.
            let bad = try await admin.provision(
                "room-1", try admin.file("c.yaml", "name: Faro\n"), "--confirm-within", "6s", "--confirm-at",
                "nowhere.invalid")
            #expect(bad.status == 75, "\(bad.output)")
            #expect(bad.output.contains("the old ones come back by themselves"))
            let watcher = try await room.box("await-confirmation")
            #expect(watcher.status == 0, "\(watcher.output)")
            #expect(room.text == "name: Porto\n")
            #expect(try await admin.ssh(room, "history").output.contains("- revision 3,"))
        }
    }

    @Test("The watcher waits out the time and takes the change back, and leaves a confirmed one")
    func watcher() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            _ = try await admin.ssh(room, "apply", input: "name: Lisboa\n")
            let waiting = try await admin.ssh(room, "apply --confirm-within=5", input: "name: Porto\n")
            #expect(waiting.output.contains("It goes back in 5 s"), "\(waiting.output)")
            let log = try TemporaryFolder()
            let watcher = try ChildProcess(
                try RoomProcess.builtProgram("convenectl"),
                [
                    "config", "await-confirmation", "--store", "\(room.folder.path)/config", "--root",
                    "\(room.folder.path)/root",
                ], logPath: "\(log.path)/log")
            #expect(room.text == "name: Porto\n")
            #expect(try await watcher.wait(within: .seconds(30)) == .exited(status: 0))
            #expect(watcher.log.contains("nobody confirmed revision 2 in time: revision 1 holds again"))
            #expect(room.text == "name: Lisboa\n")
        }
    }

    @Test("The forced command does what it is for and nothing else")
    func forced() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            for words in ["sh", "id; history", "scp -t /tmp", "history; id", "$(reboot)", "../../bin/sh", ""] {
                let run = try await admin.ssh(room, words)
                #expect(run.status == 64, "\(words): \(run.output)")
                #expect(!run.output.contains("uid="))
            }
            let forward = try await Shell.program(
                "\(admin.folder.path)/ssh", ["-o", "BatchMode=yes", "-W", "127.0.0.1:22", room.name])
            #expect(forward.status != 0)
        }
    }

    @Test("A password is refused, a key that the room does not know too")
    func refused() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            let noKey = try await admin.ssh(room, "-o", "PubkeyAuthentication=no", "status")
            #expect(noKey.status == 255 && noKey.output.contains("Permission denied (publickey)"), "\(noKey.output)")
            try await Shell.run("ssh-keygen -q -t ed25519 -N '' -f '\(admin.folder.path)/strange'")
            let file = try admin.file("room.yaml", "name: Lisboa\n")
            let strange = try await Shell.program(
                "ssh",
                [
                    "-F", "/dev/null", "-i", "\(admin.folder.path)/strange", "-o", "IdentitiesOnly=yes", "-o",
                    "BatchMode=yes", "-o", "UserKnownHostsFile=\(admin.folder.path)/known_hosts", "-p", "\(room.port)",
                    "127.0.0.1", "status",
                ])
            #expect(strange.status == 255 && strange.output.contains("Permission denied"), "\(strange.output)")
            let nowhere = try await admin.provision("nowhere.invalid", file)
            #expect(
                nowhere.status == 69 && nowhere.output.contains("convenectl: nowhere.invalid: "), "\(nowhere.output)")
        }
    }

    @Test("A wrong file never leaves the admin's machine; what the room alone can know is told with its line")
    func wrongFiles() async throws {
        try await with { admin in
            let typo = try admin.file("typo.yaml", "name: Lisboa\nnetwork:\n  adresses: []\n")
            let run = try await admin.provision("room-1", typo)
            #expect(run.status == 65)
            #expect(
                run.output == "convenectl: \(typo):3:3: network has no setting \"adresses\"; did you mean addresses?\n")
            let newer = try await admin.provision("room-1", try admin.file("new.yaml", "schema: 9\n"))
            #expect(newer.status == 65 && newer.output.contains("update the room first"))
            let missing = try await admin.provision(
                "room-1", try admin.file("ca.yaml", "certificates:\n  authorities: [/ca.pem]\n"))
            #expect(missing.status == 65)
            #expect(missing.output.contains("room.yaml:2:3: certificates.authorities: "), "\(missing.output)")
            #expect(admin.rooms[0].text == nil)
        }
    }

    @Test("Of two admins at once one applies and the other is told who was faster")
    func twoAdmins() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            _ = try await admin.ssh(room, "apply", input: "name: Lisboa\n")
            async let first = admin.ssh(room, "apply --base=1 --author=anna", input: "name: Porto\n")
            async let second = admin.ssh(room, "apply --base=1 --author=boris", input: "name: Faro\n")
            let runs: [Run] = try await [first, second]
            #expect(runs.map(\.status).sorted() == [0, 75], "\(runs)")
            let told = runs.first { $0.status == 75 }.map { $0.output } ?? ""
            #expect(told.contains("made revision 2 at") || told.contains("are being changed by"), "\(told)")
        }
    }

    @Test("A connection that is cut while the file is sent, or right after, leaves the old or the new settings whole")
    func cut() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            _ = try await admin.ssh(room, "apply", input: "name: Lisboa\n")
            let text = "name: Porto\n" + String(repeating: "# a comment that makes it long\n", count: 3000)
            for milliseconds in [0, 150, 300, 450, 600] {
                let log = try TemporaryFolder()
                let ssh = try ChildProcess(
                    "\(admin.folder.path)/ssh",
                    ["-o", "BatchMode=yes", room.name, "apply", "--length=\(text.utf8.count)"],
                    logPath: "\(log.path)/log")
                try ssh.send(String(text.prefix(text.count / 2)))
                if milliseconds > 200 {
                    try? ssh.send(String(text.dropFirst(text.count / 2)))
                    ssh.closeInput()
                }
                usleep(UInt32(milliseconds) * 1000)
                await ssh.stop(SIGKILL)
                let held = room.text
                #expect(held == "name: Lisboa\n" || held == text, "after \(milliseconds) ms")
            }
            let next = try await eventually(within: .seconds(20), "the room takes a change") {
                let run = try await admin.ssh(room, "apply", input: "name: Faro\n")
                return run.status == 0 ? run : nil
            }
            #expect(next.output.contains("holds."))
            #expect(room.text == "name: Faro\n")
        }
    }

    @Test("An apply that is killed at any moment leaves the old or the new settings whole")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let program = try RoomProcess.builtProgram("convenectl")
        var texts: [String] = ["name: Room 0\n"]
        func words(_ file: String) -> [String] {
            ["config", "apply", file, "--store", "\(folder.path)/config", "--root", "\(folder.path)/root"]
        }
        try writeText(texts[0], to: "\(folder.path)/0.yaml")
        #expect(try await Shell.program(program, words("\(folder.path)/0.yaml")).status == 0)
        var switched = 0
        // From the first moment to some time after a whole one takes.
        let clock = ContinuousClock()
        let start = clock.now
        _ = try await Shell.program(program, words("\(folder.path)/0.yaml"))
        let whole = Double((clock.now - start) / .microseconds(1))
        for number in 1...40 {
            texts.append("name: Room \(number)\n")
            try writeText(texts[number], to: "\(folder.path)/\(number).yaml")
            let child = try ChildProcess(program, words("\(folder.path)/\(number).yaml"), logPath: "\(folder.path)/log")
            usleep(UInt32(whole * Double(number) / 25))
            await child.stop(SIGKILL)
            let held = try readText("\(folder.path)/config/current/room.yaml")
            #expect(texts.contains(held), "the \(number)th kill: \(held)")
            if held == texts[number] { switched += 1 }
        }
        let after = try await Shell.program(program, words("\(folder.path)/0.yaml"))
        #expect(after.status == 0, "\(after.output)")
        #expect(try readText("\(folder.path)/config/current/room.yaml") == texts[0])
        print(
            "figure: 40 applies killed after 0.04 to 1.6 times what a whole one takes; \(switched) had switched, all whole"
        )
    }

    @Test("Ten rooms at once, one of which cannot be reached: nine have it, and the tenth is named")
    func fleet() async throws {
        try await with(10) { admin in
            await admin.rooms[6].stop()
            let file = try admin.file("room.yaml", "name: Fleet\nsystem: {time_zone: Europe/Lisbon}\n")
            let clock = ContinuousClock()
            let start = clock.now
            let names = admin.rooms.map(\.name)
            let run = try await Shell.program(
                try RoomProcess.builtProgram("convenectl"),
                ["provision", "--ssh", "\(admin.folder.path)/ssh", "--confirm-within", "1m"] + names + [file])
            let took = clock.now - start
            #expect(run.status == 69, "\(run.output)")
            #expect(run.output.contains("convenectl: room-7: "))
            for (index, room) in admin.rooms.enumerated() where index != 6 {
                #expect(room.text == "name: Fleet\nsystem: {time_zone: Europe/Lisbon}\n")
                #expect(run.output.contains("\(room.name): revision 1 holds"))
            }
            print("figure: ten rooms provisioned and confirmed over ssh in \(took)")
        }
    }

    @Test("A secret comes with the settings, for root alone, and is nowhere else")
    func secrets() async throws {
        try await with { admin in
            let room = admin.rooms[0]
            try await Shell.run(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ca -days 3 "
                    + "-keyout '\(admin.folder.path)/ca.key' -out '\(admin.folder.path)/ca.pem' 2>&1")
            // The test's root folder stands for the box's.
            try await Shell.run(
                "mkdir -p '\(room.folder.path)/root' && cp '\(admin.folder.path)/ca.pem' '\(room.folder.path)/root/ca.pem'"
            )
            let password = try admin.file("password", "hunter2\n")
            let file = try admin.file(
                "room.yaml",
                """
                network: {interface: end0}
                dot1x: {method: peap, identity: room-1, authority: /ca.pem, password: "file:dot1x"}

                """)
            let without = try await admin.provision("room-1", file)
            #expect(without.status == 65 && without.output.contains("--secret NAME=FILE"), "\(without.output)")
            let with = try await admin.provision("room-1", file, "--secret", "dot1x=\(password)")
            #expect(with.status == 0, "\(with.output)")
            #expect(!with.output.contains("hunter2") && !room.log.contains("hunter2"))
            #expect(
                room.rendered("convene-settings/wpa_supplicant-wired.conf")?.contains("password=\"hunter2\"") == true)
            var status = stat()
            #expect(stat("\(room.folder.path)/files/dot1x", &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }
}
