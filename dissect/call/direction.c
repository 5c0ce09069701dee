#include "dissect/call/direction.h"

#define REPLY_SEARCH 4u  /* messages back, for the reply to a request */
#define HOP_SEARCH   64u /* for anything that came the other way */

/* By address alone: what is answered from another port is answered. */
static bool is_between(const Model *model, const CallMessage *m, IpAddress from, IpAddress to)
{
    return ip_equal(model_endpoint(model, m->source).ip, from) &&
           ip_equal(model_endpoint(model, m->destination).ip, to);
}

/* Did the hop bring an INVITE the same way, and nothing in return? */
static void look_back(const MessageContext *context, bool *invited, bool *answered)
{
    const Call *call = context->call;
    IpAddress from = context->origin->source.ip, to = context->origin->destination.ip;
    unsigned back = MIN(call->message_count, HOP_SEARCH);

    *invited = *answered = false;
    for (unsigned i = call->message_count; back > 0 && !*answered; back--) {
        const CallMessage *m = &call->messages[--i];
        *answered = is_between(context->model, m, to, from);
        *invited |=
            m->status == 0 && m->method == SIP_INVITE && is_between(context->model, m, from, to);
    }
}

/* ACK follows a final response, and a final response a request: RFC 3261 sections 17.1, 17.2. */
static bool lacks_other_direction(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    bool invited, answered;

    if (context->call->began_inside || context->retransmission)
        return false;
    if (sip->is_request ? sip->method != SIP_ACK : sip->method != SIP_INVITE || sip->status < 200)
        return false;
    look_back(context, &invited, &answered);
    return !answered && (invited || !sip->is_request);
}

/* The reply stands in front of its request. */
static bool came_behind_its_reply(const MessageContext *context)
{
    const Call *call = context->call;
    const SipMessage *sip = context->sip;
    unsigned back = MIN(call->message_count, REPLY_SEARCH);
    bool replied = false;

    for (unsigned i = call->message_count; back > 0; back--) {
        const CallMessage *m = &call->messages[--i];
        if (m->cseq != sip->cseq || m->method != sip->method)
            continue;
        if (m->status == 0 && m->source == context->source)
            return false;
        replied |=
            m->status && m->source == context->destination && m->destination == context->source;
    }
    return replied;
}

void direction_follow(const MessageContext *context)
{
    Call *call = context->call;
    CaptureFacts *facts = &context->model->facts;
    bool was_so = call->one_direction;

    if (context->sip->is_request && !context->retransmission && came_behind_its_reply(context)) {
        facts->late_requests++;
        call->one_direction = false; /* the other direction is there, only late */
    } else if (call->is_call && !was_so && lacks_other_direction(context)) {
        call->one_direction = true;
    }
    facts->one_direction_calls += call->one_direction;
    facts->one_direction_calls -= was_so;
}
