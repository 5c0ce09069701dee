#include "dissect/net/layer.h"
#include "dissect/net/udp_tunnel.h"

enum { UDP_HEADER = 8, TCP_HEADER = 20, SCTP_HEADER = 12 };

static DissectStatus end_at_payload(Decode *d)
{
    NetPacket *out = d->out;

    out->payload = cursor_rest(&d->c);
    out->payload_on_wire = (uint32_t)(out->payload.len + d->missing);
    out->truncated = d->missing > 0;
    return DISSECT_OK;
}

DissectStatus layer_other(Decode *d)
{
    d->out->ip_payload = d->c.rest;
    return end_at_payload(d);
}

/* Of its own, so that most datagrams pass through layer_udp() without a frame on the stack. */
static G_NO_INLINE DissectStatus tunnel_or_payload(Decode *d)
{
    d->next = udp_tunnel_find(d);
    return d->next ? DISSECT_OK : end_at_payload(d);
}

/* RFC 768. A length of 0 is a jumbogram's (RFC 2675 section 4); one below the IP length leaves a
 * surplus area (RFC 9868) that is no payload. */
DissectStatus layer_udp(Decode *d)
{
    Cursor *c = &d->c;
    NetPacket *out = d->out;
    size_t on_wire = layer_on_wire(d);

    out->ip_payload = c->rest;
    const uint8_t *header = cursor_take(c, UDP_HEADER);
    if (!header)
        return layer_truncated(d);
    out->source.port = bytes_be16(header);
    out->destination.port = bytes_be16(header + 2);
    size_t length = bytes_be16(header + 4);
    if (length >= UDP_HEADER && length <= on_wire)
        layer_limit(d, length - UDP_HEADER);
    else if (length != 0)
        anomaly_note(&out->anomalies, ANOMALY_NET_BAD_UDP_LENGTH);
    if (d->rules || udp_tunnel_is_possible(c->rest, out->source.port, out->destination.port))
        return tunnel_or_payload(d);
    return end_at_payload(d);
}

/* RFC 9293 section 3.1. */
DissectStatus layer_tcp(Decode *d)
{
    Cursor *c = &d->c;
    NetPacket *out = d->out;
    size_t on_wire = c->rest.len + d->missing;

    out->ip_payload = c->rest;
    out->source.port = cursor_be16(c);
    out->destination.port = cursor_be16(c);
    out->tcp.seq = cursor_be32(c);
    out->tcp.ack = cursor_be32(c);
    size_t header = (size_t)(cursor_u8(c) >> 4) * 4;
    out->tcp.flags = cursor_u8(c);
    cursor_skip(c, 6); /* window, checksum, urgent pointer */
    if (c->failed)
        return layer_truncated(d);
    if (header < TCP_HEADER || header > on_wire)
        return layer_malformed(d, ANOMALY_NET_BAD_TCP_HEADER);
    size_t options = MIN(header - TCP_HEADER, c->rest.len); /* the snap length may cut them */
    cursor_skip(c, options);
    d->missing -= header - TCP_HEADER - options;
    if (d->rules)
        out->decode_as = (uint8_t)decode_rules_find(d->rules, IP_PROTOCOL_TCP, out->source.port,
                                                    out->destination.port);
    return end_at_payload(d);
}

/* RFC 9260 section 3: what is in the chunks is followed by sctp.c; ip_payload has them all. */
DissectStatus layer_sctp(Decode *d)
{
    Cursor *c = &d->c;
    NetPacket *out = d->out;

    out->ip_payload = c->rest;
    out->ip_protocol = IP_PROTOCOL_SCTP;
    out->source.port = cursor_be16(c);
    out->destination.port = cursor_be16(c);
    cursor_skip(c, SCTP_HEADER - 4); /* verification tag, checksum */
    if (c->failed)
        return layer_truncated(d);
    return end_at_payload(d);
}
