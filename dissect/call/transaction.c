#include "dissect/call/transaction.h"

/* 64 * T1 for every retransmission, and then some for a clock that is not the sender's. */
#define KEEP_S        40
#define KEEP_INVITE_S 600 /* without a final response: it may ring for long */
#define PER_CALL_MAX  64
#define FIRST         3 /* INVITE, ACK, BYE */

static const Slice magic_cookie = SLICE_LITERAL("z9hG4bK");

/* Section 17.2.3: branch and sent-by where the branch has the magic cookie, else the fields of
 * RFC 2543; the Call-ID is the call's. CSeq and method are compared apart. */
static uint64_t branch_of(const SipMessage *sip)
{
    Slice branch = sip->via.branch;

    if (branch.len > magic_cookie.len &&
        (memcmp(branch.data, magic_cookie.data, magic_cookie.len) == 0 ||
         slice_starts_with_nocase(branch, magic_cookie)))
        return sip->keys.via;
    return hash_mix(sip->keys.via ^ hash_seed(), sip->keys.from_tag + 1);
}

static bool same_transaction(const Transaction *t, const SipMessage *sip, uint64_t branch)
{
    return t->branch == branch && t->cseq == sip->cseq && t->method == sip->method;
}

/* The newest that is of this request. */
static Transaction *find_request(const MessageContext *context, uint64_t branch)
{
    const Call *call = context->call;

    for (unsigned i = call->transaction_count; i > 0; i--) {
        Transaction *t = &call->transactions[i - 1];
        if (same_transaction(t, context->sip, branch) && t->source == context->source &&
            t->destination == context->destination)
            return t;
    }
    return NULL;
}

/* The hop a response travels is told by its endpoints; a NAT between may have changed them. */
static Transaction *find_response(const MessageContext *context, uint64_t branch)
{
    const Call *call = context->call;
    Transaction *any = NULL;

    for (unsigned i = call->transaction_count; i > 0; i--) {
        Transaction *t = &call->transactions[i - 1];
        if (!same_transaction(t, context->sip, branch))
            continue;
        if (t->source == context->destination && t->destination == context->source)
            return t;
        any = t;
    }
    return any;
}

static uint32_t seconds_of(int64_t time_ns)
{
    return (uint32_t)(time_ns / NS_PER_S);
}

static bool matters_still(const Transaction *t, uint32_t now_s)
{
    bool open_invite = t->method == SIP_INVITE && t->final_status == 0;
    int32_t idle_s = (int32_t)(now_s - t->last_s); /* negative when the clock was set back */

    return idle_s < (open_invite ? KEEP_INVITE_S : KEEP_S);
}

/* Drops what does not matter any longer, and the oldest when there are too many. */
static void prune(Call *call, uint32_t now_s)
{
    unsigned count = 0, excess = 0;

    for (unsigned i = 0; i < call->transaction_count; i++) {
        if (!matters_still(&call->transactions[i], now_s))
            continue;
        if (count < i)
            call->transactions[count] = call->transactions[i];
        count++;
    }
    if (count >= PER_CALL_MAX)
        excess = count - PER_CALL_MAX + 1;
    if (excess)
        memmove(call->transactions, call->transactions + excess,
                (count - excess) * sizeof *call->transactions);
    call->transaction_count = (uint8_t)(count - excess);
}

static Transaction *add(const MessageContext *context, uint64_t branch)
{
    Call *call = context->call;

    prune(call, seconds_of(context->origin->time_ns));
    if (call->transaction_count == call->transaction_allocated) {
        unsigned old = call->transaction_allocated;
        call->transaction_allocated = (uint8_t)MAX(FIRST, old * 2);
        call->transactions =
            slab_resize(&context->model->slab, call->transactions, old * sizeof(Transaction),
                        call->transaction_allocated * sizeof(Transaction));
    }
    Transaction *t = &call->transactions[call->transaction_count++];
    *t = (Transaction){
        .branch = branch,
        .first_ns = context->origin->time_ns,
        .cseq = context->sip->cseq,
        .method = (uint8_t)context->sip->method,
        .source = context->source,
        .destination = context->destination,
        .vias = context->sip->via_count,
        .in_dialog = context->sip->to_tag.len > 0,
        .with_credentials = context->sip->first[SIP_HEADER_AUTHORIZATION] ||
                            context->sip->first[SIP_HEADER_PROXY_AUTHORIZATION],
        .dialog = DIALOG_NONE,
    };
    return t;
}

/* True when a response like this one was seen before on its way: same status, To-tag, RSeq and
 * body. */
static bool response_repeats(Transaction *t, const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    uint64_t way = (uint64_t)context->source << 32 | context->destination;
    uint64_t hash = way * 1000 + sip->status + context->to_key + sip->keys.body;

    if (sip->first[SIP_HEADER_RSEQ])
        hash += slice_hash(sip_header_value(sip, SIP_HEADER_RSEQ));
    for (unsigned i = 0; i < t->response_count; i++)
        if (t->responses[i] == (uint32_t)hash)
            return true;
    if (t->response_count == TRANSACTION_RESPONSES) {
        memmove(t->responses, t->responses + 1, sizeof t->responses - sizeof t->responses[0]);
        t->response_count--;
    }
    t->responses[t->response_count++] = (uint32_t)hash;
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
        context->another_final = context->transaction->final_status != 0;
        if (sip->status >= 200)
            context->transaction->final_status = sip->status;
    }
    context->transaction->last_s = seconds_of(context->origin->time_ns);
}

unsigned transaction_best_failure(const Call *call, const Transaction *transaction, unsigned status)
{
    unsigned best = status;

    if (!transaction)
        return status;
    for (unsigned i = call->transaction_count; i > 0; i--) {
        const Transaction *t = &call->transactions[i - 1];
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

void transactions_clear(Model *model, Call *call)
{
    slab_give_back(&model->slab, call->transactions,
                   call->transaction_allocated * sizeof(Transaction));
    call->transactions = NULL;
    call->transaction_count = call->transaction_allocated = 0;
}
