#ifndef CONVENE_CLINUX_SHIM_H
#define CONVENE_CLINUX_SHIM_H

// Never define _GNU_SOURCE here: Swift's own Glibc module is built without it, and the types would differ.
// What glibc declares only with it is declared by hand at the end.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// ioctl is variadic, which Swift does not import.
static inline int convene_ioctl(int fd, unsigned long request, void *argument) {
    return ioctl(fd, request, argument);
}

// glibc gives each busy thread a heap of its own, and puts large blocks into the heaps once one of their size was freed,
// unless it is told otherwise (mallopt(3)). 0 leaves the blocks to glibc.
static inline void convene_tame_malloc(int arenas, int largest_heap_block) {
    (void)mallopt(M_ARENA_MAX, arenas);
    if (largest_heap_block == 0) return;
    (void)mallopt(M_MMAP_THRESHOLD, largest_heap_block);
    (void)mallopt(M_TRIM_THRESHOLD, 2 * largest_heap_block);
}

// errno is a macro.
static inline int convene_errno(void) { return errno; }

// fcntl is variadic too.
static inline int convene_dup_cloexec(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 0); }

// open is variadic too.
static inline int convene_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

// struct ucred needs _GNU_SOURCE in glibc's headers, which Swift's own Glibc module does not define.
struct convene_peer {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

// Reads SO_PEERCRED; 0, or -1 with errno set.
static inline int convene_peer_credentials(int fd, struct convene_peer *peer) {
    struct {
        int32_t pid;
        uint32_t uid;
        uint32_t gid;
    } credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    peer->pid = credentials.pid;
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    return 0;
}

// Sends one datagram to a Unix socket address (a leading zero byte: abstract). The transparent union that
// sendto takes with _GNU_SOURCE is not imported.
static inline ssize_t convene_send_to_unix(
    int fd, const uint8_t *name, size_t name_length, const void *message, size_t length) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    if (name_length > sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, name, name_length);
    return sendto(fd, message, length, MSG_NOSIGNAL, (const struct sockaddr *)&address,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_length));
}

// sched_setaffinity(2) of the calling thread; CPU_SET and cpu_set_t's own calls need _GNU_SOURCE.
// 0, or -1 with errno set; numbers outside the mask are EINVAL.
static inline int convene_run_on(const int32_t *processors, size_t count) {
    unsigned long mask[16] = {0};
    const size_t bits = 8 * sizeof mask[0];
    for (size_t index = 0; index < count; index++) {
        size_t processor = (size_t)processors[index];
        if (processors[index] < 0 || processor >= 16 * bits) {
            errno = EINVAL;
            return -1;
        }
        mask[processor / bits] |= 1UL << processor % bits;
    }
    return (int)syscall(SYS_sched_setaffinity, 0, sizeof mask, mask);
}

int ppoll(struct pollfd *entries, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
int pthread_setname_np(pthread_t thread, const char *name);

#endif
