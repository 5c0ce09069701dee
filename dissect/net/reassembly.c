#include "dissect/net/reassembly.h"
#include "dissect/base/clock.h"

#define TIMEOUT_NS     (30 * NS_PER_S) /* RFC 791 section 3.2 allows 15 s to 255 s; hosts use 30 */
#define DATAGRAMS_MAX  1024u
#define BYTES_MAX      (16u << 20)
#define DATAGRAM_BYTES 65535u
#define UNIT           8u /* fragments begin at multiples of it */
#define UNITS          (65536u / UNIT)

typedef struct {
    IpAddress source, destination;
    uint32_t id;
    uint8_t protocol;
} DatagramKey;

typedef struct {
    DatagramKey key;
    GList link; /* of Reassembly.by_age; data points here */
    int64_t first_ns;
    GByteArray *bytes;         /* as long as the farthest fragment */
    uint64_t have[UNITS / 64]; /* units received */
    unsigned units;            /* how many of them */
    uint32_t total;            /* 0 until the last fragment is there */
    uint32_t usable;           /* the snap length cut what lies behind */
    uint8_t ip_protocol;
} Datagram;

struct Reassembly {
    GHashTable *datagrams; /* DatagramKey* -> Datagram; owns */
    GQueue by_age;         /* oldest first; links live in the datagrams */
    size_t bytes;          /* in all datagrams */
    GByteArray *result;    /* of the last completed one */
    ReassemblyStats stats;
};

static guint key_hash(gconstpointer data)
{
    const DatagramKey *key = data;
    uint64_t hash = endpoint_hash((Endpoint){ key->source, (uint16_t)key->id });

    return (guint)(hash ^ endpoint_hash((Endpoint){ key->destination, key->protocol }) * 31);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const DatagramKey *x = a, *y = b;

    return x->id == y->id && x->protocol == y->protocol && ip_equal(x->source, y->source) &&
           ip_equal(x->destination, y->destination);
}

static void datagram_free(gpointer data)
{
    Datagram *d = data;

    g_byte_array_free(d->bytes, TRUE);
    g_free(d);
}

Reassembly *reassembly_new(void)
{
    Reassembly *r = g_new0(Reassembly, 1);

    r->datagrams = g_hash_table_new_full(key_hash, key_equal, NULL, datagram_free);
    r->result = g_byte_array_new();
    g_queue_init(&r->by_age);
    return r;
}

void reassembly_free(Reassembly *r)
{
    if (!r)
        return;
    g_hash_table_destroy(r->datagrams);
    g_byte_array_free(r->result, TRUE);
    g_free(r);
}

static void drop(Reassembly *r, Datagram *d)
{
    r->bytes -= d->bytes->len;
    g_queue_unlink(&r->by_age, &d->link);
    g_hash_table_remove(r->datagrams, &d->key);
}

static void abandon(Reassembly *r, Datagram *d, NetPacket *packet, Anomaly why)
{
    anomaly_note(&packet->anomalies, why);
    r->stats.abandoned++;
    drop(r, d);
}

static void abandon_old(Reassembly *r, int64_t time_ns, NetPacket *packet)
{
    GList *oldest;

    while ((oldest = r->by_age.head)) {
        Datagram *d = oldest->data;
        if (time_ns - d->first_ns <= TIMEOUT_NS)
            break;
        abandon(r, d, packet, ANOMALY_NET_FRAGMENT_TIMEOUT);
    }
    while (r->by_age.head && (r->by_age.length >= DATAGRAMS_MAX || r->bytes > BYTES_MAX))
        abandon(r, r->by_age.head->data, packet, ANOMALY_NET_FRAGMENT_LIMIT);
}

static Datagram *find_or_add(Reassembly *r, int64_t time_ns, NetPacket *packet)
{
    /* the protocol is part of the key in IPv4 only: an IPv6 fragment may have another next header
     */
    DatagramKey key = {
        .source = packet->source.ip,
        .destination = packet->destination.ip,
        .id = packet->fragment.id,
        .protocol = ip_is_v4(packet->source.ip) ? packet->ip_protocol : 0,
    };
    Datagram *d = g_hash_table_lookup(r->datagrams, &key);

    if (d)
        return d;
    abandon_old(r, time_ns, packet);
    d = g_new0(Datagram, 1);
    d->key = key;
    d->link.data = d;
    d->first_ns = time_ns;
    d->usable = UINT32_MAX;
    d->bytes = g_byte_array_new();
    g_hash_table_insert(r->datagrams, &d->key, d);
    g_queue_push_tail_link(&r->by_age, &d->link);
    return d;
}

static bool unit_is_there(const Datagram *d, uint32_t unit)
{
    return d->have[unit / 64] >> unit % 64 & 1;
}

/* Copies what is new; true when some of it was there already and this is no plain repetition. */
static bool fill(Reassembly *r, Datagram *d, uint32_t offset, Slice part, uint32_t length)
{
    uint32_t first = offset / UNIT, end = (offset + length + UNIT - 1) / UNIT;
    uint32_t known = 0;

    if (d->bytes->len < offset + length) {
        uint32_t before = d->bytes->len;
        g_byte_array_set_size(d->bytes, offset + length);
        memset(d->bytes->data + before, 0, offset + length - before);
        r->bytes += d->bytes->len - before;
    }
    for (uint32_t unit = first; unit < end; unit++) {
        if (unit_is_there(d, unit)) {
            known++;
            continue;
        }
        Slice piece = slice_sub(part, (size_t)(unit - first) * UNIT, UNIT);
        if (piece.len)
            memcpy(d->bytes->data + (size_t)unit * UNIT, piece.data, piece.len);
        d->have[unit / 64] |= UINT64_C(1) << unit % 64;
        d->units++;
    }
    return known > 0 && known < end - first;
}

static bool is_complete(const Datagram *d)
{
    return d->total && d->units >= (d->total + UNIT - 1) / UNIT;
}

static bool finish(Reassembly *r, Datagram *d, NetPacket *packet)
{
    uint32_t length = MIN(MIN(d->total, d->usable), d->bytes->len);

    g_byte_array_set_size(r->result, 0);
    g_byte_array_append(r->result, d->bytes->data, length);
    packet->ip_protocol = d->ip_protocol;
    bool cut = length < d->total;
    drop(r, d);
    packet->fragment.present = false;
    r->stats.reassembled++;
    if (net_decode_transport(slice_of(r->result->data, length), packet) != DISSECT_OK)
        return false;
    packet->truncated |= cut;
    return true;
}

bool reassembly_add(Reassembly *r, int64_t time_ns, NetPacket *packet)
{
    IpFragment fragment = packet->fragment;
    uint32_t length = packet->payload_on_wire;

    r->stats.fragments++;
    if (fragment.more)
        length -= length % UNIT; /* RFC 8200 section 4.5: anything else is an error */
    if (length == 0)
        return false;
    Datagram *d = find_or_add(r, time_ns, packet);
    if (fragment.offset + length > DATAGRAM_BYTES) {
        abandon(r, d, packet, ANOMALY_NET_FRAGMENT_TOO_BIG);
        return false;
    }
    if (fragment.offset == 0)
        d->ip_protocol = packet->ip_protocol;
    if (packet->ip_payload.len < length)
        d->usable = MIN(d->usable, fragment.offset + (uint32_t)packet->ip_payload.len);
    if (fill(r, d, fragment.offset, packet->ip_payload, length)) {
        anomaly_note(&packet->anomalies, ANOMALY_NET_FRAGMENT_OVERLAP);
        if (!ip_is_v4(packet->source.ip)) { /* RFC 5722 section 3: the whole datagram goes */
            r->stats.abandoned++;
            drop(r, d);
            return false;
        }
    }
    if (!fragment.more)
        d->total = fragment.offset + length;
    return is_complete(d) && finish(r, d, packet);
}

void reassembly_stats(const Reassembly *r, ReassemblyStats *out)
{
    *out = r->stats;
}
