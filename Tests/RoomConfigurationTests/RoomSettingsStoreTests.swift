import ControlProtocol
import Glibc
import Testing

@testable import RoomConfiguration

@Suite("config.get and config.set on room.yaml")
struct RoomSettingsStoreTests {
    /// A file in a folder of its own, gone with the value.
    private final class Scratch {
        let folder: String
        var file: String { folder + "/room.yaml" }

        init(_ text: String?) throws {
            var template = Array("/tmp/convene-room-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw Failure() }
            folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let text else { return }
            let stream = fopen(file, "w")
            fputs(text, stream)
            fclose(stream)
        }

        struct Failure: Error {}

        func text() throws -> String {
            let stream = fopen(file, "r")
            guard stream != nil else { throw Failure() }
            defer { fclose(stream) }
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = fread(&bytes, 1, bytes.count, stream)
            return String(decoding: bytes.prefix(count), as: UTF8.self)
        }

        deinit {
            unlink(file)
            rmdir(folder)
        }
    }

    @Test("A changed setting is in the file, and what the admin wrote around it stays")
    func editsInPlace() async throws {
        let scratch = try Scratch(
            """
            # The big room
            name: Lisboa   # painted on the door

            audio:
                # Ana asked for this
                volume: 30
            """)
        let store = try RoomSettingsStore.load(scratch.file)
        let change = try await store.set("audio.volume", to: 45)
        #expect(change.settings.audio.volume == 45)
        #expect(change.effect == .now)
        #expect(change.json == ["path": "audio.volume", "value": 45, "effect": "now"])
        _ = try await store.set("audio.mute_on_answer", to: true)
        _ = try await store.set("name", to: "Porto: 2 #1")
        _ = try await store.set("sip.transports", to: ["tcp"])
        #expect(
            try scratch.text() == """
                # The big room
                name: "Porto: 2 #1"   # painted on the door

                audio:
                    # Ana asked for this
                    volume: 45
                    mute_on_answer: true
                sip:
                  transports: ["tcp"]

                """)
        let again = try RoomSettingsStore.load(scratch.file).settings
        #expect(again == store.settings)
        #expect(again.name == "Porto: 2 #1")
        #expect(again.sip.usesTCP && !again.sip.usesUDP)
    }

    @Test("A setting that was not there leaves the comments alone where the last one spans lines")
    func editsBesideBlocks() async throws {
        let scratch = try Scratch(
            """
            # The big room
            audio:
              # Ana asked for this
              volume: 30
            sip:
              # The switch knows both
              transports:
                - udp
                - tcp

            """)
        let store = try RoomSettingsStore.load(scratch.file)
        _ = try await store.set("name", to: "Hall")
        _ = try await store.set("sip.port", to: 5070)
        #expect(
            try scratch.text() == """
                # The big room
                audio:
                  # Ana asked for this
                  volume: 30
                sip:
                  port: 5070
                  # The switch knows both
                  transports:
                    - udp
                    - tcp
                name: "Hall"

                """)
        // At the end it would belong to no document.
        let marked = try Scratch("--- \n# first\naudio: # all of it\n  volume: 30\n...\n")
        _ = try await RoomSettingsStore.load(marked.file).set("name", to: "Hall")
        #expect(try marked.text() == "--- \n# first\nname: \"Hall\"\naudio: # all of it\n  volume: 30\n...\n")
    }

    @Test("What can keep the room from starting is not for config.set, and the whole file is held against all rules")
    func guarded() async throws {
        let store = try RoomSettingsStore.inMemory("network: {interface: eth0, method: static}", file: "r.yaml")
        for path in ["control.operator_group", "control.group", "control.socket"] {
            let error = await #expect(throws: ControlError.self) { _ = try await store.set(path, to: "nosuchgroup") }
            #expect(error?.message.hasPrefix("\(path) could lock you out: ") == true)
        }
        let error = #expect(throws: ConfigurationError.self) { _ = try store.checkedFile() }
        #expect(
            error?.description
                == "r.yaml:1:28: network.method: static needs network.addresses, such as [192.0.2.7/24]")
    }

    @Test("A pipe that nobody writes is given up, and one that is written is read")
    func pipes() async throws {
        let scratch = try Scratch(nil)
        #expect(mkfifo(scratch.file, 0o600) == 0)
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile.text(scratch.file, patience: .milliseconds(50))
        }
        #expect(error?.description.contains("this is a pipe") == true, "\(String(describing: error))")
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let bytes = Array("name: Hall\n".utf8)
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        // As a shell hands <(…) over.
        #expect(try ConfigurationFile.text("/dev/fd/\(ends[0])") == bytes)
        close(ends[0])
    }

    @Test("Null takes a setting out of the file")
    func backToDefault() async throws {
        let scratch = try Scratch("audio:\n  volume: 30\n  mute_on_answer: true\nname: X\n")
        let store = try RoomSettingsStore.load(scratch.file)
        let change = try await store.set("audio.volume", to: nil)
        #expect(change.value == 60)
        #expect(try scratch.text() == "audio:\n  mute_on_answer: true\nname: X\n")
        _ = try await store.set("audio.mute_on_answer", to: nil)
        #expect(try RoomSettingsStore.load(scratch.file).settings.audio.mutesOnAnswer == false)
    }

    @Test("The first set makes the file that was not there")
    func makesFile() async throws {
        let scratch = try Scratch(nil)
        #expect(throws: ConfigurationError.self) { try RoomSettingsStore.load(scratch.file) }
        let store = try RoomSettingsStore.load(scratch.file, mayBeMissing: true)
        _ = try await store.set("call.size", to: "1920x1080")
        #expect(try RoomSettingsStore.load(scratch.file).settings.call.size.width == 1920)
    }

    @Test(
        "Texts that are written in other ways keep their values, whatever becomes of their comments",
        arguments: [
            "audio: {volume: 30}\nname: X\n", "{name: X, audio: {volume: 30}}", "name: >-\n  X\naudio:\n  volume: 30",
            "name: X\naudio:\n  volume:\n    30\n", "--- # first\nname: X\naudio: {volume: 30}\n...\n",
            "\u{FEFF}name: X\naudio:\n  volume: 30\n", "name: X\r\naudio:\r\n  volume: 30\r\n",
            "name: X\naudio:\n  volume: 30 \nsip:\n", "name: X\naudio:\nsip:\n  user: \"a\\\n    b\"\n",
        ])
    func otherWays(text: String) async throws {
        let scratch = try Scratch(text)
        let store = try RoomSettingsStore.load(scratch.file)
        let before = store.settings
        _ = try await store.set("audio.volume", to: 77)
        _ = try await store.set("display.theme", to: "light")
        let after = try RoomSettingsStore.load(scratch.file).settings
        #expect(after == store.settings)
        #expect(after.audio.volume == 77)
        #expect(after.display.theme == "light")
        #expect(after.name == before.name)
        #expect(after.sip == before.sip)
    }

    @Test("An unknown path, a group and a wrong value are refused in a sentence, and nothing changes")
    func refusals() async throws {
        let store = try RoomSettingsStore.inMemory("name: X")
        func sentence(_ path: String, _ value: JSONValue) async -> String {
            do throws(ControlError) {
                _ = try await store.set(path, to: value)
                return "accepted"
            } catch {
                #expect(error.code == .invalidConfiguration)
                return error.message
            }
        }
        #expect(
            await sentence("audio.volum", 3) == "There is no setting \"audio.volum\"; did you mean audio.volume?")
        #expect(await sentence("zebra", 3) == "There is no setting \"zebra\"; config.get lists them.")
        #expect(await sentence("audio", 3) == "audio is a group; name one setting in it, such as audio.volume")
        #expect(
            await sentence("audio.volume", 101)
                == "audio.volume: expected an integer from 0 to 100 (percent), found 101.")
        #expect(
            await sentence("sip.listen", "here")
                == "sip.listen: expected an IP address such as 0.0.0.0 or 192.0.2.7, found \"here\".")
        #expect(await sentence("name", "a\nb").hasPrefix("name: expected text"))
        #expect(store.settings.name == "X")
    }

    @Test("A file that cannot be written changes nothing and says why")
    func unwritable() async throws {
        let scratch = try Scratch("name: X\n")
        let store = try RoomSettingsStore.load(scratch.file)
        unlink(scratch.file)
        rmdir(scratch.folder)
        let error = await #expect(throws: ControlError.self) { _ = try await store.set("name", to: "Y") }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("No such file or directory") == true)
        #expect(store.settings.name == "X")
    }

    @Test("config.get gives one setting, a group and everything, each with its table")
    func get() throws {
        let store = try RoomSettingsStore.inMemory("audio: {volume: 30}")
        let one = try store.get("audio.volume")
        #expect(one["value"] == 30)
        #expect(one["settings"]?[0]?["maximum"] == 100)
        #expect(one["settings"]?[0]?["unit"] == "percent")
        #expect(one["settings"]?[0]?["default"] == 60)
        let group = try store.get("audio")
        #expect(group["value"] == ["volume": 30, "mute_on_answer": false])
        let all = try store.get("")
        #expect(all["settings"]?.arrayValue?.count == RoomSchema.root.settings().count)
        #expect(throws: ControlError.self) { try store.get("audio..volume") }
        #expect(throws: ControlError.self) { try store.get("audio.volume.x") }
    }

    @Test("Of many changes at once none is lost")
    func concurrentSets() async throws {
        let scratch = try Scratch("")
        let store = try RoomSettingsStore.load(scratch.file)
        await withTaskGroup(of: Void.self) { group in
            for path in ["audio.volume", "call.rate", "call.max_calls", "sip.port"] {
                for value in 5...8 { group.addTask { _ = try? await store.set(path, to: JSONValue(value)) } }
            }
        }
        let settings = try RoomSettingsStore.load(scratch.file).settings
        #expect(settings == store.settings)
        #expect((5...8).contains(settings.audio.volume))
        #expect((5...8).contains(settings.sip.port))
        #expect((5...8).contains(settings.call.maximumCalls))
    }
}
