import FuzzSupport
import H264Bitstream
import Testing

struct ProfileLevelIDTests {
    private static let profiles: [(String, H264Profile?)] = [
        ("42e01f", .constrainedBaseline), ("42401f", .constrainedBaseline), ("42c01f", .constrainedBaseline),
        ("42F01F", .constrainedBaseline), ("4d801f", .constrainedBaseline), ("4de01f", .constrainedBaseline),
        ("58c01f", .constrainedBaseline), ("58f01f", .constrainedBaseline),
        ("42001f", .baseline), ("428014", .baseline), ("42a01f", .baseline), ("58801f", .baseline),
        ("58a01f", .baseline),
        ("4d001f", .main), ("4d401f", .main), ("4D4028", .main), ("4d501f", .main),
        ("58001f", .extended), ("58201f", .extended),
        ("640028", .high), ("64081f", .progressiveHigh), ("640c1f", .constrainedHigh),
        ("6e0028", .high10), ("6e1028", .high10Intra), ("7a0028", .high422), ("7a1028", .high422Intra),
        ("f40028", .high444Predictive), ("f41028", .high444Intra), ("2c1028", .cavlc444Intra),
        ("42411f", nil), ("4d201f", nil), ("2c001f", nil), ("00001f", nil), ("ff001f", nil),
    ]

    @Test("Every spelling of RFC 6184 Table 5 names its profile", arguments: profiles)
    func profile(text: String, profile: H264Profile?) throws {
        #expect(try #require(ProfileLevelID(text)).profile == profile)
    }

    private static let levels: [(String, H264Level?)] = [
        ("42e00a", .level1), ("42f00b", .level1b), ("42e00b", .level1point1), ("42e01f", .level3point1),
        ("4d100b", .level1b), ("640009", .level1b), ("64000b", .level1point1), ("428014", .level2),
        ("420000", nil), ("4200ff", nil), ("640034", .level5point2), ("42e015", .level2point1),
    ]

    @Test("The level, with both spellings of level 1b", arguments: levels)
    func level(text: String, level: H264Level?) throws {
        #expect(try #require(ProfileLevelID(text)).level == level)
    }

    @Test(
        "Only six hexadecimal digits are a profile-level-id",
        arguments: [
            "", "42e01", "42e01ff", "42e01g", " 42e01f", "0x42e0", "４２ｅ０１ｆ", "-42e01",
        ])
    func malformed(text: String) {
        #expect(ProfileLevelID(text) == nil)
    }

    @Test("Each profile is written so that it reads back, at each level")
    func roundTrip() throws {
        for profile in H264Profile.allCases {
            for level in H264Level.allCases {
                let written = ProfileLevelID(profile, level)
                let read = try #require(ProfileLevelID(written.text))
                #expect(ProfileLevelID(code: written.code) == written)
                #expect(UInt32(written.text, radix: 16) == written.code)
                #expect(read == written)
                #expect(read.profile == profile)
                #expect(read.level == level)
            }
        }
    }

    @Test("Another level keeps the spelling of the profile")
    func replaceLevel() throws {
        let offered = try #require(ProfileLevelID("42801f"))
        #expect(offered.replacingLevel(.level2).text == "428014")
        #expect(offered.replacingLevel(.level1b).text == "42900b")
        #expect(try #require(ProfileLevelID("42900b")).replacingLevel(.level1point1).text == "42800b")
        #expect(try #require(ProfileLevelID("640028")).replacingLevel(.level1b).text == "640009")
    }

    @Test("Any text is read or refused")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: ["42e01f", "4D4028", "640C1F"].map { Array($0.utf8) }, seed: 3)
        fuzzer.run(count: 20_000) { buffer in
            let text = String(decoding: buffer, as: UTF8.self)
            guard let read = ProfileLevelID(text) else { return }
            #expect(read.text == text.lowercased())
            if let profile = read.profile, let level = read.level {
                #expect(read.replacingLevel(level).profile == profile)
                #expect(read.replacingLevel(level).level == level)
            }
        }
    }
}
