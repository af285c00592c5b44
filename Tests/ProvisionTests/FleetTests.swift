import Glibc
import PeerSupport
import Testing

@Suite(
    "A fleet by Ansible",
    .enabled(if: access("/usr/sbin/sshd", X_OK) == 0 && access("/usr/bin/ansible-playbook", X_OK) == 0))
struct FleetTests {
    /// What a playbook came to: its exit code, its output, and the counts of its recap by host.
    private struct Play {
        let status: Int32
        let output: String

        func count(_ what: String, _ host: String) -> Int? {
            let line = output.split(separator: "\n").last { $0.hasPrefix("\(host) ") && $0.contains("ok=") }
            guard let word = line?.split(separator: " ").first(where: { $0.hasPrefix("\(what)=") }) else { return nil }
            return Int(word.dropFirst(what.utf8.count + 1))
        }
    }

    private func play(_ admin: AdminMachine, _ words: String...) async throws -> Play {
        let folder = admin.folder.path
        let fleet = "\(RoomProcess.sourceFolder)/.fleet/ansible"
        let run = try await Shell.program(
            "env",
            [
                "ANSIBLE_CONFIG=\(fleet)/ansible.cfg", "ANSIBLE_HOME=\(folder)/ansible", "ANSIBLE_NOCOLOR=1",
                "ANSIBLE_LOCALHOST_WARNING=0", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", "ansible-playbook",
                "--forks", "10", "-i", "\(folder)/rooms.yml", "\(folder)/site.yml",
            ] + words)
        return Play(status: run.status, output: run.output)
    }

    /// The example's playbook, with the test's ssh.
    private func write(_ admin: AdminMachine, theme: String) throws {
        let hosts = admin.rooms.map { "    \($0.name): {room: {name: \"Room \($0.name)\"}}" }.joined(separator: "\n")
        _ = try admin.file(
            "rooms.yml",
            """
            all:
              vars:
                ansible_python_interpreter: /usr/bin/python3
                room_defaults: {schema: 1, display: {theme: \(theme)}, audio: {volume: 30}}
            rooms:
              hosts:
            \(hosts)

            """)
        let example = try readText("\(RoomProcess.sourceFolder)/.fleet/ansible/site.yml")
        _ = try admin.file(
            "site.yml", example + "        ssh: [\(admin.folder.path)/ssh]\n        confirm_within: 60\n")
    }

    @Test("Ten rooms: check mode with diff changes nothing, a play changes all, the next one none")
    func tenRooms() async throws {
        let admin = try await AdminMachine(rooms: 10)
        do {
            try write(admin, theme: "light")
            let check = try await play(admin, "--check", "--diff")
            #expect(check.status == 0, "\(check.output)")
            #expect(check.output.contains("+display.theme: \"light\""), "\(check.output)")
            #expect(admin.rooms.allSatisfy { $0.text == nil })
            let clock = ContinuousClock()
            let start = clock.now
            let first = try await play(admin)
            let took = clock.now - start
            #expect(first.status == 0, "\(first.output)")
            for room in admin.rooms {
                #expect(first.count("changed", room.name) == 1)
                #expect(room.text?.contains("name: \"Room \(room.name)\"") == true)
                #expect(access("\(room.folder.path)/config/pending.json", F_OK) != 0, "it is confirmed")
            }
            let second = try await play(admin)
            #expect(second.status == 0 && admin.rooms.allSatisfy { second.count("changed", $0.name) == 0 })
            print("figure: ten rooms by Ansible, applied and confirmed, in \(took)")
            try write(admin, theme: "pink")
            await admin.rooms[3].stop()
            let wrong = try await play(admin)
            #expect(wrong.count("failed", "room-1") == 1 && wrong.count("failed", "room-4") == 1)
            #expect(wrong.output.contains("expected one of dark, light, found"), "\(wrong.output)")
            #expect(wrong.output.contains("the room cannot be reached: "))
            #expect(admin.rooms.allSatisfy { $0.text?.contains("pink") == false })
        } catch {
            await admin.stop()
            throw error
        }
        await admin.stop()
    }

    @Test("The module's documentation can be read, and its example inventory too")
    func documentation() async throws {
        let fleet = "\(RoomProcess.sourceFolder)/.fleet/ansible"
        let folder = try TemporaryFolder()
        let environment =
            "ANSIBLE_CONFIG='\(fleet)/ansible.cfg' ANSIBLE_HOME='\(folder.path)' PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8"
        let doc = try await Shell.run("\(environment) ansible-doc convene.room.room")
        #expect(doc.contains("confirm_within"))
        let hosts = try await Shell.run("\(environment) ansible-inventory -i '\(fleet)/inventory/rooms.yml' --list")
        #expect(hosts.contains("board-room.example"))
    }
}
