// UDP in batches: sendmmsg(2) and recvmmsg(2), whose types glibc declares only with _GNU_SOURCE, which Swift's own
// Glibc module is built without. So they are compiled here and lent to LinuxSystem through plain types.
#ifndef CONVENE_CDATAGRAMS_H
#define CONVENE_CDATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

enum { CONVENE_BATCH_LIMIT = 64, CONVENE_SEGMENT_LIMIT = 16 };

// An IPv4 or IPv6 address with port, in host byte order; addresses are always held as IPv6 (IPv4-mapped).
struct convene_endpoint {
    uint8_t address[16];
    uint16_t port;
    uint32_t scope;
};

// One datagram to send: two parts that the kernel gathers, so that the payload is not copied in user space.
struct convene_outgoing {
    const void *prefix;
    size_t prefix_length;
    const void *payload;
    size_t payload_length;
};

// One datagram received.
struct convene_incoming {
    size_t length;
    int truncated;
    struct convene_endpoint source;
    // CLOCK_REALTIME nanoseconds at which the kernel received it (SO_TIMESTAMPNS); 0 when it did not say.
    int64_t received;
};

// A bound, non-blocking, dual-stack UDP socket; -1 with errno set on failure. Port 0: the kernel chooses.
int convene_udp_open(const struct convene_endpoint *local);
// The port that the socket is bound to; -1 with errno set on failure.
int convene_udp_port(int fd);
// Whether the kernel cuts one message into datagrams itself (UDP_SEGMENT), so that a picture passes its network code
// once in place of once a packet.
int convene_udp_segments(int fd);
// Sends up to CONVENE_BATCH_LIMIT datagrams. Returns how many the kernel took, or -1 with errno set. `segmenting` says
// whether neighbours of one length may leave as one message; it becomes 0 when the way to `to` cannot do that.
int convene_udp_send(
    int fd, const struct convene_endpoint *to, const struct convene_outgoing *items, int count, int *segmenting);
// Receives up to CONVENE_BATCH_LIMIT datagrams into `storage`, slot by slot of `slot_length` bytes.
// Returns how many came, or -1 with errno set (EAGAIN: none).
int convene_udp_receive(int fd, void *storage, size_t slot_length, struct convene_incoming *items, int count);

#endif
