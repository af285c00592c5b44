#define _GNU_SOURCE
#include "CDatagrams.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void fill(struct sockaddr_in6 *out, const struct convene_endpoint *in) {
    memset(out, 0, sizeof *out);
    out->sin6_family = AF_INET6;
    out->sin6_port = htons(in->port);
    out->sin6_scope_id = in->scope;
    memcpy(&out->sin6_addr, in->address, 16);
}

int convene_udp_open(const struct convene_endpoint *local) {
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    int off = 0, on = 1, class = 0x88; // DSCP AF41, what RFC 8837 gives interactive video
    int buffer = 1 << 20;
    struct sockaddr_in6 address;
    fill(&address, local);
    // Priority marking, time stamps and buffer sizes are wishes: a kernel that refuses them still carries the call.
    (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &class, sizeof class);
    (void)setsockopt(fd, IPPROTO_IP, IP_TOS, &class, sizeof class);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int convene_udp_port(int fd) {
    struct sockaddr_in6 address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) return -1;
    return ntohs(address.sin6_port);
}

// How many datagrams from `items` on leave as one message with UDP_SEGMENT (linux/udp.h; Linux 4.18): all of the first
// one's length, but for the last, which may be shorter.
static int segments(const struct convene_outgoing *items, int count) {
    size_t first = items[0].prefix_length + items[0].payload_length, total = first;
    int run = 1;
    if (first == 0) return 1;
    while (run < count && run < CONVENE_SEGMENT_LIMIT) {
        size_t length = items[run].prefix_length + items[run].payload_length;
        if (length == 0 || length > first || total + length > 65000) break;
        total += length;
        run++;
        if (length < first) break;
    }
    return run;
}

int convene_udp_send(
    int fd, const struct convene_endpoint *to, const struct convene_outgoing *items, int count, int *segmenting) {
    struct mmsghdr messages[CONVENE_BATCH_LIMIT];
    struct iovec parts[CONVENE_BATCH_LIMIT * 2];
    int datagrams[CONVENE_BATCH_LIMIT];
    union {
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr align;
    } control[CONVENE_BATCH_LIMIT];
    struct sockaddr_in6 address;
    fill(&address, to);
    if (count > CONVENE_BATCH_LIMIT) count = CONVENE_BATCH_LIMIT;
    int filled = 0, part = 0;
    for (int item = 0; item < count; filled++) {
        struct msghdr *header = &messages[filled].msg_hdr;
        int run = *segmenting ? segments(items + item, count - item) : 1;
        memset(&messages[filled], 0, sizeof messages[filled]);
        header->msg_name = &address;
        header->msg_namelen = sizeof address;
        header->msg_iov = parts + part;
        for (int i = item; i < item + run; i++) {
            parts[part++] = (struct iovec){(void *)items[i].prefix, items[i].prefix_length};
            if (items[i].payload_length)
                parts[part++] = (struct iovec){(void *)items[i].payload, items[i].payload_length};
        }
        header->msg_iovlen = (size_t)(parts + part - header->msg_iov);
        if (run > 1) {
            uint16_t length = (uint16_t)(items[item].prefix_length + items[item].payload_length);
            header->msg_control = control[filled].bytes;
            header->msg_controllen = sizeof control[filled].bytes;
            struct cmsghdr *segment = CMSG_FIRSTHDR(header);
            segment->cmsg_level = IPPROTO_UDP;
            segment->cmsg_type = UDP_SEGMENT;
            segment->cmsg_len = CMSG_LEN(sizeof length);
            memcpy(CMSG_DATA(segment), &length, sizeof length);
        }
        datagrams[filled] = run;
        item += run;
    }
    int taken = 0;
    for (int done = 0; done < filled;) {
        int sent = sendmmsg(fd, messages + done, (unsigned)(filled - done), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && datagrams[done] > 1 && errno != EAGAIN && errno != ENOBUFS) {
            // The way there may not do that (a device without checksums, IPsec, a small MTU). If each alone is taken,
            // they go alone from here on; if not, it was something else.
            int alone = 0;
            sent = convene_udp_send(fd, to, items + taken, count - taken, &alone);
            if (sent <= 0) return taken > 0 ? taken : sent;
            *segmenting = 0;
            return taken + sent;
        }
        if (sent < 0) return taken > 0 ? taken : sent;
        for (int i = 0; i < sent; i++) taken += datagrams[done + i];
        done += sent;
    }
    return taken;
}

int convene_udp_segments(int fd) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &value, &length) == 0;
}

int convene_udp_receive(int fd, void *storage, size_t slot_length, struct convene_incoming *items, int count) {
    struct mmsghdr messages[CONVENE_BATCH_LIMIT];
    struct iovec parts[CONVENE_BATCH_LIMIT];
    struct sockaddr_in6 addresses[CONVENE_BATCH_LIMIT];
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr align;
    } control[CONVENE_BATCH_LIMIT];
    if (count > CONVENE_BATCH_LIMIT) count = CONVENE_BATCH_LIMIT;
    memset(messages, 0, sizeof messages[0] * (size_t)count);
    for (int i = 0; i < count; i++) {
        parts[i] = (struct iovec){(char *)storage + slot_length * (size_t)i, slot_length};
        messages[i].msg_hdr.msg_name = &addresses[i];
        messages[i].msg_hdr.msg_namelen = sizeof addresses[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = control[i].bytes;
        messages[i].msg_hdr.msg_controllen = sizeof control[i].bytes;
    }
    int received;
    do {
        received = recvmmsg(fd, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    } while (received < 0 && errno == EINTR);
    for (int i = 0; i < received; i++) {
        struct convene_incoming *item = &items[i];
        memset(item, 0, sizeof *item);
        item->length = messages[i].msg_len;
        item->truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
        if (messages[i].msg_hdr.msg_namelen >= sizeof addresses[i]) {
            memcpy(item->source.address, &addresses[i].sin6_addr, 16);
            item->source.port = ntohs(addresses[i].sin6_port);
            item->source.scope = addresses[i].sin6_scope_id;
        }
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c; c = CMSG_NXTHDR(&messages[i].msg_hdr, c)) {
            if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
            struct timespec when;
            memcpy(&when, CMSG_DATA(c), sizeof when);
            item->received = (int64_t)when.tv_sec * 1000000000 + when.tv_nsec;
        }
    }
    return received;
}
