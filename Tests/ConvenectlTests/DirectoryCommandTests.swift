import PeerSupport
import Testing

@Suite("convenectl directory and history")
struct DirectoryCommandTests {
    @Test("Entries are a table without anything that steers a terminal")
    func entries() async throws {
        try await FakeTerminal.run { terminal in
            let found = try await terminal.convenectl("directory", "blue", "room")
            #expect(
                found.output == """
                    ID     NAME        ADDRESS               NOTE
                    7   *  Blue\u{FFFD} room  sip:blue@example.com  3rd floor

                    """)
            #expect(try await terminal.convenectl("directory", "nobody").output == "Nobody.\n")
            let added = try await terminal.convenectl(
                "directory", "add", "Blue room", "blue@example.com", "--favourite")
            #expect(added.output == "Blue\u{FFFD} room (sip:blue@example.com) is in the directory now, as entry 7.\n")
            let edited = try await terminal.convenectl("directory", "edit", "7", "--no-favourite", "--note", "")
            #expect(edited.output.hasSuffix("is changed, as entry 7.\n"))
            #expect(try await terminal.convenectl("directory", "remove", "7").output == "Entry 7 is gone.\n")
            let json = try await terminal.convenectl("directory", "nobody", "--json")
            #expect(json.output == "{\"entries\":[]}\n")
        }
    }

    @Test("A file goes in by its name's ending, and what was left out is told")
    func files() async throws {
        try await FakeTerminal.run { terminal in
            let file = "\(terminal.folder.path)/contacts.csv"
            try writeText("name,address\nA,a@b\n", to: file)
            let run = try await terminal.convenectl("directory", "import", file)
            #expect(
                run.output
                    == "2 added, 0 updated, 12 left out.\nLine 4: csv has no SIP address.\nAnd 2 more.\n")
            let other = try await terminal.convenectl("directory", "import", "\(terminal.folder.path)/contacts.txt")
            #expect(other.status != 0 && other.errors.contains("ends neither in .vcf nor in .csv"))
            let gone = try await terminal.convenectl("directory", "import", "\(terminal.folder.path)/none.csv")
            #expect(gone.status != 0 && gone.errors.contains("No such file or directory"))
            try write([0x66, 0xFF, 0xFE], to: file)
            #expect(try await terminal.convenectl("directory", "import", file).errors.contains("is not UTF-8"))
            let exported = try await terminal.convenectl("directory", "export", "--format", "csv")
            #expect(exported.output == "name,address\r\n")
            let out = "\(terminal.folder.path)/out.csv"
            #expect(try await terminal.convenectl("directory", "export", out).output == "1 entries are in \(out).\n")
            #expect(try readText(out) == "name,address\r\n")
        }
    }

    @Test("The history is a table, and a call is called back")
    func history() async throws {
        try await FakeTerminal.run { terminal in
            let list = try await terminal.convenectl("history")
            #expect(
                list.output == """
                    ID  STARTED                     NAME  ADDRESS               OUTCOME   TIME
                    3   2026-11-24T23:31:40Z  from  -     sip:a@b               missed          new
                    2   2026-11-24T22:00:00Z  to    Blue  sip:blue@example.com  answered  1:01

                    """)
            #expect(try await terminal.convenectl("history", "back").output == "Calling sip:a@b, call 1.\n")
            #expect(
                try await terminal.convenectl("history", "back", "2").output
                    == "Calling sip:blue@example.com, call 1.\n")
            #expect(
                try await terminal.convenectl("history", "back", "9").errors
                    == "convenectl: There is no call 9 in the history.\n")
            #expect(try await terminal.convenectl("history", "seen").output == "No missed call is new.\n")
            #expect(try await terminal.convenectl("history", "clear").output == "The history is empty.\n")
        }
    }
}
