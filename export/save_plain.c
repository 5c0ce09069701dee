#include "export/save_plain.h"
#include "dissect/media/rtcp.h"
#include "dissect/media/rtp.h"
#include "dissect/media/turn.h"
#include "dissect/net/replace.h"
#include "export/media_reader.h"

#define RTCP_SSRC 4u

typedef struct {
    StreamKey key;
    SrtpContext *srtp;             /* owned */
    uint16_t encrypted_extensions; /* bit n: of id n (RFC 6904) */
} Entry;

struct SavePlain {
    const DecodeRules *rules; /* borrowed */
    GHashTable *entries;      /* owns Entry, which begins with its own key */
    SrtpPool *srtp;
    GByteArray *frame;   /* the packet last opened, */
    GByteArray *payload; /* and what is in it, where that is TURN */
    GByteArray *media;   /* RTP whose header extension had encrypted elements */
    Packet packet;
    uint64_t kept;
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

SavePlain *save_plain_new(const DecodeRules *rules)
{
    SavePlain *plain = g_new0(SavePlain, 1);

    plain->rules = rules;
    plain->entries = g_hash_table_new_full(key_hash, key_equal, NULL, free_entry);
    plain->srtp = srtp_pool_new();
    plain->frame = g_byte_array_new();
    plain->payload = g_byte_array_new();
    plain->media = g_byte_array_new();
    return plain;
}

void save_plain_free(SavePlain *plain)
{
    if (!plain)
        return;
    g_hash_table_unref(plain->entries);
    srtp_pool_free(plain->srtp);
    g_byte_array_unref(plain->frame);
    g_byte_array_unref(plain->payload);
    g_byte_array_unref(plain->media);
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
        *entry = (Entry){ stream->key, srtp_context_new(plain->srtp, stream->key.ssrc), 0 };
        g_hash_table_replace(plain->entries, &entry->key, entry);
    }
    unsigned count = srtp_context_keys(stream->srtp, &keys);
    srtp_context_add_keys(entry->srtp, keys, count);
    entry->encrypted_extensions |= payload_map_encrypted_extensions(stream->payloads);
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
    StreamKey key = { net->source, net->destination, ssrc, 0 };

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

/* The elements of the header extension that are encrypted by themselves. */
static void open_extension(const SavePlain *plain, const Entry *entry, Slice *packet)
{
    RtpPacket rtp;

    if (!entry->encrypted_extensions || rtp_parse(*packet, packet->len, &rtp) != DISSECT_OK ||
        rtp.extension.len == 0)
        return;
    size_t at = (size_t)(rtp.extension.data - packet->data);
    srtp_context_open_extension(entry->srtp, entry->encrypted_extensions, &rtp);
    if (!rtp.extension_open)
        return;
    g_byte_array_set_size(plain->media, 0);
    g_byte_array_append(plain->media, packet->data, (guint)packet->len);
    memcpy(plain->media->data + at, rtp.extension.data, rtp.extension.len);
    *packet = slice_of(plain->media->data, plain->media->len);
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
    if (verdict == SRTP_OPEN)
        open_extension(plain, entry, out);
    return verdict == SRTP_OPEN;
}

static bool open_media(const SavePlain *plain, const NetPacket *net, Slice *out)
{
    return rtcp_looks_like(net->payload) ? open_rtcp(plain, net, out) : open_rtp(plain, net, out);
}

/* --- the packet around it --- */

/* The first of its parts tells whether it is of a stream whose key is known. */
static void note_fragment(SavePlain *plain, NetPacket *net)
{
    RtpPacket rtp;

    if (net->fragment.offset > 0 ||
        net_decode_transport(net->ip_payload, UINT16_MAX, plain->rules, net) != DISSECT_OK)
        return;
    media_reader_unwrap(net);
    plain->kept += rtp_parse(net->payload, net->payload_on_wire, &rtp) != DISSECT_NOT_MINE &&
                   net->payload.len >= 12 && entry_of(plain, net, rtp.ssrc, 0);
}

const Packet *save_plain_packet(SavePlain *plain, const Packet *packet)
{
    NetPacket net;
    Slice open;

    if (g_hash_table_size(plain->entries) == 0 ||
        net_decode_as(packet, plain->rules, &net) != DISSECT_OK ||
        net.ip_protocol != IP_PROTOCOL_UDP)
        return packet;
    if (net.fragment.present) {
        note_fragment(plain, &net);
        return packet;
    }
    Slice datagram = net.payload;
    media_reader_unwrap(&net);
    if (net.truncated || !open_media(plain, &net, &open))
        return packet;
    if (net.payload.data != datagram.data) {
        g_byte_array_set_size(plain->payload, 0);
        turn_rewrap(datagram, net.payload, open, plain->payload);
        open = slice_of(plain->payload->data, plain->payload->len);
    }
    if (net_replace_payload(packet, plain->rules, open, plain->frame) != REPLACE_DONE) {
        plain->kept++;
        return packet;
    }
    plain->packet = *packet;
    plain->packet.data = plain->frame->data;
    plain->packet.caplen = plain->packet.len = plain->frame->len;
    return &plain->packet;
}

uint64_t save_plain_kept(const SavePlain *plain)
{
    return plain->kept;
}
