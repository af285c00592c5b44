// Stands before the C library's allocator and counts for each thread: in a program that links this, or, built as a
// library of its own (.ci/bench), in one that was not made for it (LD_PRELOAD). That one's counts lie in the file that
// CONVENE_ALLOCATIONS names, 4096 bytes that the watcher has made: for each thread, in the order of their first
// allocations, its number and its count, 8 bytes each; the last place is shared by those for which there is none left.
#define _GNU_SOURCE
#include "allocation_count.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

struct place {
    _Atomic uint64_t thread, count;
};

static const size_t table_bytes = 4096;
static const uint32_t places = 4096 / sizeof(struct place);
static struct place *table;
static _Atomic uint32_t used;
static _Thread_local uint64_t count __attribute__((tls_model("initial-exec")));
static _Thread_local struct place *own __attribute__((tls_model("initial-exec")));

uint64_t convene_allocation_count(void) { return count; }

__attribute__((constructor)) static void open_table(void) {
    const char *path = getenv("CONVENE_ALLOCATIONS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, table_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) table = mapped;
}

static void note(void) {
    count++;
    if (!table) return;
    if (!own) {
        uint32_t next = atomic_fetch_add(&used, 1);
        own = table + (next < places ? next : places - 1);
        own->thread = (uint64_t)gettid();
    }
    atomic_fetch_add_explicit(&own->count, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t elements, size_t size) {
    note();
    return __libc_calloc(elements, size);
}

void *realloc(void *block, size_t size) {
    note();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    note();
    void *made = __libc_memalign(alignment, size);
    if (!made) return ENOMEM;
    *block = made;
    return 0;
}
