import ControlProtocol
import LinuxSystem
import PeerSupport
import Testing

@testable import Provisioning

@Suite("Changes that go back by themselves")
struct PendingChangeTests {
    @Test("Without a confirmation the old settings hold again once the time is over, and not before")
    func over() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        try scratch.apply("name: Porto\n", confirmWithin: 120)
        let store = scratch.store()
        #expect(throws: ProvisioningError.self) {
            try store.takeBack(reason: "time", onlyWhenOver: true, clocks: .early.later(119))
        }
        #expect(try scratch.held == "name: Porto\n")
        #expect(try store.takeBack(reason: "time", onlyWhenOver: true, clocks: .early.later(120)) == 1)
        #expect(try scratch.held == "name: Lisboa\n")
        #expect(store.pending() == nil && store.wasTakenBack(2))
        #expect(try scratch.apply("name: Faro\n").revision.number == 3, "its number is not given again")
    }

    @Test("A confirmation lets it stay, once; one that comes too late does not")
    func confirmed() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n", confirmWithin: 60)
        #expect(
            complaint { try scratch.apply("name: Porto\n") }?.contains("revision 1 waits for its confirmation") == true)
        #expect(throws: ProvisioningError.self) { try scratch.store().confirm(7, author: "anna", clocks: .early) }
        #expect(try scratch.store().confirm(1, author: "anna", clocks: .early.later(59)) == 1)
        #expect(throws: ProvisioningError.self) { try scratch.store().confirm(1, author: "anna", clocks: .early) }
        try scratch.apply("name: Porto\n", confirmWithin: 60)
        #expect(
            complaint { try scratch.store().confirm(2, author: "anna", clocks: .early.later(60)) }?
                .contains("it went back already") == true)
    }

    @Test("The first settings of a box go back to none")
    func first() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n", confirmWithin: 60)
        #expect(try scratch.store().takeBack(reason: "asked", onlyWhenOver: false) == nil)
        #expect(try scratch.held == nil)
    }

    @Test("After a reboot the time goes on, however the clock was set")
    func reboot() throws {
        let scratch = try Scratch()
        let pending = try #require(try scratch.apply("name: Lisboa\n", confirmWithin: 120).pending)
        #expect(pending.secondsLeft(.early.later(20)) == 100)
        #expect(pending.secondsLeft(.early.rebooted(wall: Clocks.early.wall + 50)) == 70)
        #expect(pending.secondsLeft(.early.rebooted(wall: Clocks.early.wall + 500)) == 0)
        #expect(pending.secondsLeft(.early.rebooted(wall: 0)) == 120, "a clock without a battery does not prolong it")
        var jumped = Clocks.early.later(20)
        jumped.wall += 86400
        #expect(pending.secondsLeft(jumped) == 100, "within one boot a clock that is set does not matter")
    }

    @Test("A change that was cut before it counted is forgotten")
    func stale() throws {
        let scratch = try Scratch()
        try scratch.apply("name: Lisboa\n")
        let proposal = Proposal(
            text: Array("name: Porto\n".utf8), author: "boris", origin: .apply, confirmWithin: 60)
        _ = try? scratch.store(failingAt: .makeLink).commit(proposal, clocks: .early)
        // As a power cut leaves it: the file of the deadline without the link.
        let left = PendingChange(
            revision: 2, back: 1, deadline: 0, seconds: 60, bootDeadline: 0, bootIdentifier: "boot-1")
        try write(left.json.serializedBytes, to: "\(scratch.storeFolder)/pending.json")
        #expect(scratch.store().pending() == nil)
        scratch.store().forgetStalePending()
        #expect(!SmallFile.exists("\(scratch.storeFolder)/pending.json"))
        #expect(try scratch.apply("name: Faro\n").hasChanged)
    }

    @Test("Going back names the revision before, or the one that is asked for, as a new revision")
    func rollBack() throws {
        let scratch = try Scratch()
        for name in ["Lisboa", "Porto", "Faro"] { try scratch.apply("name: \(name)\n") }
        let store = scratch.store()
        let back = try store.rollBack(to: nil, author: "anna", message: "", confirmWithin: nil, clocks: .early)
        #expect(back.revision.number == 4 && back.revision.message == "back to revision 2")
        #expect(try scratch.held == "name: Porto\n")
        _ = try store.rollBack(to: 1, author: "anna", message: "why not", confirmWithin: 60, clocks: .early)
        #expect(try scratch.held == "name: Lisboa\n")
        // While one waits, going back means that one.
        _ = try store.rollBack(to: nil, author: "anna", message: "", confirmWithin: nil, clocks: .early)
        #expect(try scratch.held == "name: Porto\n")
        #expect(complaint { try store.rollBack(to: 77, author: "", message: "", confirmWithin: nil) } != nil)
    }
}
