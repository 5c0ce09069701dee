/* capture/hep_listen.c - see hep_listen.h. */
#include "capture/hep_listen.h"
#include "capture/hep_socket.h"
#include "capture/hep_stream.h"
#include "capture/hep_tls.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LINK_TYPE_RAW  101
#define BUFFER_DEFAULT (64u << 20)
#define EVENTS         32
#define TURN_DATAGRAMS 256 /* before others have their turn */
#define TURN_CLIENTS   16
#define PAYLOAD_MAX    65536u

typedef struct {
    int fd;
    unsigned slot; /* in HepListen.clients */
    UdpAddress from, to;
    HepTlsSession *tls; /* owned; NULL: plain TCP */
    bool wants_write;   /* what epoll waits for besides */
    int64_t begun_us;   /* monotonic */
    int64_t heard_us;   /* monotonic */
    int64_t time_ns;    /* when the bytes of @stream were read */
    HepStream stream;
} Client;

typedef struct {
    PacketSource base;
    char *url; /* owned */
    bool stream;
    HepTls *tls; /* owned; NULL: none is spoken */
    int fd;
    UdpAddress local;             /* where @fd is bound */
    Client *clients[HEP_CLIENTS]; /* owned; NULL: free */
    Client *unfinished;           /* borrowed; has packets that found no room; NULL: none */
    PacketBlock *block;           /* borrowed while a fill goes on */
    Packet spare;                 /* a packet in @buffer that found no room in the last block */
    bool has_spare;
    unsigned handshakes; /* begun in the second that began at @second_us */
    int64_t second_us;   /* monotonic */
    uint16_t source;
    SourceStats stats;
    char *failure; /* owned */
    uint8_t buffer[UDP_HEADER_MAX + PAYLOAD_MAX];
} HepListen;

static bool append_spare(HepListen *self)
{
    if (!self->has_spare)
        return true;
    Packet *copy = packet_block_append(self->block, self->spare.data, self->spare.caplen);
    if (!copy)
        return false;
    const uint8_t *data = copy->data;
    *copy = self->spare;
    copy->data = data;
    self->has_spare = false;
    return true;
}

/* Hands on what stands in the buffer behind the room for headers. False when the block is full. */
static bool take_payload(HepListen *self, size_t size, int64_t time_ns, const UdpAddress *from,
                         const UdpAddress *to)
{
    uint8_t *payload = self->buffer + UDP_HEADER_MAX;
    size_t headers = udp_header_prepend(payload, size, from, to);
    if (headers == 0) {
        self->stats.refused++;
        return true;
    }
    uint32_t length = (uint32_t)(headers + size);
    self->stats.bytes_read += size;
    self->spare = (Packet){
        .time_ns = time_ns,
        .data = payload - headers,
        .caplen = length,
        .len = length,
        .link_type = LINK_TYPE_RAW,
        .source = self->source,
    };
    self->has_spare = true;
    return append_spare(self);
}

static bool serve_datagrams(HepListen *self)
{
    HepDatagram datagram = { .to = self->local, .drops_total = (uint32_t)self->stats.kernel_drops };
    for (int i = 0; i < TURN_DATAGRAMS; i++) {
        if (!hep_socket_receive(self->fd, self->buffer + UDP_HEADER_MAX, PAYLOAD_MAX, &datagram))
            return true;
        self->stats.kernel_drops = datagram.drops_total;
        if (!take_payload(self, datagram.size, datagram.time_ns, &datagram.from, &datagram.to))
            return false;
    }
    return true;
}

static void close_client(HepListen *self, Client *client)
{
    self->clients[client->slot] = NULL;
    if (self->unfinished == client)
        self->unfinished = NULL;
    hep_tls_session_free(client->tls);
    close(client->fd); /* which takes it out of the epoll set */
    g_free(client);
}

static void refuse_client(HepListen *self, Client *client)
{
    self->stats.refused++;
    close_client(self, client);
}

typedef enum {
    CLIENT_READY, /* what was read is handed on */
    CLIENT_DRY,   /* nothing has come */
    CLIENT_FULL,  /* the block is */
    CLIENT_END,   /* it is through */
    CLIENT_BROKEN,
} ClientState;

/* Hands on the packets that were read. */
static ClientState take_packets(HepListen *self, Client *client)
{
    HepStreamStatus status;
    const uint8_t *bytes;
    size_t size;

    self->unfinished = NULL;
    while ((status = hep_stream_next(&client->stream, &bytes, &size)) == HEP_STREAM_PACKET) {
        memcpy(self->buffer + UDP_HEADER_MAX, bytes, size);
        if (!take_payload(self, size, client->time_ns, &client->from, &client->to)) {
            self->unfinished = client;
            return CLIENT_FULL;
        }
    }
    return status == HEP_STREAM_BROKEN ? CLIENT_BROKEN : CLIENT_READY;
}

static ClientState read_plain(const Client *client, uint8_t *bytes, size_t room, size_t *ret_size)
{
    ssize_t got = read(client->fd, bytes, room);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return CLIENT_DRY;
    *ret_size = got > 0 ? (size_t)got : 0;
    return got > 0 ? CLIENT_READY : CLIENT_END;
}

static void watch_writing(HepListen *self, Client *client, bool wanted)
{
    if (client->wants_write == wanted)
        return;
    client->wants_write = wanted;
    struct epoll_event event = { .events = wanted ? EPOLLOUT : EPOLLIN,
                                 .data.u32 = client->slot + 1 };
    epoll_ctl(self->base.poll_fd, EPOLL_CTL_MOD, client->fd, &event);
}

static ClientState read_tls(HepListen *self, Client *client, uint8_t *bytes, size_t room,
                            size_t *ret_size)
{
    HepTlsStatus status = hep_tls_read(client->tls, bytes, room, ret_size);

    watch_writing(self, client, status == HEP_TLS_WANTS_WRITE);
    switch (status) {
    case HEP_TLS_BYTES:
        return CLIENT_READY;
    case HEP_TLS_END:
        return CLIENT_END;
    case HEP_TLS_BROKEN:
        return CLIENT_BROKEN;
    default:
        return CLIENT_DRY;
    }
}

/* After take_packets(), which leaves room. */
static ClientState read_more(HepListen *self, Client *client)
{
    size_t room, size = 0;
    uint8_t *bytes = hep_stream_room(&client->stream, &room);
    ClientState state = client->tls ? read_tls(self, client, bytes, room, &size)
                                    : read_plain(client, bytes, room, &size);

    if (state == CLIENT_END && client->stream.end > 0) /* in the middle of a packet */
        return CLIENT_BROKEN;
    if (state != CLIENT_READY)
        return state;
    hep_stream_added(&client->stream, size);
    client->heard_us = g_get_monotonic_time();
    client->time_ns = g_get_real_time() * 1000;
    return take_packets(self, client);
}

/* False when the block is full. */
static bool serve_client(HepListen *self, Client *client)
{
    ClientState state = take_packets(self, client);

    do {
        if (state == CLIENT_READY)
            state = read_more(self, client);
    } while (state == CLIENT_READY && client->tls && hep_tls_has_bytes(client->tls));
    if (state == CLIENT_END)
        close_client(self, client);
    else if (state == CLIENT_BROKEN)
        refuse_client(self, client);
    return state != CLIENT_FULL;
}

/* Those that do not come to an end with their handshake. */
static void close_stalled(HepListen *self)
{
    int64_t now_us = g_get_monotonic_time();

    for (unsigned i = 0; i < HEP_CLIENTS; i++) {
        Client *client = self->clients[i];
        if (client && client->tls && !hep_tls_is_open(client->tls) &&
            now_us - client->begun_us >= HEP_HANDSHAKE_S * G_USEC_PER_SEC)
            refuse_client(self, client);
    }
}

static Client *longest_silent(const HepListen *self)
{
    Client *found = self->clients[0];
    for (unsigned i = 1; i < HEP_CLIENTS; i++)
        if (self->clients[i]->heard_us < found->heard_us)
            found = self->clients[i];
    return found;
}

static int free_slot(const HepListen *self)
{
    for (int i = 0; i < (int)HEP_CLIENTS; i++)
        if (!self->clients[i])
            return i;
    return -1;
}

/* A slot for one more, which somebody may lose it for; -1: none. */
static int make_slot(HepListen *self)
{
    int slot = free_slot(self);
    if (slot >= 0)
        return slot;
    self->stats.refused++;
    Client *oldest = longest_silent(self);
    if (g_get_monotonic_time() - oldest->heard_us < HEP_SILENCE_S * G_USEC_PER_SEC)
        return -1;
    close_client(self, oldest);
    return free_slot(self);
}

static bool watch(HepListen *self, int fd, unsigned slot)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = slot };
    return epoll_ctl(self->base.poll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* A handshake costs a signature. */
static bool may_shake_hands(HepListen *self)
{
    int64_t now_us = g_get_monotonic_time();

    if (now_us - self->second_us >= G_USEC_PER_SEC) {
        self->second_us = now_us;
        self->handshakes = 0;
    }
    if (++self->handshakes <= HEP_HANDSHAKES)
        return true;
    self->stats.refused++;
    return false;
}

/* Slots are told from the listening socket, which is 0, by beginning with 1. */
static void add_client(HepListen *self, int fd, const struct sockaddr_storage *from)
{
    HepTlsSession *tls = NULL;
    int slot = self->tls && !may_shake_hands(self) ? -1 : make_slot(self);
    if (slot < 0 || (self->tls && !(tls = hep_tls_accept(self->tls, fd))) ||
        !watch(self, fd, (unsigned)slot + 1)) {
        hep_tls_session_free(tls);
        close(fd);
        return;
    }
    Client *client = g_new0(Client, 1);
    client->fd = fd;
    client->slot = (unsigned)slot;
    client->tls = tls;
    client->begun_us = client->heard_us = g_get_monotonic_time();
    udp_address_from_socket(&client->from, from);
    hep_socket_local(fd, &client->to);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){ 1 }, sizeof(int));
    self->clients[slot] = client;
}

static void serve_listener(HepListen *self)
{
    for (int i = 0; i < TURN_CLIENTS; i++) {
        struct sockaddr_storage from = { 0 };
        socklen_t size = sizeof from;
        int fd = accept4(self->fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            add_client(self, fd, &from);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            /* It would be ready all the time; the connections there are go on. */
            self->failure = g_strdup_printf("%s: no further connections are taken: %s", self->url,
                                            g_strerror(errno));
            epoll_ctl(self->base.poll_fd, EPOLL_CTL_DEL, self->fd, NULL);
            return;
        } else {
            return;
        }
    }
}

/* False when the block is full. */
static bool serve(HepListen *self, unsigned slot)
{
    if (slot > 0)
        return !self->clients[slot - 1] || serve_client(self, self->clients[slot - 1]);
    if (!self->stream)
        return serve_datagrams(self);
    serve_listener(self);
    return true;
}

static SourceStatus hep_listen_fill(PacketSource *base, PacketBlock *block)
{
    HepListen *self = (HepListen *)base;
    struct epoll_event events[EVENTS];

    self->block = block;
    if (!append_spare(self) || (self->unfinished && !serve_client(self, self->unfinished)))
        return SOURCE_MORE;
    if (self->tls)
        close_stalled(self);
    int count = epoll_wait(base->poll_fd, events, EVENTS, 0);
    for (int i = 0; i < count; i++)
        if (!serve(self, events[i].data.u32))
            break;
    return count > 0 ? SOURCE_MORE : SOURCE_IDLE;
}

static void hep_listen_stats(PacketSource *base, SourceStats *out)
{
    HepListen *self = (HepListen *)base;
    *out = self->stats;
    out->failure = self->failure;
}

static void hep_listen_free(PacketSource *base)
{
    HepListen *self = (HepListen *)base;
    for (unsigned i = 0; i < HEP_CLIENTS; i++)
        if (self->clients[i])
            close_client(self, self->clients[i]);
    if (self->fd >= 0)
        close(self->fd);
    if (base->poll_fd >= 0)
        close(base->poll_fd);
    hep_tls_free(self->tls);
    g_free(self->failure);
    g_free(self->url);
    g_free(self);
}

static const PacketSourceOps hep_listen_ops = { hep_listen_fill, hep_listen_stats,
                                                hep_listen_free };

PacketSource *hep_listen_new(const char *text, const CaptureOptions *options, uint16_t source,
                             GError **error)
{
    g_auto(HepUrl) url = { 0 };
    if (!hep_url_parse(text, &url, error))
        return NULL;
    HepTls *tls = url.tls ? hep_tls_new(&options->hep_tls, text, error) : NULL;
    if (url.tls && !tls)
        return NULL;
    unsigned buffer = options->buffer_bytes ? options->buffer_bytes : BUFFER_DEFAULT;
    int fd = hep_socket_open(&url, text, buffer, error);
    if (fd < 0) {
        hep_tls_free(tls);
        return NULL;
    }
    HepListen *self = g_new0(HepListen, 1);
    self->base = (PacketSource){ &hep_listen_ops, epoll_create1(EPOLL_CLOEXEC) };
    self->url = g_strdup(text);
    self->stream = url.stream;
    self->tls = tls;
    self->fd = fd;
    self->source = source;
    hep_socket_local(fd, &self->local);
    if (self->base.poll_fd >= 0 && watch(self, fd, 0))
        return &self->base;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", text, g_strerror(errno));
    hep_listen_free(&self->base);
    return NULL;
}
