import Glibc
import LinuxSystem
import Testing

@Suite("Memory of its own pages")
struct AnonymousMemoryTests {
    private static let page = 4096

    /// By mincore(2).
    private static func residentPages(_ memory: borrowing AnonymousMemory) -> [Int] {
        var pages = [UInt8](repeating: 0, count: memory.byteCount / page)
        _ = mincore(memory.pointer(at: 0), memory.byteCount, &pages)
        return pages.indices.filter { pages[$0] & 1 != 0 }
    }

    private static func writtenPages(_ memory: borrowing AnonymousMemory) -> [Int] {
        var written: [Int] = []
        for number in 0..<(memory.byteCount / page) where !memory.isZero(from: number * page, byteCount: page) {
            written.append(number)
        }
        return written
    }

    @Test("Pages are got for writing, are zero until then, and are given back")
    func pages() throws {
        let memory = try AnonymousMemory(byteCount: 8 * Self.page)
        #expect(Self.residentPages(memory) == [])
        memory.populate(from: 2 * Self.page, byteCount: 3 * Self.page)
        #expect(Self.residentPages(memory) == [2, 3, 4])
        #expect(Self.writtenPages(memory) == [])

        memory.bytes[3 * Self.page] = 1
        memory.bytes[5 * Self.page - 1] = 1
        #expect(Self.writtenPages(memory) == [3, 4])
        let isNothingZero = memory.isZero(from: memory.byteCount, byteCount: 0)
        #expect(isNothingZero)

        memory.discard(from: 2 * Self.page, byteCount: 3 * Self.page)
        // The others were read meanwhile, and are the kernel's page of zeros.
        #expect(Self.residentPages(memory) == [0, 1, 5, 6, 7])
        #expect(Self.writtenPages(memory) == [])
    }
}
