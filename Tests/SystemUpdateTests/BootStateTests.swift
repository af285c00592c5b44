import FuzzSupport
import Glibc
import LinuxSystem
import Testing

@testable import SystemUpdate

@Suite struct BootStateTests {
    @Test("A state comes back as it was written") func aStateComesBackAs() throws {
        let state = BootState(order: [.b, .a], left: [.a: 3, .b: 1], isFactoryReset: true)
        #expect(state.sector.count == 512)
        #expect(BootState(state.sector) == state)
    }

    @Test("The checksum is zlib's") func theChecksumIsZlibs() {
        #expect(BootState.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    }

    @Test("A flipped bit anywhere makes a copy worthless") func aFlippedBitAnywhereMakes() {
        let sector = BootState(order: [.a], left: [.a: 2, .b: 0]).sector
        for place in sector.indices {
            var broken = sector
            broken[place] ^= 1 << UInt8(place % 8)
            #expect(BootState(broken) == nil)
        }
    }

    @Test("A slot without boots left or outside the order is not taken") func aSlotWithoutBootsLeft() {
        var state = BootState(order: [.b, .a], left: [.a: 3, .b: 0])
        #expect(state.primary == .a)
        state.mark(.a, good: false)
        #expect(state.primary == nil)
        state.makePrimary(.b)
        #expect(state.primary == .b)
        #expect(state.left[.b] == BootState.attempts)
        state.mark(.a, good: true)
        #expect(state.order == [.b, .a])
    }

    @Test("Whatever bytes stand there, reading does not trap") func whateverBytesStandThereReading() {
        let corpus = [
            BootState().sector, BootState(order: [.b], left: [.a: 0, .b: 9], isFactoryReset: true).sector, [],
        ]
        var fuzzer = MutationFuzzer(
            corpus: corpus, interesting: [Array("BOOT_ORDER=A B".utf8), Array("BOOT_A_LEFT=".utf8)], seed: 13)
        fuzzer.run(count: 20_000) { raw in
            // The checksum hides the parser from changed bytes, so it is made to fit them.
            var body = Array(raw.prefix(BootState.size - 4))
            body.append(contentsOf: [UInt8](repeating: 0, count: BootState.size - 4 - body.count))
            let sum = BootState.checksum(body)
            let head: [UInt8] = (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt32($0))) }
            guard let state = BootState(head + body) else { return }
            if state.left.values.allSatisfy({ $0 < 100 }) && state.order.count < 50 {
                #expect(BootState(state.sector) == state)
            }
        }
    }
}

@Suite struct BootStateStoreTests {
    /// A file of the partition's size with the state in both copies.
    private func store(_ state: BootState) throws -> BootStateStore {
        let path = "/tmp/convene-boot-state-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let gap = [UInt8](repeating: 0, count: BootStateStore.distance - BootState.size)
        try AtomicFile.replace(path, with: state.sector + gap + state.sector + gap)
        return BootStateStore(path: path)
    }

    private func overwrite(_ store: BootStateStore, copy: Int, bytes: Int) throws {
        let file = try FileDescriptor.open(store.path, flags: O_WRONLY)
        let junk = [UInt8](repeating: 0xA5, count: bytes)
        try #require(pwrite(file.borrowed.rawValue, junk, bytes, off_t(copy * BootStateStore.distance)) == bytes)
    }

    @Test("One torn copy loses nothing, and the next change mends it", arguments: [0, 1], [1, 40, 512])
    func oneTornCopyLosesNothing(copy: Int, bytes: Int) throws {
        let state = BootState(order: [.b, .a], left: [.a: 3, .b: 2])
        let store = try store(state)
        defer { unlink(store.path) }
        try overwrite(store, copy: copy, bytes: bytes)
        #expect(try store.copies().compactMap { $0 }.count == 1)
        #expect(try store.read() == state)
        try store.change { _ in }
        #expect(try store.copies() == [state, state])
    }

    @Test("With both copies broken the box tries both slots") func withBothCopiesBrokenThe() throws {
        let store = try store(BootState(order: [.a]))
        defer { unlink(store.path) }
        try overwrite(store, copy: 0, bytes: 512)
        try overwrite(store, copy: 1, bytes: 512)
        #expect(try store.read() == BootState())
    }

    @Test("A change stands in both copies") func aChangeStandsInBoth() throws {
        let store = try store(BootState())
        defer { unlink(store.path) }
        try store.change { $0.makePrimary(.b) }
        #expect(try store.copies().allSatisfy { $0?.order == [.b, .a] })
    }
}
