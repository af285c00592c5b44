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
/// costs more than memory does: large blocks are then left to malloc, and `releaseUnusedMemory` does nothing.
let keepsFreedMemory = getenv("MALLOC_TRIM_THRESHOLD_") != nil
