#define _GNU_SOURCE
#include "loaded_libraries.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_LIBRARIES = 512 };

static ElfW(Addr) known[MOST_LIBRARIES];
static size_t known_count;

static int note(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size;
    (void)context;
    if (known_count < MOST_LIBRARIES) known[known_count++] = library->dlpi_addr;
    return 0;
}

static void release_segments(const struct dl_phdr_info *library) {
    const ElfW(Addr) page = (ElfW(Addr))sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &library->dlpi_phdr[i];
        // Only what was never writable: relocations have changed the rest, sealed as it may be now.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        ElfW(Addr) start = (library->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        ElfW(Addr) end = (library->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
        // A failure leaves the pages where they are.
        if (end > start) (void)madvise((void *)start, end - start, MADV_DONTNEED);
    }
}

static int release_new(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size;
    (void)context;
    for (size_t i = 0; i < known_count; i++)
        if (known[i] == library->dlpi_addr) return 0;
    release_segments(library);
    return 0;
}

static int release_any(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size;
    (void)context;
    release_segments(library);
    return 0;
}

void convene_note_libraries(void) {
    known_count = 0;
    dl_iterate_phdr(note, NULL);
}

void convene_release_new_libraries(void) {
    // With more libraries than can be remembered none is surely new.
    if (known_count < MOST_LIBRARIES) dl_iterate_phdr(release_new, NULL);
}

void convene_release_program_pages(void) { dl_iterate_phdr(release_any, NULL); }

void convene_release_unused_memory(void) {
    convene_release_program_pages();
    malloc_trim(0);
}
