#include "dissect/net/net_packet.h"
#include "dissect/net/layer.h"

#define LAYERS_MAX 24 /* headers in one packet: tags, extension headers and tunnels together */

const char *encapsulation_name(Encapsulation encapsulation)
{
    static const char *const names[ENCAPSULATION_COUNT] = {
        [ENCAPSULATION_VLAN] = "vlan",
        [ENCAPSULATION_MPLS] = "mpls",
        [ENCAPSULATION_PPPOE] = "pppoe",
        [ENCAPSULATION_IP_IN_IP] = "ip-in-ip",
    };
    g_assert(encapsulation < ENCAPSULATION_COUNT);
    return names[encapsulation];
}

static DissectStatus decode_layers(Decode *d, Layer first)
{
    DissectStatus status = DISSECT_OK;

    d->next = first;
    for (int depth = 0; d->next && status == DISSECT_OK; depth++) {
        if (depth == LAYERS_MAX)
            return layer_malformed(d, ANOMALY_NET_TUNNEL_DEPTH);
        Layer layer = d->next;
        d->next = NULL;
        status = layer(d);
    }
    return status;
}

DissectStatus net_decode(const Packet *packet, NetPacket *out)
{
    *out = (NetPacket){ 0 };
    Layer first = layer_of_link_type(packet->link_type);
    if (!first) {
        anomaly_note(&out->anomalies, ANOMALY_NET_UNKNOWN_LINK_TYPE);
        return DISSECT_NOT_MINE;
    }
    Decode d = {
        .c = cursor_over(slice_of(packet->data, packet->caplen)),
        .missing = packet->len > packet->caplen ? packet->len - packet->caplen : 0,
        .out = out,
    };
    return decode_layers(&d, first);
}

DissectStatus layer_decode_datagram(Slice bytes, size_t missing, NetPacket *packet)
{
    Decode d = { .c = cursor_over(bytes), .missing = missing, .out = packet };
    return decode_layers(&d, layer_of_ip_protocol(packet->ip_protocol));
}

DissectStatus net_decode_transport(Slice bytes, NetPacket *packet)
{
    return layer_decode_datagram(bytes, 0, packet);
}
