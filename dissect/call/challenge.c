#include "dissect/call/challenge.h"
#include "dissect/call/structure_tracker.h"
#include "dissect/call/tracker_private.h"
#include "dissect/call/transaction.h"

const char *challenge_result_name(ChallengeResult result)
{
    static const char *const names[CHALLENGE_RESULTS] = { "unanswered", "answered", "accepted",
                                                          "stale",      "refused",  "forbidden" };
    return result < CHALLENGE_RESULTS ? names[result] : "unknown";
}

unsigned call_challenge_count(const Call *call)
{
    return call_structure_count(call, challenges);
}

static AuthChallenge *challenge_at(const Call *call, unsigned index)
{
    return &g_array_index(call->structure->challenges, AuthChallenge, index);
}

const AuthChallenge *call_challenge(const Call *call, unsigned index)
{
    return challenge_at(call, index);
}

/* Is it the first that was made of its request? */
static bool heads_round(const Call *call, unsigned index)
{
    const AuthChallenge *c = call_challenge(call, index);

    for (unsigned i = 0; i < index; i++) {
        const AuthChallenge *before = call_challenge(call, i);
        if (before->cseq == c->cseq && before->method == c->method &&
            before->request_ns == c->request_ns)
            return false;
    }
    return true;
}

unsigned call_auth_rounds(const Call *call)
{
    unsigned rounds = 0;

    for (unsigned i = 0; i < call_challenge_count(call); i++)
        rounds += heads_round(call, i);
    return rounds;
}

int64_t call_auth_time(const Call *call)
{
    int64_t sum_ns = TIME_UNKNOWN;

    for (unsigned i = 0; i < call_challenge_count(call); i++) {
        const AuthChallenge *c = call_challenge(call, i);
        int64_t cost_ns = time_between(c->request_ns, c->answered_ns);
        if (c->method != SIP_INVITE || c->in_dialog || !heads_round(call, i) ||
            cost_ns == TIME_UNKNOWN || cost_ns < 0)
            continue;
        sum_ns = (sum_ns == TIME_UNKNOWN ? 0 : sum_ns) + cost_ns;
    }
    return sum_ns;
}

static bool same_realm(const AuthChallenge *a, const AuthChallenge *b)
{
    return a->by == b->by && g_strcmp0(a->realm, b->realm) == 0;
}

static bool is_newest_of_realm(const Call *call, unsigned index)
{
    for (unsigned i = index + 1; i < call_challenge_count(call); i++)
        if (same_realm(call_challenge(call, i), call_challenge(call, index)))
            return false;
    return true;
}

ChallengeResult call_auth_result(const Call *call)
{
    static const uint8_t badness[CHALLENGE_RESULTS] = {
        [CHALLENGE_ACCEPTED] = 0,   [CHALLENGE_ANSWERED] = 1,  [CHALLENGE_STALE] = 2,
        [CHALLENGE_UNANSWERED] = 3, [CHALLENGE_FORBIDDEN] = 4, [CHALLENGE_REFUSED] = 5,
    };
    ChallengeResult worst = CHALLENGE_ACCEPTED;

    for (unsigned i = 0; i < call_challenge_count(call); i++) {
        uint8_t result = call_challenge(call, i)->result;
        if (is_newest_of_realm(call, i) && badness[result] > badness[worst])
            worst = (ChallengeResult)result;
    }
    return worst;
}

/* ------------------------------------------------ challenges */

static bool is_realm(const AuthChallenge *challenge, Slice realm)
{
    return slice_equal(slice_from_string(challenge->realm ? challenge->realm : ""), realm);
}

/* The same challenge comes again at every hop on its way back, and once for each algorithm. */
static bool is_known(const MessageContext *context, const SipDigest *digest, uint64_t nonce)
{
    const Call *call = context->call;
    const SipMessage *sip = context->sip;

    for (unsigned i = call_challenge_count(call); i-- > 0;) {
        const AuthChallenge *c = call_challenge(call, i);
        if (c->cseq != sip->cseq || c->method != sip->method || !is_realm(c, digest->realm))
            continue;
        if (c->nonce == nonce || c->frame == context->origin->frame)
            return true;
    }
    return false;
}

/* A request with credentials for this realm was challenged: how those before fared. */
static void settle_refused(const MessageContext *context, const SipDigest *digest)
{
    const Call *call = context->call;

    for (unsigned i = call_challenge_count(call); i-- > 0;) {
        AuthChallenge *c = challenge_at(call, i);
        if (c->result == CHALLENGE_ANSWERED && c->answered_cseq == context->sip->cseq &&
            is_realm(c, digest->realm))
            c->result = digest->is_stale ? CHALLENGE_STALE : CHALLENGE_REFUSED;
    }
}

static char *text_or_null(Slice text)
{
    return text.len ? slice_dup(text) : NULL;
}

static void take_challenge(const MessageContext *context, Slice value)
{
    const Transaction *transaction = context->transaction;
    const SipDigest *digest = tracker_digest(context->model, value);
    uint64_t nonce = slice_hash(digest->nonce);

    if (is_known(context, digest, nonce))
        return;
    settle_refused(context, digest);
    if (call_challenge_count(context->call) >= CHALLENGES_MAX)
        return;
    AuthChallenge challenge = {
        .request_ns = transaction ? transaction->first_ns : TIME_UNKNOWN,
        .time_ns = context->origin->time_ns,
        .answered_ns = TIME_UNKNOWN,
        .realm = text_or_null(digest->realm),
        .algorithm = text_or_null(digest->algorithm),
        .nonce = nonce,
        .frame = context->origin->frame,
        .by = context->source,
        .cseq = context->sip->cseq,
        .status = context->sip->status,
        .method = (uint8_t)context->sip->method,
        .in_dialog = transaction && transaction->in_dialog,
        .stale = digest->is_stale,
    };
    structure_append(&structure_of(context->call)->challenges, &challenge, sizeof challenge,
                     CHALLENGES_MAX);
}

static void take_challenges(const MessageContext *context)
{
    SipHeaderId id =
        context->sip->status == 401 ? SIP_HEADER_WWW_AUTHENTICATE : SIP_HEADER_PROXY_AUTHENTICATE;
    const SipHeader *header = sip_header(context->sip, id);

    for (; header; header = sip_header_next(context->sip, header))
        take_challenge(context, header->value);
}

/* Credentials that no challenge refused were good: also when it was for another realm. */
static void settle(const MessageContext *context)
{
    const SipMessage *sip = context->sip;

    for (unsigned i = 0; i < call_challenge_count(context->call); i++) {
        AuthChallenge *c = challenge_at(context->call, i);
        if (c->result == CHALLENGE_ANSWERED && c->answered_cseq == sip->cseq &&
            c->method == sip->method)
            c->result = sip->status == 403 ? CHALLENGE_FORBIDDEN : CHALLENGE_ACCEPTED;
    }
}

void challenge_follow_response(const MessageContext *context)
{
    unsigned status = context->sip->status;

    if (status == 401 || status == 407)
        take_challenges(context);
    if (status > 100)
        settle(context);
}

/* ------------------------------------------------ credentials */

/* The newest of the realm, with the nonce if there is one; credentials of another nonce are taken
 * as an answer all the same, for whoever challenged will do so again. */
static AuthChallenge *find_answered(const MessageContext *context, const SipDigest *digest)
{
    uint64_t nonce = slice_hash(digest->nonce);
    AuthChallenge *of_realm = NULL;

    for (unsigned i = call_challenge_count(context->call); i-- > 0;) {
        AuthChallenge *c = challenge_at(context->call, i);
        if (c->method != context->sip->method || (digest->realm.len && !is_realm(c, digest->realm)))
            continue;
        if (c->nonce == nonce)
            return c;
        if (!of_realm)
            of_realm = c;
    }
    return of_realm;
}

static void take_credentials(const MessageContext *context, Slice value)
{
    const SipDigest *digest = tracker_digest(context->model, value);
    AuthChallenge *c = find_answered(context, digest);

    if (!c || c->result != CHALLENGE_UNANSWERED || c->cseq == context->sip->cseq)
        return;
    c->result = CHALLENGE_ANSWERED;
    c->answered_ns = context->origin->time_ns;
    c->answered_cseq = context->sip->cseq;
    c->other_nonce = c->nonce != slice_hash(digest->nonce);
}

/* ACK and CANCEL repeat the credentials of their INVITE (RFC 3261 section 22.1). */
void challenge_follow_request(const MessageContext *context)
{
    static const SipHeaderId ids[] = { SIP_HEADER_AUTHORIZATION, SIP_HEADER_PROXY_AUTHORIZATION };
    const SipMessage *sip = context->sip;

    if (call_challenge_count(context->call) == 0 || sip->method == SIP_ACK ||
        sip->method == SIP_CANCEL)
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
        const SipHeader *header = sip_header(sip, ids[i]);
        for (; header; header = sip_header_next(sip, header))
            take_credentials(context, header->value);
    }
}

void challenge_clear(CallStructure *structure)
{
    for (unsigned i = 0; structure->challenges && i < structure->challenges->len; i++) {
        AuthChallenge *c = &g_array_index(structure->challenges, AuthChallenge, i);
        g_free(c->realm);
        g_free(c->algorithm);
    }
    g_clear_pointer(&structure->challenges, g_array_unref);
}
