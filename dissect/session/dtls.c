#include "dissect/session/dtls.h"
#include "dissect/base/cursor.h"
#include <openssl/evp.h>

#define PAIRS_MAX         65536u
#define FRAGMENTS_MAX     16u
#define MESSAGE_BYTES_MAX 16384u
#define HELD_BYTES_MAX    16384u
#define RECORD_HANDSHAKE  22
#define ENCRYPTED_1_3     32 /* RFC 9147 section 4: 001 and flags, another header */
#define VERSION_HIGH      0xfe
#define RECORDS_MAX       64 /* of one datagram */

typedef struct {
    uint16_t seq; /* of the message */
    uint8_t type;
    uint32_t length, offset;
    uint8_t *bytes; /* owned */
    size_t size;
} Fragment;

/* One direction of a handshake: what came of messages that are not whole yet. */
typedef struct {
    Fragment held[FRAGMENTS_MAX];
    unsigned count;
    size_t bytes;
} Flight;

typedef struct {
    Endpoint low, high; /* the pair, ordered */
    DtlsHandshake handshake;
    Flight flights[2]; /* of @low, of @high */
    GList link;        /* of the table's queue */
} Pair;

struct DtlsTable {
    GHashTable *pairs; /* owns Pair, which is its own key */
    GQueue queue;      /* the oldest first */
};

bool dtls_looks_like(Slice bytes)
{
    return bytes.len > 2 && bytes.data[0] >= 20 && bytes.data[0] <= 63 &&
           bytes.data[1] == VERSION_HIGH;
}

/* --- pairs --- */

static guint pair_hash(gconstpointer key)
{
    const Pair *pair = key;
    return (guint)hash_mix(endpoint_hash(pair->low) ^ hash_seed(), endpoint_hash(pair->high) | 1);
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    const Pair *first = a, *second = b;
    return endpoint_equal(first->low, second->low) && endpoint_equal(first->high, second->high);
}

static bool is_before(Endpoint a, Endpoint b)
{
    int order = memcmp(&a.ip, &b.ip, sizeof a.ip);
    return order < 0 || (order == 0 && a.port < b.port);
}

static Pair key_of(Endpoint a, Endpoint b)
{
    bool ordered = is_before(a, b);
    return (Pair){ .low = ordered ? a : b, .high = ordered ? b : a };
}

static void clear_flight(Flight *flight)
{
    for (unsigned i = 0; i < flight->count; i++)
        g_free(flight->held[i].bytes);
    *flight = (Flight){ .count = 0 };
}

static void free_pair(gpointer data)
{
    Pair *pair = data;

    clear_flight(&pair->flights[0]);
    clear_flight(&pair->flights[1]);
    g_free(pair);
}

DtlsTable *dtls_table_new(void)
{
    DtlsTable *table = g_new0(DtlsTable, 1);

    table->pairs = g_hash_table_new_full(pair_hash, pair_equal, NULL, free_pair);
    g_queue_init(&table->queue);
    return table;
}

void dtls_table_free(DtlsTable *table)
{
    if (!table)
        return;
    g_hash_table_unref(table->pairs);
    g_free(table);
}

static Pair *pair_of(DtlsTable *table, Endpoint a, Endpoint b)
{
    Pair key = key_of(a, b);
    Pair *pair = g_hash_table_lookup(table->pairs, &key);

    if (pair)
        return pair;
    if (table->queue.length >= PAIRS_MAX) {
        Pair *oldest = table->queue.head->data;
        g_queue_unlink(&table->queue, &oldest->link);
        g_hash_table_remove(table->pairs, oldest);
    }
    pair = g_memdup2(&key, sizeof key);
    pair->link.data = pair;
    g_queue_push_tail_link(&table->queue, &pair->link);
    g_hash_table_add(table->pairs, pair);
    return pair;
}

const DtlsHandshake *dtls_table_find(const DtlsTable *table, Endpoint a, Endpoint b)
{
    Pair key = key_of(a, b);
    const Pair *pair = g_hash_table_lookup(table->pairs, &key);

    return pair ? &pair->handshake : NULL;
}

/* --- messages --- */

static bool same_random(const DtlsHello *a, const DtlsHello *b)
{
    return memcmp(a->random, b->random, DTLS_RANDOM_BYTES) == 0;
}

static DissectStatus take_client_hello(DtlsHandshake *handshake, Endpoint source,
                                       Endpoint destination, Slice body)
{
    DtlsHello hello;
    DissectStatus status = dtls_client_hello(body, &hello);

    if (status != DISSECT_OK)
        return status;
    bool known = handshake->client_seen && same_random(&hello, &handshake->client_hello);
    if (known && handshake->server_seen)
        return DISSECT_OK; /* retransmitted */
    unsigned generation = handshake->generation + !known;
    *handshake = (DtlsHandshake){ .client = source,
                                  .server = destination,
                                  .client_seen = true,
                                  .client_hello = hello,
                                  .generation = generation };
    return DISSECT_OK;
}

static DissectStatus take_server_hello(DtlsHandshake *handshake, Endpoint source,
                                       Endpoint destination, Slice body)
{
    DtlsHello hello;
    DissectStatus status = dtls_server_hello(body, &hello);

    if (status != DISSECT_OK || hello.retry)
        return status;
    if (handshake->server_seen && same_random(&hello, &handshake->server_hello))
        return DISSECT_OK;
    handshake->client = destination;
    handshake->server = source;
    handshake->server_hello = hello;
    handshake->server_seen = true;
    handshake->generation++;
    return DISSECT_OK;
}

static void digest(const EVP_MD *md, Slice bytes, uint8_t *out)
{
    EVP_Digest(bytes.data, bytes.len, out, NULL, md, NULL);
}

static DissectStatus take_certificate(DtlsHandshake *handshake, Endpoint source, Slice body)
{
    bool of_client = handshake->client_seen && endpoint_equal(source, handshake->client);
    DtlsCertificate *certificate =
        of_client ? &handshake->client_certificate : &handshake->server_certificate;
    Slice der;
    DissectStatus status = dtls_certificate(body, &der);

    if (status != DISSECT_OK || certificate->seen)
        return status == DISSECT_MALFORMED ? DISSECT_OK : status;
    digest(EVP_sha1(), der, certificate->sha1);
    digest(EVP_sha256(), der, certificate->sha256);
    digest(EVP_sha384(), der, certificate->sha384);
    digest(EVP_sha512(), der, certificate->sha512);
    certificate->seen = true;
    handshake->generation++;
    return DISSECT_OK;
}

static DissectStatus take_message(DtlsHandshake *handshake, Endpoint source, Endpoint destination,
                                  uint8_t type, Slice body)
{
    switch (type) {
    case DTLS_CLIENT_HELLO:
        return take_client_hello(handshake, source, destination, body);
    case DTLS_SERVER_HELLO:
        return take_server_hello(handshake, source, destination, body);
    case DTLS_CERTIFICATE:
        return take_certificate(handshake, source, body);
    default:
        return DISSECT_OK;
    }
}

/* --- fragments --- */

static bool is_of(const Fragment *fragment, const Fragment *other)
{
    return fragment->seq == other->seq && fragment->type == other->type &&
           fragment->length == other->length;
}

static void drop_fragment(Flight *flight, unsigned index)
{
    flight->bytes -= flight->held[index].size;
    g_free(flight->held[index].bytes);
    flight->held[index] = flight->held[--flight->count];
}

static void hold(Flight *flight, const Fragment *fragment, Slice bytes)
{
    for (unsigned i = 0; i < flight->count; i++) {
        const Fragment *known = &flight->held[i];
        if (is_of(known, fragment) && known->offset == fragment->offset && known->size >= bytes.len)
            return;
    }
    while (flight->count > 0 &&
           (flight->count == FRAGMENTS_MAX || flight->bytes + bytes.len > HELD_BYTES_MAX))
        drop_fragment(flight, 0);
    Fragment *held = &flight->held[flight->count++];
    *held = *fragment;
    held->bytes = g_memdup2(bytes.data, bytes.len);
    held->size = bytes.len;
    flight->bytes += bytes.len;
}

/* The fragment that goes on at @offset of a message, or NULL. */
static const Fragment *fragment_at(const Flight *flight, const Fragment *like, size_t offset)
{
    for (unsigned i = 0; i < flight->count; i++) {
        const Fragment *held = &flight->held[i];
        if (is_of(held, like) && held->offset <= offset && held->offset + held->size > offset)
            return held;
    }
    return NULL;
}

/* The whole message that @like is of, or NULL; its fragments are let go. */
static GByteArray *assemble(Flight *flight, const Fragment *like)
{
    const Fragment *held;
    g_autoptr(GByteArray) message = g_byte_array_new();

    while (message->len < like->length && (held = fragment_at(flight, like, message->len))) {
        size_t skip = message->len - held->offset;
        g_byte_array_append(message, held->bytes + skip, (guint)(held->size - skip));
    }
    if (message->len < like->length)
        return NULL;
    for (unsigned i = flight->count; i-- > 0;)
        if (is_of(&flight->held[i], like))
            drop_fragment(flight, i);
    return g_steal_pointer(&message);
}

static DissectStatus take_fragment(Pair *pair, bool from_low, const Fragment *fragment, Slice bytes)
{
    Endpoint source = from_low ? pair->low : pair->high;
    Endpoint destination = from_low ? pair->high : pair->low;
    Flight *flight = &pair->flights[!from_low];

    if (fragment->length > MESSAGE_BYTES_MAX || fragment->offset + bytes.len > fragment->length)
        return DISSECT_MALFORMED;
    if (bytes.len == fragment->length)
        return take_message(&pair->handshake, source, destination, fragment->type, bytes);
    if (bytes.len == 0)
        return DISSECT_OK;
    hold(flight, fragment, bytes);
    g_autoptr(GByteArray) message = assemble(flight, fragment);
    if (!message)
        return DISSECT_OK;
    return take_message(&pair->handshake, source, destination, fragment->type,
                        slice_of(message->data, message->len));
}

static DissectStatus take_record(Pair *pair, bool from_low, Slice record)
{
    Cursor c = cursor_over(record);
    DissectStatus status = DISSECT_OK;

    while (c.rest.len > 0 && status == DISSECT_OK) {
        Fragment fragment = { .type = cursor_u8(&c) };
        fragment.length = cursor_be24(&c);
        fragment.seq = cursor_be16(&c);
        fragment.offset = cursor_be24(&c);
        Slice bytes = cursor_slice(&c, cursor_be24(&c));
        if (c.failed)
            return DISSECT_TRUNCATED;
        status = take_fragment(pair, from_low, &fragment, bytes);
    }
    return status;
}

const DtlsHandshake *dtls_table_datagram(DtlsTable *table, Endpoint source, Endpoint destination,
                                         Slice payload, AnomalySet *anomalies)
{
    Cursor c = cursor_over(payload);
    Pair *pair = NULL;
    unsigned generation = 0;

    for (int i = 0; c.rest.len > 0 && i < RECORDS_MAX; i++) {
        uint8_t type = cursor_u8(&c);
        if (type >= ENCRYPTED_1_3)
            break;
        uint16_t version = cursor_be16(&c);
        uint16_t epoch = cursor_be16(&c);
        cursor_skip(&c, 6);
        Slice record = cursor_slice(&c, cursor_be16(&c));
        if (c.failed || version >> 8 != VERSION_HIGH) {
            anomaly_note(anomalies, ANOMALY_DTLS_BAD_RECORD);
            break;
        }
        if (type != RECORD_HANDSHAKE || epoch != 0)
            continue; /* encrypted, or of no interest */
        if (!pair) {
            pair = pair_of(table, source, destination);
            generation = pair->handshake.generation;
        }
        if (take_record(pair, endpoint_equal(source, pair->low), record) != DISSECT_OK)
            anomaly_note(anomalies, ANOMALY_DTLS_BAD_HANDSHAKE);
    }
    return pair && pair->handshake.generation != generation ? &pair->handshake : NULL;
}
