import Testing

@testable import RoomConfiguration

/// Each case is a broken file and the lines that the admin reads.
@Suite("What a broken file is told")
struct ConfigurationIssueTests {
    private func issues(room text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try RoomSettingsStore.inMemory(text)
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    private func issues(board text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try BoardConfiguration.parse(text, file: "board.yaml")
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    @Test("A misspelt setting is met with its right name")
    func misspeltSetting() {
        #expect(
            issues(room: "audio:\n  volum: 30\n")
                == ["room.yaml:2:3: audio has no setting \"volum\"; did you mean volume?"])
        #expect(
            issues(room: "Audio: {}\n") == ["room.yaml:1:1: the file has no setting \"Audio\"; did you mean audio?"])
    }

    @Test("A strange setting is met with all that there are")
    func strangeSetting() {
        #expect(
            issues(room: "audio:\n  zebra: 1\n") == [
                "room.yaml:2:3: audio has no setting \"zebra\"; expected one of volume, mute_on_answer"
            ])
    }

    @Test("A value outside its range is met with range and unit")
    func outOfRange() {
        #expect(
            issues(room: "audio:\n  volume: 140\n") == [
                "room.yaml:2:11: audio.volume: expected an integer from 0 to 100 (percent), found 140"
            ])
    }

    @Test("A quoted number is text")
    func quotedNumber() {
        #expect(
            issues(room: "audio: {volume: \"40\"}") == [
                "room.yaml:1:17: audio.volume: expected an integer from 0 to 100 (percent), found the text \"40\""
            ])
    }

    @Test("All that is wrong is told at once, in the order of the lines")
    func allAtOnce() {
        let found = issues(
            room: """
                sip:
                  port: sixty
                  listen: everywhere
                  transports: [udp, sctp]
                display:
                  layout: side_by_sid
                call: 7
                """)
        #expect(
            found == [
                "room.yaml:2:9: sip.port: expected an integer from 0 to 65535, found sixty",
                "room.yaml:3:11: sip.listen: expected an IP address such as 0.0.0.0 or 192.0.2.7, found everywhere",
                "room.yaml:4:21: sip.transports: expected a list of at most 2, each one of udp, tcp; sctp is none",
                "room.yaml:6:11: display.layout: expected one of picture_in_picture, remote, side_by_side, grid, local, "
                    + "found side_by_sid; did you mean side_by_side?",
                "room.yaml:7:7: call: expected settings such as auto_answer, max_bitrate, size, found 7",
            ])
    }

    @Test("What is no YAML is told with line and column")
    func notYAML() {
        let found = issues(room: "name: Room\nsip: [5060\nport: 1\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("room.yaml:3:") == true, "\(found)")
    }

    @Test("A tab, bytes that are no UTF-8, an alias, a tag, a second document and a name twice are refused")
    func refused() throws {
        #expect(issues(room: "audio:\n\tvolume: 1\n").first?.hasPrefix("room.yaml:2:1:") == true)
        #expect(
            issues(room: "name: &a x\nsip: {user: *a}\n") == ["room.yaml:2:13: expected a value, found an alias (*)"])
        #expect(issues(room: "name: !!str x\n") == ["room.yaml:1:7: expected a value without a tag (!)"])
        #expect(issues(room: "name: x\n---\nname: y\n") == ["room.yaml:2:1: expected one document, found a second"])
        #expect(
            issues(room: "name: x\nname: y\n") == [
                "room.yaml:2:1: expected each name once, name stands in line 1 already"
            ])
        #expect(throws: ConfigurationError.self) {
            try ConfigurationFile.parse(
                [0x6E, 0x3A, 0x20, 0xFF, 0xFE, 0x0A], file: "room.yaml", schema: RoomSchema.root)
        }
    }

    @Test("Nesting without end and a file without end are refused")
    func boundless() {
        let deep = String(repeating: "[", count: 5000)
        #expect(issues(room: "name: \(deep)").first?.contains("levels") == true)
        let block = String(repeating: "- ", count: 5000)
        #expect(issues(room: block).count == 1)
        let long = "name: " + String(repeating: "x", count: YAMLReader.maximumBytes)
        #expect(issues(room: long) == ["room.yaml: expected at most 262144 bytes, found more"])
    }

    @Test("A file that is not there is named")
    func missingFile() {
        let error = #expect(throws: ConfigurationError.self) { try BoardConfiguration.load("/nonexistent/board.yaml") }
        #expect(
            error?.description
                == "/nonexistent/board.yaml: there is no such file (open: No such file or directory)")
        let folder = #expect(throws: ConfigurationError.self) { try RoomSettingsStore.load(".", mayBeMissing: true) }
        #expect(folder?.description == ".: this is a folder, and no file (read: Is a directory)")
    }

    @Test("A control character is told as one, not as a length")
    func controlCharacter() {
        #expect(
            issues(room: "name: \"a\\x07b\"\n") == [
                "room.yaml:1:7: name: expected text of at most 64 bytes without line breaks and control characters, "
                    + "found the text \"a b\""
            ])
    }

    @Test("Of a list the entry that is wrong is named, and a list that is wrong itself is counted")
    func listEntry() {
        #expect(
            issues(room: "network: {method: static, addresses: [192.0.2.8/24, 192.0.2.7]}\n") == [
                "room.yaml:1:38: network.addresses: expected addresses with their prefix such as 192.0.2.7/24 or "
                    + "2001:db8::7/64; 192.0.2.7 is none"
            ])
        #expect(
            issues(room: "sip: {transports: [udp, tcp, udp]}\n") == [
                "room.yaml:1:19: sip.transports: expected a list of at most 2, each one of udp, tcp, found a list of 3"
            ])
        #expect(
            issues(room: "sip: {transports: []}\n") == [
                "room.yaml:1:19: sip.transports: expected at least one, found an empty list"
            ])
    }

    @Test("Bytes that are no UTF-8 are told with their line and column")
    func noUTF8() throws {
        let text = Array("name: é\naudio:\n  é".utf8) + [0xFF, 0x0A]
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile.parse(text, file: "room.yaml", schema: RoomSchema.root)
        }
        #expect(
            error?.description.hasPrefix("room.yaml:3:4: expected UTF-8 text: ") == true, "\(String(describing: error))"
        )
    }

    @Test("A board that names a device by its number is refused")
    func movingNumbers() {
        #expect(
            issues(board: "camera:\n  match:\n    - card: /dev/video0\n") == [
                "board.yaml:3:13: camera.match.1.card: expected what the device is (such as its driver or card name), "
                    + "not a number that moves, found /dev/video0"
            ])
        #expect(issues(board: "audio: {capture: {match: [{card: 'hw:1'}]}}").count == 1)
        #expect(issues(board: "display: {match: [{driver: card0}]}").count == 1)
    }

    @Test("A match without anything to match, an unknown quirk and an unknown thread are refused")
    func incompleteBoard() {
        #expect(
            issues(board: "camera: {match: [{}]}") == [
                "board.yaml:1:18: camera.match.1: expected at least one of driver, card, udev, synthetic"
            ])
        #expect(issues(board: "encoders: [{kind: v4l2, quirks: [no_forcekey]}]").count == 1)
        #expect(issues(board: "encoders: [{driver: x}]").count == 1)
        #expect(
            issues(board: "threads: {displai: {priority: 3}}") == [
                "board.yaml:1:11: threads has no setting \"displai\"; did you mean display?"
            ])
    }
}
