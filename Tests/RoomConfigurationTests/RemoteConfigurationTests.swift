import RoomConfiguration
import Testing

@Suite("remote: and cec: of board.yaml")
struct RemoteConfigurationTests {
    @Test("Remotes, their keymaps and the TV arrive")
    func arrives() throws {
        let board = try BoardConfiguration.parse(
            """
            remote:
              match:
                - {driver: gpio_ir_recv, keymaps: [a.toml, b.toml]}
                - {udev: {ID_INPUT_KEY: "1"}, grab: false}
            cec:
              match:
                - driver: vc4_hdmi
              volume: tv
              sleep: false
            """, file: "board.yaml")
        #expect(board.remoteInputs.map(\.keymaps) == [["a.toml", "b.toml"], []])
        #expect(board.remoteInputs.map(\.isGrabbed) == [true, false])
        #expect(board.remoteInputs.first?.match.driver == "gpio_ir_recv")
        #expect(board.television.matches.map(\.driver) == ["vc4_hdmi"])
        #expect(board.television.turnsVolume && board.television.wakes && !board.television.sleeps)
    }

    @Test("A board that says nothing has neither")
    func empty() throws {
        let board = try BoardConfiguration.parse("", file: "board.yaml")
        #expect(board.remoteInputs.isEmpty)
        #expect(board.television.matches.isEmpty)
    }

    @Test("A keymap is a file name, and a remote says what it is")
    func mistakes() {
        for text in [
            "remote: {match: [{driver: x, keymaps: [../a.toml]}]}", "remote: {match: [{driver: x, keymaps: [a.yaml]}]}",
            "remote: {match: [{keymaps: [a.toml]}]}", "remote: {match: [{card: /dev/input/event3}]}",
            "cec: {volume: loud}", "cec: {match: [{}]}",
        ] {
            #expect(throws: ConfigurationError.self, "\(text)") {
                try BoardConfiguration.parse(text, file: "board.yaml")
            }
        }
    }

    @Test("A keymap lies beside the board file, in its keymaps folder, or in the one above")
    func places() {
        #expect(
            BoardConfiguration.keymapPaths("a.toml", boardFile: "/etc/convene/board.yaml") == [
                "/etc/convene/a.toml", "/etc/convene/keymaps/a.toml", "/etc/convene/../keymaps/a.toml",
            ])
        #expect(BoardConfiguration.keymapPaths("a.toml", boardFile: "board.yaml").first == "a.toml")
    }
}
