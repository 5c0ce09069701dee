#include "dissect/call/session_timer.h"
#include "dissect/call/dialog.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/transaction.h"
#include "dissect/sip/contact.h"

#define BYE_EARLY_S    2  /* a BYE for want of a refresh may come so much before its moment, */
#define BYE_LATE_S     10 /* and so much behind the expiry */
#define INTERVAL_MAX_S 100000000u

const char *session_timer_state_name(SessionTimerState state)
{
    static const char *const names[SESSION_TIMER_STATES] = { "running", "off", "refused",
                                                             "ended-call", "expired" };
    return state < SESSION_TIMER_STATES ? names[state] : "unknown";
}

const SessionTimer *call_session_timer(const Call *call)
{
    return call->structure ? call->structure->timer : NULL;
}

static int64_t seconds(uint32_t count)
{
    return (int64_t)count * NS_PER_S;
}

int64_t session_timer_expiry(const SessionTimer *timer)
{
    int64_t expiry_ns;

    if (timer->off || timer->interval_s == 0 || timer->refreshed_ns == TIME_UNKNOWN ||
        __builtin_add_overflow(timer->refreshed_ns, seconds(timer->interval_s), &expiry_ns))
        return TIME_UNKNOWN;
    return expiry_ns;
}

/* Section 10: whoever does not refresh says BYE that much before the expiry. */
static int64_t bye_margin(uint32_t interval_s)
{
    return seconds(MIN(32, interval_s / 3));
}

SessionTimerState session_timer_state(const Call *call, int64_t clock_ns)
{
    const SessionTimer *timer = call_session_timer(call);
    int64_t expiry_ns = session_timer_expiry(timer);

    if (timer->refreshed_ns == TIME_UNKNOWN)
        return SESSION_TIMER_REFUSED;
    if (expiry_ns == TIME_UNKNOWN)
        return SESSION_TIMER_OFF;
    int64_t due_ns = expiry_ns - bye_margin(timer->interval_s) - seconds(BYE_EARLY_S);
    if (call->bye_ns != TIME_UNKNOWN) {
        if (call->bye_ns < due_ns)
            return SESSION_TIMER_RUNNING;
        return call->bye_ns <= expiry_ns + seconds(BYE_LATE_S) ? SESSION_TIMER_ENDED
                                                               : SESSION_TIMER_EXPIRED;
    }
    return clock_ns > expiry_ns ? SESSION_TIMER_EXPIRED : SESSION_TIMER_RUNNING;
}

static SessionTimer *timer_of(Call *call)
{
    CallStructure *structure = structure_of(call);

    if (!structure->timer) {
        structure->timer = g_new(SessionTimer, 1);
        *structure->timer = (SessionTimer){ .refreshed_ns = TIME_UNKNOWN, .dialog = DIALOG_NONE };
    }
    return structure->timer;
}

static uint32_t interval_of(const SipMessage *sip)
{
    uint64_t interval;

    return sip_header_uint(sip, SIP_HEADER_SESSION_EXPIRES, UINT32_MAX, &interval)
               ? (uint32_t)MIN(interval, INTERVAL_MAX_S)
               : 0;
}

static void take_refresher(const MessageContext *context, SessionTimer *timer)
{
    Slice parameters = sip_header_value(context->sip, SIP_HEADER_SESSION_EXPIRES), who;
    Party client = dialog_sender(context); /* of the request */

    if (parameters.len == 0) { /* only the client knows session timers */
        timer->refresher_known = true;
        timer->refresher = client;
        return;
    }
    slice_split(&parameters, ';');
    timer->refresher_known = sip_parameter(parameters, SLICE_LITERAL("refresher"), &who);
    bool by_client = timer->refresher_known && slice_equal_nocase(who, SLICE_LITERAL("uac"));
    timer->refresher = by_client ? client : client == PARTY_CALLER ? PARTY_CALLEE : PARTY_CALLER;
}

static void count_refresh(SessionTimer *timer, int64_t now_ns)
{
    int64_t expiry_ns = session_timer_expiry(timer);

    timer->refreshes++;
    if (expiry_ns != TIME_UNKNOWN && now_ns > expiry_ns - bye_margin(timer->interval_s))
        timer->late++;
}

/* Section 7.2: a client may keep its session alive although the server knows nothing of timers. */
static uint32_t agreed_interval(const MessageContext *context, const SessionTimer *timer)
{
    uint32_t interval_s = interval_of(context->sip);

    if (interval_s == 0 && timer && timer->asked_cseq == context->sip->cseq)
        return timer->asked_s;
    return interval_s;
}

/* The 2xx is seen again at every hop; any of them tells the same. */
static void follow_success(const MessageContext *context)
{
    const SessionTimer *known = call_session_timer(context->call);
    bool in_dialog = context->transaction && context->transaction->in_dialog;
    uint32_t interval_s = agreed_interval(context, known);

    if (interval_s == 0 && (!known || known->refreshed_ns == TIME_UNKNOWN))
        return;
    SessionTimer *timer = timer_of(context->call);
    bool first = timer->refreshed_ns == TIME_UNKNOWN;
    if (!first && timer->set_cseq == context->sip->cseq && timer->dialog == context->dialog &&
        timer->set_by == dialog_sender(context))
        return;
    if (in_dialog && !first)
        count_refresh(timer, context->origin->time_ns);
    timer->off = interval_s == 0;
    timer->refreshed_ns = context->origin->time_ns;
    timer->set_cseq = context->sip->cseq;
    timer->set_by = dialog_sender(context);
    timer->dialog = context->dialog;
    if (interval_s) {
        timer->interval_s = interval_s;
        take_refresher(context, timer);
    }
}

static void follow_refusal(const MessageContext *context)
{
    SessionTimer *timer = timer_of(context->call);
    uint64_t min;

    if (timer->refusals && timer->refused_cseq == context->sip->cseq)
        return;
    timer->refused_cseq = context->sip->cseq;
    timer->refusals++;
    if (sip_header_uint(context->sip, SIP_HEADER_MIN_SE, UINT32_MAX, &min))
        timer->min_s = MAX(timer->min_s, (uint32_t)min);
}

static void follow_refresh(const MessageContext *context, SessionTimer *timer)
{
    uint32_t interval_s = interval_of(context->sip);

    if (interval_s == 0)
        return;
    timer->asked_s = interval_s;
    timer->asked_cseq = context->sip->cseq;
}

void session_timer_follow(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (sip->is_request) {
        if (sip->to_tag.len && call_session_timer(context->call))
            follow_refresh(context, context->call->structure->timer);
    } else if (sip->status / 100 == 2)
        follow_success(context);
    else if (sip->status == 422)
        follow_refusal(context);
}
