import ControlProtocol
import FuzzSupport
import RemoteControl
import Testing

@Suite("Keymaps in the kernel's form")
struct KeymapTests {
    static let sample = """
        # a remote
        [[protocols]]
        name = "hauppauge"
        protocol = "rc-5"
        variant = 'rc-5' # the usual one
        [protocols.scancodes]
        0x1e3b = "KEY_SELECT"
        "0x1e3d" = "KEY_POWER"

        [[protocols]]
        protocol = "nec"
        [ protocols.scancodes ]
        0x408="KEY_OK"
        """

    private func parse(_ text: String) throws(KeymapError) -> Keymap {
        try Keymap.parse(Array(text.utf8), file: "a.toml")
    }

    private func complaint(_ text: String) -> String? {
        do throws(KeymapError) {
            _ = try parse(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("Tables, protocols and scancodes arrive")
    func sample() throws {
        let keymap = try parse(Self.sample)
        #expect(keymap.tables.map(\.name) == ["hauppauge", ""])
        #expect(keymap.protocols == [.rc5, .nec])
        #expect(keymap.tables.first?.variant == "rc-5")
        #expect(keymap.entries.map(\.scancode) == [0x1e3b, 0x1e3d, 0x408])
        #expect(keymap.entries.map(\.key.name) == ["KEY_SELECT", "KEY_POWER", "KEY_OK"])
    }

    @Test("What is written is read back")
    func roundTrip() throws {
        let keymap = try parse(Self.sample)
        #expect(try parse(keymap.text) == keymap)
        var odd = keymap
        odd.tables[0].name = "a \"quoted\\ name\u{7}"
        #expect(try parse(odd.text).tables.first?.name == "a \"quoted\\ name ")
    }

    @Test("Each mistake is told with its line, and with what may have been meant")
    func mistakes() {
        let head = "[[protocols]]\nprotocol = \"nec\"\n[protocols.scancodes]\n"
        for (text, sentence) in [
            ("", "a.toml:1: expected [[protocols]]; the file has no keymap"),
            ("name = \"x\"", "a.toml:1: expected [[protocols]] first"),
            ("[[protocols]]\nname = \"x\"", "a.toml:1: expected a protocol in this [[protocols]]"),
            ("[protocols.scancodes]", "a.toml:1: expected [[protocols]] before [protocols.scancodes]"),
            ("[[protocols]]\nprotocol = \"nec5\"", "found nec5; did you mean nec?"),
            ("[[protocols]]\nprotocol = 5", "a.toml:2: protocol: expected a text in quotes, found 5"),
            ("[[protocols]]\n[[protocols.raw]]", "a.toml:2: expected scancodes; a keymap of raw pulses"),
            (head + "0x1 = \"KEY_OKAY\"", "a.toml:4: the kernel has no key KEY_OKAY; did you mean KEY_"),
            (head + "0x1 = \"KEY_OK", "a.toml:4: 0x1: expected a text in quotes, found \"KEY_OK"),
            (head + "0x1 = \"KEY_OK\" 7", "a.toml:4: expected nothing more on this line, found 7"),
            (head + "ok = \"KEY_OK\"", "a.toml:4: expected a scancode such as 0x40bf, found ok"),
            (head + "0x1 = \"KEY_OK\"\n0x01 = \"KEY_UP\"", "a.toml:5: scancode 0x1 stands in line 4 already"),
            (head + "0x1FFFFFFFFFFFFFFFF = \"KEY_OK\"", "a.toml:4: expected a scancode"),
            (head + "0x1 \"KEY_OK\"", "a.toml:4: expected = after 0x1"),
        ] {
            #expect(complaint(text)?.contains(sentence) == true, "\(text): \(complaint(text) ?? "no complaint")")
        }
    }

    @Test("No text traps, and what is taken can be written and taken again")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: [Array(Self.sample.utf8), Array("[[protocols]]\nprotocol=\"nec\"".utf8)],
            interesting: [
                "\"", "'", "[", "]", "#", "=", "\\u00", "\\", "0x", "\n", "\r\n", "KEY_OK", "[[protocols]]\n",
            ]
            .map { Array($0.utf8) })
        var taken = 0
        fuzzer.run(count: 20_000) { bytes in
            guard let keymap = try? Keymap.parse(Array(bytes), file: "f") else { return }
            taken += 1
            let again = try? Keymap.parse(Array(keymap.text.utf8), file: "g")
            #expect(again?.entries == keymap.entries)
        }
        #expect(taken > 100)
    }

    @Test("Each key of the room has a key of the kernel that means it")
    func preferredKeys() {
        for key in ControlKey.allCases {
            let preferred = KeyTable.preferred(key)
            #expect(KeyTable.key(preferred) == key, "\(key) \(preferred.name)")
            #expect(LinuxKey(name: preferred.name) == preferred)
        }
        #expect(LinuxKey(name: "KEY_NO_SUCH") == nil)
    }
}
