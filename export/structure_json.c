#include "export/structure_json.h"
#include "dissect/call/challenge.h"
#include "dissect/call/conference.h"
#include "dissect/call/early_media.h"
#include "dissect/call/fork.h"
#include "dissect/call/forwarding.h"
#include "dissect/call/hold.h"
#include "dissect/call/redirection.h"
#include "dissect/call/relation.h"
#include "dissect/call/reliable.h"
#include "dissect/call/renegotiation.h"
#include "dissect/call/session_timer.h"
#include "dissect/media/stream.h"
#include "dissect/sip/contact.h"
#include "export/save.h"
#include <math.h>

static const char *party_name(Party party)
{
    return party == PARTY_CALLER ? "caller" : "callee";
}

static const char *to_tag(const Call *call, uint16_t dialog)
{
    return dialog < call->dialog_count ? call->dialogs[dialog].callee_tag : NULL;
}

/* ------------------------------------------------ forks */

/* What the text of a message says: its Request-URI, else its first Contact. */
static void write_uri(JsonWriter *json, const char *key, const ReportContext *context,
                      const Call *call, uint32_t index)
{
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    size_t length = 0;
    bool star;

    if (index >= call->message_count || !context->capture) {
        json_null(json, key);
        return;
    }
    g_autofree char *text =
        message_read(capture_store(context->capture), &call->messages[index], &length, NULL);
    g_autofree SipMessage *message = g_new(SipMessage, 1);
    if (text)
        sip_parse(slice_of(text, length), message);
    Slice uri = SLICE_EMPTY;
    if (text && message->is_request)
        uri = message->request_uri;
    else if (text && sip_contact_next(message, &at, &contact, &star) && !star)
        uri = contact.uri.whole;
    g_autofree char *copy = uri.len ? slice_dup(uri) : NULL;
    json_string(json, key, copy);
}

static void write_branch_streams(JsonWriter *json, const Model *model, const Call *call,
                                 uint16_t dialog)
{
    json_begin_array(json, "streams");
    for (unsigned i = 0; call->streams && i < call->streams->len; i++) {
        uint32_t number = g_array_index(call->streams, uint32_t, i);
        const Stream *stream = model_stream(model, number);
        if (stream && dialog != DIALOG_NONE && stream->dialog == dialog)
            json_uint(json, NULL, number);
    }
    json_end_array(json);
}

/* Of a branch that answered: was it acknowledged, and ended? */
static void write_dialog_end(JsonWriter *json, const Call *call, const CallBranch *branch)
{
    bool answered = branch->answer_ns != TIME_UNKNOWN && branch->dialog < call->dialog_count;
    const Dialog *dialog = answered ? &call->dialogs[branch->dialog] : NULL;

    if (dialog)
        json_bool(json, "acknowledged", dialog->acked);
    else
        json_null(json, "acknowledged");
    json_time(json, "bye_time", dialog ? dialog->bye_ns : TIME_UNKNOWN);
}

static void write_branch(JsonWriter *json, const ReportContext *context, const Call *call,
                         unsigned index)
{
    const CallBranch *b = call_branch(call, index);

    json_begin_object(json, NULL);
    json_endpoint(json, "target", model_endpoint(context->model, b->target));
    write_uri(json, "request_uri", context, call, b->request);
    write_uri(json, "contact", context, call, b->response);
    json_string(json, "to_tag", to_tag(call, b->dialog));
    json_string(json, "state", branch_state_name(call_branch_state(call, b)));
    json_uint_if(json, "status", b->status != 0, b->status);
    json_bool(json, "winner", call_branch_winner(call) == (int)index);
    json_time(json, "invite_time", b->invite_ns);
    json_time(json, "provisional_time", b->provisional_ns);
    json_time(json, "early_media_time", b->early_media_ns);
    json_time(json, "answer_time", b->answer_ns);
    json_time(json, "cancel_time", b->cancel_ns);
    json_time(json, "end_time", b->end_ns);
    write_dialog_end(json, call, b);
    write_branch_streams(json, context->model, call, b->dialog);
    json_end_object(json);
}

static void write_branches(JsonWriter *json, const ReportContext *context, const Call *call)
{
    if (call_branch_count(call) == 0)
        return;
    json_string(json, "forking", fork_kind_name(call_fork_kind(call)));
    json_begin_array(json, "branches");
    for (unsigned i = 0; i < call_branch_count(call); i++)
        write_branch(json, context, call, i);
    json_end_array(json);
}

/* ------------------------------------------------ redirection */

static void write_contact(JsonWriter *json, const Call *call, const RedirectContact *contact)
{
    bool tried = contact->tried_ns != TIME_UNKNOWN;
    uint32_t other = redirect_contact_call(call, contact);

    json_begin_object(json, NULL);
    json_string(json, "uri", contact->uri);
    json_double(json, "q", contact->q < 0 ? NAN : contact->q / 1000.0, 3);
    json_time(json, "tried_time", contact->tried_ns);
    json_string(json, "tried_by", !tried ? NULL : contact->tried_by_proxy ? "proxy" : "caller");
    json_uint_if(json, "packet", contact->frame != 0, contact->frame);
    json_uint_if(json, "call", other != 0, other);
    json_bool(json, "loop", contact->loop);
    json_end_object(json);
}

static void write_redirects(JsonWriter *json, const Model *model, const Call *call)
{
    if (call_redirect_count(call) == 0)
        return;
    json_begin_array(json, "redirects");
    for (unsigned i = 0; i < call_redirect_count(call); i++) {
        const CallRedirect *r = call_redirect(call, i);
        json_begin_object(json, NULL);
        json_time(json, "time", r->time_ns);
        json_uint(json, "packet", r->frame);
        json_uint(json, "status", r->status);
        json_endpoint(json, "by", model_endpoint(model, r->by));
        json_begin_array(json, "contacts");
        for (unsigned k = 0; k < r->contact_count; k++)
            write_contact(json, call, &r->contacts[k]);
        json_end_array(json);
        json_end_object(json);
    }
    json_end_array(json);
}

/* ------------------------------------------------ authentication */

static void write_challenge(JsonWriter *json, const Model *model, const AuthChallenge *c)
{
    json_begin_object(json, NULL);
    json_time(json, "time", c->time_ns);
    json_uint(json, "packet", c->frame);
    json_string(json, "method", sip_method_name((SipMethod)c->method));
    json_uint(json, "status", c->status);
    json_endpoint(json, "by", model_endpoint(model, c->by));
    json_string(json, "realm", c->realm);
    json_string(json, "algorithm", c->algorithm);
    json_bool(json, "stale", c->stale);
    json_time(json, "answered_time", c->answered_ns);
    json_bool(json, "other_nonce", c->other_nonce);
    json_string(json, "result", challenge_result_name((ChallengeResult)c->result));
    json_end_object(json);
}

static void write_authentication(JsonWriter *json, const Model *model, const Call *call)
{
    if (call_challenge_count(call) == 0)
        return;
    json_begin_object(json, "authentication");
    json_uint(json, "rounds", call_auth_rounds(call));
    json_milliseconds(json, "setup_ms", call_auth_time(call));
    json_string(json, "result", challenge_result_name(call_auth_result(call)));
    json_begin_array(json, "challenges");
    for (unsigned i = 0; i < call_challenge_count(call); i++)
        write_challenge(json, model, call_challenge(call, i));
    json_end_array(json);
    json_end_object(json);
}

/* ------------------------------------------------ PRACK and session timers */

static void write_provisionals(JsonWriter *json, const Call *call)
{
    if (call_provisional_count(call) == 0)
        return;
    json_begin_array(json, "reliable_provisionals");
    for (unsigned i = 0; i < call_provisional_count(call); i++) {
        const ReliableProvisional *p = call_provisional(call, i);
        json_begin_object(json, NULL);
        json_time(json, "time", p->time_ns);
        json_uint(json, "packet", p->frame);
        json_uint(json, "status", p->status);
        json_uint(json, "rseq", p->rseq);
        json_string(json, "to_tag", to_tag(call, p->dialog));
        json_uint(json, "retransmissions", p->retransmissions);
        json_time(json, "prack_time", p->prack_ns);
        json_uint_if(json, "prack_status", p->prack_status != 0, p->prack_status);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_session_timer(JsonWriter *json, const Model *model, const Call *call)
{
    const SessionTimer *timer = call_session_timer(call);

    if (!timer)
        return;
    json_begin_object(json, "session_timer");
    json_string(json, "state",
                session_timer_state_name(session_timer_state(call, model->clock_ns)));
    json_uint_if(json, "interval_s", timer->interval_s != 0, timer->interval_s);
    json_uint_if(json, "min_s", timer->min_s != 0, timer->min_s);
    json_string(json, "refresher", timer->refresher_known ? party_name(timer->refresher) : NULL);
    json_time(json, "refresh_time", timer->refreshed_ns);
    json_time(json, "expiry_time", session_timer_expiry(timer));
    json_uint(json, "refreshes", timer->refreshes);
    json_uint(json, "late_refreshes", timer->late);
    json_uint(json, "refusals", timer->refusals);
    json_end_object(json);
}

/* ------------------------------------------------ renegotiations and holds */

static void write_reasons(JsonWriter *json, const Renegotiation *r)
{
    json_begin_array(json, "reasons");
    for (unsigned i = 0; i < RENEGOTIATE_REASONS; i++)
        if (r->reasons & 1u << i)
            json_string(json, NULL, renegotiation_reason_name(i));
    if (r->reasons == 0 && !r->early)
        json_string(json, NULL, "refresh");
    json_end_array(json);
}

static void write_retry(JsonWriter *json, const Call *call, const Renegotiation *r)
{
    json_uint_if(json, "glare_with", r->glare != 0, r->glare - 1);
    json_uint_if(json, "retry_after_s", r->retry_after_s >= 0, (uint64_t)r->retry_after_s);
    json_uint_if(json, "retried_as", r->retry != 0, r->retry - 1);
    json_milliseconds(json, "retry_delay_ms", renegotiation_retry_delay(call, r));
    if (r->retry)
        json_bool(json, "retry_in_time", renegotiation_retry_in_time(call, r));
    else
        json_null(json, "retry_in_time");
}

static void write_renegotiations(JsonWriter *json, const Call *call)
{
    if (call_renegotiation_count(call) == 0)
        return;
    json_begin_array(json, "renegotiations");
    for (unsigned i = 0; i < call_renegotiation_count(call); i++) {
        const Renegotiation *r = call_renegotiation(call, i);
        json_begin_object(json, NULL);
        json_time(json, "time", r->time_ns);
        json_uint(json, "packet", r->frame);
        json_string(json, "by", party_name(r->by));
        json_string(json, "method", sip_method_name((SipMethod)r->method));
        json_uint(json, "cseq", r->cseq);
        write_reasons(json, r);
        json_bool(json, "early", r->early);
        json_bool(json, "offer", r->has_offer);
        json_uint_if(json, "status", r->status != 0, r->status);
        json_time(json, "answer_time", r->answer_ns);
        write_retry(json, call, r);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_holds(JsonWriter *json, const Model *model, const Call *call)
{
    if (call_hold_count(call) == 0)
        return;
    json_begin_array(json, "holds");
    for (unsigned i = 0; i < call_hold_count(call); i++) {
        const CallHold *h = call_hold(call, i);
        int64_t end_ns = call_hold_end(call, h);
        json_begin_object(json, NULL);
        json_string(json, "by", party_name((Party)h->by));
        json_string(json, "kind", hold_kind_name((HoldKind)h->kind));
        json_time(json, "start_time", h->start_ns);
        json_time(json, "end_time", end_ns);
        json_milliseconds(json, "duration_ms", time_between(h->start_ns, end_ns));
        json_bool(json, "resumed", h->end_ns != TIME_UNKNOWN);
        json_bool(json, "music", call_hold_has_media(model, call, h));
        json_uint(json, "packet", h->frame);
        json_end_object(json);
    }
    json_end_array(json);
    json_milliseconds(json, "hold_ms", call_hold_time(call, model->clock_ns));
}

/* ------------------------------------------------ forwarding, conferences, paging */

static void write_forwarding(JsonWriter *json, const Call *call)
{
    g_autoptr(GArray) steps = call_forwarding(call);

    if (steps->len == 0)
        return;
    json_begin_array(json, "forwarding");
    for (unsigned i = 0; i < steps->len; i++) {
        const ForwardingStep *step = &g_array_index(steps, ForwardingStep, i);
        json_begin_object(json, NULL);
        json_string(json, "from", step->from);
        json_string(json, "to", step->to);
        json_string(json, "reason", step->reason);
        json_uint_if(json, "cause", step->cause > 0, (uint64_t)step->cause);
        json_string(json, "index", step->index);
        json_string(json, "source", step->history ? "history-info" : "diversion");
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_participants(JsonWriter *json, const Model *model, const Call *call)
{
    g_autoptr(GArray) story = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const char *uri = call_conference(call);

    call_story(model, call->number, story);
    json_begin_array(json, "calls");
    for (unsigned i = 0; i < story->len; i++) {
        const Call *other = model_call(model, g_array_index(story, uint32_t, i));
        if (other && g_strcmp0(call_conference(other), uri) == 0)
            json_uint(json, NULL, other->number);
    }
    json_end_array(json);
}

static void write_conference(JsonWriter *json, const Model *model, const Call *call)
{
    const Conference *paging = call_paging(call);

    if (call_conference(call)) {
        json_begin_object(json, "conference");
        json_string(json, "uri", call_conference(call));
        json_string(json, "focus", party_name(call->structure->conference->focus));
        write_participants(json, model, call);
        json_end_object(json);
    }
    if (paging) {
        json_begin_object(json, "paging");
        json_endpoint(json, "group", paging->group);
        json_uint_if(json, "ttl", paging->group_ttl >= 0, (uint64_t)paging->group_ttl);
        json_string(json, "by", party_name(paging->pager));
        json_end_object(json);
    }
}

static void write_early_media(JsonWriter *json, const Model *model, const Call *call)
{
    EarlyMedia early;

    if (!call_early_media(model, call, &early))
        return;
    json_begin_object(json, "early_media");
    json_time(json, "time", early.time_ns);
    json_uint(json, "packet", early.frame);
    json_uint(json, "status", early.status);
    json_time(json, "media_time", early.media_ns);
    json_time(json, "end_time", early.end_ns);
    json_milliseconds(json, "duration_ms", time_between(early.time_ns, early.end_ns));
    json_end_object(json);
}

void json_call_structure(JsonWriter *json, const ReportContext *context, const Call *call)
{
    write_forwarding(json, call);
    write_early_media(json, context->model, call);
    if (!call->structure)
        return;
    write_branches(json, context, call);
    write_redirects(json, context->model, call);
    write_authentication(json, context->model, call);
    write_provisionals(json, call);
    write_session_timer(json, context->model, call);
    write_renegotiations(json, call);
    write_holds(json, context->model, call);
    write_conference(json, context->model, call);
}
