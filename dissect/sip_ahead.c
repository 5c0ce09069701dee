#include "dissect/sip_ahead.h"
#include "dissect/net/net_packet.h"
#include "dissect/sip/mime.h"

#define RUN         32u          /* packets: what is parsed of them fits into a core's cache */
#define SIP_SHARE   8u           /* one packet in so many has to be SIP, or it is not worth it */
#define ROOM_BYTES  (128u << 10) /* what does not fit is not parsed ahead */
#define FETCH_AHEAD 4u           /* packets */
#define ALIGNMENT   64u
#define FETCH_SIZE  512u /* what every message is asked for */
#define FETCH_NEXT  4u   /* messages */

/* A message as it lies in the room, as long as its headers and its SDP need. */
typedef struct {
    const Packet *packet;
    Slice payload;
    DissectStatus status;
    SipMessage message;
} Parsed;

struct SipAhead {
    char *room; /* owned */
    size_t used;
    GArray *parsed;     /* Parsed *, in the order of their packets */
    guint next;         /* of them, to be taken */
    SdpBuffer *scratch; /* borrowed */
};

SipAhead *sip_ahead_new(SdpBuffer *scratch)
{
    SipAhead *ahead = g_new0(SipAhead, 1);

    ahead->room = g_aligned_alloc(ROOM_BYTES / ALIGNMENT, ALIGNMENT, ALIGNMENT);
    ahead->parsed = g_array_new(FALSE, FALSE, sizeof(Parsed *));
    ahead->scratch = scratch;
    return ahead;
}

void sip_ahead_free(SipAhead *ahead)
{
    if (!ahead)
        return;
    g_aligned_free(ahead->room);
    g_array_free(ahead->parsed, TRUE);
    g_free(ahead);
}

static Parsed *parsed_at(const SipAhead *ahead, guint index)
{
    return g_array_index(ahead->parsed, Parsed *, index);
}

/* RTP and RTCP begin with a byte above. */
static bool is_text(const NetPacket *net)
{
    return net->ip_protocol == IP_PROTOCOL_UDP && !net->fragment.present && net->payload.len &&
           net->payload.data[0] < 0x80;
}

/* Of calls alone: what others describe is not followed. */
static bool describes_media(const SipMessage *message)
{
    bool of_call = message->method == SIP_INVITE || message->method == SIP_ACK ||
                   message->method == SIP_UPDATE || message->method == SIP_PRACK;

    return of_call && message->body.len &&
           mime_is(message->content_type, SLICE_LITERAL("application/sdp"));
}

/* Behind the headers, where there is room for it. Returns how many bytes it took. */
static size_t parse_sdp(SipAhead *ahead, SipMessage *message, size_t at)
{
    size_t used;

    if (!describes_media(message) || sdp_parse(message->body, ahead->scratch) != DISSECT_OK)
        return 0;
    message->sdp = sdp_copy(&ahead->scratch->sdp, ahead->room + at, ROOM_BYTES - at, &used);
    return message->sdp ? used : 0;
}

static void parse_packet(SipAhead *ahead, const Packet *packet)
{
    NetPacket net;

    if (net_decode(packet, &net) != DISSECT_OK || !is_text(&net))
        return;
    Parsed *parsed = (Parsed *)(void *)(ahead->room + ahead->used);
    DissectStatus status = sip_parse(net.payload, &parsed->message);
    if (status == DISSECT_NOT_MINE)
        return;
    size_t headers = parsed->message.header_count * sizeof(SipHeader);
    size_t size = offsetof(Parsed, message.headers) + headers;
    if (status == DISSECT_OK)
        size += parse_sdp(ahead, &parsed->message, ahead->used + size);
    parsed->packet = packet;
    parsed->payload = net.payload;
    parsed->status = status;
    ahead->used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    g_array_append_val(ahead->parsed, parsed);
}

unsigned sip_ahead_parse(SipAhead *ahead, const Packet *packets, unsigned count)
{
    unsigned run = MIN(count, RUN);

    ahead->used = ahead->next = 0;
    g_array_set_size(ahead->parsed, 0);
    for (unsigned i = 0; i < run && ahead->used + sizeof(Parsed) <= ROOM_BYTES; i++) {
        if (i + FETCH_AHEAD < count)
            __builtin_prefetch(packets[i + FETCH_AHEAD].data);
        parse_packet(ahead, &packets[i]);
    }
    return ahead->parsed->len >= RUN / SIP_SHARE ? run : count;
}

/* Another core has it. */
static void fetch(const SipAhead *ahead, guint index)
{
    if (index >= ahead->parsed->len)
        return;
    const char *parsed = (const char *)parsed_at(ahead, index);
    for (size_t line = 0; line < FETCH_SIZE; line += ALIGNMENT)
        __builtin_prefetch(parsed + line);
}

const SipMessage *sip_ahead_take(SipAhead *ahead, const Packet *packet, Slice payload,
                                 DissectStatus *ret_status)
{
    while (ahead->next < ahead->parsed->len) {
        const Parsed *parsed = parsed_at(ahead, ahead->next);
        if (parsed->packet > packet)
            break;
        fetch(ahead, ahead->next++ + FETCH_NEXT);
        if (parsed->packet < packet)
            continue;
        if (parsed->payload.data != payload.data || parsed->payload.len != payload.len)
            break;
        *ret_status = parsed->status;
        return &parsed->message;
    }
    return NULL;
}
