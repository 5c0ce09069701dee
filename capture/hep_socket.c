/* capture/hep_socket.c - see hep_socket.h. */
#include "capture/hep_socket.h"
#include "capture/capture.h"
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 64

/* Options of which none is worth failing for. */
static void set_option(int fd, int level, int name, int value)
{
    setsockopt(fd, level, name, &value, sizeof value);
}

static void set_options(int fd, const HepUrl *url, int family, unsigned buffer_bytes)
{
    if (family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, url->host != NULL);
    if (url->stream) {
        set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        return;
    }
    int size = (int)MIN(buffer_bytes, (unsigned)INT32_MAX / 2);
    set_option(fd, SOL_SOCKET, SO_RCVBUF, size);
    set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, size); /* root may have more */
    set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    else
        set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

/* -1 with errno. */
static int open_at(const struct addrinfo *where, const HepUrl *url, unsigned buffer_bytes)
{
    int type = where->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(where->ai_family, type, 0);
    if (fd < 0)
        return -1;
    set_options(fd, url, where->ai_family, buffer_bytes);
    if (bind(fd, where->ai_addr, where->ai_addrlen) == 0 &&
        (!url->stream || listen(fd, BACKLOG) == 0))
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

static int try_host(const HepUrl *url, const char *host, unsigned buffer_bytes,
                    const char **ret_cause)
{
    const struct addrinfo hints = {
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
        .ai_socktype = url->stream ? SOCK_STREAM : SOCK_DGRAM,
    };
    struct addrinfo *found = NULL;
    int status = getaddrinfo(host, url->port, &hints, &found);
    if (status != 0) {
        *ret_cause = gai_strerror(status);
        errno = 0;
        return -1;
    }
    int fd = open_at(found, url, buffer_bytes);
    int cause = errno;
    freeaddrinfo(found);
    errno = cause;
    *ret_cause = g_strerror(cause);
    return fd;
}

static void set_open_error(const char *name, int code, const char *cause, GError **error)
{
    const char *advice = code == EADDRINUSE      ? "; another program listens there"
                         : code == EADDRNOTAVAIL ? "; it is not an address of this host"
                         : code == EACCES        ? "; ports below 1024 need root"
                                                 : "";
    g_set_error(error, CAPTURE_ERROR,
                code == EACCES ? CAPTURE_ERROR_PERMISSION : CAPTURE_ERROR_OPEN,
                "%s: cannot be listened on: %s%s", name, cause, advice);
}

int hep_socket_open(const HepUrl *url, const char *name, unsigned buffer_bytes, GError **error)
{
    const char *cause = NULL;
    int fd = try_host(url, url->host ? url->host : "::", buffer_bytes, &cause);
    if (fd < 0 && !url->host && errno != EADDRINUSE && errno != EACCES)
        fd = try_host(url, "0.0.0.0", buffer_bytes, &cause);
    if (fd < 0)
        set_open_error(name, errno, cause, error);
    return fd;
}

void hep_socket_local(int fd, UdpAddress *out)
{
    struct sockaddr_storage address = { 0 };
    socklen_t size = sizeof address;
    getsockname(fd, (struct sockaddr *)&address, &size);
    udp_address_from_socket(out, &address);
}

static void take_control(const struct cmsghdr *control, HepDatagram *out)
{
    const void *data = CMSG_DATA(control);
    if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec time;
        memcpy(&time, data, sizeof time);
        out->time_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    } else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
        memcpy(&out->drops_total, data, sizeof out->drops_total);
    } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo info;
        memcpy(&info, data, sizeof info);
        out->to.is_ipv6 = false;
        memcpy(out->to.bytes, &info.ipi_addr, 4);
    } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo info;
        memcpy(&info, data, sizeof info);
        udp_address_set_ipv6(&out->to, info.ipi6_addr.s6_addr);
    }
}

bool hep_socket_receive(int fd, uint8_t *bytes, size_t size, HepDatagram *out)
{
    _Alignas(struct cmsghdr) uint8_t controls[256];
    struct sockaddr_storage from = { 0 };
    struct iovec where = { .iov_base = bytes, .iov_len = size };
    struct msghdr message = {
        .msg_name = &from,
        .msg_namelen = sizeof from,
        .msg_iov = &where,
        .msg_iovlen = 1,
        .msg_control = controls,
        .msg_controllen = sizeof controls,
    };
    ssize_t got = recvmsg(fd, &message, 0);
    if (got < 0)
        return false;
    out->size = (size_t)got;
    out->time_ns = g_get_real_time() * 1000;
    udp_address_from_socket(&out->from, &from);
    for (struct cmsghdr *control = CMSG_FIRSTHDR(&message); control;
         control = CMSG_NXTHDR(&message, control))
        take_control(control, out);
    return true;
}
