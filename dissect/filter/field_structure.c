#include "dissect/filter/field_structure.h"
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

static bool give_count(const Search *search, unsigned count)
{
    return count > 0 && give_number(search, count);
}

static const char *or_unknown(const char *text)
{
    return text ? text : "unknown";
}

FIELD_FUNCTION(forked_values)
{
    return call_branch_count(call) &&
           give_text(&SEARCH, or_unknown(fork_kind_name(call_fork_kind(call))));
}

const char *forked_choice(unsigned index)
{
    ForkKind kind = (ForkKind)(index + FORK_PARALLEL);
    return kind < FORK_KINDS ? or_unknown(fork_kind_name(kind)) : NULL;
}

FIELD_FUNCTION(branches_values)
{
    return give_count(&SEARCH, call_branch_count(call));
}

FIELD_FUNCTION(answers_values)
{
    unsigned answers = 0;

    for (unsigned i = 0; i < call_branch_count(call); i++)
        answers += call_branch(call, i)->answer_ns != TIME_UNKNOWN;
    return give_count(&SEARCH, answers);
}

FIELD_FUNCTION(early_media_values)
{
    EarlyMedia early;
    return call_early_media(model, call, &early) &&
           give_seconds(&SEARCH, time_between(early.time_ns, early.end_ns));
}

FIELD_FUNCTION(redirects_values)
{
    return give_count(&SEARCH, call_redirect_count(call));
}

FIELD_FUNCTION(auth_rounds_values)
{
    return give_count(&SEARCH, call_auth_rounds(call));
}

FIELD_FUNCTION(auth_result_values)
{
    return call_challenge_count(call) &&
           give_text(&SEARCH, challenge_result_name(call_auth_result(call)));
}

const char *auth_result_choice(unsigned index)
{
    return index < CHALLENGE_RESULTS ? challenge_result_name((ChallengeResult)index) : NULL;
}

FIELD_FUNCTION(unacknowledged_values)
{
    return give_count(&SEARCH, call_unacknowledged(call));
}

FIELD_FUNCTION(session_expires_values)
{
    const SessionTimer *timer = call_session_timer(call);
    return timer && give_count(&SEARCH, timer->interval_s);
}

FIELD_FUNCTION(session_timer_values)
{
    return call_session_timer(call) &&
           give_text(&SEARCH, session_timer_state_name(session_timer_state(call, model->clock_ns)));
}

const char *session_timer_choice(unsigned index)
{
    return index < SESSION_TIMER_STATES ? session_timer_state_name((SessionTimerState)index) : NULL;
}

FIELD_FUNCTION(renegotiations_values)
{
    return give_count(&SEARCH, call_renegotiation_count(call));
}

FIELD_FUNCTION(glares_values)
{
    return give_count(&SEARCH, call_glares(call));
}

FIELD_FUNCTION(holds_values)
{
    return give_count(&SEARCH, call_hold_count(call));
}

FIELD_FUNCTION(hold_time_values)
{
    return give_seconds(&SEARCH, call_hold_time(call, model->clock_ns));
}

FIELD_FUNCTION(held_by_values)
{
    for (unsigned i = 0; i < call_hold_count(call); i++) {
        bool by_caller = call_hold(call, i)->by == PARTY_CALLER;
        if (give_text(&SEARCH, by_caller ? "caller" : "callee"))
            return true;
    }
    return false;
}

const char *held_by_choice(unsigned index)
{
    static const char *const names[] = { "caller", "callee" };
    return index < G_N_ELEMENTS(names) ? names[index] : NULL;
}

FIELD_FUNCTION(forwarded_values)
{
    g_autoptr(GArray) steps = call_forwarding(call);

    for (unsigned i = 0; i < steps->len; i++)
        if (give_text(&SEARCH, or_unknown(g_array_index(steps, ForwardingStep, i).reason)))
            return true;
    return false;
}

FIELD_FUNCTION(conference_values)
{
    return give_text(&SEARCH, call_conference(call));
}

FIELD_FUNCTION(paging_values)
{
    const Conference *paging = call_paging(call);
    return paging && give_address(&SEARCH, paging->group.ip);
}
