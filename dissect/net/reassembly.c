#include "dissect/net/reassembly.h"
#include "dissect/base/clock.h"
#include "dissect/net/decode_as.h"

#define DATAGRAMS_MAX 1024u
#define BYTES_MAX     ((size_t)16 << 20)
#define NESTED_MAX    4u   /* fragments of tunnels of fragments */
#define PIECES_MAX    512u /* in a datagram; more are no network's doing */
#define DATAGRAM_MAX  65535u
#define PATIENCE_NS   (30 * NS_PER_S)
#define REMEMBERED_NS                                                                              \
    NS_PER_S /* after it is finished: copies of a mirror port come in that time                    \
              */
#define LENGTH_UNKNOWN UINT32_MAX

typedef struct {
    IpAddress source, destination;
    uint32_t id;
    uint32_t tunnels;  /* NetPacket.tunnel_hash: the same addresses may be in several */
    uint16_t protocol; /* part of the key in IPv4 only (RFC 791 section 2.3); else 256 */
} DatagramKey;

/* Bytes [start, end) of a datagram. Pieces never overlap. */
typedef struct {
    uint32_t start, end;
    Slice bytes; /* shorter when the snap length cut the fragment */
} Piece;

typedef struct {
    DatagramKey key; /* first: the hash table's key is the datagram */
    GList link;      /* in reassembly->open or ->finished, the oldest first */
    GQueue pieces;   /* owns each Piece, its bytes behind it; by start */
    size_t size;     /* bytes the pieces hold */
    uint32_t length; /* told by the last fragment */
    uint32_t covered;
    int64_t since_ns;
    uint8_t protocol; /* of the first fragment, which alone is to be believed in IPv6 */
    bool finished;    /* completed or given up: what still comes of it is dropped */
    bool whole;       /* completed */
    uint32_t fragments;
} Datagram;

struct Reassembly {
    GHashTable *datagrams; /* owns each Datagram */
    GQueue open, finished; /* intrusive: links live in the datagrams */
    size_t size;
    uint8_t *whole;           /* DATAGRAM_MAX bytes: the datagram completed last */
    const DecodeRules *rules; /* borrowed; NULL: none */
    ReassemblyStats stats;
};

static guint hash_datagram(gconstpointer data)
{
    const DatagramKey *key = data;
    uint64_t source = endpoint_hash((Endpoint){ key->source, key->protocol });
    uint64_t destination = endpoint_hash((Endpoint){ key->destination, 0 });
    return (guint)hash_mix(source ^ key->id, destination ^ hash_seed());
}

static gboolean equal_datagrams(gconstpointer a, gconstpointer b)
{
    const DatagramKey *x = a, *y = b;
    return x->id == y->id && x->protocol == y->protocol && x->tunnels == y->tunnels &&
           ip_equal(x->source, y->source) && ip_equal(x->destination, y->destination);
}

static void free_datagram(gpointer data)
{
    Datagram *datagram = data;
    g_queue_clear_full(&datagram->pieces, g_free);
    g_free(datagram);
}

Reassembly *reassembly_new(void)
{
    Reassembly *reassembly = g_new0(Reassembly, 1);
    reassembly->datagrams =
        g_hash_table_new_full(hash_datagram, equal_datagrams, NULL, free_datagram);
    reassembly->whole = g_malloc(DATAGRAM_MAX);
    return reassembly;
}

void reassembly_set_rules(Reassembly *reassembly, const DecodeRules *rules)
{
    reassembly->rules = rules;
}

void reassembly_free(Reassembly *reassembly)
{
    if (!reassembly)
        return;
    g_hash_table_destroy(reassembly->datagrams);
    g_free(reassembly->whole);
    g_free(reassembly);
}

static void drop_pieces(Reassembly *reassembly, Datagram *datagram)
{
    g_queue_clear_full(&datagram->pieces, g_free);
    reassembly->size -= datagram->size;
    datagram->size = 0;
}

static void forget(Reassembly *reassembly, Datagram *datagram)
{
    drop_pieces(reassembly, datagram);
    g_queue_unlink(datagram->finished ? &reassembly->finished : &reassembly->open, &datagram->link);
    g_hash_table_remove(reassembly->datagrams, datagram);
}

/* Keeps the datagram's name for a while, so that what still comes of it is known. */
static void finish(Reassembly *reassembly, Datagram *datagram, int64_t now_ns)
{
    drop_pieces(reassembly, datagram);
    g_queue_unlink(&reassembly->open, &datagram->link);
    g_queue_push_tail_link(&reassembly->finished, &datagram->link);
    datagram->finished = true;
    datagram->since_ns = now_ns;
}

static void give_up(Reassembly *reassembly, Datagram *datagram, int64_t now_ns, NetPacket *packet,
                    Anomaly why)
{
    anomaly_note(&packet->anomalies, why);
    reassembly->stats.abandoned++;
    finish(reassembly, datagram, now_ns);
}

static Datagram *oldest_of(const GQueue *queue, int64_t now_ns, int64_t limit_ns)
{
    Datagram *datagram = queue->head ? queue->head->data : NULL;
    int64_t age_ns = datagram ? time_between(datagram->since_ns, now_ns) : TIME_UNKNOWN;
    return age_ns != TIME_UNKNOWN && age_ns > limit_ns ? datagram : NULL;
}

static void expire(Reassembly *reassembly, int64_t now_ns, NetPacket *packet)
{
    Datagram *datagram;

    while ((datagram = oldest_of(&reassembly->open, now_ns, PATIENCE_NS))) {
        anomaly_note(&packet->anomalies, ANOMALY_NET_FRAGMENT_TIMEOUT);
        reassembly->stats.abandoned++;
        forget(reassembly, datagram);
    }
    while ((datagram = oldest_of(&reassembly->finished, now_ns, REMEMBERED_NS)))
        forget(reassembly, datagram);
}

/* Makes room for a packet's worth of bytes; @current is the youngest and goes last. */
static void enforce_caps(Reassembly *reassembly, const Datagram *current, NetPacket *packet)
{
    while (g_hash_table_size(reassembly->datagrams) > DATAGRAMS_MAX ||
           reassembly->size > BYTES_MAX) {
        GList *finished = reassembly->finished.head;
        Datagram *oldest = finished ? finished->data : reassembly->open.head->data;
        if (oldest == current)
            break;
        if (!oldest->finished) {
            anomaly_note(&packet->anomalies, ANOMALY_NET_FRAGMENT_LIMIT);
            reassembly->stats.abandoned++;
        }
        forget(reassembly, oldest);
    }
}

static Datagram *find_or_add(Reassembly *reassembly, int64_t now_ns, const NetPacket *packet)
{
    DatagramKey key = { .source = packet->source.ip,
                        .destination = packet->destination.ip,
                        .id = packet->fragment.id,
                        .tunnels = packet->tunnel_hash,
                        .protocol =
                            ip_is_v4(packet->source.ip) ? packet->ip_protocol : UINT8_MAX + 1 };
    Datagram *datagram = g_hash_table_lookup(reassembly->datagrams, &key);

    if (datagram)
        return datagram;
    datagram = g_new0(Datagram, 1);
    datagram->key = key;
    datagram->link.data = datagram;
    datagram->length = LENGTH_UNKNOWN;
    datagram->protocol = packet->ip_protocol;
    datagram->since_ns = now_ns;
    g_hash_table_add(reassembly->datagrams, datagram);
    g_queue_push_tail_link(&reassembly->open, &datagram->link);
    return datagram;
}

/* Copies what of @piece lies in [start, end) and puts it behind @before. */
static GList *insert_piece(Reassembly *reassembly, Datagram *datagram, GList *before, Piece piece,
                           uint32_t start, uint32_t end)
{
    Slice bytes = slice_sub(piece.bytes, start - piece.start, end - start);
    Piece *copy = g_malloc(sizeof *copy + bytes.len);
    uint8_t *data = (uint8_t *)(copy + 1);

    if (bytes.len)
        memcpy(data, bytes.data, bytes.len);
    *copy = (Piece){ start, end, slice_of(data, bytes.len) };
    g_queue_insert_after(&datagram->pieces, before, copy);
    datagram->covered += end - start;
    datagram->size += bytes.len;
    reassembly->size += bytes.len;
    return before ? before->next : datagram->pieces.head;
}

/* The last piece that begins at or before @start. */
static GList *piece_before(const Datagram *datagram, uint32_t start)
{
    GList *link = datagram->pieces.tail;

    while (link && ((Piece *)link->data)->start > start)
        link = link->prev;
    return link;
}

static bool is_copy(const GList *before, const Piece *piece)
{
    const Piece *first = before ? before->data : NULL;
    return first && first->start == piece->start && first->end == piece->end &&
           slice_equal(first->bytes, piece->bytes);
}

static bool overlaps(const Datagram *datagram, GList *before, const Piece *piece)
{
    GList *after = before ? before->next : datagram->pieces.head;

    return (before && ((Piece *)before->data)->end > piece->start) ||
           (after && ((Piece *)after->data)->start < piece->end);
}

/* Fills the holes that @piece covers; where bytes came before, those stay. */
static void fill_holes(Reassembly *reassembly, Datagram *datagram, GList *before, Piece piece)
{
    uint32_t start = before ? MAX(((Piece *)before->data)->end, piece.start) : piece.start;

    while (start < piece.end) {
        GList *after = before ? before->next : datagram->pieces.head;
        Piece *next = after ? after->data : NULL;
        uint32_t end = next ? MIN(next->start, piece.end) : piece.end;
        if (start < end)
            insert_piece(reassembly, datagram, before, piece, start, end);
        if (!next)
            break;
        before = after;
        start = next->end;
    }
}

/* False when the fragment contradicts what is known of the datagram's length. */
static bool learn_length(Datagram *datagram, const Piece *piece, bool more)
{
    GList *last = datagram->pieces.tail;
    uint32_t reached = last ? MAX(((Piece *)last->data)->end, piece->end) : piece->end;

    if (!more && datagram->length == LENGTH_UNKNOWN)
        datagram->length = piece->end;
    return reached <= datagram->length && (more || datagram->length == piece->end);
}

/* Adds the fragment, and finds the reason to give the datagram up: ANOMALY_COUNT when there is
 * none. */
static Anomaly add_fragment(Reassembly *reassembly, Datagram *datagram, NetPacket *packet)
{
    uint32_t start = packet->fragment.offset;
    Piece piece = { start, start + packet->payload_on_wire, packet->ip_payload };
    GList *before = piece_before(datagram, start);

    if (packet->payload_on_wire > DATAGRAM_MAX || piece.end > DATAGRAM_MAX)
        return ANOMALY_NET_FRAGMENT_TOO_BIG;
    if (start == 0)
        datagram->protocol = packet->ip_protocol;
    if (is_copy(before, &piece))
        return ANOMALY_COUNT;
    if (!learn_length(datagram, &piece, packet->fragment.more))
        return ANOMALY_NET_FRAGMENT_OVERLAP;
    if (overlaps(datagram, before, &piece)) {
        anomaly_note(&packet->anomalies, ANOMALY_NET_FRAGMENT_OVERLAP);
        if (!ip_is_v4(datagram->key.source)) /* RFC 5722 section 4 */
            return ANOMALY_NET_FRAGMENT_OVERLAP;
    }
    if (datagram->pieces.length == PIECES_MAX)
        return ANOMALY_NET_FRAGMENT_LIMIT;
    fill_holes(reassembly, datagram, before, piece);
    return ANOMALY_COUNT;
}

/* The bytes up to the first that the snap length cut. */
static Slice join_pieces(Reassembly *reassembly, const Datagram *datagram)
{
    size_t len = 0;

    for (const GList *link = datagram->pieces.head; link; link = link->next) {
        const Piece *piece = link->data;
        if (piece->bytes.len)
            memcpy(reassembly->whole + len, piece->bytes.data, piece->bytes.len);
        len += piece->bytes.len;
        if (piece->bytes.len < piece->end - piece->start)
            break;
    }
    return slice_of(reassembly->whole, len);
}

static bool join_and_decode(Reassembly *reassembly, Datagram *datagram, int64_t time_ns,
                            NetPacket *packet)
{
    Slice bytes = join_pieces(reassembly, datagram);
    size_t missing = datagram->length - bytes.len;

    packet->fragment = (IpFragment){ 0 };
    packet->ip_protocol = datagram->protocol;
    finish(reassembly, datagram, time_ns);
    datagram->whole = true;
    reassembly->stats.used += datagram->fragments;
    reassembly->stats.reassembled++;
    return net_decode_transport(bytes, missing, reassembly->rules, packet) == DISSECT_OK;
}

static bool add_one(Reassembly *reassembly, int64_t time_ns, NetPacket *packet)
{
    reassembly->stats.fragments++;
    expire(reassembly, time_ns, packet);
    Datagram *datagram = find_or_add(reassembly, time_ns, packet);
    datagram->fragments++;
    reassembly->stats.used += datagram->whole;
    if (datagram->finished)
        return false;
    Anomaly fault = add_fragment(reassembly, datagram, packet);
    if (fault != ANOMALY_COUNT) {
        give_up(reassembly, datagram, time_ns, packet, fault);
        return false;
    }
    if (datagram->covered != datagram->length) {
        enforce_caps(reassembly, datagram, packet);
        return false;
    }
    return join_and_decode(reassembly, datagram, time_ns, packet);
}

/* A datagram that is whole may be a tunnel with a fragment inside. Its bytes stand where the next
 * whole one will: the pieces are copied before. */
bool reassembly_add(Reassembly *reassembly, int64_t time_ns, NetPacket *packet)
{
    for (unsigned depth = 0; packet->fragment.present; depth++) {
        packet->unread = UNREAD_FRAGMENT;
        if (depth == NESTED_MAX) {
            anomaly_note(&packet->anomalies, ANOMALY_NET_TUNNEL_DEPTH);
            return false;
        }
        if (!add_one(reassembly, time_ns, packet))
            return false;
        packet->unread = UNREAD_NOT;
    }
    return true;
}

void reassembly_stats(const Reassembly *reassembly, ReassemblyStats *out)
{
    *out = reassembly->stats;
}
