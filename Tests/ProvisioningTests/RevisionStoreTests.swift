import Glibc
import LinuxSystem
import PeerSupport
import RoomConfiguration
import Testing

@testable import Provisioning

@Suite("The room's settings as revisions")
struct RevisionStoreTests {
    @Test("Revisions are numbered and say who, when and why")
    func numbered() throws {
        let scratch = try Scratch()
        #expect(try scratch.held == nil)
        #expect(try scratch.apply("name: Lisboa\n").revision.number == 1)
        let second = try scratch.apply("name: Porto\n", author: "boris")
        #expect(second.hasChanged && second.revision.base == 1)
        #expect(try scratch.held == "name: Porto\n")
        let history = scratch.store().history()
        #expect(history.map(\.number) == [2, 1])
        #expect(history.map(\.author) == ["boris", "anna"])
        #expect(history.first?.time == Clocks.early.wall && history.first?.message == "because")
        #expect(SmallFile.link("\(scratch.storeFolder)/current") == "revisions/2")
    }

    @Test(
        "What root makes in the room's folder is the room's own, and what it keeps there the group may read",
        .enabled(if: geteuid() == 0))
    func owners() throws {
        let scratch = try Scratch()
        #expect(chown(scratch.folder.path, 1234, 2345) == 0)
        try scratch.apply("name: Lisboa\n")
        let secrets = SecretStore(folder: "\(scratch.folder.path)/files")
        let certificate = try secrets.put("ca.pem", [1], isSecret: false)
        let secret = try secrets.put("dot1x", [1], isSecret: true)
        func owner(_ path: String) -> [UInt32] {
            var status = stat()
            return lstat(path, &status) == 0 ? [status.st_uid, status.st_gid, status.st_mode & 0o777] : []
        }
        let revision = "\(scratch.storeFolder)/revisions/1"
        #expect(owner(scratch.storeFolder) == [1234, 2345, 0o750])
        #expect(owner(revision) == [1234, 2345, 0o750] && owner("\(revision)/room.yaml") == [1234, 2345, 0o640])
        #expect(owner(certificate) == [0, 2345, 0o640] && owner(secret) == [0, 0, 0o600])
    }

    @Test("The same text again makes no revision")
    func unchanged() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        let again = try scratch.apply("name: Lisboa\n", author: "boris")
        #expect(!again.hasChanged && again.revision.number == 1)
    }

    @Test("A change made against an older revision is refused and says who was faster")
    func conflict() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        try scratch.apply("name: Porto\n", author: "boris", base: 1)
        let words = complaint { try scratch.apply("name: Faro\n", base: 1) }
        #expect(words?.contains("against revision 1, but boris made revision 2 at 2027-01-15T08:00:00Z") == true)
        #expect(try scratch.held == "name: Porto\n")
        #expect(
            complaint { try scratch.apply("name: Faro\n", base: 0) }?.contains("while there were no settings") == true)
    }

    @Test("Of two admins at once one gets a clear answer")
    func busy() throws {
        let scratch = try Scratch()
        try scratch.store().locked(by: "boris@desk", waiting: 0) { () throws(ProvisioningError) in
            let words = complaint { try scratch.apply("name: Lisboa\n") }
            #expect(words?.contains("are being changed by boris@desk (process \(getpid()))") == true)
        }
        #expect(try scratch.apply("name: Lisboa\n").revision.number == 1)
    }

    @Test(
        "A full disk or a cut at any step leaves the old or the new settings whole, and the next change works",
        arguments: RevisionStore.Step.allCases, [ENOSPC, EIO])
    func cuts(step: RevisionStore.Step, code: Int32) throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        let proposal = Proposal(
            text: Array("name: Porto\n".utf8), author: "boris", origin: .apply, base: 1, confirmWithin: 60)
        var threw = false
        do { _ = try scratch.store(failingAt: step, with: code).commit(proposal, clocks: .early) } catch {
            threw = true
            let words = "\(error)"
            #expect(words.contains(code == ENOSPC ? "the data partition is full" : "stay as they were"), "\(words)")
        }
        // Once the link is switched the new one holds, whatever comes after.
        let isNew = step == .syncStore || step == .prune
        #expect(threw != isNew)
        #expect(try scratch.held == (isNew ? "name: Porto\n" : "name: Lisboa\n"))
        #expect(scratch.store().pending()?.revision == (isNew ? 2 : nil))
        if isNew { try scratch.store().takeBack(reason: "test", onlyWhenOver: false) }
        #expect(try scratch.held == "name: Lisboa\n")
        try scratch.apply("name: Faro\n")
        #expect(try scratch.held == "name: Faro\n")
        #expect(SmallFile.names(in: "\(scratch.storeFolder)/revisions").allSatisfy { Int($0) != nil })
    }

    @Test("A bounded number is kept, always with the one that holds and the one before")
    func pruned() throws {
        let scratch = try Scratch()
        for number in 1...9 {
            _ = try scratch.store(limit: 4).commit(
                Proposal(text: Array("name: Room \(number)\n".utf8), author: "anna", origin: .apply), clocks: .early)
        }
        #expect(scratch.store().numbers == [6, 7, 8, 9])
        #expect(complaint { try scratch.store().text(2) }?.contains("the oldest kept is 6, the newest 9") == true)
    }

    @Test("What config.set changes one after the other takes one place in the history")
    func coalesced() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        let keeper = try #require(RevisionKeeper(file: "\(scratch.storeFolder)/current/room.yaml"))
        for volume in 1...5 {
            let held = try keeper.read()
            try keeper.keep(
                Array("name: Lisboa\naudio:\n  volume: \(volume)\n".utf8), over: held.version, message: "volume")
        }
        #expect(scratch.store().numbers == [1, 6])
        #expect(try scratch.held?.contains("volume: 5") == true)
        #expect(RevisionKeeper(file: "/etc/convene/room.yaml") == nil)
    }

    @Test("A revision that was damaged on the disk is noticed, and another can be gone back to")
    func damaged() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        try scratch.apply("name: Porto\n")
        try writeText("name: Por", to: "\(scratch.storeFolder)/revisions/2/room.yaml")
        #expect(complaint { try scratch.store().current() }?.contains("revision 2 is damaged") == true)
        let keeper = try #require(RevisionKeeper(file: "\(scratch.storeFolder)/current/room.yaml"))
        #expect(try keeper.read().text == Array("name: Lisboa\n".utf8), "the room goes on with what is good")
        #expect(keeper.complaint?.contains("revision 2 is damaged") == true)
        let back = scratch.service().perform(try ProvisioningRequest(words: ["rollback", "1"]), input: [])
        #expect(back.status == 0, "\(back.errors)")
        #expect(try scratch.held == "name: Lisboa\n")
    }

    @Test("A wrong file never becomes a revision, and a newer form is refused in words")
    func wrong() throws {
        let scratch = try Scratch()
        #expect(complaint { try scratch.apply("nmae: Lisboa\n") }?.contains("did you mean name?") == true)
        let newer = complaint { try scratch.apply("schema: 7\nholograms: true\n") }
        #expect(newer?.contains("written for a newer version of Convene") == true)
        #expect(newer?.contains("holograms") == false)
        #expect(scratch.store().numbers.isEmpty)
    }
}
