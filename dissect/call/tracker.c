#include "dissect/call/ahead.h"
#include "dissect/call/correlator.h"
#include "dissect/call/dialog.h"
#include "dissect/call/digit_tracker.h"
#include "dissect/call/direction.h"
#include "dissect/call/endpoint_watch.h"
#include "dissect/call/identity_tracker.h"
#include "dissect/call/media_match.h"
#include "dissect/call/registrar.h"
#include "dissect/call/security_watch.h"
#include "dissect/call/session.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/subscriber.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"
#include "dissect/call/vq_tracker.h"
#include "dissect/sip/body/body.h"
#include "dissect/sip/mime.h"

/* An ended call claims its addresses for so long: media and its BYE cross. */
#define LINGER_NS   (60 * NS_PER_S)
#define ENDED_AHEAD 4u /* of those, asked for from memory before their time comes */
#define COPY_NS     (10 * NS_PER_MS)
/* Between what was captured and what an agent reports of it, whose clock may be ahead; a
 * retransmission comes later still. */
#define AGENT_NS    (400 * NS_PER_MS)
#define COPY_SEARCH 16u /* messages back: those of a busy call come between a copy and its like */

typedef struct {
    uint32_t call;
    int64_t time_ns;
} EndedCall;

#define OF(method) (1u << SIP_##method)
#define OF_EVENTS  (OF(SUBSCRIBE) | OF(NOTIFY) | OF(PUBLISH))
_Static_assert(SIP_METHODS <= 32, "a bit a method");

typedef enum { KIND_REQUEST, KIND_PROVISIONAL, KIND_FINAL, KINDS } MessageKind;

static MessageKind kind_of(const SipMessage *sip)
{
    if (sip->is_request)
        return KIND_REQUEST;
    return sip->status < 200 ? KIND_PROVISIONAL : KIND_FINAL;
}

/* Who follows what is no retransmission, in this order: which requests, and responses to which. */
static const struct {
    void (*follow)(MessageContext *context);
    uint32_t methods[KINDS];
} followers[] = {
    { registrar_follow, { OF(REGISTER), 0, OF(REGISTER) } },
    { subscriber_follow, { OF_EVENTS, OF_EVENTS, OF_EVENTS } },
    { endpoint_follow, { METHODS_ASKED, 0, METHODS_ASKED } },
    { security_follow, { METHODS_ASKED, METHODS_ASKED, METHODS_ASKED } },
    { digit_tracker_follow, { OF(INFO), OF(INFO), OF(INFO) } },
    { identity_follow, { OF(INVITE) | OF(BYE) | OF(CANCEL), 0, OF(INVITE) } },
    { vq_tracker_follow, { OF(PUBLISH) | OF(NOTIFY), 0, 0 } },
    { correlator_follow,
      { OF(INVITE) | OF(REFER) | OF(NOTIFY), OF(INVITE) | OF(REFER), OF(INVITE) | OF(REFER) } },
};

typedef struct CallTracker {
    GArray *ended; /* EndedCall, oldest first from @first_ended on */
    guint first_ended;
    GString *text;
    Slice digest_of; /* a value of the message being followed, which @digest was read from */
    SipDigest digest;
    uint32_t told[KINDS][SIP_METHODS]; /* which of @followers: bits */
    SdpBuffer sdp;
} CallTracker;

static void index_followers(CallTracker *tracker)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(followers); i++)
        for (unsigned kind = 0; kind < KINDS; kind++)
            for (unsigned method = 0; method < SIP_METHODS; method++)
                tracker->told[kind][method] |= (followers[i].methods[kind] >> method & 1) << i;
}

void tracker_new(Model *model)
{
    model->tracker = g_new0(CallTracker, 1);
    model->tracker->ended = g_array_new(FALSE, FALSE, sizeof(EndedCall));
    model->tracker->text = g_string_new(NULL);
    index_followers(model->tracker);
}

void tracker_free(Model *model)
{
    g_array_free(model->tracker->ended, TRUE);
    g_string_free(model->tracker->text, TRUE);
    g_clear_pointer(&model->tracker, g_free);
}

SdpBuffer *tracker_sdp(Model *model)
{
    return &model->tracker->sdp;
}

GString *tracker_text(Model *model)
{
    return g_string_truncate(model->tracker->text, 0);
}

const SipDigest *tracker_digest(Model *model, Slice value)
{
    CallTracker *tracker = model->tracker;

    if (value.len == 0 || tracker->digest_of.data != value.data ||
        tracker->digest_of.len != value.len)
        sip_digest_parse(value, &tracker->digest);
    tracker->digest_of = value;
    return &tracker->digest;
}

static bool begins_a_call(SipMethod method)
{
    switch (method) {
    case SIP_INVITE:
    case SIP_ACK:
    case SIP_BYE:
    case SIP_CANCEL:
    case SIP_PRACK:
    case SIP_UPDATE:
        return true;
    default:
        return false;
    }
}

static void begin(Model *model, Call *call, const SipMessage *sip, const MessageOrigin *origin)
{
    bool in_dialog = sip->to_tag.len > 0;
    bool answers_invite = !sip->is_request && sip->method == SIP_INVITE;

    call->method = sip->method;
    call->is_call = begins_a_call(sip->method) ||
                    ((sip->method == SIP_INFO || sip->method == SIP_REFER) && in_dialog);
    call->began_inside =
        !sip->is_request || (call->is_call && (sip->method != SIP_INVITE || in_dialog));
    /* what comes within a dialog tells that the call was up, unless it answers an INVITE */
    call->state = call->is_call && in_dialog && !answers_invite ? CALL_IN_CALL : CALL_CALLING;
    call->first_ns = call->last_ns = origin->time_ns;
    call->transport = origin->transport;
    call->origin_vias = sip->via_count;
    call_set_parties(model, call, &sip->from, &sip->to);
}

/* An INVITE whose response the capture had first, or a call in a record that began as another. */
static void begin_again(Call *call, const SipMessage *sip)
{
    bool outside = sip->is_request && sip->method == SIP_INVITE && sip->to_tag.len == 0;

    if (outside && !call->is_call) {
        call->method = SIP_INVITE;
        call->is_call = true;
        call->state = CALL_CALLING;
        call->origin_vias = sip->via_count;
    } else if (outside && call->began_inside && call->invite_ns == TIME_UNKNOWN) {
        call->method = SIP_INVITE;
        call->began_inside = false;
        call->origin_vias = MIN(call->origin_vias, sip->via_count);
    }
}

/* @expected is the number of the call that it probably is, or 0. */
static Call *call_for(MessageContext *context, uint32_t expected)
{
    Model *model = context->model;
    const SipMessage *sip = context->sip;
    uint32_t tag = (uint32_t)sip->keys.call_id;
    Call *call = model_find_expected(model, sip->call_id, tag, expected);

    if (call) {
        begin_again(call, sip);
        return call;
    }
    if (model->limits.calls_only && !begins_a_call(sip->method))
        return NULL;
    call = model_add_call(model, sip->call_id, tag);
    begin(model, call, sip, context->origin);
    call->source = sip->is_request ? context->source : context->destination;
    call->destination = sip->is_request ? context->destination : context->source;
    return call;
}

static void count(Model *model, const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    SipCounters *c = &model->sip;

    if (sip->is_request) {
        c->requests[sip->method]++;
        c->requests_retransmitted[sip->method] += context->retransmission;
    } else {
        c->responses[sip->status < G_N_ELEMENTS(c->responses) ? sip->status : 0]++;
        c->responses_retransmitted += context->retransmission;
    }
    g_array_index(model->endpoints, EndpointEntry, context->source).messages_out++;
    model_note_dscp(model, context->source, context->origin->dscp, context->origin->hops);
    g_array_index(model->endpoints, EndpointEntry, context->destination).messages_in++;
}

static bool has_credentials(const SipMessage *sip)
{
    return sip->first[SIP_HEADER_AUTHORIZATION] || sip->first[SIP_HEADER_PROXY_AUTHORIZATION];
}

static const char *reason_phrase(Model *model, const SipMessage *sip)
{
    const char *usual = sip_status_phrase(sip->status);

    if (usual && slice_equal(slice_from_string(usual), sip->reason))
        return usual;
    return intern_string(model->strings, sip->reason);
}

static const char *phrase_of(const MessageContext *context)
{
    Model *model = context->model;
    const SipMessage *sip = context->sip;

    if (!sip->is_request)
        return context->reason;
    return sip->method == SIP_OTHER ? intern_string(model->strings, sip->method_name)
                                    : context->note;
}

static void note_body(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (sip->body.len == 0 || sip->sdp ||
        mime_is(sip->content_type, SLICE_LITERAL("application/sdp")))
        return;
    g_autoptr(BodyReport) report = body_report_new();
    if (body_decode(sip->content_type, sip->body, report) && report->label->len)
        call_note_body(context->call, report->label->str);
}

static void record(const MessageContext *context)
{
    Model *model = context->model;
    const SipMessage *sip = context->sip;
    const MessageOrigin *origin = context->origin;
    CallMessage *m = call_add_message(model, context->call);

    if (!m)
        return;
    uint8_t flags = origin->flags;
    if (context->retransmission)
        flags |= MESSAGE_RETRANSMISSION;
    if (context->codecs)
        flags |= MESSAGE_HAS_SDP;
    if (has_credentials(sip))
        flags |= MESSAGE_HAS_AUTH;
    if (sip->from_tag.len && sip->to_tag.len)
        flags |= MESSAGE_IN_DIALOG;
    if (context->has_anomalies)
        flags |= MESSAGE_ANOMALY;
    *m = (CallMessage){
        .time_ns = origin->time_ns,
        .text = origin->text,
        .frame = origin->frame,
        .source = context->source,
        .destination = context->destination,
        .cseq = sip->cseq,
        .status = sip->status,
        .method = (uint8_t)sip->method,
        .flags = flags,
        .transport = (uint8_t)origin->transport,
        .dialog = context->dialog,
        .phrase = phrase_of(context),
        .codecs = context->codecs,
    };
    if (origin->tunnel)
        call_note_tunnel(context->call, origin->tunnel);
    note_body(context);
}

static void release_ended(Model *model, int64_t clock_ns)
{
    CallTracker *tracker = model->tracker;
    GArray *ended = tracker->ended;

    for (; tracker->first_ended < ended->len; tracker->first_ended++) {
        EndedCall oldest = g_array_index(ended, EndedCall, tracker->first_ended);
        if (clock_ns - oldest.time_ns <= LINGER_NS)
            break;
        Call *call = model_call(model, oldest.call);
        if (call && call_state_is_final(call->state)) {
            media_match_release(model, call);
            transactions_clear(model, call);
        }
    }
    if (tracker->first_ended >= 4096) {
        g_array_remove_range(ended, 0, tracker->first_ended);
        tracker->first_ended = 0;
    }
}

static void note_if_ended(Model *model, const Call *call, CallState before, int64_t time_ns)
{
    if (call_state_is_final(before) || !call_state_is_final(call->state))
        return;
    EndedCall ended = { call->number, time_ns };
    g_array_append_val(model->tracker->ended, ended);
}

static bool came_by_agent(const Model *model, uint32_t tunnel)
{
    const TunnelPath *path = tunnel_table_path(model->tunnels, tunnel);

    return path && path->tunnels[path->count - 1].encapsulation == ENCAPSULATION_HEP;
}

typedef enum { COPY_NONE, COPY_OF_MIRROR, COPY_OF_AGENT } Copy;

/* What a message is that is like the call's at @index and @since_ns later. */
static Copy copy_after(const MessageContext *context, unsigned index, int64_t since_ns)
{
    const Model *model = context->model;

    if (came_by_agent(model, context->origin->tunnel) ||
        came_by_agent(model, call_message_tunnel(context->call, index)))
        return since_ns > -AGENT_NS && since_ns < AGENT_NS ? COPY_OF_AGENT : COPY_NONE;
    return since_ns >= 0 && since_ns < COPY_NS ? COPY_OF_MIRROR : COPY_NONE;
}

/* A retransmission comes after T1 (500 ms); the same message sooner was copied on its way. */
static Copy find_copy(const MessageContext *context)
{
    const Call *call = context->call;
    const SipMessage *sip = context->sip;
    unsigned back = MIN(call->message_count, COPY_SEARCH);

    if (!context->retransmission || context->origin->flags & MESSAGE_SENT_AGAIN)
        return COPY_NONE;
    for (unsigned i = call->message_count; back > 0; back--) {
        const CallMessage *m = &call->messages[--i];
        if (m->cseq != sip->cseq || m->status != sip->status || m->method != sip->method ||
            m->source != context->source || m->destination != context->destination)
            continue;
        Copy copy = copy_after(context, i, context->origin->time_ns - m->time_ns);
        if (copy != COPY_NONE)
            return copy;
    }
    return COPY_NONE;
}

static void note_request_uri(Call *call, Slice uri)
{
    bool same = call->to.uri && slice_equal(slice_from_string(call->to.uri), uri);

    call->request_uri = same ? call->to.uri : slice_dup(uri);
}

static void tell_followers(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    uint32_t told = context->model->tracker->told[kind_of(sip)][sip->method];

    if (sip->is_request)
        call_state_request(context);
    else
        call_state_response(context);
    for (; told; told &= told - 1)
        followers[__builtin_ctz(told)].follow(context);
}

static void follow(MessageContext *context)
{
    Model *model = context->model;
    Call *call = context->call;
    const SipMessage *sip = context->sip;
    CallState before = call->state;

    context->at_origin = sip->via_count <= call->origin_vias;
    call->retransmissions += context->retransmission;
    call->last_ns = MAX(call->last_ns, context->origin->time_ns);
    direction_follow(context);
    dialog_follow(context);
    if (!context->retransmission)
        security_follow_dialog(context);     /* who was there before its SDP names anybody */
    if (sip->body.len || sip->status >= 300) /* an SDP, or the end of an offer */
        session_follow(context);
    structure_follow(context);
    if (sip->is_request && !call->request_uri)
        note_request_uri(call, sip->request_uri);
    if (!context->retransmission)
        tell_followers(context);
    call_note_anomalies(call, &sip->anomalies);
    call->generation++;
    note_if_ended(model, call, before, context->origin->time_ns);
}

/* What an agent reports again is no message of its own. */
static void count_copy(Model *model, Copy copy)
{
    if (copy == COPY_OF_MIRROR)
        model_note_copy(model);
    else
        model->facts.hep.copies++;
}

Call *call_tracker_find(const Model *model, Slice call_id)
{
    return call_id.len ? model_find_call(model, call_id) : NULL;
}

static void clear_report(gpointer report)
{
    g_free(((CallReport *)report)->note);
}

void call_tracker_report(Model *model, Call *call, const CallReport *report)
{
    if (!call->extras->reports) {
        call_own_extras(call)->reports = g_array_new(FALSE, FALSE, sizeof *report);
        g_array_set_clear_func(call->extras->reports, clear_report);
    }
    if (call->extras->reports->len < model->limits.messages_per_call)
        g_array_append_vals(call->extras->reports, report, 1);
    else
        g_free(report->note);
    call->generation++;
}

static uint32_t endpoint_id(Model *model, uint32_t entry, Endpoint endpoint)
{
    return entry ? entry - 1 : model_endpoint_id(model, endpoint);
}

static void track(Model *model, const SipMessage *message, const MessageOrigin *origin,
                  uint32_t expected)
{
    MessageContext context = {
        .model = model,
        .sip = message,
        .origin = origin,
        .source = endpoint_id(model, origin->source_entry, origin->source),
        .destination = endpoint_id(model, origin->destination_entry, origin->destination),
        .from_key = message->keys.from_tag,
        .to_key = message->keys.to_tag,
        .has_anomalies = anomaly_any(&message->anomalies),
        .dialog = DIALOG_NONE,
    };

    model->tracker->digest_of = SLICE_EMPTY;
    if (context.has_anomalies)
        model_count_anomalies(model, &message->anomalies);
    release_ended(model, origin->time_ns);
    if (message->call_id.len)
        context.call = call_for(&context, expected);
    if (context.call) {
        transaction_match(&context);
        Copy copy = find_copy(&context);
        if (copy != COPY_NONE) {
            count_copy(model, copy);
            return;
        }
        if (!message->is_request)
            context.reason = reason_phrase(model, message);
        follow(&context);
        record(&context);
    }
    model->facts.sip_messages++;
    count(model, &context);
}

void call_tracker_message(Model *model, const SipMessage *message, const MessageOrigin *origin)
{
    track(model, message, origin, 0);
}

/* The calls that will linger no longer soon: nobody has looked at them for a minute. */
static unsigned ended_soon(const Model *model, const Call *calls[static ENDED_AHEAD])
{
    const CallTracker *tracker = model->tracker;
    unsigned count = 0;

    for (guint at = tracker->first_ended; at < tracker->ended->len && count < ENDED_AHEAD; at++) {
        calls[count] = model_call(model, g_array_index(tracker->ended, EndedCall, at).call);
        count += calls[count] != NULL;
    }
    return count;
}

void call_tracker_messages(Model *model, const TrackedMessage *messages, unsigned count)
{
    const Call *ended[ENDED_AHEAD];
    uint32_t expected[TRACKER_BATCH];

    g_assert(count <= TRACKER_BATCH);
    ahead_fetch(model, messages, count, expected, ended, ended_soon(model, ended));
    for (unsigned i = 0; i < count; i++)
        track(model, messages[i].sip, &messages[i].origin, expected[i]);
}
