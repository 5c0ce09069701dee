#include "export/structure_text.h"
#include "dissect/call/challenge.h"
#include "dissect/call/conference.h"
#include "dissect/call/early_media.h"
#include "dissect/call/fork.h"
#include "dissect/call/forwarding.h"
#include "dissect/call/hold.h"
#include "dissect/call/redirection.h"
#include "dissect/call/reliable.h"
#include "dissect/call/renegotiation.h"
#include "dissect/call/session_timer.h"
#include "dissect/media/stream.h"
#include "dissect/sip/uri.h"
#include "export/escape.h"

#define LIST_MAX 8 /* entries of one line */

typedef struct {
    const Model *model;
    const Call *call;
    bool utf8;
    GString *out;
} Text;

static const char *party_name(Party party)
{
    return party == PARTY_CALLER ? "caller" : "callee";
}

static void add_escaped(const Text *text, const char *wire)
{
    g_autofree char *escaped = escape_line(wire ? wire : "?", text->utf8);
    g_string_append(text->out, escaped);
}

static void add_endpoint(const Text *text, uint32_t id)
{
    char buffer[ENDPOINT_TEXT_SIZE];

    g_string_append(text->out,
                    endpoint_format(model_endpoint(text->model, id), buffer, sizeof buffer));
}

static void add_duration(const Text *text, const char *before, int64_t ns)
{
    char buffer[TIME_TEXT_SIZE];

    g_string_append_printf(text->out, "%s%s", before, duration_format(ns, buffer, sizeof buffer));
}

/* Begins entry @index of @count in a line; false when enough are told. */
static bool begin_entry(const Text *text, unsigned index, unsigned count)
{
    if (index >= LIST_MAX) {
        if (index == LIST_MAX)
            g_string_append_printf(text->out, "; and %u more", count - LIST_MAX);
        return false;
    }
    if (index > 0)
        g_string_append(text->out, "; ");
    return true;
}

/* ------------------------------------------------ forks */

/* A further answer has to be acknowledged and ended (RFC 3261 section 13.2.2.4). */
static void add_surplus(const Text *text, const CallBranch *branch)
{
    const Dialog *dialog =
        branch->dialog < text->call->dialog_count ? &text->call->dialogs[branch->dialog] : NULL;

    g_string_append(text->out, ", surplus");
    if (!dialog)
        return;
    g_string_append(text->out, dialog->acked ? ", acknowledged" : ", never acknowledged");
    g_string_append(text->out, dialog->bye_ns != TIME_UNKNOWN ? ", ended" : ", never ended");
}

static void add_branch(const Text *text, unsigned index)
{
    const CallBranch *b = call_branch(text->call, index);
    BranchState state = call_branch_state(text->call, b);
    int64_t began_ns = b->invite_ns != TIME_UNKNOWN ? b->invite_ns : text->call->invite_ns;

    add_endpoint(text, b->target);
    g_string_append_printf(text->out, " %s", branch_state_name(state));
    if (state == BRANCH_FAILED)
        g_string_append_printf(text->out, " %u", b->status);
    if (state == BRANCH_ANSWERED && began_ns != TIME_UNKNOWN)
        add_duration(text, " after ", time_between(began_ns, b->answer_ns));
    if (b->early_media_ns != TIME_UNKNOWN && state != BRANCH_EARLY_MEDIA)
        g_string_append(text->out, ", early media");
    if (call_branch_is_surplus(text->call, index))
        add_surplus(text, b);
}

static void add_branches(const Text *text)
{
    unsigned count = call_branch_count(text->call);

    if (count == 0)
        return;
    const char *kind = fork_kind_name(call_fork_kind(text->call));
    g_string_append_printf(text->out, "  Forked%s%s to %u: ", kind ? ", " : "", kind ? kind : "",
                           count);
    for (unsigned i = 0; i < count; i++)
        if (begin_entry(text, i, count))
            add_branch(text, i);
    g_string_append_c(text->out, '\n');
}

/* ------------------------------------------------ redirection */

static void add_contact(const Text *text, const RedirectContact *contact)
{
    uint32_t other = redirect_contact_call(text->call, contact);

    add_escaped(text, contact->uri);
    if (contact->q >= 0)
        g_string_append_printf(text->out, " q=%g", contact->q / 1000.0);
    if (contact->tried_ns != TIME_UNKNOWN)
        g_string_append_printf(text->out, " tried%s", contact->tried_by_proxy ? " by proxy" : "");
    else if (other)
        g_string_append_printf(text->out, " tried in call %u", other);
    else
        g_string_append(text->out, " not tried");
    if (contact->loop)
        g_string_append(text->out, ", a loop");
}

static void add_redirects(const Text *text)
{
    for (unsigned i = 0; i < call_redirect_count(text->call); i++) {
        const CallRedirect *r = call_redirect(text->call, i);
        g_string_append_printf(text->out, "  Redirected (%u) by ", r->status);
        add_endpoint(text, r->by);
        g_string_append(text->out, r->contact_count ? " to " : ", to nowhere");
        for (unsigned k = 0; k < r->contact_count; k++)
            if (begin_entry(text, k, r->contact_count))
                add_contact(text, &r->contacts[k]);
        g_string_append_c(text->out, '\n');
    }
}

/* ------------------------------------------------ authentication, PRACK, session timers */

static void add_challenges(const Text *text)
{
    unsigned count = call_challenge_count(text->call), rounds = call_auth_rounds(text->call);
    int64_t cost_ns = call_auth_time(text->call);

    if (count == 0)
        return;
    g_string_append_printf(text->out, "  Authentication, %u round%s", rounds,
                           rounds == 1 ? "" : "s");
    if (cost_ns != TIME_UNKNOWN)
        add_duration(text, ", ", cost_ns);
    g_string_append(text->out, ": ");
    for (unsigned i = 0; i < count; i++) {
        const AuthChallenge *c = call_challenge(text->call, i);
        if (!begin_entry(text, i, count))
            continue;
        if (c->method != SIP_INVITE || c->in_dialog)
            g_string_append_printf(text->out, "%s ", sip_method_name((SipMethod)c->method));
        g_string_append_printf(text->out, "%u ", c->status);
        if (c->realm)
            add_escaped(text, c->realm);
        g_string_append_printf(text->out, " %s%s",
                               challenge_result_name((ChallengeResult)c->result),
                               c->other_nonce ? " (another nonce)" : "");
    }
    g_string_append_c(text->out, '\n');
}

static void add_provisionals(const Text *text)
{
    unsigned count = call_provisional_count(text->call);

    if (count == 0)
        return;
    g_string_append(text->out, "  Reliable: ");
    for (unsigned i = 0; i < count; i++) {
        const ReliableProvisional *p = call_provisional(text->call, i);
        if (!begin_entry(text, i, count))
            continue;
        g_string_append_printf(text->out, "%u RSeq %u", p->status, p->rseq);
        if (p->retransmissions)
            g_string_append_printf(text->out, " sent %u times", p->retransmissions + 1u);
        if (p->prack_ns == TIME_UNKNOWN)
            g_string_append(text->out, ", no PRACK");
        else
            add_duration(text, ", PRACK after ", time_between(p->time_ns, p->prack_ns));
        if (p->prack_status >= 300)
            g_string_append_printf(text->out, " refused %u", p->prack_status);
    }
    g_string_append_c(text->out, '\n');
}

static void add_session_timer(const Text *text)
{
    const SessionTimer *timer = call_session_timer(text->call);

    if (!timer)
        return;
    g_string_append(text->out, "  Session timer");
    if (timer->interval_s)
        g_string_append_printf(text->out, " %u s", timer->interval_s);
    if (timer->refresher_known)
        g_string_append_printf(text->out, ", refresher %s", party_name(timer->refresher));
    g_string_append_printf(text->out, ", %u refresh%s", timer->refreshes,
                           timer->refreshes == 1 ? "" : "es");
    if (timer->late)
        g_string_append_printf(text->out, " (%u late)", timer->late);
    if (timer->refusals)
        g_string_append_printf(text->out, ", %u times 422 (Min-SE %u)", timer->refusals,
                               timer->min_s);
    g_string_append_printf(
        text->out, ": %s\n",
        session_timer_state_name(session_timer_state(text->call, text->model->clock_ns)));
}

/* ------------------------------------------------ renegotiations and holds */

static void add_reasons(const Text *text, const Renegotiation *r)
{
    const char *separator = "";

    if (r->reasons == 0)
        g_string_append(text->out, r->early ? "early" : "refresh");
    for (unsigned i = 0; i < RENEGOTIATE_REASONS; i++) {
        if (!(r->reasons & 1u << i))
            continue;
        g_string_append_printf(text->out, "%s%s", separator, renegotiation_reason_name(i));
        separator = "+";
    }
}

static void add_renegotiation(const Text *text, const Renegotiation *r)
{
    g_string_append_printf(text->out, "%s by %s ", r->method == SIP_UPDATE ? "UPDATE" : "re-INVITE",
                           party_name(r->by));
    add_reasons(text, r);
    if (r->status == 0)
        g_string_append(text->out, ", no answer");
    else if (r->status >= 300)
        g_string_append_printf(text->out, ", %u%s", r->status, r->status == 491 ? " glare" : "");
    if (r->retry) {
        add_duration(text, ", again after ", renegotiation_retry_delay(text->call, r));
        if (!renegotiation_retry_in_time(text->call, r))
            g_string_append(text->out, " (not as RFC 3261 14.1 demands)");
    }
}

static void add_renegotiations(const Text *text)
{
    unsigned count = call_renegotiation_count(text->call);

    if (count == 0)
        return;
    g_string_append(text->out, "  Renegotiated: ");
    for (unsigned i = 0; i < count; i++)
        if (begin_entry(text, i, count))
            add_renegotiation(text, call_renegotiation(text->call, i));
    g_string_append_c(text->out, '\n');
}

static void add_hold(const Text *text, const CallHold *hold)
{
    int64_t end_ns = call_hold_end(text->call, hold);

    g_string_append_printf(text->out, "by %s", party_name((Party)hold->by));
    add_duration(text, " at ", time_between(text->call->first_ns, hold->start_ns));
    if (end_ns != TIME_UNKNOWN)
        add_duration(text, " for ", time_between(hold->start_ns, end_ns));
    g_string_append_printf(text->out, " (%s%s)", hold_kind_name((HoldKind)hold->kind),
                           call_hold_has_media(text->model, text->call, hold) ? ", music" : "");
    if (hold->end_ns == TIME_UNKNOWN)
        g_string_append(text->out, ", never resumed");
}

static void add_holds(const Text *text)
{
    unsigned count = call_hold_count(text->call);

    if (count == 0)
        return;
    add_duration(text, "  On hold ", call_hold_time(text->call, text->model->clock_ns));
    g_string_append(text->out, ": ");
    for (unsigned i = 0; i < count; i++)
        if (begin_entry(text, i, count))
            add_hold(text, call_hold(text->call, i));
    g_string_append_c(text->out, '\n');
}

/* ------------------------------------------------ forwarding, conferences, paging */

/* "bob@example.org": parameters and headers of the URI are told as the reason. */
static char *party_of(const char *uri)
{
    SipUri parsed = { 0 };

    if (!uri || sip_uri_parse(slice_from_string(uri), &parsed) != DISSECT_OK || !parsed.user.len)
        return g_strdup(uri);
    if (!parsed.host.len)
        return slice_dup(parsed.user);
    return g_strdup_printf("%.*s@%.*s", (int)parsed.user.len, parsed.user.data,
                           (int)parsed.host.len, parsed.host.data);
}

static void add_step(const Text *text, const ForwardingStep *step, const ForwardingStep *before)
{
    g_autofree char *from = party_of(step->from), *to = party_of(step->to);
    g_autofree char *reached = before ? party_of(before->to) : NULL;

    if (g_strcmp0(reached, from) != 0) {
        g_string_append(text->out, before ? "; " : "");
        add_escaped(text, from);
    }
    g_string_append(text->out, text->utf8 ? " → " : " -> ");
    add_escaped(text, to);
    if (step->reason) {
        g_string_append(text->out, " (");
        add_escaped(text, step->reason);
        g_string_append_c(text->out, ')');
    }
}

static void add_forwarding(const Text *text)
{
    g_autoptr(GArray) steps = call_forwarding(text->call);
    const ForwardingStep *before = NULL;

    if (steps->len == 0)
        return;
    g_string_append(text->out, "  Forwarded: ");
    for (unsigned i = 0; i < steps->len; i++) {
        const ForwardingStep *step = &g_array_index(steps, ForwardingStep, i);
        add_step(text, step, before);
        before = step;
    }
    g_string_append_c(text->out, '\n');
}

static void add_conference(const Text *text)
{
    const char *uri = call_conference(text->call);
    const Conference *paging = call_paging(text->call);
    char group[ENDPOINT_TEXT_SIZE];

    if (uri) {
        g_string_append(text->out, "  Conference ");
        add_escaped(text, uri);
        g_string_append_printf(text->out, ", focus is the %s\n",
                               party_name(text->call->structure->conference->focus));
    }
    if (!paging)
        return;
    g_string_append_printf(text->out, "  Paging by %s to %s", party_name(paging->pager),
                           endpoint_format(paging->group, group, sizeof group));
    if (paging->group_ttl >= 0)
        g_string_append_printf(text->out, ", TTL %d", paging->group_ttl);
    g_string_append_c(text->out, '\n');
}

static void add_early_media(const Text *text)
{
    EarlyMedia early;

    if (!call_early_media(text->model, text->call, &early))
        return;
    g_string_append_printf(text->out, "  Early media (%u)", early.status);
    add_duration(text, " at ", time_between(text->call->first_ns, early.time_ns));
    if (early.end_ns != TIME_UNKNOWN)
        add_duration(text, " for ", time_between(early.time_ns, early.end_ns));
    if (early.media_ns == TIME_UNKNOWN)
        g_string_append(text->out, ", none seen");
    g_string_append_c(text->out, '\n');
}

/* What a mixer puts together (RFC 3550 section 7.1). */
static void add_mixers(const Text *text)
{
    const GArray *streams = text->call->streams;

    for (unsigned i = 0; streams && i < streams->len; i++) {
        const Stream *stream = model_stream(text->model, g_array_index(streams, uint32_t, i));
        const Contributors *c = stream && stream->content ? stream->content->contributors : NULL;
        if (c)
            g_string_append_printf(text->out, "  Mixed: the %s sends %u%s sources in one stream\n",
                                   stream->from_caller ? "caller" : "callee", c->count,
                                   c->more ? " and more" : "");
    }
}

void structure_text(GString *out, const Model *model, const Call *call, bool utf8)
{
    Text text = { model, call, utf8, out };

    add_forwarding(&text);
    add_early_media(&text);
    add_mixers(&text);
    if (!call->structure)
        return;
    add_branches(&text);
    add_redirects(&text);
    add_challenges(&text);
    add_provisionals(&text);
    add_session_timer(&text);
    add_renegotiations(&text);
    add_holds(&text);
    add_conference(&text);
}
