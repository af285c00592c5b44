import CLinux
import LinuxSystem
import Testing

@Suite("malloc's limits")
struct MallocLimitsTests {
    @Test("A large block is a mapping of its own also after one of its size was freed")
    func largeBlocks() throws {
        tameMalloc(arenas: 2)
        // More than lies free in any heap of the tests; glibc would move its limit up to it.
        let size = 24_000_000
        for _ in 0..<3 {
            let block = try #require(malloc(size))
            #expect(mallinfo2().hblkhd >= size)
            free(block)
        }
    }
}
