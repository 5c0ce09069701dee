#include "dissect/net/layer.h"

enum { UDP_HEADER = 8, TCP_HEADER = 20 };

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

/* RFC 768. A length of 0 is a jumbogram's (RFC 2675 section 4); one below the IP length leaves a
 * surplus area (RFC 9868) that is no payload. */
DissectStatus layer_udp(Decode *d)
{
    Cursor *c = &d->c;
    NetPacket *out = d->out;
    size_t on_wire = c->rest.len + d->missing;

    out->ip_payload = c->rest;
    out->source.port = cursor_be16(c);
    out->destination.port = cursor_be16(c);
    size_t length = cursor_be16(c);
    cursor_skip(c, 2); /* checksum */
    if (c->failed)
        return layer_truncated(d);
    if (length >= UDP_HEADER && length <= on_wire)
        layer_limit(d, length - UDP_HEADER);
    else if (length != 0)
        anomaly_note(&out->anomalies, ANOMALY_NET_BAD_UDP_LENGTH);
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
    return end_at_payload(d);
}
