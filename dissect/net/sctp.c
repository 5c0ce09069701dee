#include "dissect/net/sctp.h"
#include "dissect/base/clock.h"
#include "dissect/base/cursor.h"
#include "dissect/net/sctp_window.h"

#define DIRECTIONS_MAX 8192u
#define PIECES_MAX     1024u              /* of a direction */
#define MESSAGE_MAX    ((size_t)1 << 20)  /* bytes that wait in a direction */
#define BYTES_MAX      ((size_t)32 << 20) /* in all */

enum {
    COMMON_HEADER = 12,
    CHUNK_HEADER = 4,
    CHUNK_DATA = 0,
    CHUNK_INIT = 1,
    CHUNK_INIT_ACK = 2,
    CHUNK_I_DATA = 64,
    CHUNK_FORWARD_TSN = 192,
    FLAG_END = 1,
    FLAG_BEGIN = 2,
    FLAG_UNORDERED = 4,
};

typedef struct {
    uint32_t tag;                 /* verification tag of its packets */
    uint16_t source, destination; /* ports */
} DirectionKey;

/* A chunk of a message that came in several. */
typedef struct {
    uint64_t group;    /* DATA: 0; I-DATA: stream and message */
    uint32_t position; /* DATA: TSN; I-DATA: fragment number */
    uint32_t payload_protocol;
    uint16_t stream;
    uint8_t flags;
    bool truncated;
    Slice bytes;
} Chunk;

typedef struct {
    DirectionKey key; /* first: the hash table's key is the direction */
    Endpoint source, destination;
    uint32_t peer_tsn; /* the first of the other direction, of INIT */
    bool knows_peer;
    SctpWindow window;
    GPtrArray *pieces; /* owns Chunk, its bytes behind it; by group and position */
    size_t size;       /* bytes in @pieces */
    GList link;        /* in table->by_use */
} Direction;

struct SctpTable {
    GHashTable *directions;   /* owns each Direction */
    GHashTable *associations; /* hashes of address pairs that were counted */
    GQueue by_use;            /* intrusive; the one idle for longest first */
    size_t size;              /* bytes of pieces in all */
    GByteArray *whole;        /* the message being delivered */
    SctpDeliver deliver;
    void *context;
    SctpStats stats;
};

static guint hash_direction(gconstpointer data)
{
    const DirectionKey *key = data;
    return (guint)hash_mix(key->tag ^ hash_seed(),
                           ((uint64_t)key->source << 16 | key->destination) ^ hash_seed());
}

static gboolean equal_directions(gconstpointer a, gconstpointer b)
{
    const DirectionKey *x = a, *y = b;
    return x->tag == y->tag && x->source == y->source && x->destination == y->destination;
}

static void free_direction(gpointer data)
{
    Direction *direction = data;
    g_ptr_array_free(direction->pieces, TRUE);
    g_free(direction);
}

SctpTable *sctp_table_new(SctpDeliver deliver, void *context)
{
    SctpTable *table = g_new0(SctpTable, 1);

    table->directions =
        g_hash_table_new_full(hash_direction, equal_directions, NULL, free_direction);
    table->associations = g_hash_table_new(NULL, NULL);
    table->whole = g_byte_array_new();
    table->deliver = deliver;
    table->context = context;
    return table;
}

void sctp_table_free(SctpTable *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->directions);
    g_hash_table_destroy(table->associations);
    g_byte_array_free(table->whole, TRUE);
    g_free(table);
}

static void drop_pieces(SctpTable *table, Direction *direction)
{
    table->stats.abandoned += direction->pieces->len;
    table->size -= direction->size;
    direction->size = 0;
    g_ptr_array_set_size(direction->pieces, 0);
}

static void forget(SctpTable *table, Direction *direction)
{
    table->stats.gaps += sctp_window_missing(&direction->window);
    drop_pieces(table, direction);
    g_queue_unlink(&table->by_use, &direction->link);
    g_hash_table_remove(table->directions, direction);
}

static void count_association(SctpTable *table, Endpoint a, Endpoint b)
{
    uint64_t pair = endpoint_hash(a) + endpoint_hash(b); /* the same both ways */

    if (g_hash_table_size(table->associations) >= DIRECTIONS_MAX)
        g_hash_table_remove_all(table->associations);
    if (g_hash_table_add(table->associations, GSIZE_TO_POINTER(pair)))
        table->stats.associations++;
}

static Direction *find_or_add(SctpTable *table, uint32_t tag, Endpoint source, Endpoint destination)
{
    DirectionKey key = { tag, source.port, destination.port };
    Direction *direction = g_hash_table_lookup(table->directions, &key);

    if (direction) {
        g_queue_unlink(&table->by_use, &direction->link);
        g_queue_push_tail_link(&table->by_use, &direction->link);
        return direction;
    }
    if (g_hash_table_size(table->directions) >= DIRECTIONS_MAX)
        forget(table, table->by_use.head->data);
    direction = g_new0(Direction, 1);
    direction->key = key;
    direction->source = source;
    direction->destination = destination;
    direction->pieces = g_ptr_array_new_with_free_func(g_free);
    direction->link.data = direction;
    g_hash_table_add(table->directions, direction);
    g_queue_push_tail_link(&table->by_use, &direction->link);
    count_association(table, source, destination);
    return direction;
}

/* --- messages --- */

static void deliver(SctpTable *table, const Direction *direction, int64_t time_ns,
                    const Chunk *chunk, Slice bytes)
{
    const SctpMessage message = {
        .source = direction->source,
        .destination = direction->destination,
        .time_ns = time_ns,
        .payload_protocol = chunk->payload_protocol,
        .stream = chunk->stream,
        .truncated = chunk->truncated,
        .bytes = bytes,
    };
    table->stats.messages++;
    table->deliver(table->context, &message);
}

static Chunk *piece_at(const Direction *direction, guint index)
{
    return g_ptr_array_index(direction->pieces, index);
}

static bool is_before(const Chunk *a, const Chunk *b)
{
    return a->group < b->group ||
           (a->group == b->group && (int32_t)(a->position - b->position) < 0);
}

static bool follows(const Direction *direction, guint index)
{
    const Chunk *before = piece_at(direction, index - 1), *chunk = piece_at(direction, index);

    return before->group == chunk->group && before->position + 1 == chunk->position &&
           !(before->flags & FLAG_END) && !(chunk->flags & FLAG_BEGIN);
}

/* Copies @chunk into its place and returns that. */
static guint insert_piece(SctpTable *table, Direction *direction, const Chunk *chunk)
{
    Chunk *copy = g_malloc(sizeof *copy + chunk->bytes.len);
    guint at = direction->pieces->len;

    *copy = *chunk;
    copy->bytes.data = (uint8_t *)(copy + 1);
    if (chunk->bytes.len)
        memcpy(copy + 1, chunk->bytes.data, chunk->bytes.len);
    while (at > 0 && is_before(chunk, piece_at(direction, at - 1)))
        at--;
    g_ptr_array_insert(direction->pieces, (gint)at, copy);
    direction->size += chunk->bytes.len;
    table->size += chunk->bytes.len;
    return at;
}

/* Delivers the message that the piece at @index belongs to, if it is all there. */
static void complete(SctpTable *table, Direction *direction, guint index, int64_t time_ns)
{
    guint first = index, last = index;

    while (first > 0 && follows(direction, first))
        first--;
    while (last + 1 < direction->pieces->len && follows(direction, last + 1))
        last++;
    if (!(piece_at(direction, first)->flags & FLAG_BEGIN) ||
        !(piece_at(direction, last)->flags & FLAG_END))
        return;
    Chunk head = *piece_at(direction, first);
    g_byte_array_set_size(table->whole, 0);
    for (guint i = first; i <= last; i++) {
        const Chunk *chunk = piece_at(direction, i);
        if (!head.truncated && chunk->bytes.len)
            g_byte_array_append(table->whole, chunk->bytes.data, (guint)chunk->bytes.len);
        head.truncated |= chunk->truncated;
        direction->size -= chunk->bytes.len;
        table->size -= chunk->bytes.len;
    }
    g_ptr_array_remove_range(direction->pieces, first, last - first + 1);
    deliver(table, direction, time_ns, &head, slice_of(table->whole->data, table->whole->len));
}

static void take_chunk(SctpTable *table, Direction *direction, int64_t time_ns, const Chunk *chunk,
                       NetPacket *packet)
{
    if ((chunk->flags & (FLAG_BEGIN | FLAG_END)) == (FLAG_BEGIN | FLAG_END)) {
        deliver(table, direction, time_ns, chunk, chunk->bytes);
        return;
    }
    if (direction->pieces->len >= PIECES_MAX || direction->size + chunk->bytes.len > MESSAGE_MAX ||
        table->size + chunk->bytes.len > BYTES_MAX) {
        anomaly_note(&packet->anomalies, ANOMALY_NET_SCTP_LIMIT);
        drop_pieces(table, direction);
    }
    complete(table, direction, insert_piece(table, direction, chunk), time_ns);
}

/* --- chunks --- */

/* RFC 9260 section 3.3.1, RFC 8260 section 2.1. */
static bool read_data(Slice value, uint8_t type, Chunk *chunk, uint32_t *ret_tsn)
{
    Cursor c = cursor_over(value);

    *ret_tsn = chunk->position = cursor_be32(&c);
    chunk->stream = cursor_be16(&c);
    cursor_skip(&c, 2); /* stream sequence number; reserved */
    if (type == CHUNK_I_DATA) {
        uint32_t message = cursor_be32(&c);
        bool unordered = chunk->flags & FLAG_UNORDERED;
        chunk->group =
            UINT64_C(1) << 63 | (uint64_t)unordered << 48 | (uint64_t)chunk->stream << 32 | message;
    }
    uint32_t protocol = cursor_be32(&c); /* of later fragments their number, in I-DATA */
    bool numbered = type == CHUNK_I_DATA && !(chunk->flags & FLAG_BEGIN);
    chunk->payload_protocol = numbered ? 0 : protocol;
    if (type == CHUNK_I_DATA)
        chunk->position = numbered ? protocol : 0;
    chunk->bytes = cursor_rest(&c);
    return !c.failed;
}

static void take_data(SctpTable *table, uint32_t tag, int64_t time_ns, uint8_t type, Chunk *chunk,
                      Slice value, NetPacket *packet)
{
    uint32_t tsn;

    if (!read_data(value, type, chunk, &tsn)) {
        anomaly_note(&packet->anomalies,
                     chunk->truncated ? ANOMALY_NET_TRUNCATED_HEADER : ANOMALY_NET_BAD_SCTP_CHUNK);
        return;
    }
    Direction *direction = find_or_add(table, tag, packet->source, packet->destination);
    table->stats.other_paths += !ip_equal(direction->source.ip, packet->source.ip) ||
                                !ip_equal(direction->destination.ip, packet->destination.ip);
    uint64_t gaps = 0;
    bool fresh = sctp_window_add(&direction->window, tsn, &gaps);
    table->stats.gaps += gaps;
    if (gaps)
        anomaly_note(&packet->anomalies, ANOMALY_NET_SCTP_GAP);
    if (fresh)
        take_chunk(table, direction, time_ns, chunk, packet);
    else
        table->stats.retransmitted++;
}

/* Section 3.3.2: the tag that packets the other way will have, and this direction's first TSN. */
static void take_init(SctpTable *table, uint32_t tag, uint8_t type, Slice value,
                      const NetPacket *packet)
{
    Cursor c = cursor_over(value);
    uint32_t back_tag = cursor_be32(&c);
    cursor_skip(&c, 8); /* window, streams */
    uint32_t tsn = cursor_be32(&c);

    if (c.failed || back_tag == 0)
        return;
    Direction *back = find_or_add(table, back_tag, packet->destination, packet->source);
    back->peer_tsn = tsn;
    back->knows_peer = true;
    if (type != CHUNK_INIT_ACK)
        return;
    Direction *own = find_or_add(table, tag, packet->source, packet->destination);
    if (!own->window.started)
        sctp_window_start(&own->window, tsn, true);
    if (own->knows_peer && !back->window.started)
        sctp_window_start(&back->window, own->peer_tsn, true);
}

static void take_forward(SctpTable *table, uint32_t tag, Slice value, const NetPacket *packet)
{
    Cursor c = cursor_over(value);
    uint32_t tsn = cursor_be32(&c);

    if (!c.failed)
        sctp_window_skip(&find_or_add(table, tag, packet->source, packet->destination)->window,
                         tsn);
}

void sctp_table_packet(SctpTable *table, int64_t time_ns, NetPacket *packet)
{
    Cursor c = cursor_over(packet->ip_payload);

    table->stats.packets++;
    cursor_skip(&c, 4);
    uint32_t tag = cursor_be32(&c);
    cursor_skip(&c, 4);
    while (!c.failed && c.rest.len >= CHUNK_HEADER) {
        uint8_t type = cursor_u8(&c);
        Chunk chunk = { .flags = cursor_u8(&c) };
        size_t length = cursor_be16(&c);
        if (length < CHUNK_HEADER) {
            anomaly_note(&packet->anomalies, ANOMALY_NET_BAD_SCTP_CHUNK);
            return;
        }
        chunk.truncated = length - CHUNK_HEADER > c.rest.len;
        if (chunk.truncated && !packet->truncated)
            anomaly_note(&packet->anomalies, ANOMALY_NET_BAD_SCTP_CHUNK);
        Slice value = slice_sub(c.rest, 0, length - CHUNK_HEADER);
        if (type == CHUNK_DATA || type == CHUNK_I_DATA)
            take_data(table, tag, time_ns, type, &chunk, value, packet);
        else if (type == CHUNK_INIT || type == CHUNK_INIT_ACK)
            take_init(table, tag, type, value, packet);
        else if (type == CHUNK_FORWARD_TSN)
            take_forward(table, tag, value, packet);
        cursor_skip(&c, MIN((length + 3) / 4 * 4 - CHUNK_HEADER, c.rest.len));
    }
}

void sctp_table_flush(SctpTable *table)
{
    while (table->by_use.head)
        forget(table, table->by_use.head->data);
}

void sctp_table_stats(const SctpTable *table, SctpStats *out)
{
    *out = table->stats;
}
