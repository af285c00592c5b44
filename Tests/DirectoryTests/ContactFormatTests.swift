import Directory
import FuzzSupport
import PeerSupport
import Testing

@Suite("Files of contacts")
struct ContactFormatTests {
    private func problems(_ format: ContactFormat, _ text: String) -> [String] {
        do throws(DirectoryError) {
            _ = try format.read(text)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("A vCard of version 4.0 with everything in it")
    func version4() throws {
        let file = try ContactFormat.vcard.read(
            """
            BEGIN:VCARD\r
            VERSION:4.0\r
            KIND:individual\r
            FN;LANGUAGE=de:Jürgen Müller\\, Raum 5\r
            N:Müller;Jürgen;;Dr.;\r
            TEL;VALUE=uri;TYPE="voice,home":tel:+49-30-1234\r
            item1.IMPP;TYPE=work;PREF=1:sip:juergen@example.com;transport=tcp\r
            IMPP:xmpp:juergen@example.com\r
            TEL;VALUE=uri;TYPE=home:sips:juergen@home.exa\r
             mple\r
            NOTE:first line\\nsecond\\; line\r
            CATEGORIES:Friends,Favourite\r
            PHOTO:data:image/jpeg;base64,AAAA\r
            END:VCARD\r

            """)
        #expect(
            file.drafts == [
                DirectoryDraft(
                    name: "Jürgen Müller, Raum 5", address: "sip:juergen@example.com;transport=tcp", isFavourite: true,
                    note: "first line second; line"),
                DirectoryDraft(
                    name: "Jürgen Müller, Raum 5 (home)", address: "sips:juergen@home.example",
                    note: "first line second; line"),
            ])
        #expect(file.skipped == [])
    }

    @Test("Cards of version 3.0 with a name in parts, and one without an address")
    func version3() throws {
        let file = try ContactFormat.vcard.read(
            """
            \u{FEFF}begin:vcard
            version:3.0
            n:Public;John;Quinlan;Mr.;Esq.
            X-SIP;TYPE=WORK:john@example.com
            end:vcard
            BEGIN:VCARD
            VERSION:3.0
            FN:Only a telephone
            TEL;TYPE=CELL:+1 234
            END:VCARD
            """)
        #expect(file.drafts == [DirectoryDraft(name: "Mr. John Quinlan Public Esq.", address: "sip:john@example.com")])
        #expect(file.skipped == [ImportProblem(line: 6, field: "IMPP", problem: "Only a telephone has no SIP address")])
    }

    @Test("What is wrong with vCards is told by line and field")
    func wrongCards() {
        #expect(
            problems(.vcard, "name,address\r\nA,b@c\r\n") == [
                "Line 1: expected a property, such as FN:Blue room.",
                "Line 2: expected a property, such as FN:Blue room.",
            ])
        #expect(problems(.vcard, "FN:Blue\n") == ["Line 1, FN: expected BEGIN:VCARD first."])
        #expect(
            problems(
                .vcard,
                "BEGIN:VCARD\nVERSION:2.1\nFN:A\nIMPP:sip:@\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nIMPP:sip:a@b\nEND:VCARD\nBEGIN:VCARD\nFN:C\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\n"
            )
                == [
                    "Line 2, VERSION: expected 3.0 or 4.0, found 2.1.",
                    "Line 4, IMPP: expected a SIP address such as sip:room@example.com (URI: user is empty).",
                    "Line 6, FN: the card that begins here has no name.",
                    "Line 10, VERSION: the card that begins here has none.",
                    "Line 13, END: the card that begins here has no END:VCARD.",
                ])
        #expect(
            problems(.vcard, "BEGIN:VCARD\nVERSION:4.0\nFN:A\nBEGIN:VCARD\nVERSION:4.0\nFN:B\nEND:VCARD").count == 1)
        #expect(problems(.vcard, String(repeating: "nonsense\n", count: 1000)).count == 20)
    }

    @Test("CSV with quotes, line ends within fields, other separators and columns in any order")
    func csv() throws {
        let drafts = [
            DirectoryDraft(name: "Blue, \"the\" room", address: "sip:blue@example.com", isFavourite: true, note: "a b"),
            DirectoryDraft(name: "Green", address: "sip:green@example.com"),
        ]
        let texts = [
            "name,address,favourite,note\r\n\"Blue, \"\"the\"\" room\",sip:blue@example.com,yes,\"a\r\nb\"\r\nGreen,green@example.com,,\r\n",
            "\u{FEFF}Note;Favorite;ADDRESS;Department; Name\n\"a\nb\";1;blue@example.com;;\"Blue, \"\"the\"\" room\"\n\n;no;green@example.com;x;Green",
            "address\tname\tnote\tfavourite\nblue@example.com\t\"Blue, \"\"the\"\" room\"\ta b\tTRUE\ngreen@example.com\tGreen\t\t0\n",
        ]
        for text in texts { #expect(try ContactFormat.csv.read(text).drafts == drafts) }
        #expect(try ContactFormat.csv.read("").drafts == [])
    }

    @Test("What is wrong with CSV is told by line and field")
    func wrongCSV() {
        #expect(
            problems(.csv, "Blue,blue@example.com\n") == [
                "Line 1, name: expected a first line that names the columns, this one too.",
                "Line 1, address: expected a first line that names the columns, this one too.",
            ])
        #expect(
            problems(.csv, "name,address,favourite\n\"A\nA\",a@x,maybe\nB\n,c@x,no\nD,d d@,no\n") == [
                "Line 2, favourite: expected yes or no.", "Line 4: expected 3 fields, found 1.",
                "Line 5, name: expected some text.",
                "Line 6, address: expected a SIP address such as sip:room@example.com (URI: host is missing or malformed).",
            ])
        #expect(problems(.csv, "name,address\nA,\"b@c\n") == ["Line 2: the quote that begins here does not end."])
        #expect(
            problems(.csv, "name,address\n\"A\"x,b@c\n")
                == ["Line 2: expected the next field or the line's end behind a quote."])
    }

    @Test("What is written is read back as it was", arguments: ContactFormat.allCases)
    func roundTrip(format: ContactFormat) throws {
        let entries = [
            DirectoryEntry(
                id: 1, name: "Ünï, \"quoted\"; and \\ so on", address: "sip:a@example.com;transport=tcp",
                isFavourite: true, note: "北京市朝阳区建国门外大街甲六号中环世贸中心会议室五层靠窗的一间非常长的备注"),
            DirectoryEntry(id: 2, name: "=1+1", address: "sip:b@192.0.2.7:5062"),
            DirectoryEntry(id: 3, name: String(repeating: "é", count: 200), address: "sip:c@[2001:db8::1]"),
        ]
        let text = format.write(entries)
        #expect(
            try format.read(text).drafts
                == entries.map {
                    DirectoryDraft(name: $0.name, address: $0.address, isFavourite: $0.isFavourite, note: $0.note)
                })
        if format == .vcard {
            #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        }
    }

    @Test("10,000 contacts are read, kept at once, written and read again")
    func many() async throws {
        let folder = try TemporaryFolder()
        let book = SQLiteContactBook(path: "\(folder.path)/directory.sqlite")
        let entries = (0..<10_000).map {
            DirectoryEntry(
                id: Int64($0), name: "Room \($0)", address: "sip:room\($0)@example.com", note: "Floor \($0 % 9)")
        }
        #expect(
            try await book.merge(try ContactFormat.vcard.read(ContactFormat.vcard.write(entries)).drafts)
                == MergeOutcome(added: 10_000))
        #expect(
            try await book.merge(try ContactFormat.csv.read(ContactFormat.csv.write(try await book.all())).drafts)
                == MergeOutcome(updated: 10_000))
        #expect(book.state.entries == 10_000)
        #expect(try await book.search("room 9999", limit: 20).map(\.name) == ["Room 9999"])
    }

    @Test("Whatever the bytes are, reading ends without a trap", arguments: ContactFormat.allCases)
    func fuzz(format: ContactFormat) {
        let corpus = [
            "BEGIN:VCARD\r\nVERSION:4.0\r\ng.FN;X=\"a:b\";Y=c:Blue\\, room\r\n IMPP\r\nIMPP;TYPE=work:sip:a@b.example\r\nN:a;b;c\r\nEND:VCARD\r\n",
            "BEGIN:VCARD\nVERSION:3.0\nFN:A\nTEL;VALUE=uri:sip:x@y\nNOTE:\\n\\;\\\nCATEGORIES:a,starred\nEND:VCARD\nBEGIN:VCARD\n",
            "name,address,favourite,note\r\n\"A\"\"B\",a@b,yes,\"c\r\nd\"\r\n", "name;address\nA;sip:a@b;x\n\"",
            "\u{FEFF}", "",
        ].map { Array($0.utf8) }
        let interesting = [
            "BEGIN:VCARD\n", "END:VCARD\n", ":", ";", "\"", "\r\n ", "\\", ",", "\r", "FN:", "=", "name,address\n",
        ]
        var fuzzer = MutationFuzzer(corpus: corpus, interesting: interesting.map { Array($0.utf8) })
        var outcomes = (read: 0, refused: 0)
        fuzzer.run(count: 20_000) { bytes in
            do throws(DirectoryError) {
                let file = try format.read(String(decoding: bytes, as: UTF8.self))
                outcomes.read += file.drafts.isEmpty ? 0 : 1
            } catch {
                outcomes.refused += 1
            }
        }
        #expect(outcomes.read > 50 && outcomes.refused > 100)
    }
}
