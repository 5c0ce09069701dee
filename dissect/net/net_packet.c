#include "dissect/net/net_packet.h"
#include "dissect/net/layer.h"

#define LAYERS_MAX 32 /* headers in one packet: tags, extension headers and tunnels together */

const char *encapsulation_name(Encapsulation encapsulation)
{
    static const char *const names[] = {
#define ENCAPSULATION(id, name) [ENCAPSULATION_##id] = (name),
#include "dissect/net/encapsulation.def"
#undef ENCAPSULATION
    };
    g_assert(encapsulation < ENCAPSULATION_COUNT);
    return names[encapsulation];
}

static const struct {
    const char *name, *meaning;
} unread_rows[] = {
    [UNREAD_NOT] = { "read", "looked into" },
#define UNREAD(id, name, why) [UNREAD_##id] = { name, why },
#include "dissect/net/unread.def"
#undef UNREAD
};

const char *unread_name(Unread unread)
{
    g_assert(unread < UNREAD_COUNT);
    return unread_rows[unread].name;
}

const char *unread_meaning(Unread unread)
{
    g_assert(unread < UNREAD_COUNT);
    return unread_rows[unread].meaning;
}

/* Never 0. */
static uint32_t hash_tunnel(const NetPacket *outside, Encapsulation encapsulation, uint32_t id)
{
    uint64_t seed = hash_seed(), kind = (uint64_t)encapsulation << 32;
    const IpAddress *from = &outside->source.ip, *to = &outside->destination.ip;
    uint64_t hash = hash_mix(from->high ^ outside->tunnel_hash ^ seed, from->low ^ ~seed);

    hash = hash_mix(hash ^ to->high ^ seed, to->low ^ ~seed);
    return (uint32_t)hash_mix(hash ^ seed, (kind | id) ^ ~seed) | 1;
}

void layer_enter_tunnel(Decode *d, Encapsulation encapsulation, uint32_t id)
{
    NetPacket *out = d->out;

    layer_note_encapsulation(d, encapsulation);
    out->tunnel_hash = hash_tunnel(out, encapsulation, id);
    if (out->tunnel_count < NET_TUNNELS_MAX)
        out->tunnels[out->tunnel_count++] = (NetTunnel){
            .source = out->source.ip,
            .destination = out->destination.ip,
            .id = id,
            .encapsulation = (uint8_t)encapsulation,
        };
    out->source.port = out->destination.port = 0; /* a fragment inside has none */
}

static G_NO_INLINE DissectStatus note_why(NetPacket *out, DissectStatus status)
{
    if (status == DISSECT_TRUNCATED)
        out->unread = UNREAD_TRUNCATED;
    else if (status == DISSECT_MALFORMED)
        out->unread = UNREAD_MALFORMED;
    else if (status == DISSECT_NOT_MINE && out->unread == UNREAD_NOT)
        out->unread = out->tunnel_count ? UNREAD_TUNNEL_PAYLOAD : UNREAD_ETHERTYPE;
    return status;
}

static inline DissectStatus decode_layers(Decode *d, Layer first)
{
    DissectStatus status = DISSECT_OK;

    d->next = first;
    for (int depth = 0; d->next && status == DISSECT_OK; depth++) {
        if (depth == LAYERS_MAX)
            return note_why(d->out, layer_malformed(d, ANOMALY_NET_TUNNEL_DEPTH));
        Layer layer = d->next;
        d->next = NULL;
        status = layer(d);
    }
    return status == DISSECT_OK ? status : note_why(d->out, status);
}

DissectStatus net_decode_as(const Packet *packet, const DecodeRules *rules, NetPacket *out)
{
    memset(out, 0, offsetof(NetPacket, tunnels));
    Layer first = layer_of_link_type(packet->link_type);
    if (!first) {
        anomaly_note(&out->anomalies, ANOMALY_NET_UNKNOWN_LINK_TYPE);
        out->unread = UNREAD_LINK_TYPE;
        return DISSECT_NOT_MINE;
    }
    Decode d = {
        .c = cursor_over(slice_of(packet->data, packet->caplen)),
        .missing = packet->len > packet->caplen ? packet->len - packet->caplen : 0,
        .out = out,
        .rules = rules,
    };
    return decode_layers(&d, first);
}

DissectStatus net_decode(const Packet *packet, NetPacket *out)
{
    return net_decode_as(packet, NULL, out);
}

DissectStatus net_decode_transport(Slice bytes, size_t missing, const DecodeRules *rules,
                                   NetPacket *packet)
{
    Decode d = { .c = cursor_over(bytes), .missing = missing, .out = packet, .rules = rules };
    return decode_layers(&d, layer_of_ip_protocol(packet->ip_protocol));
}
