/*
 * Loaded into the lab's kernel, which is a program of the host (User-Mode Linux): spares it calls of the host that it makes
 * again and again and that its guest waits for.
 *
 * munmap. The kernel's own virtual memory is mapped and unmapped page by page, each with a call. vkms maps each picture
 * that is shown (900 pages at 720p) with vmap; what was unmapped is collected to 8192 pages and then taken away at one go
 * (drain_vmap_area_work, mm/vmalloc.c), with interrupts off. That is 20 ms in which nothing runs in the guest, three
 * times a second at 30 pictures. Here neighbours become one call: a range is held back until the next call that is no
 * neighbour's. Until then what lies there is stale, not reused: the host gives out no address that is mapped, and a mapping
 * at a given address comes through mmap64 here, before which the range goes. Both are called with the kernel's interrupts
 * off, on its one processor (ncpus=1): nothing here is entered twice.
 *
 * sigprocmask. Each time the kernel turns its interrupts off or on it blocks or unblocks the signal that stands for an
 * interrupt from another of its processors (__local_ipi_set, arch/um/os-Linux/smp.c). It has no other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *held;
static size_t held_bytes;

static void give_back(void) {
    if (held_bytes == 0) return;
    /* The kernel has been told that it went well. */
    if (syscall(SYS_munmap, held, held_bytes) != 0) abort();
    held_bytes = 0;
}

int munmap(void *address, size_t bytes) {
    if (held_bytes != 0 && address == held + held_bytes) {
        held_bytes += bytes;
        return 0;
    }
    give_back();
    held = address;
    held_bytes = bytes;
    return 0;
}

void *mmap64(void *address, size_t bytes, int protection, int flags, int descriptor, off64_t offset) {
    give_back();
    return (void *)syscall(SYS_mmap, address, bytes, protection, flags, descriptor, offset);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    /* SIGRTMIN is a call of glibc's; the signals of Linux are the first word. */
    if (how != SIG_SETMASK && set != NULL && old == NULL && set->__val[0] == 1UL << (34 - 1)) return 0;
    int failure = pthread_sigmask(how, set, old);
    if (failure == 0) return 0;
    errno = failure;
    return -1;
}
