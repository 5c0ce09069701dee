#include "dissect/call/session_timer.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/transaction.h"

CallStructure *structure_of(Call *call)
{
    if (!call->structure)
        call->structure = g_new0(CallStructure, 1);
    return call->structure;
}

bool structure_append(GArray **array, const void *element, unsigned size, unsigned cap)
{
    if (!*array)
        *array = g_array_sized_new(FALSE, FALSE, size, 1);
    if ((*array)->len >= cap)
        return false;
    g_array_append_vals(*array, element, 1);
    return true;
}

static void follow_invite_request(const MessageContext *context)
{
    if (context->sip->to_tag.len) {
        renegotiation_follow(context);
        session_timer_follow(context);
        return;
    }
    fork_follow_invite(context);
    if (context->call->structure)
        redirection_follow_invite(context);
}

static void follow_request(const MessageContext *context)
{
    switch (context->sip->method) {
    case SIP_INVITE:
        follow_invite_request(context);
        conference_follow(context);
        break;
    case SIP_UPDATE:
        renegotiation_follow(context);
        session_timer_follow(context);
        break;
    case SIP_PRACK:
        reliable_follow_prack(context);
        break;
    case SIP_CANCEL:
        fork_follow_cancel(context);
        break;
    default:
        break;
    }
    if (context->call->structure)
        challenge_follow_request(context);
}

static void follow_invite_response(const MessageContext *context)
{
    bool in_dialog = context->transaction && context->transaction->in_dialog;

    if (!in_dialog)
        fork_follow_response(context);
    if (context->sip->first[SIP_HEADER_HISTORY_INFO])
        forwarding_follow_response(context);
    if (context->sip->status / 100 == 3)
        redirection_follow_response(context);
    if (context->sip->status / 100 == 2)
        conference_follow(context);
}

static void follow_response(const MessageContext *context)
{
    SipMethod method = context->sip->method;
    unsigned status = context->sip->status;

    if (method == SIP_INVITE && status > 100)
        follow_invite_response(context);
    if ((method == SIP_INVITE || method == SIP_UPDATE) && status >= 200) {
        session_timer_follow(context);
        renegotiation_follow(context);
    }
    if (method == SIP_PRACK)
        reliable_follow_prack(context);
    if (context->call->structure || status == 401 || status == 407)
        challenge_follow_response(context);
}

void structure_follow(MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (!context->call->is_call)
        return;
    if (sip->first[SIP_HEADER_RSEQ])
        reliable_follow_provisional(context);
    if (context->retransmission)
        return;
    if (sip->is_request)
        follow_request(context);
    else
        follow_response(context);
}

void structure_clear(Model *model, Call *call)
{
    CallStructure *structure = call->structure;

    if (!structure)
        return;
    renegotiation_clear(model, structure);
    redirection_clear(structure);
    challenge_clear(structure);
    conference_clear(structure);
    g_clear_pointer(&structure->branches, g_array_unref);
    g_clear_pointer(&structure->provisionals, g_array_unref);
    g_clear_pointer(&structure->history, g_array_unref);
    g_clear_pointer(&structure->holds, g_array_unref);
    g_clear_pointer(&structure->timer, g_free);
    g_clear_pointer(&call->structure, g_free);
}
