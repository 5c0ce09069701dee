#include "export/save_plain.h"
#include "dissect/media/rtcp.h"
#include "dissect/media/rtp.h"
#include "dissect/net/net_packet.h"

#define UDP_HEADER  8u
#define IPV4_HEADER 20u
#define IPV6_HEADER 40u
#define RTCP_SSRC   4u

typedef struct {
    StreamKey key;
    SrtpContext *srtp; /* owned */
} Entry;

struct SavePlain {
    GHashTable *entries; /* owns Entry, which begins with its own key */
    SrtpPool *srtp;
    GByteArray *frame; /* the packet last opened */
    Packet packet;
};

static guint key_hash(gconstpointer key)
{
    const StreamKey *stream = key;
    return (guint)hash_mix(endpoint_hash(stream->source) ^ stream->ssrc ^ hash_seed(),
                           endpoint_hash(stream->destination) | 1);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const StreamKey *first = a, *second = b;
    return first->ssrc == second->ssrc && endpoint_equal(first->source, second->source) &&
           endpoint_equal(first->destination, second->destination);
}

static void free_entry(gpointer data)
{
    Entry *entry = data;

    srtp_context_free(entry->srtp);
    g_free(entry);
}

SavePlain *save_plain_new(void)
{
    SavePlain *plain = g_new0(SavePlain, 1);

    plain->entries = g_hash_table_new_full(key_hash, key_equal, NULL, free_entry);
    plain->srtp = srtp_pool_new();
    plain->frame = g_byte_array_new();
    return plain;
}

void save_plain_free(SavePlain *plain)
{
    if (!plain)
        return;
    g_hash_table_unref(plain->entries);
    srtp_pool_free(plain->srtp);
    g_byte_array_unref(plain->frame);
    g_free(plain);
}

static void add_stream(SavePlain *plain, const Stream *stream)
{
    Entry *entry = g_hash_table_lookup(plain->entries, &stream->key);
    const SrtpKey *keys;

    if (!stream->srtp)
        return;
    if (!entry) {
        entry = g_new(Entry, 1);
        *entry = (Entry){ stream->key, srtp_context_new(plain->srtp, stream->key.ssrc) };
        g_hash_table_replace(plain->entries, &entry->key, entry);
    }
    unsigned count = srtp_context_keys(stream->srtp, &keys);
    srtp_context_add_keys(entry->srtp, keys, count);
}

void save_plain_add_call(SavePlain *plain, const Model *model, const Call *call)
{
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        const Stream *stream = model_stream(model, g_array_index(call->streams, uint32_t, i));
        if (stream)
            add_stream(plain, stream);
    }
}

/* --- opening --- */

static Entry *entry_of(const SavePlain *plain, const NetPacket *net, uint32_t ssrc, unsigned beside)
{
    StreamKey key = { net->source, net->destination, ssrc };

    key.source.port = (uint16_t)(key.source.port - beside);
    key.destination.port = (uint16_t)(key.destination.port - beside);
    return g_hash_table_lookup(plain->entries, &key);
}

static bool open_rtcp(const SavePlain *plain, const NetPacket *net, Slice *out)
{
    Slice ssrc = slice_sub(net->payload, RTCP_SSRC, 4);

    if (ssrc.len < 4)
        return false;
    uint32_t number = (uint32_t)ssrc.data[0] << 24 | (uint32_t)ssrc.data[1] << 16 |
                      (uint32_t)ssrc.data[2] << 8 | ssrc.data[3];
    Entry *entry = entry_of(plain, net, number, 0);
    if (!entry)
        entry = entry_of(plain, net, number, 1);
    return entry && srtp_context_rtcp(entry->srtp, net->payload, true, out) == SRTP_OPEN;
}

static bool open_rtp(const SavePlain *plain, const NetPacket *net, Slice *out)
{
    RtpPacket rtp;
    DissectStatus status = rtp_parse(net->payload, net->payload_on_wire, &rtp);

    if (status != DISSECT_OK && status != DISSECT_MALFORMED)
        return false;
    Entry *entry = entry_of(plain, net, rtp.ssrc, 0);
    if (!entry)
        return false;
    SrtpVerdict verdict = srtp_context_rtp(entry->srtp, net->payload, true, out);
    if (verdict == SRTP_REPLAYED)
        verdict = srtp_context_rtp_again(entry->srtp, net->payload, out);
    return verdict == SRTP_OPEN;
}

/* --- the frame around it --- */

static void put_be16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint32_t sum_words(Slice bytes, uint32_t sum)
{
    for (size_t i = 0; i + 1 < bytes.len; i += 2)
        sum += (uint32_t)bytes.data[i] << 8 | bytes.data[i + 1];
    return bytes.len % 2 ? sum + ((uint32_t)slice_last(bytes) << 8) : sum;
}

/* RFC 1071; 0 is sent as its other form, as RFC 768 wants it. */
static unsigned checksum(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff ? 0xffff : ~sum & 0xffff;
}

/* Makes the headers of @frame fit a UDP payload of @size bytes at @at. False when they are none
 * that can be: IP options, extension headers. */
static bool mend_headers(uint8_t *frame, size_t at, size_t size)
{
    size_t udp = at - UDP_HEADER;
    unsigned udp_length = (unsigned)(UDP_HEADER + size);
    bool is_v4 = udp >= IPV4_HEADER && frame[udp - IPV4_HEADER] == 0x45;
    bool is_v6 = !is_v4 && udp >= IPV6_HEADER && frame[udp - IPV6_HEADER] >> 4 == 6 &&
                 frame[udp - IPV6_HEADER + 6] == IP_PROTOCOL_UDP;
    uint8_t *ip = frame + udp - (is_v4 ? IPV4_HEADER : IPV6_HEADER);

    if (!is_v4 && !is_v6)
        return false;
    put_be16(frame + udp + 4, udp_length);
    put_be16(frame + udp + 6, 0);
    Slice addresses = is_v4 ? slice_of(ip + 12, 8) : slice_of(ip + 8, 32);
    uint32_t sum = sum_words(addresses, udp_length + IP_PROTOCOL_UDP);
    put_be16(frame + udp + 6, checksum(sum_words(slice_of(frame + udp, udp_length), sum)));
    if (is_v6) {
        put_be16(ip + 4, udp_length);
        return true;
    }
    put_be16(ip + 2, IPV4_HEADER + udp_length);
    put_be16(ip + 10, 0);
    put_be16(ip + 10, checksum(sum_words(slice_of(ip, IPV4_HEADER), 0)));
    return true;
}

const Packet *save_plain_packet(SavePlain *plain, const Packet *packet)
{
    NetPacket net;
    Slice open;

    if (g_hash_table_size(plain->entries) == 0 || net_decode(packet, &net) != DISSECT_OK ||
        net.ip_protocol != IP_PROTOCOL_UDP || net.fragment.present || net.tunnel_count > 0 ||
        net.payload.len != net.payload_on_wire)
        return packet;
    bool opened =
        rtcp_looks_like(net.payload) ? open_rtcp(plain, &net, &open) : open_rtp(plain, &net, &open);
    if (!opened)
        return packet;
    size_t at = (size_t)(net.payload.data - packet->data);
    g_byte_array_set_size(plain->frame, 0);
    g_byte_array_append(plain->frame, packet->data, (guint)at);
    g_byte_array_append(plain->frame, open.data, (guint)open.len);
    if (!mend_headers(plain->frame->data, at, open.len))
        return packet;
    plain->packet = *packet;
    plain->packet.data = plain->frame->data;
    plain->packet.caplen = plain->packet.len = plain->frame->len;
    return &plain->packet;
}
