import CLinux

/// Has all threads share `count` heaps of malloc (mallopt(3), M_ARENA_MAX). Before the first thread is started.
///
/// glibc gives each busy thread a heap of its own otherwise, which it never gives back.
package func limitMallocArenas(to count: Int32) { convene_limit_malloc_arenas(count) }
