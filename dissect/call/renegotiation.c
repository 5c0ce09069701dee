#include "dissect/call/renegotiation.h"
#include "dissect/call/dialog.h"
#include "dissect/call/renegotiation_tracker.h"
#include "dissect/call/session.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/transaction.h"
#include "dissect/sip/contact.h"

/* RFC 3261 section 14.1, in ns; measured beside the wire, hence the allowance. */
#define OWNER_WAIT_MIN (2100 * NS_PER_MS)
#define OWNER_WAIT_MAX (4 * NS_PER_S)
#define OTHER_WAIT_MAX (2 * NS_PER_S)
#define ALLOWANCE      (100 * NS_PER_MS)
#define HOP_NS         (50 * NS_PER_MS) /* a middlebox sends it on under other tags */
#define RETRY_NS       (30 * NS_PER_S)  /* later it is another matter */

/* What was agreed on before an offer that has no answer yet: one of each party. */
typedef struct KeptSide {
    SessionSide side; /* owned */
    uint32_t cseq;
    uint16_t dialog;
    bool used;
} KeptSide;

const char *renegotiation_reason_name(unsigned index)
{
    static const char *const names[RENEGOTIATE_REASONS] = { "hold",    "resume", "codecs",
                                                            "address", "t38",    "media" };
    return index < RENEGOTIATE_REASONS ? names[index] : "unknown";
}

unsigned call_renegotiation_count(const Call *call)
{
    return call_structure_count(call, renegotiations);
}

static Renegotiation *renegotiation_at(const Call *call, unsigned index)
{
    return &g_array_index(call->structure->renegotiations, Renegotiation, index);
}

const Renegotiation *call_renegotiation(const Call *call, unsigned index)
{
    return renegotiation_at(call, index);
}

unsigned call_glares(const Call *call)
{
    unsigned count = 0;

    for (unsigned i = 0; i < call_renegotiation_count(call); i++)
        count += call_renegotiation(call, i)->status == 491;
    return count;
}

int64_t renegotiation_retry_delay(const Call *call, const Renegotiation *r)
{
    return r->retry ? time_between(r->answer_ns, call_renegotiation(call, r->retry - 1)->time_ns)
                    : TIME_UNKNOWN;
}

bool renegotiation_retry_in_time(const Call *call, const Renegotiation *r)
{
    int64_t delay_ns = renegotiation_retry_delay(call, r);

    if (delay_ns == TIME_UNKNOWN)
        return false;
    if (r->status != 491)
        return delay_ns >= MAX(r->retry_after_s, 0) * NS_PER_S - ALLOWANCE;
    if (r->by == PARTY_CALLER)
        return delay_ns >= OWNER_WAIT_MIN - ALLOWANCE && delay_ns <= OWNER_WAIT_MAX + ALLOWANCE;
    return delay_ns <= OTHER_WAIT_MAX + ALLOWANCE;
}

/* ------------------------------------------------ requests */

static Renegotiation *find(const Call *call, SipMethod method, uint32_t cseq, uint16_t dialog,
                           Party by)
{
    for (unsigned i = call_renegotiation_count(call); i-- > 0;) {
        Renegotiation *r = renegotiation_at(call, i);
        if (r->cseq == cseq && r->method == method && r->dialog == dialog && r->by == by)
            return r;
    }
    return NULL;
}

/* The newest of that party, when it came just now in another dialog: the middlebox between has tags
 * of its own on every hop. */
static Renegotiation *find_passed_on(const MessageContext *context, Party by)
{
    unsigned count = call_renegotiation_count(context->call);
    Renegotiation *newest = count ? renegotiation_at(context->call, count - 1) : NULL;

    if (!newest || newest->by != by || newest->method != context->sip->method ||
        newest->dialog == context->dialog)
        return NULL;
    int64_t since_ns = time_between(newest->time_ns, context->origin->time_ns);
    return since_ns >= 0 && since_ns < HOP_NS ? newest : NULL;
}

static bool wants_retry(const Renegotiation *r)
{
    return r->status == 491 || r->status == 500;
}

/* The newest of the same party that was put off is what the last one tries again. */
static void link_retry(Call *call)
{
    unsigned last = call_renegotiation_count(call) - 1;
    const Renegotiation *retry = renegotiation_at(call, last);

    for (unsigned i = last; i-- > 0;) {
        Renegotiation *r = renegotiation_at(call, i);
        if (r->by != retry->by || r->dialog != retry->dialog)
            continue;
        int64_t since_ns = time_between(r->answer_ns, retry->time_ns);
        if (wants_retry(r) && !r->retry && since_ns != TIME_UNKNOWN && since_ns <= RETRY_NS)
            r->retry = last + 1;
        return;
    }
}

static Renegotiation *of_request(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Call *call = context->call;
    Party by = dialog_sender(context);

    if (context->dialog == DIALOG_NONE)
        return NULL;
    Renegotiation *known = find(call, sip->method, sip->cseq, context->dialog, by);
    if (!known)
        known = find_passed_on(context, by);
    if (known)
        return known;
    Renegotiation renegotiation = {
        .time_ns = context->origin->time_ns,
        .answer_ns = TIME_UNKNOWN,
        .frame = context->origin->frame,
        .cseq = sip->cseq,
        .dialog = context->dialog,
        .retry_after_s = -1,
        .method = (uint8_t)sip->method,
        .by = by,
        .early = call->dialogs[context->dialog].state == DIALOG_EARLY,
    };
    if (!structure_append(&structure_of(call)->renegotiations, &renegotiation, sizeof renegotiation,
                          RENEGOTIATIONS_MAX))
        return NULL;
    link_retry(call);
    return renegotiation_at(call, call_renegotiation_count(call) - 1);
}

/* ------------------------------------------------ responses */

/* The request of the other party that was under way when @mine was refused for it. */
static void link_glare(Call *call, Renegotiation *mine)
{
    for (unsigned i = call_renegotiation_count(call); i-- > 0;) {
        Renegotiation *r = renegotiation_at(call, i);
        bool over = r->answer_ns != TIME_UNKNOWN && r->answer_ns < mine->time_ns;
        if (r == mine || r->dialog != mine->dialog || r->by == mine->by || over)
            continue;
        unsigned index = (unsigned)(mine - renegotiation_at(call, 0));
        mine->glare = i + 1;
        r->glare = index + 1;
        return;
    }
}

static Renegotiation *of_response(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    if (!context->transaction || !context->transaction->in_dialog)
        return NULL;
    return find(context->call, sip->method, sip->cseq, context->transaction->dialog,
                dialog_sender(context));
}

bool renegotiation_has_offer(const MessageContext *context)
{
    const Renegotiation *r = of_response(context);
    return r && r->has_offer;
}

static void follow_final(const MessageContext *context)
{
    const SipMessage *sip = context->sip;
    Renegotiation *r = of_response(context);
    uint64_t seconds;

    if (!r || r->status)
        return;
    r->status = sip->status;
    r->answer_ns = context->origin->time_ns;
    if (sip_header_uint(sip, SIP_HEADER_RETRY_AFTER, INT16_MAX, &seconds))
        r->retry_after_s = (int16_t)seconds;
    if (r->status == 491)
        link_glare(context->call, r);
}

void renegotiation_follow(const MessageContext *context)
{
    Renegotiation *r;

    if (!context->sip->is_request)
        follow_final(context);
    else if (context->sip->to_tag.len && (r = of_request(context)))
        r->has_offer |= context->codecs != NULL;
}

/* ------------------------------------------------ what the offer changes */

static bool has_t38(const SessionSide *side)
{
    for (unsigned i = 0; i < side->line_count; i++)
        if (side->lines[i].t38 && !side->lines[i].rejected)
            return true;
    return false;
}

static unsigned active_lines(const SessionSide *side)
{
    unsigned count = 0;

    for (unsigned i = 0; i < side->line_count; i++)
        count += !side->lines[i].rejected;
    return count;
}

static bool same_codec(const SessionSide *a, const SessionSide *b)
{
    return g_strcmp0(session_first_codec(a), session_first_codec(b)) == 0;
}

/* An address that was 0.0.0.0 or becomes it tells a hold, not a move. */
static bool same_addresses(const SessionSide *a, const SessionSide *b)
{
    for (unsigned i = 0; i < MIN(a->line_count, b->line_count); i++) {
        const MediaLine *one = &a->lines[i], *other = &b->lines[i];
        if (one->rejected || other->rejected || ip_is_unspecified(one->rtp.ip) ||
            ip_is_unspecified(other->rtp.ip))
            continue;
        if (!endpoint_equal(one->rtp, other->rtp))
            return false;
    }
    return true;
}

static uint8_t changes_between(const SessionSide *before, const SessionSide *said)
{
    uint8_t reasons = 0;

    if (before->time_ns == TIME_UNKNOWN)
        return 0;
    if (has_t38(said) != has_t38(before))
        return RENEGOTIATE_T38;
    if (active_lines(said) != active_lines(before))
        reasons |= RENEGOTIATE_MEDIA;
    if (!same_codec(before, said))
        reasons |= RENEGOTIATE_CODECS;
    if (!same_addresses(before, said))
        reasons |= RENEGOTIATE_ADDRESS;
    return reasons;
}

/* The dialog's sides are of the caller's hop; addresses of another one are others. */
void renegotiation_offered(MessageContext *context, Dialog *dialog, Party party,
                           const SessionSide *said)
{
    const SipMessage *sip = context->sip;

    if (!sip->is_request || sip->to_tag.len == 0 ||
        (sip->method != SIP_INVITE && sip->method != SIP_UPDATE))
        return;
    Renegotiation *r = of_request(context);
    if (!r || r->dialog != context->dialog)
        return;
    uint8_t reasons = changes_between(&dialog->sides[party], said);
    bool holds = call_holds_now(context->call, context->dialog, party);
    if (!session_at_callers_hop(context))
        reasons &= (uint8_t)~RENEGOTIATE_ADDRESS;
    if (hold_is_offered(said) && !holds)
        reasons |= RENEGOTIATE_HOLD;
    else if (!hold_is_offered(said) && holds)
        reasons |= RENEGOTIATE_RESUME;
    r->reasons |= reasons;
    r->has_offer = true;
}

/* ------------------------------------------------ an offer that is refused */

static void drop_kept(Model *model, KeptSide *kept)
{
    if (kept->used)
        session_clear_side(model, &kept->side);
    kept->used = false;
}

void renegotiation_keep(const MessageContext *context, Party party)
{
    CallStructure *structure = context->call->structure;

    if (!structure || !structure->renegotiations || !context->sip->is_request ||
        context->sip->to_tag.len == 0 || context->sip->method == SIP_ACK)
        return;
    if (!structure->kept)
        structure->kept = g_new0(KeptSide, PARTIES);
    KeptSide *kept = &structure->kept[party];
    drop_kept(context->model, kept);
    *kept = (KeptSide){ .cseq = context->sip->cseq, .dialog = context->dialog, .used = true };
    session_copy_side(context->model, &kept->side,
                      &context->call->dialogs[context->dialog].sides[party]);
}

void renegotiation_restore(const MessageContext *context)
{
    CallStructure *structure = context->call->structure;

    if (!structure || !structure->kept)
        return;
    Party party = dialog_sender(context);
    KeptSide *kept = &structure->kept[party];
    if (!kept->used || kept->dialog != context->dialog || kept->cseq != context->sip->cseq)
        return;
    SessionSide *side = &context->call->dialogs[kept->dialog].sides[party];
    session_clear_side(context->model, side);
    *side = kept->side;
    kept->used = false;
}

void renegotiation_clear(Model *model, CallStructure *structure)
{
    for (unsigned party = 0; structure->kept && party < PARTIES; party++)
        drop_kept(model, &structure->kept[party]);
    g_clear_pointer(&structure->kept, g_free);
    g_clear_pointer(&structure->renegotiations, g_array_unref);
}
