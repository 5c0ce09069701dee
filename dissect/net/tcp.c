#include "dissect/net/tcp.h"
#include "dissect/base/clock.h"
#include "dissect/base/hash.h"

#define STREAMS_MAX       65536u
#define IDLE_NS           (3600 * NS_PER_S)
#define PENDING_MAX       (1u << 20)   /* in order, not consumed by the owner */
#define WAITING_BYTES_MAX (256u << 10) /* behind a hole: more, and it is a gap */
#define WAITING_MAX       64u
#define WAITING_NS        (3 * NS_PER_S)
#define BUFFERED_MAX      (64u << 20) /* of all streams */
#define WINDOW_MAX        (32 << 20)  /* farther away: another connection */

/* A segment behind a hole. */
typedef struct {
    uint32_t seq;
    uint32_t length; /* on the wire */
    Slice bytes;     /* owned */
    int64_t time_ns;
} Waiting;

struct TcpStream {
    Endpoint source, destination;
    TcpTable *table;
    GList link; /* of TcpTable.by_use; data points here */
    int64_t last_ns;
    uint32_t next_seq;
    uint32_t initial_seq;
    bool started, closed, ignored;
    bool gap; /* bytes are missing before what comes next */
    bool has_fin;
    uint32_t fin_seq;
    GByteArray *pending; /* in order, not yet consumed */
    GArray *waiting;     /* Waiting, by sequence number */
    size_t waiting_bytes;
    void *state;
    GDestroyNotify free_state;
};

struct TcpTable {
    TcpDeliver deliver;
    void *context;
    GHashTable *streams; /* TcpStream* (its endpoints) -> itself; owns */
    GQueue by_use;       /* least recently used first; links live in the streams */
    int64_t now_ns;
    TcpStats stats;
};

static guint stream_hash(gconstpointer data)
{
    const TcpStream *stream = data;

    return (guint)hash_mix(endpoint_hash(stream->source) | 1,
                           endpoint_hash(stream->destination) | 1);
}

static gboolean stream_equal(gconstpointer a, gconstpointer b)
{
    const TcpStream *x = a, *y = b;

    return endpoint_equal(x->source, y->source) && endpoint_equal(x->destination, y->destination);
}

static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static void drop_pending(TcpStream *stream)
{
    stream->table->stats.buffered_bytes -= stream->pending->len;
    g_byte_array_set_size(stream->pending, 0);
}

static void drop_waiting(TcpStream *stream)
{
    for (guint i = 0; i < stream->waiting->len; i++)
        g_free((void *)g_array_index(stream->waiting, Waiting, i).bytes.data);
    g_array_set_size(stream->waiting, 0);
    stream->table->stats.buffered_bytes -= stream->waiting_bytes;
    stream->waiting_bytes = 0;
}

static void clear_state(TcpStream *stream)
{
    if (stream->free_state && stream->state)
        stream->free_state(stream->state);
    stream->state = NULL;
}

static void stream_free(gpointer data)
{
    TcpStream *stream = data;

    drop_pending(stream);
    drop_waiting(stream);
    clear_state(stream);
    g_byte_array_free(stream->pending, TRUE);
    g_array_free(stream->waiting, TRUE);
    g_free(stream);
}

TcpTable *tcp_table_new(TcpDeliver deliver, void *context)
{
    TcpTable *table = g_new0(TcpTable, 1);

    table->deliver = deliver;
    table->context = context;
    table->streams = g_hash_table_new_full(stream_hash, stream_equal, NULL, stream_free);
    g_queue_init(&table->by_use);
    return table;
}

void tcp_table_free(TcpTable *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->streams);
    g_free(table);
}

/* The last chance to use what is pending: nothing follows it without a hole. */
static void end_pending(TcpStream *stream)
{
    if (stream->pending->len && !stream->ignored)
        stream->table->deliver(stream->table->context, stream,
                               slice_of(stream->pending->data, stream->pending->len), false, true);
    drop_pending(stream);
}

static void declare_gap(TcpStream *stream)
{
    end_pending(stream);
    stream->gap = true;
    stream->table->stats.gaps++;
}

static void keep_pending(TcpStream *stream, Slice rest, NetPacket *packet)
{
    TcpTable *table = stream->table;

    if (rest.len == 0 || stream->ignored)
        return;
    g_byte_array_append(stream->pending, rest.data, (guint)rest.len);
    table->stats.buffered_bytes += rest.len;
    if (stream->pending->len > PENDING_MAX) {
        anomaly_note(&packet->anomalies, ANOMALY_NET_TCP_LIMIT);
        declare_gap(stream);
    }
}

/* The next bytes in order. Without anything pending they are delivered from the packet itself. */
static void deliver(TcpStream *stream, Slice bytes, NetPacket *packet)
{
    TcpTable *table = stream->table;
    bool gap = stream->gap;

    if (bytes.len == 0 || stream->ignored)
        return;
    stream->gap = false;
    if (stream->pending->len == 0) {
        size_t used = table->deliver(table->context, stream, bytes, gap, false);
        keep_pending(stream, slice_from(bytes, used), packet);
        return;
    }
    keep_pending(stream, bytes, packet);
    if (stream->pending->len == 0)
        return;
    Slice all = slice_of(stream->pending->data, stream->pending->len);
    size_t used = table->deliver(table->context, stream, all, gap, false);
    used = MIN(used, all.len);
    if (stream->ignored)
        used = all.len;
    g_byte_array_remove_range(stream->pending, 0, (guint)used);
    table->stats.buffered_bytes -= used;
}

/* Takes a segment that begins at or before next_seq. */
static void take(TcpStream *stream, uint32_t seq, Slice bytes, uint32_t length, NetPacket *packet)
{
    uint32_t old = stream->next_seq - seq;

    if (old >= length) {
        stream->table->stats.retransmitted++;
        return;
    }
    stream->next_seq = seq + length;
    deliver(stream, slice_from(bytes, old), packet);
    if (bytes.len < length)
        declare_gap(stream); /* the snap length cut its tail */
}

static void take_waiting(TcpStream *stream, NetPacket *packet)
{
    while (stream->waiting->len) {
        Waiting first = g_array_index(stream->waiting, Waiting, 0);
        if (distance(stream->next_seq, first.seq) > 0)
            return;
        g_array_remove_index(stream->waiting, 0);
        stream->waiting_bytes -= first.bytes.len;
        stream->table->stats.buffered_bytes -= first.bytes.len;
        take(stream, first.seq, first.bytes, first.length, packet);
        g_free((void *)first.bytes.data);
    }
}

/* What is missing before the first waiting segment was never captured. */
static void skip_hole(TcpStream *stream, NetPacket *packet)
{
    anomaly_note(&packet->anomalies, ANOMALY_NET_TCP_GAP);
    declare_gap(stream);
    stream->next_seq = g_array_index(stream->waiting, Waiting, 0).seq;
    take_waiting(stream, packet);
}

static bool waited_enough(const TcpStream *stream)
{
    const Waiting *first = &g_array_index(stream->waiting, Waiting, 0);

    return stream->waiting->len >= WAITING_MAX || stream->waiting_bytes > WAITING_BYTES_MAX ||
           stream->table->stats.buffered_bytes > BUFFERED_MAX ||
           stream->table->now_ns - first->time_ns > WAITING_NS;
}

static void keep_waiting(TcpStream *stream, NetPacket *packet)
{
    Waiting segment = {
        .seq = packet->tcp.seq,
        .length = packet->payload_on_wire,
        .bytes = { g_memdup2(packet->payload.data, packet->payload.len), packet->payload.len },
        .time_ns = stream->table->now_ns,
    };
    guint at = stream->waiting->len;

    while (at > 0) {
        const Waiting *before = &g_array_index(stream->waiting, Waiting, at - 1);
        int32_t behind = distance(before->seq, segment.seq);
        if (behind == 0 && before->length >= segment.length) {
            if (!slice_equal(slice_sub(before->bytes, 0, segment.bytes.len), segment.bytes))
                anomaly_note(&packet->anomalies, ANOMALY_NET_TCP_OVERLAP_CONFLICT);
            stream->table->stats.retransmitted++;
            g_free((void *)segment.bytes.data);
            return;
        }
        if (behind >= 0)
            break;
        at--;
    }
    stream->table->stats.out_of_order++;
    g_array_insert_val(stream->waiting, at, segment);
    stream->waiting_bytes += segment.bytes.len;
    stream->table->stats.buffered_bytes += segment.bytes.len;
}

static void flush(TcpStream *stream, NetPacket *packet)
{
    while (stream->waiting->len)
        skip_hole(stream, packet);
    end_pending(stream);
}

/* A new connection on the same addresses, or one whose beginning was not captured. */
static void restart(TcpStream *stream, uint32_t seq, NetPacket *packet)
{
    if (stream->started)
        flush(stream, packet);
    clear_state(stream);
    stream->started = true;
    stream->closed = stream->ignored = stream->gap = stream->has_fin = false;
    stream->next_seq = stream->initial_seq = seq;
}

static void take_segment(TcpStream *stream, NetPacket *packet)
{
    uint32_t seq = packet->tcp.seq;
    int32_t ahead = distance(stream->next_seq, seq);

    if (ahead > WINDOW_MAX || ahead < -WINDOW_MAX || (stream->closed && ahead > 0)) {
        restart(stream, seq, packet);
        ahead = 0;
    }
    if (ahead > 0) {
        keep_waiting(stream, packet);
        while (stream->waiting->len && waited_enough(stream))
            skip_hole(stream, packet);
        return;
    }
    take(stream, seq, packet->payload, packet->payload_on_wire, packet);
    take_waiting(stream, packet);
}

static void follow_close(TcpStream *stream, NetPacket *packet)
{
    uint8_t flags = packet->tcp.flags;

    if (flags & TCP_FIN) {
        stream->has_fin = true;
        stream->fin_seq = packet->tcp.seq + packet->payload_on_wire;
    }
    bool finished = stream->has_fin && distance(stream->next_seq, stream->fin_seq) <= 0;
    if (!stream->closed && ((flags & TCP_RST) || finished)) {
        flush(stream, packet);
        stream->closed = true;
        if (finished)
            stream->next_seq = stream->fin_seq + 1;
    }
}

static void drop_stream(TcpTable *table, TcpStream *stream, NetPacket *packet)
{
    flush(stream, packet);
    g_queue_unlink(&table->by_use, &stream->link);
    g_hash_table_remove(table->streams, stream);
}

static void make_room(TcpTable *table, NetPacket *packet)
{
    GList *oldest = table->by_use.head;

    if (oldest && table->now_ns - ((TcpStream *)oldest->data)->last_ns > IDLE_NS)
        drop_stream(table, oldest->data, packet);
    else if (table->by_use.length >= STREAMS_MAX)
        drop_stream(table, oldest->data, packet);
}

static TcpStream *find_or_add(TcpTable *table, NetPacket *packet)
{
    TcpStream key = { .source = packet->source, .destination = packet->destination };
    TcpStream *stream = g_hash_table_lookup(table->streams, &key);

    if (stream) {
        g_queue_unlink(&table->by_use, &stream->link);
    } else {
        make_room(table, packet);
        stream = g_new0(TcpStream, 1);
        stream->source = packet->source;
        stream->destination = packet->destination;
        stream->table = table;
        stream->link.data = stream;
        stream->pending = g_byte_array_new();
        stream->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
        g_hash_table_add(table->streams, stream);
        table->stats.streams++;
    }
    g_queue_push_tail_link(&table->by_use, &stream->link);
    stream->last_ns = table->now_ns;
    return stream;
}

void tcp_table_segment(TcpTable *table, int64_t time_ns, NetPacket *packet)
{
    table->now_ns = time_ns;
    table->stats.segments++;
    TcpStream *stream = find_or_add(table, packet);

    if (packet->tcp.flags & TCP_SYN) {
        uint32_t first = packet->tcp.seq + 1;
        if (!stream->started || stream->closed || stream->initial_seq != first)
            restart(stream, first, packet);
        packet->tcp.seq = first; /* data in a SYN (RFC 7413) stands behind it */
    } else if (!stream->started && packet->payload_on_wire) {
        restart(stream, packet->tcp.seq, packet);
    }
    if (stream->started && packet->payload_on_wire)
        take_segment(stream, packet);
    if (stream->started && packet->tcp.flags & (TCP_FIN | TCP_RST | TCP_ACK))
        follow_close(stream, packet);
}

void tcp_table_flush(TcpTable *table)
{
    NetPacket nowhere = { 0 };

    for (GList *at = table->by_use.head; at; at = at->next)
        flush(at->data, &nowhere);
}

Endpoint tcp_stream_source(const TcpStream *stream)
{
    return stream->source;
}

Endpoint tcp_stream_destination(const TcpStream *stream)
{
    return stream->destination;
}

void *tcp_stream_state(TcpStream *stream)
{
    return stream->state;
}

void tcp_stream_set_state(TcpStream *stream, void *state, GDestroyNotify free_state)
{
    clear_state(stream);
    stream->state = state;
    stream->free_state = free_state;
}

void tcp_stream_ignore(TcpStream *stream)
{
    stream->ignored = true;
}

int64_t tcp_stream_time(const TcpStream *stream)
{
    return stream->table->now_ns;
}

void tcp_table_stats(const TcpTable *table, TcpStats *out)
{
    *out = table->stats;
}
