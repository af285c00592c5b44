import MediaTypes
import Testing

@testable import ALSAAudio

@Suite("How full a card's buffer is kept")
struct PlaybackFillTests {
    private let block = AudioFormat.blockFrames

    /// Writes blocks until one is taken back; how many it took, nil when none was within `limit`.
    private func blocksUntilLowered(_ fill: inout PlaybackFill, limit: Int = 100_000) -> Int? {
        for count in 1...limit where fill.wroteBlock() { return count }
        return nil
    }

    @Test("Under-runs add a block each, up to what the card has")
    func raises() {
        var fill = PlaybackFill(frames: 2 * block, most: 5 * block)
        for expected in [3, 4, 5] {
            let hasChanged = fill.underran()
            #expect(hasChanged)
            #expect(fill.frames == expected * block)
        }
        let hasChanged = fill.underran()
        #expect(!hasChanged)
        #expect(fill.frames == 5 * block)
    }

    @Test("What a burst has added is taken back after quiet seconds, and never more")
    func lowers() {
        var fill = PlaybackFill(frames: 2 * block, most: 5 * block)
        _ = fill.underran()
        _ = fill.underran()
        let waits = [blocksUntilLowered(&fill), blocksUntilLowered(&fill)]
        #expect(waits == [PlaybackFill.firstPatience, PlaybackFill.firstPatience])
        #expect(fill.frames == 2 * block)
        let third = blocksUntilLowered(&fill)
        #expect(third == nil)
    }

    @Test("Where the room is needed it is tried ever more rarely")
    func patience() {
        var fill = PlaybackFill(frames: 2 * block, most: 5 * block)
        _ = fill.underran()
        var waits: [Int] = []
        for _ in 0..<9 {
            waits.append(blocksUntilLowered(&fill) ?? 0)
            for _ in 0..<3 { _ = fill.wroteBlock() }
            _ = fill.underran()
        }
        #expect(Array(waits.prefix(4)) == [500, 1000, 2000, 4000])
        #expect(waits.last == PlaybackFill.longestPatience)
    }

    @Test("An under-run long after the last try does not count against it")
    func forgives() {
        var fill = PlaybackFill(frames: 2 * block, most: 5 * block)
        _ = fill.underran()
        _ = blocksUntilLowered(&fill)
        for _ in 0..<PlaybackFill.firstPatience { _ = fill.wroteBlock() }
        _ = fill.underran()
        let wait = blocksUntilLowered(&fill)
        #expect(wait == PlaybackFill.firstPatience)
    }
}
