/* dissect/net/sctp_udp.c - SCTP in UDP (RFC 6951): told by chunks that fill the datagram. */
#include "dissect/net/udp_tunnel.h"

enum { SCTP_HEADER = 12, CHUNK_HEADER = 4 };

static bool is_chunk_type(uint8_t type)
{
    return type <= 15 || type == 64 /* I-DATA */ || type == 128 /* ASCONF-ACK */ ||
           type == 130 /* RE-CONFIG */ || type == 132 /* PAD */ || type == 192 /* FORWARD-TSN */ ||
           type == 193 /* ASCONF */ || type == 194 /* I-FORWARD-TSN */;
}

bool sctp_udp_looks_like(const UdpTunnelProbe *probe)
{
    Cursor c = cursor_over(probe->bytes);

    uint16_t source = cursor_be16(&c), destination = cursor_be16(&c);
    if (source == 0 || destination == 0)
        return false;
    cursor_skip(&c, SCTP_HEADER - 4);
    if (c.failed || c.rest.len == 0)
        return false;
    while (c.rest.len >= CHUNK_HEADER) {
        uint8_t type = cursor_u8(&c);
        cursor_skip(&c, 1);
        size_t length = cursor_be16(&c);
        if (!is_chunk_type(type) || length < CHUNK_HEADER)
            return false;
        size_t padded = (length + 3) / 4 * 4 - CHUNK_HEADER;
        if (padded > c.rest.len)
            return probe->bytes.len < probe->on_wire; /* only the snap length may cut it */
        cursor_skip(&c, padded);
    }
    return c.rest.len == 0;
}

DissectStatus layer_sctp_udp(Decode *d)
{
    layer_enter_tunnel(d, ENCAPSULATION_SCTP_UDP, 0);
    return layer_follow(d, layer_sctp);
}
