import CLoadedLibraries

/// Gives back memory that a start or a call has left behind: pages of program files that were read once (the kernel maps
/// them again when they are used), and free pages of malloc's heaps (malloc_trim(3)).
///
/// Takes some milliseconds and makes the next use of each page a little slower: for idle moments. Any thread.
package func releaseUnusedMemory() {
    if !keepsFreedMemory { convene_release_unused_memory() }
}

/// The first half of `releaseUnusedMemory`: less than a millisecond, and safe while media flow. Any thread.
package func releaseProgramPages() {
    if !keepsFreedMemory { convene_release_program_pages() }
}
