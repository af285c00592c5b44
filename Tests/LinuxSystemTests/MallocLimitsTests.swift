import CLinux
import LinuxSystem
import Testing

@Suite("malloc's limits")
struct MallocLimitsTests {
    @Test("A large block is a mapping of its own also after one of its size was freed")
    func largeBlocks() throws {
        tameMalloc(arenas: 2)
        for _ in 0..<3 {
            let before = mallinfo2()
            let block = try #require(malloc(1_400_000))
            let during = mallinfo2()
            // Other tests may take and free large blocks meanwhile; none of them takes this many bytes.
            #expect(during.hblkhd >= before.hblkhd + 1_400_000)
            free(block)
        }
    }
}
