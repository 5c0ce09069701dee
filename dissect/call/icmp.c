#include "dissect/call/icmp.h"
#include "dissect/call/call_private.h"
#include "dissect/call/media_match.h"
#include "dissect/sip/message.h"

/* An error comes back within a round trip; what a retransmission meets, within its interval. */
#define SIP_WINDOW_NS      (4 * NS_PER_S)
#define CALLS_LOOKED_AT    256u
#define MESSAGES_LOOKED_AT 8u

const char *icmp_subject_name(IcmpSubject subject)
{
    static const char *const names[] = {
        [ICMP_ABOUT_OTHER] = "media",
        [ICMP_ABOUT_SIP] = "SIP",
        [ICMP_ABOUT_RTP] = "RTP",
        [ICMP_ABOUT_RTCP] = "RTCP",
    };

    return names[subject];
}

/* The stream of the packet quoted; of RTCP, the one it is about (RFC 3550 section 11). */
static const Stream *find_stream(const FlowTable *flows, const IcmpError *error,
                                 IcmpSubject *subject)
{
    FlowKey key = { error->source, error->destination };
    const Flow *flow = flow_table_find(flows, key);

    *subject = ICMP_ABOUT_RTP;
    if (flow && flow->stream)
        return flow->stream;
    *subject = ICMP_ABOUT_RTCP;
    key.source.port--;
    key.destination.port--;
    flow = flow_table_find(flows, key);
    return flow && key.destination.port % 2 == 0 ? flow->stream : NULL;
}

/* Of a message whose Call-ID is quoted. */
static Call *find_by_quote(const Model *model, Slice quoted)
{
    g_autofree SipMessage *message = NULL;

    if (!sip_looks_like(quoted))
        return NULL;
    message = g_new(SipMessage, 1);
    DissectStatus status = sip_parse(quoted, message);
    if ((status != DISSECT_OK && status != DISSECT_TRUNCATED) || message->call_id.len == 0)
        return NULL;
    return model_find_call(model, message->call_id);
}

static bool sent_lately(const Model *model, const Call *call, const IcmpError *error,
                        int64_t time_ns)
{
    unsigned looked = MIN(call->message_count, MESSAGES_LOOKED_AT);

    for (unsigned i = 0; i < looked; i++) {
        const CallMessage *message = &call->messages[call->message_count - 1 - i];
        if (time_ns - message->time_ns > SIP_WINDOW_NS)
            return false;
        if (endpoint_equal(model_endpoint(model, message->source), error->source) &&
            endpoint_equal(model_endpoint(model, message->destination), error->destination))
            return true;
    }
    return false;
}

/* The newest call with a message on that way: routers quote no more than the ports. */
static Call *find_by_way(const Model *model, const IcmpError *error, int64_t time_ns)
{
    uint32_t last = model_last_call(model);

    for (uint32_t i = 0; i < CALLS_LOOKED_AT && i < last; i++) {
        Call *call = model_call(model, last - i);
        if (call && sent_lately(model, call, error, time_ns))
            return call;
    }
    return NULL;
}

static bool is_same(const CallIcmp *known, const CallIcmp *other)
{
    return other->first_ns - known->last_ns <= ICMP_APART_NS &&
           known->error.type == other->error.type && known->error.code == other->error.code &&
           known->error.is_v6 == other->error.is_v6 && known->stream == other->stream &&
           known->subject == other->subject && ip_equal(known->origin, other->origin) &&
           endpoint_equal(known->error.source, other->error.source) &&
           endpoint_equal(known->error.destination, other->error.destination);
}

static void note(Call *call, const CallIcmp *fresh)
{
    CallExtras *extras = call_own_extras(call);

    call->generation++;
    if (!extras->icmp)
        extras->icmp = g_array_new(FALSE, FALSE, sizeof *fresh);
    for (unsigned i = 0; i < extras->icmp->len; i++) {
        CallIcmp *known = &g_array_index(extras->icmp, CallIcmp, i);
        if (!is_same(known, fresh))
            continue;
        known->count++;
        known->last_ns = fresh->last_ns;
        return;
    }
    if (extras->icmp->len < CALL_ICMP_MAX)
        g_array_append_vals(extras->icmp, fresh, 1);
}

bool icmp_follow(Model *model, const FlowTable *flows, const IcmpError *error,
                 const IcmpArrival *arrival)
{
    CallIcmp fresh = { .error = *error,
                       .origin = arrival->origin,
                       .frame = arrival->frame,
                       .first_ns = arrival->time_ns,
                       .last_ns = arrival->time_ns,
                       .count = 1 };
    const Stream *stream = find_stream(flows, error, &fresh.subject);
    Call *call = stream && stream->call ? model_call(model, stream->call) : NULL;

    fresh.error.quoted = SLICE_EMPTY;
    if (call) {
        fresh.stream = stream->number;
    } else if ((call = find_by_quote(model, error->quoted))) {
        fresh.subject = ICMP_ABOUT_SIP;
    } else if ((call = media_match_call(model, error->destination)) ||
               (call = media_match_call(model, error->source))) {
        fresh.subject = ICMP_ABOUT_OTHER;
    } else {
        call = find_by_way(model, error, arrival->time_ns);
        fresh.subject = ICMP_ABOUT_SIP;
    }
    if (call && !arrival->is_copy)
        note(call, &fresh);
    return call != NULL;
}
