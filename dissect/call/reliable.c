#include "dissect/call/reliable.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/sip/contact.h"
#include "dissect/sip/values.h"

unsigned call_provisional_count(const Call *call)
{
    return call_structure_count(call, provisionals);
}

static ReliableProvisional *provisional_at(const Call *call, unsigned index)
{
    return &g_array_index(call->structure->provisionals, ReliableProvisional, index);
}

const ReliableProvisional *call_provisional(const Call *call, unsigned index)
{
    return provisional_at(call, index);
}

unsigned call_unacknowledged(const Call *call)
{
    unsigned count = 0;

    for (unsigned i = 0; i < call_provisional_count(call); i++)
        count += call_provisional(call, i)->prack_ns == TIME_UNKNOWN;
    return count;
}

static ReliableProvisional *find(const Call *call, uint32_t rseq, uint32_t cseq, uint16_t dialog)
{
    for (unsigned i = call_provisional_count(call); i-- > 0;) {
        ReliableProvisional *p = provisional_at(call, i);
        if (p->rseq == rseq && p->cseq == cseq && p->dialog == dialog)
            return p;
    }
    return NULL;
}

void reliable_follow_provisional(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    uint64_t rseq;

    if (sip->is_request || sip->status <= 100 || sip->status >= 200 ||
        !sip_header_uint(sip, SIP_HEADER_RSEQ, UINT32_MAX, &rseq))
        return;
    ReliableProvisional *known = find(context->call, (uint32_t)rseq, sip->cseq, context->dialog);
    if (known) {
        if (context->retransmission && known->source == context->source &&
            known->destination == context->destination && known->retransmissions < UINT16_MAX)
            known->retransmissions++;
        return;
    }
    ReliableProvisional provisional = {
        .time_ns = context->origin->time_ns,
        .prack_ns = TIME_UNKNOWN,
        .frame = context->origin->frame,
        .rseq = (uint32_t)rseq,
        .cseq = sip->cseq,
        .source = context->source,
        .destination = context->destination,
        .status = sip->status,
        .dialog = context->dialog,
    };
    structure_append(&structure_of(context->call)->provisionals, &provisional, sizeof provisional,
                     PROVISIONALS_MAX);
}

static void follow_answer(const MessageContext *context)
{
    for (unsigned i = call_provisional_count(context->call); i-- > 0;) {
        ReliableProvisional *p = provisional_at(context->call, i);
        if (p->prack_ns != TIME_UNKNOWN && p->prack_cseq == context->sip->cseq &&
            p->dialog == context->dialog && context->sip->status >= 200)
            p->prack_status = context->sip->status;
    }
}

void reliable_follow_prack(const MessageContext *context)
{
    SipRack rack;

    if (!context->sip->is_request) {
        follow_answer(context);
        return;
    }
    if (sip_rack_parse(sip_header_value(context->sip, SIP_HEADER_RACK), &rack) != DISSECT_OK)
        return;
    ReliableProvisional *p = find(context->call, rack.rseq, rack.cseq, context->dialog);
    if (p && p->prack_ns == TIME_UNKNOWN) {
        p->prack_ns = context->origin->time_ns;
        p->prack_cseq = context->sip->cseq;
    }
}
