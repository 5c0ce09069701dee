/* What is out of the ordinary in a call, message by message: the edges that golden cases leave. */
#include "dissect/call/challenge.h"
#include "dissect/call/conference.h"
#include "dissect/call/fork.h"
#include "dissect/call/forwarding.h"
#include "dissect/call/hold.h"
#include "dissect/call/redirection.h"
#include "dissect/call/reliable.h"
#include "dissect/call/renegotiation.h"
#include "dissect/call/session_timer.h"
#include "support/sip_feed.h"

#define A "10.0.0.1:5060"
#define B "10.0.0.2:5060"
#define C "10.0.0.3:5060"
#define P "10.0.0.9:5060"

static SipFeed feed_new(void)
{
    return (SipFeed){ .model = model_new(NULL), .call_id = "one" };
}

static const Call *call_of(const SipFeed *feed)
{
    return model_call(feed->model, 1);
}

static void establish(SipFeed *feed)
{
    FEED(feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b", .sdp_address = "10.0.0.1",
         .sdp_port = 4000);
    FEED(feed, 1000, .from = B, .to = A, .start = "200 OK", .method = "INVITE", .to_tag = "b",
         .sdp_address = "10.0.0.2", .sdp_port = 5000);
    FEED(feed, 1100, .from = A, .to = B, .start = "ACK sip:bob@b", .branch = "z9hG4bK-ack",
         .to_tag = "b");
}

/* An offer of A (or of B) and its answer. */
static void renegotiate(SipFeed *feed, int64_t ms, unsigned cseq, bool by_callee, const char *offer,
                        const char *answer)
{
    const char *from = by_callee ? B : A, *to = by_callee ? A : B;
    const char *from_tag = by_callee ? "b" : "a", *to_tag = by_callee ? "a" : "b";

    FEED(feed, ms, .from = from, .to = to, .start = "INVITE sip:x@b", .cseq = cseq,
         .from_tag = from_tag, .to_tag = to_tag, .sdp_address = by_callee ? "10.0.0.2" : "10.0.0.1",
         .sdp_port = by_callee ? 5000 : 4000, .sdp_direction = offer);
    FEED(feed, ms + 10, .from = to, .to = from, .start = "200 OK", .method = "INVITE", .cseq = cseq,
         .from_tag = from_tag, .to_tag = to_tag, .sdp_address = by_callee ? "10.0.0.1" : "10.0.0.2",
         .sdp_port = by_callee ? 4000 : 5000, .sdp_direction = answer);
}

/* Nothing is kept of a call in which nothing happens. */
static void test_plain(void)
{
    SipFeed feed = feed_new();

    establish(&feed);
    const Call *call = call_of(&feed);
    g_assert_null(call->structure);
    g_assert_cmpuint(call_branch_count(call), ==, 0);
    g_assert_cmpint(call_branch_winner(call), ==, -1);
    g_assert_cmpint(call_fork_kind(call), ==, FORK_NONE);
    g_assert_cmpint(call_hold_time(call, 0), ==, TIME_UNKNOWN);
    g_assert_null(call_session_timer(call));
    g_assert_null(call_conference(call));
    g_assert_null(call_paging(call));
    g_autoptr(GArray) steps = call_forwarding(call);
    g_assert_cmpuint(steps->len, ==, 0);
    model_free(feed.model);
}

static void fork_to(SipFeed *feed, int64_t ms, const char *phone, const char *branch)
{
    FEED(feed, ms, .from = P, .to = phone, .start = "INVITE sip:bob@b", .vias = 2,
         .branch = branch);
}

/* A proxy behind the first one forks again: the first proxy's branch is none. */
static void test_fork_behind_fork(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = P, .start = "INVITE sip:bob@b", .branch = "z9hG4bK-a");
    fork_to(&feed, 10, B, "z9hG4bK-1");
    fork_to(&feed, 10, C, "z9hG4bK-2");
    FEED(&feed, 20, .from = C, .to = "10.0.0.4:5060", .start = "INVITE sip:x@b", .vias = 3,
         .branch = "z9hG4bK-3");
    FEED(&feed, 20, .from = C, .to = "10.0.0.5:5060", .start = "INVITE sip:y@b", .vias = 3,
         .branch = "z9hG4bK-4");
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call_branch_count(call), ==, 3);
    g_assert_cmpint(call_fork_kind(call), ==, FORK_PARALLEL);
    FEED(&feed, 30, .from = "10.0.0.5:5060", .to = C, .start = "180 Ringing", .method = "INVITE",
         .to_tag = "five", .vias = 3, .branch = "z9hG4bK-4");
    FEED(&feed, 31, .from = C, .to = P, .start = "180 Ringing", .method = "INVITE",
         .to_tag = "five", .vias = 2, .branch = "z9hG4bK-2");
    FEED(&feed, 40, .from = B, .to = P, .start = "486 Busy", .method = "INVITE", .to_tag = "b",
         .vias = 2, .branch = "z9hG4bK-1");
    g_assert_cmpuint(call_branch_count(call), ==, 3);
    g_assert_cmpint(call_branch_state(call, call_branch(call, 0)), ==, BRANCH_FAILED);
    g_assert_cmpuint(call_branch(call, 0)->status, ==, 486);
    g_assert_cmpint(call_branch_state(call, call_branch(call, 1)), ==, BRANCH_TRYING);
    g_assert_cmpint(call_branch_state(call, call_branch(call, 2)), ==, BRANCH_RINGING);
    model_free(feed.model);
}

/* One target answers with two tags: it forked, unseen. */
static void test_fork_of_one_target(void)
{
    SipFeed feed = feed_new();

    fork_to(&feed, 10, B, "z9hG4bK-1");
    fork_to(&feed, 10, C, "z9hG4bK-2");
    for (const char *tag = "12"; *tag; tag++)
        FEED(&feed, 20, .from = B, .to = P, .start = "183 Progress", .method = "INVITE",
             .to_tag = *tag == '1' ? "b1" : "b2", .vias = 2, .branch = "z9hG4bK-1");
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call_branch_count(call), ==, 3);
    /* its final response ends both */
    FEED(&feed, 30, .from = B, .to = P, .start = "480 Gone", .method = "INVITE", .to_tag = "b9",
         .vias = 2, .branch = "z9hG4bK-1");
    unsigned failed = 0;
    for (unsigned i = 0; i < 3; i++)
        failed += call_branch_state(call, call_branch(call, i)) == BRANCH_FAILED;
    g_assert_cmpuint(failed, ==, 2);
    model_free(feed.model);
}

/* Another CSeq, another attempt: a retry with credentials forks nothing. */
static void test_retry_is_no_fork(void)
{
    SipFeed feed = feed_new();

    for (unsigned cseq = 1; cseq <= 2; cseq++) {
        FEED(&feed, cseq * 100, .from = A, .to = B, .start = "INVITE sip:bob@b", .cseq = cseq);
        FEED(&feed, cseq * 100 + 10, .from = B, .to = A, .start = "180 Ringing", .method = "INVITE",
             .cseq = cseq, .to_tag = cseq == 1 ? "b1" : "b2");
    }
    g_assert_cmpuint(call_branch_count(call_of(&feed)), ==, 0);
    model_free(feed.model);
}

/* A middlebox that keeps the Call-ID and changes the tags: two dialogs, one branch. */
static void test_changed_tags_are_no_fork(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = P, .start = "INVITE sip:bob@b", .branch = "z9hG4bK-1");
    FEED(&feed, 5, .from = P, .to = B, .start = "INVITE sip:bob@b", .branch = "z9hG4bK-2",
         .from_tag = "p");
    FEED(&feed, 10, .from = B, .to = P, .start = "180 Ringing", .method = "INVITE",
         .branch = "z9hG4bK-2", .from_tag = "p", .to_tag = "b");
    FEED(&feed, 15, .from = P, .to = A, .start = "180 Ringing", .method = "INVITE",
         .branch = "z9hG4bK-1", .to_tag = "q");
    g_assert_cmpuint(call_of(&feed)->dialog_count, ==, 2);
    g_assert_cmpuint(call_branch_count(call_of(&feed)), ==, 0);
    model_free(feed.model);
}

/* RFC 4028 section 7.2: the callee keeps the session alive by itself. */
static void test_session_timer_of_one_side(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b");
    FEED(&feed, 100, .from = B, .to = A, .start = "200 OK", .method = "INVITE", .to_tag = "b",
         .headers = "Session-Expires: 100;refresher=uas\r\n");
    FEED(&feed, 50000, .from = B, .to = A, .start = "UPDATE sip:alice@a", .from_tag = "b",
         .to_tag = "a", .headers = "Session-Expires: 100;refresher=uac\r\n");
    FEED(&feed, 50100, .from = A, .to = B, .start = "200 OK", .method = "UPDATE", .from_tag = "b",
         .to_tag = "a");
    const Call *call = call_of(&feed);
    const SessionTimer *timer = call_session_timer(call);
    g_assert_cmpint(session_timer_state(call, 60 * NS_PER_S), ==, SESSION_TIMER_RUNNING);
    g_assert_cmpint(session_timer_state(call, 151 * NS_PER_S), ==, SESSION_TIMER_EXPIRED);
    g_assert_cmpuint(timer->refreshes, ==, 1);
    g_assert_cmpint(timer->refresher, ==, PARTY_CALLEE);
    model_free(feed.model);
}

/* No more branches than there is room for; what comes behind changes nothing. */
static void test_many_branches(void)
{
    SipFeed feed = feed_new();

    for (unsigned i = 0; i < 2 * BRANCHES_MAX; i++) {
        g_autofree char *branch = g_strdup_printf("z9hG4bK-%u", i);
        g_autofree char *tag = g_strdup_printf("t%u", i);
        fork_to(&feed, i, B, branch);
        FEED(&feed, i, .from = B, .to = P, .start = "180 Ringing", .method = "INVITE",
             .to_tag = tag, .vias = 2, .branch = branch);
    }
    g_assert_cmpuint(call_branch_count(call_of(&feed)), ==, BRANCHES_MAX);
    model_free(feed.model);
}

/* Two algorithms for one realm are one round (RFC 8760); a nonce of somebody else's is named. */
static void test_challenges(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b");
    FEED(&feed, 50, .from = B, .to = A, .start = "401 No", .method = "INVITE", .to_tag = "x",
         .headers = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256\r\n"
                    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5\r\n");
    FEED(&feed, 80, .from = A, .to = B, .start = "INVITE sip:bob@b", .cseq = 2,
         .headers = "Authorization: Digest realm=\"r\", nonce=\"other\"\r\n");
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call_challenge_count(call), ==, 1);
    g_assert_cmpuint(call_auth_rounds(call), ==, 1);
    g_assert_cmpint(call_auth_time(call), ==, 80 * NS_PER_MS);
    g_assert_cmpint(call_auth_result(call), ==, CHALLENGE_ANSWERED);
    g_assert_cmpstr(call_challenge(call, 0)->algorithm, ==, "SHA-256");
    g_assert_true(call_challenge(call, 0)->other_nonce);
    FEED(&feed, 90, .from = B, .to = A, .start = "100 Trying", .method = "INVITE", .cseq = 2);
    g_assert_cmpint(call_auth_result(call), ==, CHALLENGE_ANSWERED);
    FEED(&feed, 95, .from = B, .to = A, .start = "180 Ringing", .method = "INVITE", .cseq = 2,
         .to_tag = "b");
    g_assert_cmpint(call_auth_result(call), ==, CHALLENGE_ACCEPTED);
    model_free(feed.model);
}

/* q with nonsense counts as none; contacts without a URI and "*" are left out. */
static void test_redirect_contacts(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b");
    FEED(&feed, 50, .from = B, .to = A, .start = "300 Many", .method = "INVITE", .to_tag = "x",
         .headers = "Contact: <sip:a@b>;q=0.12345, <sip:c@d>;q=1.0, *\r\n"
                    "m: <sip:e@f>;q=0.05, <sip:g@h>;q=abc\r\n");
    const CallRedirect *r = call_redirect(call_of(&feed), 0);
    g_assert_cmpuint(r->contact_count, ==, 4);
    g_assert_cmpstr(r->contacts[0].uri, ==, "sip:a@b");
    g_assert_cmpint(r->contacts[0].q, ==, -1);
    g_assert_cmpint(r->contacts[1].q, ==, 1000);
    g_assert_cmpstr(r->contacts[3].uri, ==, "sip:e@f");
    g_assert_cmpint(r->contacts[3].q, ==, 50);
    model_free(feed.model);
}

/* RFC 3264 section 8.4 and RFC 6337 section 5.3: an answer says only what the offer left open. */
static void test_hold_verdicts(void)
{
    static const struct {
        const char *offer, *answer;
        bool caller_holds, callee_holds;
    } rows[] = {
        { "sendrecv", "sendrecv", false, false }, { "sendonly", "recvonly", true, false },
        { "inactive", "inactive", true, false },  { "sendonly", "inactive", true, true },
        { "sendrecv", "sendonly", false, true },  { "sendrecv", "inactive", false, true },
        { "recvonly", "sendonly", false, false }, { "sendrecv", "recvonly", false, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SipFeed feed = feed_new();
        establish(&feed);
        renegotiate(&feed, 3000, 2, false, rows[i].offer, rows[i].answer);
        const Call *call = call_of(&feed);
        bool holds[PARTIES] = { false };
        for (unsigned k = 0; k < call_hold_count(call); k++)
            holds[call_hold(call, k)->by] = true;
        g_assert_cmpint(holds[PARTY_CALLER], ==, rows[i].caller_holds);
        g_assert_cmpint(holds[PARTY_CALLEE], ==, rows[i].callee_holds);
        model_free(feed.model);
    }
}

/* While the caller holds, an inactive answer of the holding callee does not end its hold. */
static void test_hold_stays(void)
{
    SipFeed feed = feed_new();

    establish(&feed);
    renegotiate(&feed, 3000, 2, false, "sendonly", "recvonly");
    renegotiate(&feed, 4000, 7, true, "inactive", "inactive");
    renegotiate(&feed, 5000, 3, false, "inactive", "inactive");
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call_hold_count(call), ==, 2);
    g_assert_cmpint(call_hold(call, 0)->end_ns, ==, TIME_UNKNOWN);
    g_assert_cmpint(call_hold(call, 1)->end_ns, ==, TIME_UNKNOWN);
    g_assert_cmpint(call_hold_time(call, 9000 * NS_PER_MS), ==, 6000 * NS_PER_MS);
    /* the callee's refresh says nothing new, the caller's resumption does */
    g_assert_cmpuint(call_renegotiation(call, 2)->reasons, ==, 0);
    renegotiate(&feed, 6000, 4, false, "recvonly", "inactive");
    g_assert_cmpint(call_hold(call, 0)->end_ns, ==, 6000 * NS_PER_MS);
    g_assert_cmpuint(call_renegotiation(call, 3)->reasons, ==, RENEGOTIATE_RESUME);
    model_free(feed.model);
}

/* A middlebox passes a re-INVITE on under its own tags and CSeq: one renegotiation, one hold. */
static void test_passed_on(void)
{
    SipFeed feed = feed_new();

    establish(&feed);
    renegotiate(&feed, 3000, 2, false, "sendonly", "recvonly");
    FEED(&feed, 3005, .from = B, .to = C, .start = "INVITE sip:x@b", .cseq = 77, .from_tag = "q",
         .to_tag = "r", .sdp_address = "10.0.0.2", .sdp_port = 7000, .sdp_direction = "sendonly");
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call_renegotiation_count(call), ==, 1);
    g_assert_cmpuint(call_renegotiation(call, 0)->reasons, ==, RENEGOTIATE_HOLD);
    g_assert_cmpuint(call_hold_count(call), ==, 1);
    model_free(feed.model);
}

/* What was refused has not been said: the next offer is compared with what was agreed on. */
static void test_refused_offer(void)
{
    SipFeed feed = feed_new();

    establish(&feed);
    FEED(&feed, 2000, .from = A, .to = B, .start = "INVITE sip:bob@b", .cseq = 2, .to_tag = "b",
         .sdp_address = "10.0.0.7", .sdp_port = 4400);
    FEED(&feed, 2100, .from = B, .to = A, .start = "488 No", .method = "INVITE", .cseq = 2,
         .to_tag = "b");
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call->dialogs[0].sides[PARTY_CALLER].lines[0].rtp.port, ==, 4000);
    renegotiate(&feed, 3000, 3, false, "sendrecv", "sendrecv");
    g_assert_cmpuint(call_renegotiation(call, 0)->reasons, ==, RENEGOTIATE_ADDRESS);
    g_assert_cmpuint(call_renegotiation(call, 0)->status, ==, 488);
    g_assert_cmpuint(call_renegotiation(call, 1)->reasons, ==, 0);
    model_free(feed.model);
}

/* The times of RFC 3261 section 14.1 depend on whose the Call-ID is. */
static void test_glare_times(void)
{
    static const struct {
        int64_t wait_ms;
        bool by_callee, in_time;
    } rows[] = {
        { 500, false, false }, { 2100, false, true }, { 4000, false, true }, { 4500, false, false },
        { 0, true, true },     { 2000, true, true },  { 2500, true, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SipFeed feed = feed_new();
        bool callee = rows[i].by_callee;
        const char *from = callee ? B : A, *to = callee ? A : B;
        const char *from_tag = callee ? "b" : "a", *to_tag = callee ? "a" : "b";
        establish(&feed);
        FEED(&feed, 5000, .from = from, .to = to, .start = "INVITE sip:x@b", .cseq = 4,
             .from_tag = from_tag, .to_tag = to_tag);
        FEED(&feed, 5100, .from = to, .to = from, .start = "491 Pending", .method = "INVITE",
             .cseq = 4, .from_tag = from_tag, .to_tag = to_tag);
        FEED(&feed, 5100 + rows[i].wait_ms, .from = from, .to = to, .start = "INVITE sip:x@b",
             .cseq = 5, .from_tag = from_tag, .to_tag = to_tag);
        const Renegotiation *r = call_renegotiation(call_of(&feed), 0);
        g_assert_cmpuint(r->retry, ==, 2);
        g_assert_cmpint(renegotiation_retry_delay(call_of(&feed), r), ==,
                        rows[i].wait_ms * NS_PER_MS);
        g_assert_cmpint(renegotiation_retry_in_time(call_of(&feed), r), ==, rows[i].in_time);
        g_assert_cmpuint(call_glares(call_of(&feed)), ==, 1);
        model_free(feed.model);
    }
}

/* The largest interval that can be said does not overflow; a mere 422 is no timer. */
static void test_session_timer_edges(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b");
    FEED(&feed, 50, .from = B, .to = A, .start = "422 Too Small", .method = "INVITE", .to_tag = "x",
         .headers = "Min-SE: 200\r\n");
    const Call *call = call_of(&feed);
    g_assert_cmpint(session_timer_state(call, 0), ==, SESSION_TIMER_REFUSED);
    FEED(&feed, 100, .from = A, .to = B, .start = "INVITE sip:bob@b", .cseq = 2);
    FEED(&feed, 150, .from = B, .to = A, .start = "200 OK", .method = "INVITE", .cseq = 2,
         .to_tag = "b", .headers = "Session-Expires: 4294967295\r\n");
    g_assert_cmpint(session_timer_state(call, 200 * NS_PER_MS), ==, SESSION_TIMER_RUNNING);
    g_assert_false(call_session_timer(call)->refresher_known);
    g_assert_cmpint(session_timer_expiry(call_session_timer(call)), >, 0);
    model_free(feed.model);
}

/* A PRACK with nonsense, or of another dialog, acknowledges nothing. */
static void test_prack_of_another(void)
{
    static const char *const racks[] = { "RAck: 1 2 INVITE\r\n", "RAck: 2 1 INVITE\r\n",
                                         "RAck: x\r\n", "" };
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b");
    FEED(&feed, 50, .from = B, .to = A, .start = "183 Progress", .method = "INVITE", .to_tag = "b",
         .headers = "RSeq: 1\r\nRequire: 100rel\r\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(racks); i++)
        FEED(&feed, 60 + i, .from = A, .to = B, .start = "PRACK sip:bob@b", .cseq = 2 + i,
             .to_tag = "b", .headers = racks[i]);
    const Call *call = call_of(&feed);
    g_assert_cmpuint(call_unacknowledged(call), ==, 1);
    FEED(&feed, 80, .from = A, .to = B, .start = "PRACK sip:bob@b", .cseq = 9, .to_tag = "b",
         .headers = "RAck: 1 1 INVITE\r\n");
    g_assert_cmpuint(call_unacknowledged(call), ==, 0);
    model_free(feed.model);
}

/* History-Info without indexes or causes tells no forwarding, and loops of indexes do not hang. */
static void test_odd_history(void)
{
    SipFeed feed = feed_new();

    FEED(&feed, 0, .from = A, .to = B, .start = "INVITE sip:bob@b",
         .headers = "History-Info: <sip:a@b>, <sip:c@d;cause=302>, <sip:e@f;cause=486>;index=1,\r\n"
                    " <sip:g@h;cause=408>;index=1.1;mp=1.1, <sip:i@j;cause=999>;index=1.2\r\n");
    g_autoptr(GArray) steps = call_forwarding(call_of(&feed));
    g_assert_cmpuint(steps->len, ==, 1);
    const ForwardingStep *step = &g_array_index(steps, ForwardingStep, 0);
    g_assert_cmpstr(step->from, ==, "sip:e@f;cause=486");
    g_assert_cmpint(step->cause, ==, 999);
    g_assert_null(step->reason);
    model_free(feed.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/structure/plain", test_plain);
    g_test_add_func("/structure/fork/behind-fork", test_fork_behind_fork);
    g_test_add_func("/structure/fork/one-target", test_fork_of_one_target);
    g_test_add_func("/structure/fork/retry", test_retry_is_no_fork);
    g_test_add_func("/structure/fork/changed-tags", test_changed_tags_are_no_fork);
    g_test_add_func("/structure/session-timer/one-side", test_session_timer_of_one_side);
    g_test_add_func("/structure/fork/many", test_many_branches);
    g_test_add_func("/structure/challenges", test_challenges);
    g_test_add_func("/structure/redirect", test_redirect_contacts);
    g_test_add_func("/structure/hold/verdicts", test_hold_verdicts);
    g_test_add_func("/structure/hold/stays", test_hold_stays);
    g_test_add_func("/structure/passed-on", test_passed_on);
    g_test_add_func("/structure/refused-offer", test_refused_offer);
    g_test_add_func("/structure/glare-times", test_glare_times);
    g_test_add_func("/structure/session-timer/edges", test_session_timer_edges);
    g_test_add_func("/structure/prack", test_prack_of_another);
    g_test_add_func("/structure/history", test_odd_history);
    return g_test_run();
}
