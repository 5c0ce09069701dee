#include "dissect/call/transaction.h"

/* 64 * T1 for every retransmission, and then some for a clock that is not the sender's. */
#define KEEP_NS        (40 * NS_PER_S)
#define KEEP_INVITE_NS (600 * NS_PER_S) /* without a final response: it may ring for long */
#define PER_CALL_MAX   64

static const Slice magic_cookie = SLICE_LITERAL("z9hG4bK");

static uint64_t hash_more(uint64_t hash, Slice part)
{
    return hash_bytes(part.data, part.len, hash + 1);
}

/* Section 17.2.3: branch and sent-by where the branch has the magic cookie, else the fields of
 * RFC 2543. CSeq and method are compared apart. */
static uint64_t branch_of(const SipMessage *sip)
{
    uint64_t hash = hash_more(sip->via.port, sip->via.host);
    Slice branch = sip->via.branch;

    if (branch.len > magic_cookie.len && slice_starts_with_nocase(branch, magic_cookie))
        return hash_more(hash, branch);
    hash = hash_more(hash, sip->from_tag); /* the Call-ID is the call's */
    return hash_more(hash, branch);
}

static bool same_transaction(const Transaction *t, const SipMessage *sip, uint64_t branch)
{
    return t->branch == branch && t->cseq == sip->cseq && t->method == sip->method;
}

static Transaction *find_request(const MessageContext *context, uint64_t branch)
{
    for (Transaction *t = context->call->transactions; t; t = t->next)
        if (same_transaction(t, context->sip, branch) && t->source == context->source &&
            t->destination == context->destination)
            return t;
    return NULL;
}

/* The hop a response travels is told by its endpoints; a NAT between may have changed them. */
static Transaction *find_response(const MessageContext *context, uint64_t branch)
{
    Transaction *any = NULL;

    for (Transaction *t = context->call->transactions; t; t = t->next) {
        if (!same_transaction(t, context->sip, branch))
            continue;
        if (t->source == context->destination && t->destination == context->source)
            return t;
        any = t;
    }
    return any;
}

static bool matters_still(const Transaction *t, int64_t clock_ns)
{
    bool open_invite = t->method == SIP_INVITE && t->final_status == 0;

    return clock_ns - t->last_ns < (open_invite ? KEEP_INVITE_NS : KEEP_NS);
}

static void prune(Call *call, int64_t clock_ns)
{
    unsigned count = 0;

    for (Transaction **at = &call->transactions; *at;) {
        Transaction *t = *at;
        if (matters_still(t, clock_ns) && ++count < PER_CALL_MAX) {
            at = &t->next;
        } else {
            *at = t->next;
            g_slice_free(Transaction, t);
        }
    }
}

static Transaction *add(const MessageContext *context, uint64_t branch)
{
    prune(context->call, context->origin->time_ns);
    Transaction *t = g_slice_new0(Transaction);
    t->branch = branch;
    t->first_ns = t->last_ns = context->origin->time_ns;
    t->cseq = context->sip->cseq;
    t->method = (uint8_t)context->sip->method;
    t->source = context->source;
    t->destination = context->destination;
    t->vias = context->sip->via_count;
    t->in_dialog = context->sip->to_tag.len > 0;
    t->dialog = DIALOG_NONE;
    t->next = context->call->transactions;
    context->call->transactions = t;
    return t;
}

/* True when a response like this one was seen before on its way: same status, To-tag, RSeq and
 * body. */
static bool response_repeats(Transaction *t, const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    uint64_t way = (uint64_t)context->source << 32 | context->destination;
    uint64_t hash = way * 1000 + sip->status + context->to_key;

    if (sip->first[SIP_HEADER_RSEQ])
        hash = hash_more(hash, sip_header_value(sip, SIP_HEADER_RSEQ));
    if (sip->body.len)
        hash = hash_more(hash, sip->body);
    for (unsigned i = 0; i < t->response_count; i++)
        if (t->responses[i] == hash)
            return true;
    if (t->response_count == TRANSACTION_RESPONSES) {
        memmove(t->responses, t->responses + 1, sizeof t->responses - sizeof t->responses[0]);
        t->response_count--;
    }
    t->responses[t->response_count++] = hash;
    return false;
}

void transaction_match(MessageContext *context)
{
    const SipMessage *sip = context->sip;
    uint64_t branch = branch_of(sip);

    if (sip->is_request) {
        context->transaction = find_request(context, branch);
        context->retransmission = context->transaction != NULL;
        if (!context->transaction)
            context->transaction = add(context, branch);
    } else {
        context->transaction = find_response(context, branch);
        if (!context->transaction)
            return;
        context->retransmission = response_repeats(context->transaction, context);
        if (sip->status >= 200)
            context->transaction->final_status = sip->status;
    }
    context->transaction->last_ns = context->origin->time_ns;
}

unsigned transaction_best_failure(const Call *call, const Transaction *transaction, unsigned status)
{
    unsigned best = status;

    if (!transaction)
        return status;
    for (const Transaction *t = call->transactions; t; t = t->next) {
        if (t->method != SIP_INVITE || t->in_dialog || t->cseq != transaction->cseq ||
            t->vias != transaction->vias)
            continue;
        if (t->final_status == 0)
            return 0;
        bool better = t->final_status >= 600 ? best < 600 : best < 600 && t->final_status < best;
        if (better)
            best = t->final_status;
    }
    return best;
}

void transactions_clear(Call *call)
{
    while (call->transactions) {
        Transaction *t = call->transactions;
        call->transactions = t->next;
        g_slice_free(Transaction, t);
    }
}
