#include "dissect/decoded_run.h"
#include "dissect/base/cache.h"
#include "dissect/net/flow.h"
#include "dissect/sip/mime.h"

/* What a run holds has to stay in the cache of the core that wrote it until the other one reads. */
#define RUN_PACKETS    128u
#define RUN_MESSAGES   32u
#define ROOM_BYTES     (128u << 10)
#define FETCH_AHEAD    4u   /* packets */
#define PACKET_FETCHED 256u /* bytes: the headers, wherever lines end, and the first of SIP's */

DecodedRun *decoded_run_new(SdpBuffer *scratch)
{
    DecodedRun *run = g_new0(DecodedRun, 1);

    run->decoded = g_aligned_alloc(RUN_PACKETS, sizeof(DecodedPacket), CACHE_LINE);
    run->room = g_aligned_alloc(ROOM_BYTES / CACHE_LINE, CACHE_LINE, CACHE_LINE);
    run->scratch = scratch;
    return run;
}

void decoded_run_free(DecodedRun *run)
{
    if (!run)
        return;
    g_aligned_free(run->decoded);
    g_aligned_free(run->room);
    g_free(run);
}

/* RTP and RTCP begin with a byte above; of a fragment the message is not whole. */
static bool may_be_sip(const NetPacket *net)
{
    return !net->fragment.present && net->payload.len && net->payload.data[0] < 0x80;
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
static size_t parse_sdp(DecodedRun *run, SipMessage *message, size_t at)
{
    size_t used;

    if (!describes_media(message) || sdp_parse(message->body, run->scratch) != DISSECT_OK)
        return 0;
    message->sdp = sdp_copy(&run->scratch->sdp, run->room + at, ROOM_BYTES - at, &used);
    return message->sdp ? used : 0;
}

/* A message lies in the room, as long as its headers and its SDP need. */
static void parse_sip(DecodedRun *run, DecodedPacket *decoded)
{
    SipMessage *message = (SipMessage *)(void *)(run->room + run->used);

    decoded->sip_asked = true;
    decoded->sip_status = sip_parse(decoded->net.payload, message);
    if (decoded->sip_status == DISSECT_NOT_MINE)
        return;
    size_t size =
        offsetof(SipMessage, headers) + message->header_count * sizeof message->headers[0];
    if (decoded->sip_status == DISSECT_OK)
        size += parse_sdp(run, message, run->used + size);
    run->used += (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    decoded->sip = message;
}

static void fetch(const DecodedPacket *decoded, const Packet *packet)
{
    cache_fetch(packet->data, PACKET_FETCHED);
    cache_fetch_to_write(decoded, offsetof(DecodedPacket, net.tunnels));
}

static void decode(DecodedRun *run, const DecodeRules *rules, const Packet *packet)
{
    DecodedPacket *decoded = &run->decoded[run->count++];
    const NetPacket *net = &decoded->net;

    decoded->sip_asked = false;
    decoded->sip = NULL;
    decoded->flow_hash = 0;
    decoded->status = net_decode_as(packet, rules, &decoded->net);
    if (decoded->status != DISSECT_OK || net->ip_protocol != IP_PROTOCOL_UDP)
        return;
    decoded->flow_hash = flow_key_hash((FlowKey){ net->source, net->destination });
    if (may_be_sip(net))
        parse_sip(run, decoded);
}

void decoded_run_fill(DecodedRun *run, const DecodeRules *rules, const Packet *packets,
                      unsigned count)
{
    unsigned most = MIN(count, RUN_PACKETS), messages = 0;

    run->packets = packets;
    run->count = 0;
    run->used = 0;
    while (run->count < most && messages < RUN_MESSAGES &&
           run->used + sizeof(SipMessage) <= ROOM_BYTES) {
        if (run->count + FETCH_AHEAD < most)
            fetch(&run->decoded[run->count + FETCH_AHEAD], &packets[run->count + FETCH_AHEAD]);
        decode(run, rules, &packets[run->count]);
        messages += run->decoded[run->count - 1].sip != NULL;
    }
}
