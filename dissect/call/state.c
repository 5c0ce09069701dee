/* dissect/call/state.c - the state of a call: an event from each message, a table for the rest.
 *
 * What has no message, the passing of time, is not an event: call_state() adds it from the packet
 * clock when somebody looks, so that no timer is needed and a file gives what the wire gave. */
#include "dissect/call/call_private.h"
#include "dissect/call/dialog.h"
#include "dissect/call/transaction.h"

#define TIMER_B (32 * NS_PER_S)  /* 64 * T1; also timers F and H (RFC 3261 table 4) */
#define TIMER_C (180 * NS_PER_S) /* section 16.6, step 11 */

typedef enum {
    EVENT_REQUEST, /* a new attempt */
    EVENT_PROGRESS,
    EVENT_RINGING,
    EVENT_ANSWER,
    EVENT_CANCELLED,
    EVENT_BUSY,
    EVENT_REJECTED,
    EVENT_REDIRECTED,
    EVENT_UNAUTHORIZED,
    EVENT_FAILED,
    EVENT_TIMED_OUT,
    EVENT_ENDED, /* the last confirmed dialog ended */
    CALL_EVENTS
} CallEvent;

/* 0 is "stays": no event leads back to CALLING but a new attempt, which is handled by its row. */
#define FINALS                                                                                     \
    [EVENT_CANCELLED] = CALL_CANCELLED, [EVENT_BUSY] = CALL_BUSY,                                  \
    [EVENT_REJECTED] = CALL_REJECTED, [EVENT_REDIRECTED] = CALL_REDIRECTED,                        \
    [EVENT_UNAUTHORIZED] = CALL_UNAUTHORIZED, [EVENT_FAILED] = CALL_FAILED,                        \
    [EVENT_TIMED_OUT] = CALL_TIMED_OUT

static const CallState next_state[CALL_STATES][CALL_EVENTS] = {
    [CALL_CALLING] = { [EVENT_PROGRESS] = CALL_PROCEEDING,
                       [EVENT_RINGING] = CALL_RINGING,
                       [EVENT_ANSWER] = CALL_IN_CALL,
                       FINALS },
    [CALL_PROCEEDING] = { [EVENT_RINGING] = CALL_RINGING, [EVENT_ANSWER] = CALL_IN_CALL, FINALS },
    [CALL_RINGING] = { [EVENT_ANSWER] = CALL_IN_CALL, FINALS },
    [CALL_IN_CALL] = { [EVENT_ENDED] = CALL_COMPLETED },
    /* a 2xx may cross a CANCEL, or come from another branch of a fork */
    [CALL_CANCELLED] = { [EVENT_ANSWER] = CALL_IN_CALL },
    [CALL_BUSY] = { [EVENT_ANSWER] = CALL_IN_CALL },
    [CALL_REJECTED] = { [EVENT_ANSWER] = CALL_IN_CALL },
    [CALL_REDIRECTED] = { [EVENT_ANSWER] = CALL_IN_CALL },
    [CALL_UNAUTHORIZED] = { [EVENT_ANSWER] = CALL_IN_CALL },
    [CALL_FAILED] = { [EVENT_ANSWER] = CALL_IN_CALL },
    [CALL_TIMED_OUT] = { [EVENT_ANSWER] = CALL_IN_CALL },
};

static CallEvent event_of_status(unsigned status)
{
    switch (status) {
    case 180:
        return EVENT_RINGING;
    case 401:
    case 407:
        return EVENT_UNAUTHORIZED;
    case 408:
        return EVENT_TIMED_OUT;
    case 486:
    case 600:
        return EVENT_BUSY;
    case 487:
        return EVENT_CANCELLED;
    case 403:
    case 433:
    case 488:
    case 603:
    case 606:
    case 607:
    case 608:
        return EVENT_REJECTED;
    default:
        break;
    }
    if (status < 200)
        return EVENT_PROGRESS;
    if (status < 300)
        return EVENT_ANSWER;
    return status < 400 ? EVENT_REDIRECTED : EVENT_FAILED;
}

CallState call_state_of_status(unsigned status)
{
    CallEvent event = event_of_status(status);

    return event == EVENT_ANSWER ? CALL_COMPLETED : next_state[CALL_CALLING][event];
}

static EndedBy who_ended(CallEvent event)
{
    switch (event) {
    case EVENT_CANCELLED:
        return ENDED_BY_CALLER;
    case EVENT_BUSY:
    case EVENT_REJECTED:
        return ENDED_BY_CALLEE;
    default:
        return ENDED_BY_NETWORK;
    }
}

static void apply(Call *call, CallEvent event)
{
    CallState next = next_state[call->state][event];

    if (next)
        call->state = next;
}

static bool is_invite_outside_dialog(const MessageContext *context)
{
    return context->sip->method == SIP_INVITE && context->sip->to_tag.len == 0;
}

/* Does @context belong to the request that decides the call: the INVITE that began it (or was tried
 * again), or for what is no call its only request? */
static bool decides(const MessageContext *context)
{
    const Call *call = context->call;

    if (context->sip->method != call->method)
        return false;
    if (call->method != SIP_INVITE)
        return !call->is_call;
    return !context->transaction || !context->transaction->in_dialog;
}

void call_state_request(const MessageContext *context)
{
    Call *call = context->call;
    int64_t now = context->origin->time_ns;

    switch (context->sip->method) {
    case SIP_CANCEL:
        if (context->at_origin)
            call->cancel_seen = true;
        return;
    case SIP_BYE:
        call->bye_seen = true;
        if (call->bye_ns == TIME_UNKNOWN) {
            call->bye_ns = now;
            call->ended_by =
                dialog_sender(context) == PARTY_CALLER ? ENDED_BY_CALLER : ENDED_BY_CALLEE;
        }
        return;
    default:
        break;
    }
    if (!decides(context) || (call->method == SIP_INVITE && !is_invite_outside_dialog(context)))
        return;
    if (call->invite_ns == TIME_UNKNOWN && call->method == SIP_INVITE)
        call->invite_ns = now;
    bool answered = call->state == CALL_IN_CALL || (call->is_call && call->state == CALL_COMPLETED);
    if (context->at_origin && !answered) {
        call->state = CALL_CALLING;
        call->attempt_ns = now;
        call->progress_ns = call->end_ns = TIME_UNKNOWN;
        call->final_status = 0;
        call->final_reason = NULL;
        call->ended_by = ENDED_BY_NOBODY;
    }
}

/* A time is best taken where the caller sees it; another hop's is better than none. */
static void take_time(int64_t *time_ns, bool *taken_at_origin, const MessageContext *context)
{
    if (*time_ns != TIME_UNKNOWN && (*taken_at_origin || !context->at_origin))
        return;
    *time_ns = context->origin->time_ns;
    *taken_at_origin = context->at_origin;
}

static void note_final(const MessageContext *context, unsigned status, CallEvent event)
{
    Call *call = context->call;

    call->final_status = (uint16_t)status;
    call->final_reason = context->reason;
    if (event == EVENT_ANSWER)
        return;
    call->end_ns = context->origin->time_ns;
    call->ended_by = who_ended(event);
}

static void invite_answered(const MessageContext *context)
{
    Call *call = context->call;

    take_time(&call->answer_ns, &call->answer_at_origin, context);
    if (call->state != CALL_IN_CALL && call->state != CALL_COMPLETED) {
        call->ended_by = ENDED_BY_NOBODY;
        call->end_ns = TIME_UNKNOWN;
    }
    apply(call, EVENT_ANSWER);
    note_final(context, context->sip->status, EVENT_ANSWER);
}

static void invite_failed(const MessageContext *context)
{
    unsigned status =
        transaction_best_failure(context->call, context->transaction, context->sip->status);
    if (status == 0) /* other branches of a fork still ring */
        return;
    CallEvent event = event_of_status(status);
    CallState before = context->call->state;
    apply(context->call, event);
    if (context->call->state != before || before == CALL_INCOMPLETE)
        note_final(context, status, event);
    dialog_end_early(context->call, context->origin->time_ns);
}

static void invite_response(const MessageContext *context)
{
    Call *call = context->call;
    unsigned status = context->sip->status;

    if (status > 100 && status < 200) {
        if (status / 10 == 18)
            take_time(&call->ring_ns, &call->ring_at_origin, context);
    }
    if (status < 200) {
        if (call->state <= CALL_RINGING) {
            apply(call, event_of_status(status));
            call->progress_ns = context->origin->time_ns;
        }
    } else if (status < 300) {
        invite_answered(context);
    } else if (context->at_origin) {
        invite_failed(context);
    }
}

/* OPTIONS, REGISTER, MESSAGE ...: one request, one answer. */
static void other_response(const MessageContext *context)
{
    Call *call = context->call;
    unsigned status = context->sip->status;

    if (!context->at_origin || call_state_is_final(call->state))
        return;
    if (status < 200) {
        call->state = CALL_PROCEEDING;
        call->progress_ns = context->origin->time_ns;
        return;
    }
    call->state = call_state_of_status(status);
    note_final(context, status, event_of_status(status));
    call->end_ns = context->origin->time_ns;
}

void call_state_response(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Call *call = context->call;

    if (sip->method == SIP_CANCEL && call->cancel_seen && sip->status < 300 && context->at_origin &&
        call->state <= CALL_RINGING)
        return; /* the 487 that follows, or call_state(), decides */
    if (sip->method == SIP_BYE && sip->status >= 200 && sip->status != 401 && sip->status != 407) {
        dialog_end(context);
        return;
    }
    if (!decides(context))
        return;
    if (call->method == SIP_INVITE)
        invite_response(context);
    else
        other_response(context);
}

void call_state_dialog_ended(const MessageContext *context)
{
    Call *call = context->call;

    if (call->state != CALL_IN_CALL)
        return;
    apply(call, EVENT_ENDED);
    call->end_ns = context->origin->time_ns;
}

static bool passed(int64_t since_ns, int64_t clock_ns, int64_t limit_ns)
{
    int64_t elapsed = time_between(since_ns, clock_ns);

    return elapsed != TIME_UNKNOWN && elapsed >= limit_ns;
}

CallState call_state(const Call *call, int64_t clock_ns, bool ended)
{
    CallState state = call->state;
    int64_t waiting_since =
        call->progress_ns != TIME_UNKNOWN ? call->progress_ns : call->attempt_ns;

    if (state == CALL_COMPLETED && call->is_call && call->began_inside)
        return CALL_INCOMPLETE;
    if (call_state_is_final(state))
        return state;
    if (state == CALL_IN_CALL) {
        if (call->bye_seen && passed(call->bye_ns, clock_ns, TIMER_B))
            return call->began_inside ? CALL_INCOMPLETE : CALL_TIMED_OUT;
    } else if (call->cancel_seen && passed(call->last_ns, clock_ns, TIMER_B)) {
        return CALL_CANCELLED;
    } else if (state == CALL_CALLING || call->method != SIP_INVITE) {
        if (passed(call->attempt_ns, clock_ns, TIMER_B))
            return call->began_inside ? CALL_INCOMPLETE : CALL_TIMED_OUT;
    } else if (passed(waiting_since, clock_ns, TIMER_C)) {
        return CALL_TIMED_OUT;
    }
    return ended ? CALL_INCOMPLETE : state;
}
