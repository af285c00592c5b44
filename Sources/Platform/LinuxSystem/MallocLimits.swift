import CLinux
import Glibc

/// Keeps malloc's heaps small for good (mallopt(3)). Before the first thread is started.
///
/// Left alone, glibc gives each busy thread a heap that it never gives back, and after a call, once the codecs' pictures
/// were freed, puts those of the next call into the heaps, where small blocks between them keep their pages: a room grew
/// by up to 10 MB within a few calls. Blocks of 128 KiB and more are mappings of their own here, given back when freed.
///
/// - Parameter arenas: heaps that all threads share.
package func tameMalloc(arenas: Int32) {
    // What one thread freed is there for all only in a single heap.
    convene_tame_malloc(keepsFreedMemory ? 1 : arenas, keepsFreedMemory ? 0 : 128 << 10)
}

/// Whether the environment has malloc keep what was freed (`MALLOC_TRIM_THRESHOLD_`, mallopt(3)), as where a page fault
/// costs more than memory does: large blocks are then left to malloc, `releaseUnusedMemory` does nothing, and nothing else
/// is given back either.
package let keepsFreedMemory = getenv("MALLOC_TRIM_THRESHOLD_") != nil

/// Has malloc get so many bytes more, where it keeps them, with their pages: calls then find them whatever holes the one
/// before has left. Any thread.
package func touchKeptMemory(byteCount: Int) {
    guard keepsFreedMemory, let block = malloc(byteCount) else { return }
    // Not by writing: to the compiler, what is written into memory that is freed right after is written for nobody.
    let page = Int(getpagesize())
    let start = (Int(bitPattern: block) + page - 1) / page * page
    let count = (Int(bitPattern: block) + byteCount - start) / page * page
    _ = madvise(UnsafeMutableRawPointer(bitPattern: start), max(count, 0), MADV_POPULATE_WRITE)
    free(block)
}
