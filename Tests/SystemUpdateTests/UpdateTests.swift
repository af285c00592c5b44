import ControlProtocol
import Glibc
import LinuxSystem
import PeerSupport
import Testing

@testable import SystemUpdate

@Suite struct BootSlotRequestTests {
    @Test("RAUC's questions are answered from the state") func raucsQuestionsAreAnsweredFrom() {
        var state = BootState(order: [.a, .b], left: [.a: 3, .b: 0])
        #expect(BootSlotRequest(["get-primary"])?.answer(&state, booted: .a) == "A")
        #expect(BootSlotRequest(["get-current"])?.answer(&state, booted: .a) == "A")
        #expect(BootSlotRequest(["get-state", "B"])?.answer(&state, booted: .a) == "bad")
        #expect(BootSlotRequest(["set-primary", "B"])?.answer(&state, booted: .a) == nil)
        #expect(state.primary == .b)
        #expect(BootSlotRequest(["get-state", "B"])?.answer(&state, booted: .a) == "good")
        _ = BootSlotRequest(["set-state", "B", "bad"])?.answer(&state, booted: .a)
        #expect(state.primary == .a)
    }

    @Test(
        "What RAUC never asks is refused",
        arguments: [
            [], ["get-state"], ["get-state", "C"], ["set-state", "A", "fine"], ["get-primary", "A"], ["x", "A"],
        ]) func whatRaucNeverAsksIs(words: [String])
    {
        #expect(BootSlotRequest(words) == nil)
    }

    @Test("The slot stands in the kernel's command line") func theSlotStandsInThe() {
        #expect(BootSlot.booted(commandLine: "quiet rauc.slot=B ro\n") == .b)
        #expect(BootSlot.booted(commandLine: "quiet rauc.slot=C") == nil)
        #expect(BootSlot.booted(commandLine: "quiet") == nil)
    }
}

@Suite struct UpdateChannelTests {
    @Test("Quiet hours may go over midnight") func quietHoursMayGoOver() {
        let channel = UpdateChannel(parsing: "# x\nSOURCE=https://a.example/c\nAUTOMATIC=yes\nFROM=22:30\nTO=05:00\n")
        #expect(channel.source == "https://a.example/c")
        #expect(channel.isAutomatic)
        #expect(channel.isQuiet(minute: 22 * 60 + 30))
        #expect(channel.isQuiet(minute: 0))
        #expect(!channel.isQuiet(minute: 5 * 60))
        #expect(!channel.isQuiet(minute: 12 * 60))
    }

    @Test("What makes no sense keeps its default") func whatMakesNoSenseKeeps() {
        #expect(UpdateChannel(parsing: "FROM=25:00\nTO=x\nAUTOMATIC=maybe\nnonsense") == UpdateChannel())
    }

    @Test("A source is a bundle or the folder of one") func aSourceIsABundle() {
        #expect(UpdateChannel(parsing: "CHANNEL=beta\nSOURCE=https://a/b\n").place == "https://a/b/beta")
        #expect(UpdateChannel(parsing: "CHANNEL=\nSOURCE=https://a/b/\n").place == "https://a/b/stable")
        #expect(UpdateChannel(parsing: "CHANNEL=beta\nSOURCE=/a/x.raucb\n").place == "/a/x.raucb")
        #expect(UpdateChannel(parsing: "CHANNEL=beta\n").place == "")
        #expect(UpdateChannel.bundle(at: "/a/x.raucb", image: "convene-q") == "/a/x.raucb")
        #expect(UpdateChannel.bundle(at: "https://a/b/", image: "convene-q") == "https://a/b/convene-q.raucb")
        #expect(UpdateChannel.objection(to: "https://a/b") == nil)
        #expect(UpdateChannel.objection(to: "/var/tmp/x.raucb") == nil)
        #expect(UpdateChannel.objection(to: "http://a/b")?.contains("not encrypted") == true)
        #expect(UpdateChannel.objection(to: "")?.contains("update.source") == true)
        #expect(UpdateChannel.objection(to: "x.raucb")?.contains("absolute path") == true)
    }
}

@Suite struct SystemRequestTests {
    @Test("An admin may have only what is on the list") func anAdminMayHaveOnly() {
        #expect(SystemRequest.words(in: "update\tinstall\t/var/tmp/x.raucb\t--restart")?.count == 4)
        #expect(SystemRequest.words(in: "factory-reset\t--yes") == ["factory-reset", "--yes"])
        #expect(SystemRequest.words(in: "restart") == ["restart"])
        #expect(SystemRequest.words(in: "restart\t--in-call") == ["restart", "--in-call"])
        for line in [
            "", "update", "update\tboot-slot\tset-primary\tB", "update\tconfirm", "update\tserve", "config\trender",
            "factory-reset", "factory-reset\t--yes\tx", "restart\tnow", "restart\t--in-call\tx",
            "update\tinstall\t\u{1B}[2J", "update\tinstall\t",
            "update\tinstall\t" + String(repeating: "x", count: 5000),
        ] {
            #expect(SystemRequest.words(in: line) == nil)
        }
    }
}

@Suite struct ReadinessJudgeTests {
    private func status(
        ready: Bool = true, screen: String = "running", fault: JSONValue = .null, uptime: Double
    ) -> JSONValue {
        [
            "room": ["ready": .bool(ready), "uptime_s": .double(uptime)],
            "display": ["state": .string(screen), "fault": fault],
        ]
    }

    private func after(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test("Good is a room that stays ready") func goodIsARoomThat() {
        var judge = ReadinessJudge(steady: .seconds(5))
        #expect(judge.judge(nil, at: after(0)) == .waiting("the room does not answer"))
        #expect(judge.judge(status(ready: false, uptime: 1), at: after(1)) == .waiting("the room is not ready"))
        #expect(judge.judge(status(uptime: 2), at: after(2)) != .good)
        #expect(judge.judge(status(uptime: 6), at: after(6)) != .good)
        #expect(judge.judge(status(uptime: 7), at: after(7)) == .good)
    }

    @Test("A room that crashes again and again is never good") func aRoomThatCrashesAgain() {
        var judge = ReadinessJudge(steady: .seconds(5))
        for second in 0..<60 {
            #expect(judge.judge(status(uptime: Double(second % 4)), at: after(Int64(second))) != .good)
        }
        #expect(judge.restarts == 14)
    }

    @Test("A television that is unplugged is no broken system") func aTelevisionThatIsUnplugged() {
        var judge = ReadinessJudge(steady: .zero)
        #expect(judge.judge(status(screen: "backing_off", fault: "gone", uptime: 9), at: after(9)) == .good)
    }

    @Test("An account that is not registered is no good system") func anAccountThatIsNot() {
        var judge = ReadinessJudge(steady: .zero)
        for (state, verdict) in [
            ("off", ReadinessJudge.Verdict.good), ("registered", .good),
            ("failed", .waiting("the room's account is not registered")),
            ("registering", .waiting("the room's account is registering")),
        ] {
            guard case .object(var tree) = status(uptime: 9) else { return #expect(Bool(false)) }
            tree["sip"] = ["registration": ["state": .string(state)]]
            #expect(judge.judge(.object(tree), at: after(9)) == verdict)
        }
    }

    @Test("Without a screen it is not good") func withoutAScreenItIs() {
        var judge = ReadinessJudge(steady: .zero)
        #expect(judge.judge(status(screen: "absent", uptime: 9), at: after(9)) == .waiting("the screen is absent"))
        // A card that went away after it was seen.
        #expect(judge.judge(status(screen: "absent", fault: "gone", uptime: 9), at: after(9)) != .good)
        #expect(
            judge.judge(status(screen: "backing_off", fault: "failed", uptime: 9), at: after(9))
                == .waiting("the screen is backing_off"))
    }
}

@Suite struct FactoryResetTests {
    @Test("The mark of the last reset is removed, once and for all") func theMarkOfTheLastReset() throws {
        let folder = try TemporaryFolder()
        let mark = "\(folder.path)/factory-reset-done"
        try AtomicFile.replace(mark, with: [])
        try FactoryReset.forgetLastOne(mark: mark)
        #expect(access(mark, F_OK) != 0)
        try FactoryReset.forgetLastOne(mark: mark)
    }
}

@Suite struct ImageIdentityTests {
    @Test("Os-release says which image it is") func osreleaseSaysWhichImageIt() {
        let text = "NAME=\"Convene\"\nIMAGE_ID=convene-qemu-arm64\nIMAGE_VERSION=\"2026.11.25-abc\"\n"
        #expect(ImageIdentity(parsing: text)?.image == "convene-qemu-arm64")
        #expect(ImageIdentity(parsing: text)?.version == "2026.11.25-abc")
        #expect(ImageIdentity(parsing: "ID=debian\nVERSION_ID=12\n") == nil)
    }

    @Test("A bundle's facts are read in both of RAUC's forms") func aBundlesFactsAreRead() throws {
        let old = try JSONValue(parsing: #"{"compatible":"convene-x","version":"2"}"#)
        let new = try JSONValue(parsing: #"{"update":{"compatible":"convene-x","version":"2"}}"#)
        #expect(BundleInfo(old) == BundleInfo(new))
        #expect(BundleInfo(old)?.version == "2")
        #expect(BundleInfo(.null) == nil)
    }
}
