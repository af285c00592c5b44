import CLinux
import LinuxSystem
import Testing

@Suite("malloc's limits")
struct MallocLimitsTests {
    /// Within what glibc would move its limit up to.
    private static let size = 24_000_000

    /// A block, and whether it is a mapping of its own. Half its size tells it from what other tests do meanwhile.
    private func take() throws -> (block: UnsafeMutableRawPointer, isMapped: Bool) {
        let before = mallinfo2().hblkhd
        let block = try #require(malloc(Self.size))
        return (block, mallinfo2().hblkhd - before > Self.size / 2)
    }

    @Test("A large block is a mapping of its own also after one of its size was freed")
    func largeBlocks() throws {
        tameMalloc(arenas: 2)
        // What lies free in the tests' heaps is taken first.
        var held: [UnsafeMutableRawPointer] = []
        defer { for block in held { free(block) } }
        for _ in 0..<8 {
            let (block, isMapped) = try take()
            if isMapped {
                free(block)
                break
            }
            held.append(block)
        }
        for _ in 0..<3 {
            let (block, isMapped) = try take()
            #expect(isMapped)
            free(block)
        }
    }
}
