#include "dissect/net/replace.h"
#include "dissect/net/layer.h"
#include "dissect/net/structure.h"
#include "dissect/net/udp_tunnel.h"

enum {
    STEPS_MAX = 32,
    LENGTH_OR_TYPE = 0x0600, /* in Ethernet: below it is a length */
    GRE_CHECKSUM = 0x80,     /* of the first byte */
    GRE_VERSION = 0x07,      /* of the second */
    L2TP_LENGTH = 0x40,      /* of the first */
    L2TP_VERSION = 0x0f,
};

/* A header on the way to the payload. */
typedef struct {
    Layer layer;
    size_t at, end; /* in the frame: where it begins, and where what it belongs to ends */
} Step;

typedef struct {
    Step steps[STEPS_MAX];
    unsigned count;
    uint8_t *frame;
    size_t saved; /* bytes by which the payload became shorter */
} Trace;

/* ------------------------------------------------------------------------- the way inwards */
static bool trace_layers(Trace *trace, const Packet *packet, const DecodeRules *rules,
                         NetPacket *net)
{
    DissectStatus status = DISSECT_OK;
    Decode d = {
        .c = cursor_over(slice_of(packet->data, packet->caplen)),
        .next = layer_of_link_type(packet->link_type),
        .out = net,
        .rules = rules,
    };

    memset(net, 0, offsetof(NetPacket, tunnels));
    while (d.next && status == DISSECT_OK && trace->count < STEPS_MAX) {
        Layer layer = d.next;
        size_t at = (size_t)(d.c.rest.data - packet->data);
        trace->steps[trace->count++] = (Step){ layer, at, at + d.c.rest.len };
        d.next = NULL;
        status = layer(&d);
    }
    return status == DISSECT_OK && !d.next && net->ip_protocol == IP_PROTOCOL_UDP &&
           !net->fragment.present && net->payload.len == net->payload_on_wire;
}

/* ------------------------------------------------------------------------------ the headers */
static void put_be16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* A length in the header, unless it is 0, which stands for whatever there is. */
static void shorten(const Trace *trace, uint8_t *field)
{
    size_t length = bytes_be16(field);

    if (length >= trace->saved)
        put_be16(field, length - trace->saved);
}

/* RFC 1071, of bytes whose own checksum is 0. */
static uint16_t checksum(Slice bytes, uint32_t sum)
{
    return (uint16_t)~structure_checksum(sum, bytes);
}

static bool mend_ipv4(const Trace *trace, const Step *step)
{
    uint8_t *ip = trace->frame + step->at;
    size_t header = (ip[0] & 0x0fu) * 4;

    shorten(trace, ip + 2);
    put_be16(ip + 10, 0);
    put_be16(ip + 10, checksum(slice_of(ip, header), 0));
    return true;
}

static bool mend_ipv6(const Trace *trace, const Step *step)
{
    shorten(trace, trace->frame + step->at + 4);
    return true;
}

static const Step *ip_around(const Trace *trace, const Step *step)
{
    for (const Step *at = step; at-- > trace->steps;)
        if (at->layer == layer_ipv4 || at->layer == layer_ipv6)
            return at;
    return NULL;
}

/* What was 0 is sent as its other form, as RFC 768 wants it. */
static bool mend_udp(const Trace *trace, const Step *step)
{
    const Step *around = ip_around(trace, step);
    uint8_t *udp = trace->frame + step->at;
    size_t length = bytes_be16(udp + 4);

    shorten(trace, udp + 4);
    length = length ? bytes_be16(udp + 4) : step->end - step->at - trace->saved;
    if (bytes_be16(udp + 6) == 0 || !around || length > step->end - step->at - trace->saved)
        return true;
    const uint8_t *ip = trace->frame + around->at;
    Slice addresses = around->layer == layer_ipv4 ? slice_of(ip + 12, 8) : slice_of(ip + 8, 32);
    uint32_t sum = structure_checksum((uint32_t)length + IP_PROTOCOL_UDP, addresses);
    put_be16(udp + 6, 0);
    uint16_t value = checksum(slice_of(udp, length), sum);
    put_be16(udp + 6, value ? value : 0xffff);
    return true;
}

static bool mend_ethernet(const Trace *trace, const Step *step)
{
    uint8_t *type = trace->frame + step->at + 12;

    if (bytes_be16(type) < LENGTH_OR_TYPE)
        shorten(trace, type);
    return true;
}

/* RFC 2516 section 4. */
static bool mend_pppoe(const Trace *trace, const Step *step)
{
    shorten(trace, trace->frame + step->at + 4);
    return true;
}

/* TS 29.281 section 5.1. */
static bool mend_gtp(const Trace *trace, const Step *step)
{
    shorten(trace, trace->frame + step->at + 2);
    return true;
}

/* RFC 2661 section 3.1; of version 3 data has none (RFC 3931 section 4.1). */
static bool mend_l2tp(const Trace *trace, const Step *step)
{
    uint8_t *l2tp = trace->frame + step->at;

    if (l2tp[0] & L2TP_LENGTH && (l2tp[1] & L2TP_VERSION) == 2)
        shorten(trace, l2tp + 2);
    return true;
}

/* RFC 2784 section 2.3; RFC 2637 section 4.1. */
static bool mend_gre(const Trace *trace, const Step *step)
{
    uint8_t *gre = trace->frame + step->at;

    if ((gre[1] & GRE_VERSION) == 1) {
        shorten(trace, gre + 4);
    } else if (gre[0] & GRE_CHECKSUM && bytes_be16(gre + 4)) {
        put_be16(gre + 4, 0);
        put_be16(gre + 4, checksum(slice_of(gre, step->end - step->at - trace->saved), 0));
    }
    return true;
}

static bool is_sealed(const Trace *trace, const Step *step)
{
    (void)trace;
    (void)step;
    return false;
}

/* What is not here has neither a length of what follows it nor a checksum of it. */
static const struct {
    Layer layer;
    bool (*mend)(const Trace *trace, const Step *step);
} menders[] = {
    { layer_udp, mend_udp },           { layer_ipv4, mend_ipv4 },    { layer_ipv6, mend_ipv6 },
    { layer_ethernet, mend_ethernet }, { layer_pppoe, mend_pppoe },  { layer_gtp, mend_gtp },
    { layer_l2tp, mend_l2tp },         { layer_gre, mend_gre },      { layer_ah, is_sealed },
    { layer_esp, is_sealed },          { layer_esp_udp, is_sealed }, { layer_macsec, is_sealed },
};

static bool mend(const Trace *trace, const Step *step)
{
    for (size_t i = 0; i < G_N_ELEMENTS(menders); i++)
        if (menders[i].layer == step->layer)
            return menders[i].mend(trace, step);
    return true;
}

ReplaceResult net_replace_payload(const Packet *packet, const DecodeRules *rules, Slice payload,
                                  GByteArray *frame)
{
    Trace trace = { .count = 0 };
    NetPacket net;

    if (packet->len > packet->caplen || !trace_layers(&trace, packet, rules, &net) ||
        payload.len > net.payload.len)
        return REPLACE_NOT_UDP;
    size_t at = (size_t)(net.payload.data - packet->data), behind = at + net.payload.len;
    g_byte_array_set_size(frame, 0);
    g_byte_array_append(frame, packet->data, (guint)at);
    g_byte_array_append(frame, payload.data, (guint)payload.len);
    g_byte_array_append(frame, packet->data + behind, (guint)(packet->caplen - behind));
    trace.frame = frame->data;
    trace.saved = net.payload.len - payload.len;
    for (unsigned i = trace.count; i-- > 0;) /* inner checksums before those of what holds them */
        if (!mend(&trace, &trace.steps[i]))
            return REPLACE_SEALED;
    return REPLACE_DONE;
}
