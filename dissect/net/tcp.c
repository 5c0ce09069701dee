#include "dissect/net/tcp.h"
#include "dissect/base/clock.h"
#include "dissect/net/flow.h"
#include "dissect/net/network.h"
#include "dissect/net/tcp_hold.h"
#include "dissect/net/tcp_pending.h"

#define STREAMS_MAX       65536u
#define STREAM_BYTES_MAX  ((size_t)1 << 20)
#define TABLE_BYTES_MAX   ((size_t)64 << 20)
#define HELD_BYTES_MAX    ((size_t)256 << 10) /* more behind a hole: it is a gap */
#define HELD_SEGMENTS_MAX 32u
#define HOLE_PATIENCE_NS  (3 * NS_PER_S)
#define IDLE_MAX_NS       (3600 * NS_PER_S)
#define CLOSED_MAX_NS     (120 * NS_PER_S) /* 2 MSL, RFC 9293 section 3.4.1: copies still come */
#define DISTANCE_MAX      (16 << 20)       /* further off is another connection, or a lost day */
#define NEAR_MAX          (1 << 20) /* from where a connection stands, of what came another way */
#define LANES_MAX         256u      /* streams in networks told apart; more are mixed */

struct TcpStream {
    LaneKey key;     /* first: the hash table's key is the stream */
    uint32_t way;    /* network number of the last packet; net/network.h */
    GList link;      /* in table->open or table->closed, the longest idle first */
    GList hole_link; /* in table->holes while something is held */
    int64_t last_ns;
    int64_t hole_ns;      /* since when the present hole is waited for */
    int64_t accepted_ns;  /* latest time of what was delivered */
    uint32_t initial_seq; /* of the SYN */
    uint32_t next_seq;
    uint32_t fin_seq;
    bool has_initial_seq, has_fin;
    bool gap;         /* bytes are missing before the next ones */
    bool closed;      /* stays for a while, so that late copies are not taken for a new stream */
    bool ignored;     /* nobody wants its bytes */
    size_t accounted; /* what of it is in table->buffered */
    TcpPending pending;
    TcpHold hold;
    void *state;
    GDestroyNotify free_state;
};

struct TcpTable {
    GHashTable *streams; /* owns each TcpStream */
    GQueue open, closed; /* intrusive: links live in the streams */
    GQueue holes;        /* streams with held segments, the longest waiting first */
    GPtrArray *lanes;    /* those whose key has a network; borrowed */
    size_t buffered;
    AnomalySet noted; /* by the present call */
    TcpDeliver deliver;
    void *context;
    TcpStats stats;
};

static guint hash_stream(gconstpointer key)
{
    return (guint)lane_key_hash(key);
}

static gboolean equal_streams(gconstpointer a, gconstpointer b)
{
    return lane_key_equal(a, b);
}

static void free_state(TcpStream *stream)
{
    if (stream->free_state)
        stream->free_state(stream->state);
    stream->state = NULL;
    stream->free_state = NULL;
}

static void destroy_stream(gpointer data)
{
    TcpStream *stream = data;

    free_state(stream);
    tcp_pending_clear(&stream->pending);
    tcp_hold_clear(&stream->hold);
    g_free(stream);
}

TcpTable *tcp_table_new(TcpDeliver deliver, void *context)
{
    TcpTable *table = g_new0(TcpTable, 1);
    table->streams = g_hash_table_new_full(hash_stream, equal_streams, NULL, destroy_stream);
    table->lanes = g_ptr_array_new();
    table->deliver = deliver;
    table->context = context;
    return table;
}

void tcp_table_free(TcpTable *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->streams);
    g_ptr_array_free(table->lanes, TRUE);
    g_free(table);
}

static size_t pending_size(const TcpStream *stream)
{
    return tcp_pending_kept(&stream->pending).len;
}

/* Brings the table's sum up to date after the stream's buffers changed. */
static void account(TcpTable *table, TcpStream *stream)
{
    size_t now = pending_size(stream) + stream->hold.size;
    table->buffered = table->buffered - stream->accounted + now;
    stream->accounted = now;
}

static void drop_buffers(TcpTable *table, TcpStream *stream)
{
    tcp_pending_clear(&stream->pending);
    if (stream->hold.segments.head)
        g_queue_unlink(&table->holes, &stream->hole_link);
    tcp_hold_clear(&stream->hold);
    account(table, stream);
}

static void offer(TcpTable *table, TcpStream *stream, Slice fresh, bool end)
{
    bool gap = stream->gap;
    Slice bytes = tcp_pending_offer(&stream->pending, fresh);

    if (bytes.len == 0)
        return;
    stream->gap = false;
    size_t consumed = table->deliver(table->context, stream, bytes, gap, end);
    tcp_pending_consume(&stream->pending, MIN(consumed, bytes.len));
}

/* What is in order is offered for the last time: nothing will follow it. */
static void offer_last(TcpTable *table, TcpStream *stream)
{
    offer(table, stream, SLICE_EMPTY, true);
    tcp_pending_clear(&stream->pending);
}

static void begin_gap(TcpTable *table, TcpStream *stream, uint32_t next_seq)
{
    offer_last(table, stream);
    stream->gap = true;
    stream->next_seq = next_seq;
    table->stats.gaps++;
    anomaly_note(&table->noted, ANOMALY_NET_TCP_GAP);
}

/* Takes a segment that begins at or before next_seq and ends behind it. */
static void accept_segment(TcpTable *table, TcpStream *stream, const TcpSegment *segment)
{
    uint32_t end = segment->seq + segment->on_wire;
    Slice fresh = slice_from(segment->bytes, stream->next_seq - segment->seq);

    if (pending_size(stream) + fresh.len > STREAM_BYTES_MAX) {
        anomaly_note(&table->noted, ANOMALY_NET_TCP_LIMIT);
        offer_last(table, stream);
        stream->gap = true;
    }
    stream->accepted_ns = MAX(stream->accepted_ns, segment->time_ns);
    stream->next_seq += (uint32_t)fresh.len;
    offer(table, stream, fresh, false);
    if (stream->next_seq != end) /* the snap length cut the rest */
        begin_gap(table, stream, end);
}

static bool ends_behind(const TcpSegment *segment, uint32_t seq)
{
    return tcp_distance(seq, segment->seq + segment->on_wire) > 0;
}

/* Takes what is held and has come into order. */
static void drain_hold(TcpTable *table, TcpStream *stream)
{
    const TcpSegment *first;

    while (!stream->ignored && (first = tcp_hold_first(&stream->hold)) &&
           tcp_distance(stream->next_seq, first->seq) <= 0) {
        g_autofree TcpSegment *segment = tcp_hold_take(&stream->hold);
        if (ends_behind(segment, stream->next_seq))
            accept_segment(table, stream, segment);
    }
}

/* Keeps the stream's place in table->holes: the time of a hole begins when it becomes the first. */
static void time_hole(TcpTable *table, TcpStream *stream, bool was_held, int64_t now_ns)
{
    if (was_held)
        g_queue_unlink(&table->holes, &stream->hole_link);
    if (stream->hold.segments.head) {
        stream->hole_ns = now_ns;
        g_queue_push_tail_link(&table->holes, &stream->hole_link);
    }
}

static void drain_and_time(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    if (!stream->hold.segments.head)
        return;
    drain_hold(table, stream);
    time_hole(table, stream, true, now_ns);
}

/* The bytes before the first held segment are given up. */
static void skip_hole(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    begin_gap(table, stream, tcp_hold_first(&stream->hold)->seq);
    drain_and_time(table, stream, now_ns);
}

static void skip_all_holes(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    while (stream->hold.segments.head && !stream->ignored)
        skip_hole(table, stream, now_ns);
}

static void free_stream(TcpTable *table, TcpStream *stream)
{
    drop_buffers(table, stream);
    g_queue_unlink(stream->closed ? &table->closed : &table->open, &stream->link);
    if (stream->key.network)
        g_ptr_array_remove_fast(table->lanes, stream);
    g_hash_table_remove(table->streams, stream);
}

/* Delivers what is left and forgets everything but the stream's place in sequence space. */
static void close_stream(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    if (stream->closed)
        return;
    skip_all_holes(table, stream, now_ns);
    offer_last(table, stream);
    drop_buffers(table, stream);
    free_state(stream);
    g_queue_unlink(&table->open, &stream->link);
    g_queue_push_tail_link(&table->closed, &stream->link);
    stream->closed = true;
    stream->last_ns = now_ns;
}

static void close_if_finished(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    if (stream->has_fin && tcp_distance(stream->fin_seq, stream->next_seq) >= 0)
        close_stream(table, stream, now_ns);
}

static void end_stream(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    close_stream(table, stream, now_ns);
    free_stream(table, stream);
}

static bool older_than(int64_t then_ns, int64_t now_ns, int64_t limit_ns)
{
    int64_t elapsed = time_between(then_ns, now_ns);
    return elapsed != TIME_UNKNOWN && elapsed > limit_ns;
}

static TcpStream *first_of(const GQueue *queue)
{
    return queue->head ? queue->head->data : NULL;
}

/* Each stream is looked at once for each time that it waits, so this costs little per segment. */
static void expire(TcpTable *table, int64_t now_ns)
{
    TcpStream *stream;

    while ((stream = first_of(&table->holes)) &&
           older_than(stream->hole_ns, now_ns, HOLE_PATIENCE_NS)) {
        skip_hole(table, stream, now_ns);
        account(table, stream);
        close_if_finished(table, stream, now_ns);
    }
    while ((stream = first_of(&table->closed)) &&
           older_than(stream->last_ns, now_ns, CLOSED_MAX_NS))
        free_stream(table, stream);
    while ((stream = first_of(&table->open)) && older_than(stream->last_ns, now_ns, IDLE_MAX_NS))
        end_stream(table, stream, now_ns);
}

/* Ends the longest idle streams while more than the caps allow is kept. @current goes last. */
static void enforce_caps(TcpTable *table, const TcpStream *current, int64_t now_ns)
{
    while (g_hash_table_size(table->streams) > STREAMS_MAX) {
        TcpStream *closed = first_of(&table->closed);
        end_stream(table, closed ? closed : first_of(&table->open), now_ns);
    }
    TcpStream *oldest;
    while (table->buffered > TABLE_BYTES_MAX && (oldest = first_of(&table->open)) &&
           oldest != current) {
        anomaly_note(&table->noted, ANOMALY_NET_TCP_LIMIT);
        end_stream(table, oldest, now_ns);
    }
}

static TcpStream *new_stream(TcpTable *table, const LaneKey *key, uint32_t next_seq)
{
    TcpStream *stream = g_new0(TcpStream, 1);

    stream->key = *key;
    stream->link.data = stream->hole_link.data = stream;
    stream->next_seq = next_seq;
    stream->accepted_ns = INT64_MIN;
    g_hash_table_add(table->streams, stream);
    g_queue_push_tail_link(&table->open, &stream->link);
    if (key->network)
        g_ptr_array_add(table->lanes, stream);
    table->stats.streams++;
    return stream;
}

/* Whether a SYN is the one that opened @stream: a copy, or one captured after the data behind it.
 */
static bool opened_by(const TcpStream *stream, uint32_t syn)
{
    if (stream->has_initial_seq)
        return stream->initial_seq == syn;
    int32_t sent = tcp_distance(syn + 1, stream->next_seq);
    return sent >= 0 && sent <= UINT16_MAX;
}

/* The SYN takes one number of the sequence, data begins behind it. Another SYN than the stream's is
 * a new connection on the same ports. */
static TcpStream *open_stream(TcpTable *table, TcpStream *stream, const LaneKey *key, uint32_t syn,
                              int64_t now_ns)
{
    if (!stream || !opened_by(stream, syn)) {
        if (stream)
            end_stream(table, stream, now_ns);
        stream = new_stream(table, key, syn + 1);
    }
    stream->has_initial_seq = true;
    stream->initial_seq = syn;
    return stream;
}

/* A keep-alive repeats the last number of the sequence with a byte of no meaning (RFC 9293
 * section 3.8.4); a capture that begins with one must not take it for data. */
static bool is_keep_alive(const TcpSegment *segment)
{
    return segment->on_wire == 1 && (segment->bytes.len == 0 || segment->bytes.data[0] == 0);
}

/* Compares bytes that came before with those still in order and not consumed. */
static void compare_with_pending(TcpTable *table, const TcpStream *stream,
                                 const TcpSegment *segment)
{
    Slice first = tcp_pending_kept(&stream->pending);
    uint32_t first_seq = stream->next_seq - (uint32_t)first.len;
    int32_t from = tcp_distance(first_seq, segment->seq);
    Slice again = slice_from(segment->bytes, from < 0 ? first_seq - segment->seq : 0);

    first = slice_from(first, (size_t)MAX(from, 0));
    size_t len = MIN(again.len, first.len);
    if (!slice_equal(slice_sub(again, 0, len), slice_sub(first, 0, len)))
        anomaly_note(&table->noted, ANOMALY_NET_TCP_OVERLAP_CONFLICT);
}

static void hold_segment(TcpTable *table, TcpStream *stream, const TcpSegment *segment)
{
    bool was_held = stream->hold.segments.head != NULL;
    TcpHoldResult result = tcp_hold_add(&stream->hold, segment);

    if (result == TCP_HOLD_ADDED)
        table->stats.out_of_order++;
    else
        table->stats.retransmitted++;
    if (result == TCP_HOLD_CONFLICT)
        anomaly_note(&table->noted, ANOMALY_NET_TCP_OVERLAP_CONFLICT);
    if (!was_held)
        time_hole(table, stream, false, segment->time_ns);
    while (!stream->ignored && stream->hold.segments.head &&
           (stream->hold.size > HELD_BYTES_MAX || stream->hold.segments.length > HELD_SEGMENTS_MAX))
        skip_hole(table, stream, segment->time_ns);
}

static void add_data(TcpTable *table, TcpStream *stream, const TcpSegment *segment)
{
    int32_t ahead = tcp_distance(stream->next_seq, segment->seq);

    if (ahead < -DISTANCE_MAX || ahead > DISTANCE_MAX) {
        skip_all_holes(table, stream, segment->time_ns);
        begin_gap(table, stream, segment->seq);
        stream->has_fin = false;
        ahead = 0;
    }
    if (ahead > 0) {
        hold_segment(table, stream, segment);
        return;
    }
    if (ahead < 0) {
        if (ahead == -1 && segment->on_wire == 1)
            return; /* keep-alive */
        table->stats.retransmitted++;
        compare_with_pending(table, stream, segment);
        if (!ends_behind(segment, stream->next_seq))
            return;
    }
    accept_segment(table, stream, segment);
    drain_and_time(table, stream, segment->time_ns);
}

/* A FIN in front of which bytes are missing waits for them like data, as an empty segment. */
static void note_fin(TcpTable *table, TcpStream *stream, const TcpSegment *segment)
{
    TcpSegment end = { .seq = segment->seq + segment->on_wire };
    bool was_held = stream->hold.segments.head != NULL;
    int32_t ahead = tcp_distance(stream->next_seq, end.seq);

    if (stream->has_fin || ahead > DISTANCE_MAX)
        return;
    stream->has_fin = true;
    stream->fin_seq = end.seq;
    if (ahead <= 0 || stream->ignored)
        return;
    tcp_hold_add(&stream->hold, &end);
    if (!was_held)
        time_hole(table, stream, false, segment->time_ns);
}

/* Whether a segment of a closed stream is no copy of what came before: the RST was a forgery, or
 * the ports serve another connection. */
static bool is_news(const TcpStream *closed, const TcpSegment *segment)
{
    int32_t ahead = tcp_distance(closed->next_seq, segment->seq);
    return segment->on_wire > 0 && (ahead >= 0 || ahead < -DISTANCE_MAX);
}

/* The stream that a segment belongs to, @stream or one made when it carries data; NULL when nothing
 * is to do. */
static TcpStream *stream_of(TcpTable *table, TcpStream *stream, const LaneKey *key,
                            TcpSegment *segment, uint8_t flags)
{
    if (flags & TCP_SYN) {
        stream = open_stream(table, stream, key, segment->seq, segment->time_ns);
        segment->seq++;
    } else if (stream && stream->closed) {
        if (!is_news(stream, segment))
            return NULL;
        free_stream(table, stream);
        stream = NULL;
    }
    if (!stream && segment->on_wire > 0 && !is_keep_alive(segment) && !(flags & TCP_RST))
        stream = new_stream(table, key, segment->seq);
    return stream && !stream->closed ? stream : NULL;
}

/* --- several networks --- */

/* One direction of a connection, or NULL, and a sequence number that was sent or acknowledged. */
static bool is_near(const TcpStream *stream, uint32_t seq)
{
    int32_t ahead = tcp_distance(stream->next_seq, seq);
    return ahead >= -NEAR_MAX && ahead <= NEAR_MAX;
}

/* Does a packet belong to the connection of @network, as far as its numbers tell? */
static bool continues(const TcpTable *table, const LaneKey *key, uint32_t network,
                      const TcpHeader *tcp)
{
    const LaneKey there = { key->ends, network };
    const LaneKey back = { { key->ends.destination, key->ends.source }, network };
    const TcpStream *sent = g_hash_table_lookup(table->streams, &there);
    const TcpStream *answered = g_hash_table_lookup(table->streams, &back);
    bool opens = tcp->flags & TCP_SYN;

    if (answered && tcp->flags & TCP_ACK && !is_near(answered, tcp->ack))
        return false;
    if (sent)
        return opens ? opened_by(sent, tcp->seq) : is_near(sent, tcp->seq);
    return answered && tcp->flags & TCP_ACK;
}

static uint32_t find_lane(const TcpTable *table, const LaneKey *key, const TcpHeader *tcp)
{
    for (unsigned i = 0; i < table->lanes->len; i++) {
        const LaneKey *lane = &((const TcpStream *)g_ptr_array_index(table->lanes, i))->key;
        bool same = endpoint_equal(lane->ends.source, key->ends.source) &&
                    endpoint_equal(lane->ends.destination, key->ends.destination);
        bool back = endpoint_equal(lane->ends.source, key->ends.destination) &&
                    endpoint_equal(lane->ends.destination, key->ends.source);
        if ((same || back) && continues(table, key, lane->network, tcp))
            return lane->network;
    }
    return 0;
}

/* The network of a packet between the endpoints of @key that came another way than the one before,
 * or is the first of its direction. */
static G_NO_INLINE uint32_t tell_network(TcpTable *table, const LaneKey *key,
                                         const TcpStream *plain, const NetPacket *packet)
{
    const TcpHeader *tcp = &packet->tcp;
    LaneKey lane = { key->ends, network_in_key(network_of(packet)) };
    const LaneKey back = { { key->ends.destination, key->ends.source }, 0 };
    const TcpStream *answered = g_hash_table_lookup(table->streams, &back);

    if (continues(table, key, 0, tcp))
        return 0;
    if (g_hash_table_contains(table->streams, &lane))
        return lane.network;
    uint32_t network = find_lane(table, key, tcp);
    if (network)
        return network;
    bool taken =
        (plain && !plain->closed) || (answered && !answered->closed && tcp->flags & TCP_ACK);
    return taken && table->lanes->len < LANES_MAX ? lane.network : 0;
}

/* The stream of a packet between the endpoints of @key, which gets its network; NULL: a new one. */
static inline TcpStream *find_stream(TcpTable *table, LaneKey *key, const NetPacket *packet)
{
    TcpStream *plain = g_hash_table_lookup(table->streams, key);
    uint32_t way = network_of(packet);

    if (G_LIKELY(plain ? plain->way == way : way == 0 && table->lanes->len == 0))
        return plain;
    key->network = tell_network(table, key, plain, packet);
    return key->network ? g_hash_table_lookup(table->streams, key) : plain;
}

static void touch(TcpTable *table, TcpStream *stream, int64_t now_ns)
{
    stream->last_ns = now_ns;
    if (table->open.tail == &stream->link)
        return;
    g_queue_unlink(&table->open, &stream->link);
    g_queue_push_tail_link(&table->open, &stream->link);
}

static void use_segment(TcpTable *table, TcpStream *stream, const TcpSegment *segment,
                        uint8_t flags)
{
    touch(table, stream, segment->time_ns);
    if (segment->on_wire > 0 && !stream->ignored && !(flags & TCP_RST)) /* RFC 9293 3.10.7.4 */
        add_data(table, stream, segment);
    if (stream->ignored) {
        drop_buffers(table, stream);
        stream->next_seq = segment->seq + segment->on_wire;
    }
    if (flags & TCP_FIN)
        note_fin(table, stream, segment);
    if (flags & TCP_RST)
        close_stream(table, stream, segment->time_ns);
    else
        close_if_finished(table, stream, segment->time_ns);
    account(table, stream);
    enforce_caps(table, stream, segment->time_ns);
}

void tcp_table_segment(TcpTable *table, int64_t time_ns, NetPacket *packet)
{
    LaneKey key = { { packet->source, packet->destination }, 0 };
    TcpSegment segment = { .seq = packet->tcp.seq,
                           .on_wire = packet->payload_on_wire,
                           .bytes = packet->payload,
                           .time_ns = time_ns };

    if (packet->tcp.flags & TCP_RST) { /* what it may carry is a remark, RFC 9293 section 3.5.3 */
        segment.on_wire = 0;
        segment.bytes = SLICE_EMPTY;
    }
    table->noted = (AnomalySet){ 0 };
    table->stats.segments++;
    expire(table, time_ns);
    TcpStream *known = find_stream(table, &key, packet);
    TcpStream *stream = stream_of(table, known, &key, &segment, packet->tcp.flags);
    if (stream) {
        stream->way = network_of(packet);
        use_segment(table, stream, &segment, packet->tcp.flags);
    }
    anomaly_merge(&packet->anomalies, &table->noted);
}

void tcp_table_flush(TcpTable *table)
{
    TcpStream *stream;

    while ((stream = first_of(&table->open)))
        close_stream(table, stream, stream->last_ns);
}

Endpoint tcp_stream_source(const TcpStream *stream)
{
    return stream->key.ends.source;
}

Endpoint tcp_stream_destination(const TcpStream *stream)
{
    return stream->key.ends.destination;
}

uint32_t tcp_stream_network(const TcpStream *stream)
{
    return stream->key.network;
}

void *tcp_stream_state(TcpStream *stream)
{
    return stream->state;
}

void tcp_stream_set_state(TcpStream *stream, void *state, GDestroyNotify free_function)
{
    free_state(stream);
    stream->state = state;
    stream->free_state = free_function;
}

void tcp_stream_ignore(TcpStream *stream)
{
    stream->ignored = true;
}

void tcp_stream_want(TcpStream *stream)
{
    stream->ignored = false;
}

int64_t tcp_stream_time(const TcpStream *stream)
{
    return stream->accepted_ns;
}

void tcp_table_stats(const TcpTable *table, TcpStats *out)
{
    *out = table->stats;
    out->buffered_bytes = table->buffered;
}
