#include "dissect/call/fork.h"
#include "dissect/call/dialog.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/transaction.h"

/* A response to an INVITE, or a CANCEL, of one branch. */
typedef struct {
    int64_t time_ns;
    uint64_t transaction;
    uint32_t cseq, message, target;
    uint16_t dialog, status; /* 0: a CANCEL */
    bool sdp;
} BranchEvent;

const char *branch_state_name(BranchState state)
{
    static const char *const names[BRANCH_STATES] = { "trying",     "ringing",   "early-media",
                                                      "answered",   "cancelled", "failed",
                                                      "terminated", "ended" };
    return state < BRANCH_STATES ? names[state] : "unknown";
}

const char *fork_kind_name(ForkKind kind)
{
    static const char *const names[FORK_KINDS] = { NULL, "parallel", "serial", "mixed", NULL };
    return kind < FORK_KINDS ? names[kind] : NULL;
}

unsigned call_branch_count(const Call *call)
{
    return call_structure_count(call, branches);
}

static CallBranch *branch_at(const Call *call, unsigned index)
{
    return &g_array_index(call->structure->branches, CallBranch, index);
}

const CallBranch *call_branch(const Call *call, unsigned index)
{
    return branch_at(call, index);
}

int call_branch_winner(const Call *call)
{
    int winner = -1;

    for (unsigned i = 0; i < call_branch_count(call); i++) {
        const CallBranch *b = call_branch(call, i);
        if (b->answer_ns != TIME_UNKNOWN &&
            (winner < 0 || b->answer_ns < call_branch(call, (unsigned)winner)->answer_ns))
            winner = (int)i;
    }
    return winner;
}

bool call_branch_is_surplus(const Call *call, unsigned index)
{
    return call_branch(call, index)->answer_ns != TIME_UNKNOWN &&
           call_branch_winner(call) != (int)index;
}

static bool is_open(const CallBranch *branch)
{
    return branch->state <= BRANCH_EARLY_MEDIA;
}

BranchState call_branch_state(const Call *call, const CallBranch *branch)
{
    if (!is_open(branch))
        return (BranchState)branch->state;
    if (branch->cancel_ns != TIME_UNKNOWN)
        return BRANCH_CANCELLED;
    bool decided = call_branch_winner(call) >= 0 || call_state_is_final(call->state);
    return decided ? BRANCH_ENDED : (BranchState)branch->state;
}

/* ------------------------------------------------ parallel or serial */

static int64_t begin_of(const CallBranch *branch)
{
    int64_t first_ns = branch->provisional_ns != TIME_UNKNOWN ? branch->provisional_ns
                       : branch->answer_ns != TIME_UNKNOWN    ? branch->answer_ns
                                                              : branch->end_ns;
    return branch->invite_ns != TIME_UNKNOWN ? branch->invite_ns : first_ns;
}

static int64_t end_of(const CallBranch *branch)
{
    int64_t end_ns = branch->end_ns;

    if (branch->cancel_ns != TIME_UNKNOWN && (end_ns == TIME_UNKNOWN || branch->cancel_ns < end_ns))
        end_ns = branch->cancel_ns;
    return end_ns != TIME_UNKNOWN ? end_ns : branch->answer_ns;
}

/* How @later, which began after @earlier, stands to it. */
static ForkKind kind_of_pair(const CallBranch *earlier, const CallBranch *later)
{
    int64_t begin_ns = begin_of(later), end_ns = end_of(earlier);

    if (begin_ns == TIME_UNKNOWN)
        return FORK_UNKNOWN;
    if (end_ns != TIME_UNKNOWN)
        return end_ns <= begin_ns ? FORK_SERIAL : FORK_PARALLEL;
    bool alive = earlier->last_ns != TIME_UNKNOWN && earlier->last_ns > begin_ns;
    return alive || earlier->captured ? FORK_PARALLEL : FORK_UNKNOWN;
}

ForkKind call_fork_kind(const Call *call)
{
    unsigned count = call_branch_count(call);
    bool seen[FORK_KINDS] = { false };

    for (unsigned i = 0; i < count; i++) {
        for (unsigned k = 0; k < count; k++) {
            const CallBranch *a = call_branch(call, i), *b = call_branch(call, k);
            bool before = begin_of(a) < begin_of(b) || (begin_of(a) == begin_of(b) && i < k);
            if (i != k && before && a->cseq == b->cseq)
                seen[kind_of_pair(a, b)] = true;
        }
    }
    if (seen[FORK_PARALLEL])
        return seen[FORK_SERIAL] ? FORK_MIXED : FORK_PARALLEL;
    if (seen[FORK_UNKNOWN])
        return FORK_UNKNOWN;
    return seen[FORK_SERIAL] ? FORK_SERIAL : FORK_NONE;
}

/* ------------------------------------------------ what happens to a branch */

static CallBranch *add_branch(Call *call, uint32_t cseq, uint32_t target)
{
    CallBranch branch = {
        .invite_ns = TIME_UNKNOWN,
        .provisional_ns = TIME_UNKNOWN,
        .early_media_ns = TIME_UNKNOWN,
        .answer_ns = TIME_UNKNOWN,
        .cancel_ns = TIME_UNKNOWN,
        .end_ns = TIME_UNKNOWN,
        .last_ns = TIME_UNKNOWN,
        .target = target,
        .request = MESSAGE_NONE,
        .response = MESSAGE_NONE,
        .cseq = cseq,
        .dialog = DIALOG_NONE,
    };

    if (!structure_append(&structure_of(call)->branches, &branch, sizeof branch, BRANCHES_MAX))
        return NULL;
    return branch_at(call, call_branch_count(call) - 1);
}

static void take_first(int64_t *time_ns, int64_t now_ns)
{
    if (*time_ns == TIME_UNKNOWN)
        *time_ns = now_ns;
}

/* Of one response seen at several hops the first has what the branch itself said. */
static void take_status(CallBranch *branch, const BranchEvent *event)
{
    if (branch->status != event->status)
        branch->response = event->message;
    branch->status = event->status;
}

static void take_provisional(CallBranch *branch, const BranchEvent *event)
{
    take_first(&branch->provisional_ns, event->time_ns);
    branch->last_ns = event->time_ns;
    if (!is_open(branch))
        return;
    if (event->sdp) {
        take_first(&branch->early_media_ns, event->time_ns);
        branch->state = BRANCH_EARLY_MEDIA;
    } else if (branch->state == BRANCH_TRYING) {
        branch->state = BRANCH_RINGING;
    }
    take_status(branch, event);
}

static void take_failure(CallBranch *branch, const BranchEvent *event)
{
    if (!is_open(branch) && branch->state != BRANCH_TERMINATED)
        return;
    take_first(&branch->end_ns, event->time_ns);
    branch->status = event->status;
    branch->state = event->status == 487   ? BRANCH_CANCELLED
                    : event->status == 199 ? BRANCH_TERMINATED
                                           : BRANCH_FAILED;
}

static void take_event(CallBranch *branch, const BranchEvent *event)
{
    if (event->status == 0) {
        take_first(&branch->cancel_ns, event->time_ns);
    } else if (event->status == 199 || event->status >= 300) {
        take_failure(branch, event);
    } else if (event->status < 200) {
        take_provisional(branch, event);
    } else {
        take_first(&branch->answer_ns, event->time_ns);
        branch->state = BRANCH_ANSWERED;
        take_status(branch, event);
    }
}

/* ------------------------------------------------ whose branch it is */

static CallBranch *find_tag(const Call *call, const BranchEvent *event)
{
    for (unsigned i = 0; event->dialog != DIALOG_NONE && i < call_branch_count(call); i++) {
        CallBranch *b = branch_at(call, i);
        if (b->cseq == event->cseq && b->dialog == event->dialog)
            return b;
    }
    return NULL;
}

static CallBranch *find_transaction(const Call *call, uint64_t transaction)
{
    for (unsigned i = 0; i < call_branch_count(call); i++)
        if (branch_at(call, i)->transaction == transaction)
            return branch_at(call, i);
    return NULL;
}

/* The same INVITE was answered with another tag: its receiver forked it again. */
static CallBranch *add_behind(Call *call, const CallBranch *sibling, uint16_t dialog)
{
    CallBranch like = *sibling;
    CallBranch *branch = add_branch(call, like.cseq, like.target);

    if (branch) {
        branch->transaction = like.transaction;
        branch->captured = like.captured;
        branch->invite_ns = like.invite_ns;
        branch->request = like.request;
        branch->dialog = dialog;
    }
    return branch;
}

/* NULL on hops where nothing forks. */
static CallBranch *branch_of_tag(Call *call, const BranchEvent *event)
{
    CallBranch *branch = find_tag(call, event);

    if (branch || event->dialog == DIALOG_NONE)
        return branch;
    branch = find_transaction(call, event->transaction);
    if (!branch)
        return NULL;
    if (branch->dialog != DIALOG_NONE)
        return add_behind(call, branch, event->dialog);
    branch->dialog = event->dialog;
    return branch;
}

static void take_response(Call *call, const BranchEvent *event)
{
    CallBranch *branch = event->status < 300 ? branch_of_tag(call, event) : find_tag(call, event);

    if (branch)
        take_event(branch, event);
    for (unsigned i = 0; event->status >= 300 && i < call_branch_count(call); i++) {
        CallBranch *b = branch_at(call, i);
        if (b->captured && b->transaction == event->transaction)
            take_event(b, event);
    }
}

/* ------------------------------------------------ how a fork comes to light */

/* Feeds what was recorded between @t's ends, when its INVITE was the only one there. */
static void replay_transaction(Call *call, const Transaction *t)
{
    CallBranch *branch = add_branch(call, t->cseq, t->destination);

    if (!branch)
        return;
    branch->transaction = t->branch;
    branch->captured = true;
    branch->invite_ns = t->first_ns;
    for (uint32_t i = 0; i < call->message_count; i++) {
        const CallMessage *m = &call->messages[i];
        bool there = m->source == t->source && m->destination == t->destination;
        bool back = m->source == t->destination && m->destination == t->source;
        if (m->cseq != t->cseq || m->flags & MESSAGE_RETRANSMISSION)
            continue;
        BranchEvent event = { m->time_ns, t->branch, m->cseq,   i,
                              m->source,  m->dialog, m->status, m->codecs != NULL };
        if (there && m->status == 0 && m->method == SIP_INVITE)
            branch_at(call, call_branch_count(call) - 1)->request = i;
        else if (there && m->status == 0 && m->method == SIP_CANCEL)
            take_event(branch_at(call, call_branch_count(call) - 1), &event);
        else if (back && m->status > 100 && m->method == SIP_INVITE)
            take_response(call, &event);
    }
}

static bool same_host(const Model *model, uint32_t a, uint32_t b)
{
    return a == b || ip_equal(model_endpoint(model, a).ip, model_endpoint(model, b).ip);
}

static bool is_sibling(const MessageContext *context, const Transaction *t)
{
    const Transaction *mine = context->transaction;

    return t != mine && t->method == SIP_INVITE && t->cseq == mine->cseq && !t->in_dialog &&
           t->vias == mine->vias && t->branch != mine->branch &&
           same_host(context->model, t->source, mine->source);
}

/* Whoever forks is no leaf: what was sent to it is not a branch. */
static void forget_forking(Call *call, const Model *model, uint32_t source)
{
    for (unsigned i = call_branch_count(call); i-- > 0;) {
        const CallBranch *b = branch_at(call, i);
        if (b->dialog == DIALOG_NONE && is_open(b) && same_host(model, b->target, source))
            g_array_remove_index(call->structure->branches, i);
    }
}

void fork_follow_invite(const MessageContext *context)
{
    Call *call = context->call;
    const Transaction *mine = context->transaction;
    bool forked = false;

    for (unsigned i = 0; i < call->transaction_count; i++) {
        const Transaction *t = &call->transactions[i];
        if (!is_sibling(context, t))
            continue;
        forked = true;
        if (!find_transaction(call, t->branch))
            replay_transaction(call, t);
    }
    if (!forked)
        return;
    forget_forking(call, context->model, mine->source);
    CallBranch *branch = add_branch(call, mine->cseq, mine->destination);
    if (branch) {
        branch->transaction = mine->branch;
        branch->captured = true;
        branch->invite_ns = mine->first_ns;
        branch->request = call->message_count;
    }
}

/* Did @m answer the INVITE that @context answers, with another To-tag, and on the same hop? */
static bool answers_the_same(const MessageContext *context, const CallMessage *m)
{
    return m->method == SIP_INVITE && m->status > 100 && m->cseq == context->sip->cseq &&
           m->source == context->source && m->destination == context->destination &&
           m->dialog != DIALOG_NONE && m->dialog != context->dialog;
}

/* Adds the To-tags before that of @context as branches, where the fork itself was not captured.
 * False when there was none. */
static bool replay_tags(const MessageContext *context)
{
    Call *call = context->call;
    uint64_t transaction = context->transaction->branch;

    for (uint32_t i = 0; i < call->message_count; i++) {
        const CallMessage *m = &call->messages[i];
        if (!answers_the_same(context, m) || m->flags & MESSAGE_RETRANSMISSION)
            continue;
        BranchEvent event = { m->time_ns, transaction, m->cseq,   i,
                              m->source,  m->dialog,   m->status, m->codecs != NULL };
        if (call_branch_count(call) == 0) {
            CallBranch *first = add_branch(call, m->cseq, m->source);
            first->transaction = transaction;
            first->dialog = m->dialog;
        }
        take_response(call, &event);
    }
    return call_branch_count(call) > 0;
}

static bool is_new_tag(const MessageContext *context)
{
    const Call *call = context->call;

    return call->dialog_count > 1 && context->dialog != DIALOG_NONE &&
           call->dialogs[context->dialog].early_ns == context->origin->time_ns;
}

void fork_follow_response(const MessageContext *context)
{
    Call *call = context->call;

    if (!context->transaction ||
        (call_branch_count(call) == 0 && !(is_new_tag(context) && replay_tags(context))))
        return;
    take_response(call, &(BranchEvent){
                            .time_ns = context->origin->time_ns,
                            .transaction = context->transaction->branch,
                            .cseq = context->sip->cseq,
                            .message = call->message_count,
                            .target = context->source,
                            .dialog = context->dialog,
                            .status = context->sip->status,
                            .sdp = context->codecs != NULL,
                        });
}

/* CANCEL has the branch of the INVITE it cancels (RFC 3261 section 9.1). */
void fork_follow_cancel(const MessageContext *context)
{
    Call *call = context->call;
    BranchEvent event = { .time_ns = context->origin->time_ns };

    for (unsigned i = 0; context->transaction && i < call_branch_count(call); i++)
        if (branch_at(call, i)->transaction == context->transaction->branch)
            take_event(branch_at(call, i), &event);
}
