/* capture/hep_socket.h - the sockets that capture agents send to. None of them ever waits. */
#pragma once
#include "capture/hep_url.h"
#include "capture/udp_header.h"
#include <netinet/in.h>
#include <sys/uio.h>

/* Bound, and listening if it is TCP. Without a host both IPv6 and IPv4 are taken where there are
 * both. @name is that of messages; @buffer_bytes is what the kernel shall hold of datagrams. -1:
 * CAPTURE_ERROR_OPEN, or _PERMISSION for a port that needs rights. */
int hep_socket_open(const HepUrl *url, const char *name, unsigned buffer_bytes, GError **error);
/* Where the socket is bound. */
void hep_socket_local(int fd, UdpAddress *out);

typedef struct {
    size_t size;
    int64_t time_ns; /* since the epoch; when the kernel took it */
    UdpAddress from;
    UdpAddress to;        /* the port is left as it is; so is the address when it is not told */
    uint32_t drops_total; /* of the socket so far; left as it is when it is not told */
} HepDatagram;

/* Takes one datagram. False when there is none. */
bool hep_socket_receive(int fd, uint8_t *bytes, size_t size, HepDatagram *out);
