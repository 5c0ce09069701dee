#include "dissect/session/hep.h"
#include "dissect/base/clock.h"
#include "dissect/base/cursor.h"

enum {
    MAGIC_HEP3 = 0x48455033,
    MAGIC_EEP3 = 0x45455033, /* what it was called for a while */
    CHUNK_HEADER = 6,
    CHUNKS_MAX = 128,
    V1_HEADER_V4 = 16,
    V1_HEADER_V6 = 40,
    V2_TIME = 12, /* seconds, microseconds, agent, padding: little-endian */
    FAMILY_V4 = 2,
    FAMILY_V6 = 10,
    FAMILY_V6_DARWIN = 30,
};

/* What chunks told, before it is known whether it fits together. */
typedef struct {
    HepPacket *out;
    uint32_t seconds, microseconds;
    bool has_source, has_destination, has_seconds, has_payload;
} Reading;

static void read_family(Reading *r, Cursor *c)
{
    (void)r; /* the address chunks tell it themselves */
    cursor_skip(c, 1);
}

static void read_protocol(Reading *r, Cursor *c)
{
    r->out->ip_protocol = cursor_u8(c);
}

static void read_source_v4(Reading *r, Cursor *c)
{
    r->out->source.ip = ip_from_v4(cursor_be32(c));
    r->has_source = true;
}

static void read_destination_v4(Reading *r, Cursor *c)
{
    r->out->destination.ip = ip_from_v4(cursor_be32(c));
    r->has_destination = true;
}

static void read_source_v6(Reading *r, Cursor *c)
{
    const uint8_t *at = cursor_take(c, 16);

    if (at)
        r->out->source.ip = ip_from_v6(at);
    r->has_source = at != NULL;
}

static void read_destination_v6(Reading *r, Cursor *c)
{
    const uint8_t *at = cursor_take(c, 16);

    if (at)
        r->out->destination.ip = ip_from_v6(at);
    r->has_destination = at != NULL;
}

static void read_source_port(Reading *r, Cursor *c)
{
    r->out->source.port = cursor_be16(c);
}

static void read_destination_port(Reading *r, Cursor *c)
{
    r->out->destination.port = cursor_be16(c);
}

static void read_seconds(Reading *r, Cursor *c)
{
    r->seconds = cursor_be32(c);
    r->has_seconds = true;
}

static void read_microseconds(Reading *r, Cursor *c)
{
    r->microseconds = cursor_be32(c);
}

static void read_type(Reading *r, Cursor *c)
{
    r->out->type = cursor_u8(c);
}

static void read_agent(Reading *r, Cursor *c)
{
    r->out->agent = cursor_be32(c);
}

static void read_key(Reading *r, Cursor *c)
{
    r->out->key = cursor_rest(c);
}

static void read_payload(Reading *r, Cursor *c)
{
    r->out->payload = cursor_rest(c);
    r->has_payload = true;
}

static void read_compressed(Reading *r, Cursor *c)
{
    r->out->compressed = true;
    (void)c; /* what was compressed, and how, is not told */
}

static void read_correlation(Reading *r, Cursor *c)
{
    r->out->correlation = cursor_rest(c);
}

static void read_vlan(Reading *r, Cursor *c)
{
    r->out->vlan = cursor_be16(c) & 0x0fff;
}

static void read_node(Reading *r, Cursor *c)
{
    r->out->node = cursor_rest(c);
}

static void read_tos(Reading *r, Cursor *c)
{
    r->out->tos = cursor_u8(c);
}

static void (*const chunk_readers[])(Reading *r, Cursor *c) = {
    [0x01] = read_family,      [0x02] = read_protocol,
    [0x03] = read_source_v4,   [0x04] = read_destination_v4,
    [0x05] = read_source_v6,   [0x06] = read_destination_v6,
    [0x07] = read_source_port, [0x08] = read_destination_port,
    [0x09] = read_seconds,     [0x0a] = read_microseconds,
    [0x0b] = read_type,        [0x0c] = read_agent,
    [0x0e] = read_key,         [0x0f] = read_payload,
    [0x10] = read_compressed,  [0x11] = read_correlation,
    [0x12] = read_vlan,        [0x13] = read_node,
    [0x18] = read_tos,
};

static uint32_t swapped32(uint32_t value)
{
    return GUINT32_SWAP_LE_BE(value);
}

static int64_t time_of(uint32_t seconds, uint32_t microseconds)
{
    return (int64_t)seconds * NS_PER_S + (int64_t)(microseconds % 1000000u) * 1000;
}

static DissectStatus fail(HepPacket *out, Anomaly anomaly)
{
    anomaly_note(&out->anomalies, anomaly);
    return DISSECT_MALFORMED;
}

/* Chunks until the packet, or what was captured of it, ends. */
static DissectStatus read_chunks(Reading *r, Cursor *c)
{
    for (int i = 0; c->rest.len >= CHUNK_HEADER && i < CHUNKS_MAX; i++) {
        cursor_skip(c, 2); /* vendor */
        uint16_t type = cursor_be16(c);
        size_t length = cursor_be16(c);
        if (length < CHUNK_HEADER)
            return fail(r->out, ANOMALY_HEP_BAD_CHUNK);
        bool cut = length - CHUNK_HEADER > c->rest.len;
        if (cut && !r->out->truncated)
            return fail(r->out, ANOMALY_HEP_BAD_CHUNK);
        Cursor value = cursor_over(slice_sub(c->rest, 0, length - CHUNK_HEADER));
        if (type < G_N_ELEMENTS(chunk_readers) && chunk_readers[type])
            chunk_readers[type](r, &value);
        if (!cut && (value.failed || (type < 0x0d && value.rest.len)))
            return fail(r->out, ANOMALY_HEP_BAD_CHUNK); /* a number of another size */
        cursor_skip(c, MIN(length - CHUNK_HEADER, c->rest.len));
    }
    return DISSECT_OK;
}

static DissectStatus parse_v3(Slice bytes, size_t on_wire, HepPacket *out)
{
    Reading r = { .out = out };
    Cursor c = cursor_over(bytes);

    cursor_skip(&c, 4);
    size_t length = cursor_be16(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (length != on_wire || length < HEP_HEADER_BYTES)
        return fail(out, ANOMALY_HEP_BAD_CHUNK);
    out->version = 3;
    out->truncated = bytes.len < on_wire;
    DissectStatus status = read_chunks(&r, &c);
    if (status != DISSECT_OK)
        return status;
    if (r.has_seconds)
        out->time_ns = time_of(r.seconds, r.microseconds);
    if (r.has_source && r.has_destination && r.has_payload)
        return DISSECT_OK;
    if (out->truncated)
        return DISSECT_TRUNCATED;
    return fail(out, out->compressed ? ANOMALY_HEP_COMPRESSED : ANOMALY_HEP_MISSING_CHUNK);
}

static size_t old_header_size(const uint8_t *at)
{
    bool v6 = at[2] == FAMILY_V6 || at[2] == FAMILY_V6_DARWIN;
    return (size_t)(v6 ? V1_HEADER_V6 : V1_HEADER_V4) + (at[0] == 2 ? V2_TIME : 0);
}

/* Version, header length, family, protocol, ports, addresses; of version 2 the time behind. */
static DissectStatus parse_old(Slice bytes, size_t on_wire, HepPacket *out)
{
    Cursor c = cursor_over(bytes);
    const uint8_t *head = cursor_take(&c, 4);

    if (!head)
        return DISSECT_TRUNCATED;
    size_t size = old_header_size(head);
    out->version = head[0];
    out->ip_protocol = head[3];
    out->type = HEP_TYPE_SIP;
    out->source.port = cursor_be16(&c);
    out->destination.port = cursor_be16(&c);
    if (size >= V1_HEADER_V6) {
        const uint8_t *addresses = cursor_take(&c, 32);
        if (!addresses)
            return DISSECT_TRUNCATED;
        out->source.ip = ip_from_v6(addresses);
        out->destination.ip = ip_from_v6(addresses + 16);
    } else {
        out->source.ip = ip_from_v4(cursor_be32(&c));
        out->destination.ip = ip_from_v4(cursor_be32(&c));
    }
    if (head[0] == 2) {
        uint32_t seconds = swapped32(cursor_be32(&c));
        uint32_t microseconds = swapped32(cursor_be32(&c));
        out->time_ns = time_of(seconds, microseconds);
        out->agent = swapped32(cursor_be32(&c)) & UINT16_MAX;
    }
    if (c.failed)
        return DISSECT_TRUNCATED;
    out->truncated = bytes.len < on_wire;
    out->payload = c.rest;
    return DISSECT_OK;
}

/* Its header is weak: SIP has to follow it. */
static bool is_old(Slice bytes)
{
    if (bytes.len < V1_HEADER_V4 || (bytes.data[0] != 1 && bytes.data[0] != 2))
        return false;
    uint8_t family = bytes.data[2];
    if (family != FAMILY_V4 && family != FAMILY_V6 && family != FAMILY_V6_DARWIN)
        return false;
    size_t size = old_header_size(bytes.data);
    if (bytes.data[1] != size && bytes.data[1] + (size_t)V2_TIME != size)
        return false;
    Slice text = slice_from(bytes, size);
    return text.len > 8 && text.data[0] >= 'A' && text.data[0] <= 'Z' && text.data[1] >= 'A' &&
           text.data[1] <= 'Z' && text.data[2] >= 'A' && text.data[2] <= 'Z';
}

static bool has_magic(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    uint32_t magic = cursor_be32(&c);
    return magic == MAGIC_HEP3 || magic == MAGIC_EEP3;
}

bool hep_looks_like(Slice bytes, size_t on_wire)
{
    Cursor c = cursor_over(slice_from(bytes, 4));

    return has_magic(bytes) ? cursor_be16(&c) == on_wire : is_old(bytes);
}

DissectStatus hep_parse(Slice bytes, size_t on_wire, HepPacket *out)
{
    *out = (HepPacket){ .time_ns = TIME_UNKNOWN };
    if (has_magic(bytes))
        return parse_v3(bytes, on_wire, out);
    return is_old(bytes) ? parse_old(bytes, on_wire, out) : DISSECT_NOT_MINE;
}

DissectStatus hep_frame(Slice bytes, size_t *ret_length)
{
    Cursor c = cursor_over(bytes);
    static const uint8_t magics[][4] = { "HEP3", "EEP3" };

    *ret_length = 0;
    for (size_t i = 0; i < MIN(bytes.len, 4); i++)
        if (bytes.data[i] != magics[bytes.data[0] == 'E'][i])
            return DISSECT_NOT_MINE;
    cursor_skip(&c, 4);
    size_t length = cursor_be16(&c);
    if (c.failed)
        return DISSECT_TRUNCATED;
    if (length < HEP_HEADER_BYTES)
        return DISSECT_MALFORMED;
    *ret_length = length;
    return bytes.len < length ? DISSECT_TRUNCATED : DISSECT_OK;
}

const char *hep_type_name(uint8_t type)
{
    static const struct {
        uint8_t type;
        const char *name;
    } names[] = {
        { HEP_TYPE_SIP, "sip" },
        { 2, "xmpp" },
        { 3, "sdp" },
        { HEP_TYPE_RTP, "rtp" },
        { HEP_TYPE_RTCP, "rtcp" },
        { 6, "mgcp" },
        { 7, "megaco" },
        { HEP_TYPE_QOS, "qos" },
        { HEP_TYPE_QOS_SHORT, "qos" },
        { 50, "sip-json" },
        { 53, "dns" },
        { 54, "isup" },
        { 60, "cdr" },
        { 61, "ng" },
        { HEP_TYPE_LOG, "log" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i].type == type)
            return names[i].name;
    return NULL;
}
