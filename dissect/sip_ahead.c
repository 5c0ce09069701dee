#include "dissect/sip_ahead.h"
#include "dissect/net/net_packet.h"

#define ROOM_BYTES  (1u << 20) /* what does not fit is not parsed ahead */
#define SAMPLE      64u        /* packets that tell whether the block is worth it */
#define SAMPLE_SIP  8u         /* so many of them have to be SIP */
#define FETCH_AHEAD 4u         /* packets */
#define ALIGNMENT   64u

/* A message as it lies in the room, as long as its headers need. */
typedef struct {
    const Packet *packet;
    Slice payload;
    DissectStatus status;
    size_t size; /* to the next one */
    SipMessage message;
} Parsed;

struct SipAhead {
    char *room; /* owned */
    size_t used;
    size_t next; /* to be taken */
};

SipAhead *sip_ahead_new(void)
{
    SipAhead *ahead = g_new0(SipAhead, 1);

    ahead->room = g_aligned_alloc(ROOM_BYTES / ALIGNMENT, ALIGNMENT, ALIGNMENT);
    return ahead;
}

void sip_ahead_free(SipAhead *ahead)
{
    if (!ahead)
        return;
    g_aligned_free(ahead->room);
    g_free(ahead);
}

static Parsed *parsed_at(const SipAhead *ahead, size_t at)
{
    return (Parsed *)(void *)(ahead->room + at);
}

/* RTP and RTCP begin with a byte above. */
static bool is_text(const NetPacket *net)
{
    return net->ip_protocol == IP_PROTOCOL_UDP && !net->fragment.present && net->payload.len &&
           net->payload.data[0] < 0x80;
}

/* True when the packet is SIP. */
static bool parse_packet(SipAhead *ahead, const Packet *packet)
{
    NetPacket net;

    if (net_decode(packet, &net) != DISSECT_OK || !is_text(&net))
        return false;
    Parsed *parsed = parsed_at(ahead, ahead->used);
    DissectStatus status = sip_parse(net.payload, &parsed->message);
    if (status == DISSECT_NOT_MINE)
        return false;
    size_t headers = parsed->message.header_count * sizeof(SipHeader);
    size_t size = offsetof(Parsed, message.headers) + headers;
    parsed->packet = packet;
    parsed->payload = net.payload;
    parsed->status = status;
    parsed->size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ahead->used += parsed->size;
    return true;
}

void sip_ahead_parse(SipAhead *ahead, const Packet *packets, unsigned count)
{
    unsigned found = 0;

    ahead->used = ahead->next = 0;
    for (unsigned i = 0; i < count; i++) {
        if ((i == SAMPLE && found < SAMPLE_SIP) || ahead->used + sizeof(Parsed) > ROOM_BYTES)
            break;
        if (i + FETCH_AHEAD < count)
            __builtin_prefetch(packets[i + FETCH_AHEAD].data);
        found += parse_packet(ahead, &packets[i]);
    }
}

const SipMessage *sip_ahead_take(SipAhead *ahead, const Packet *packet, Slice payload,
                                 DissectStatus *ret_status)
{
    while (ahead->next < ahead->used) {
        const Parsed *parsed = parsed_at(ahead, ahead->next);
        if (parsed->packet > packet)
            break;
        ahead->next += parsed->size;
        if (parsed->packet < packet)
            continue;
        if (parsed->payload.data != payload.data || parsed->payload.len != payload.len)
            break;
        for (size_t line = 0; line < parsed->size; line += ALIGNMENT) /* another core has it */
            __builtin_prefetch((const char *)parsed + line);
        *ret_status = parsed->status;
        return &parsed->message;
    }
    return NULL;
}
