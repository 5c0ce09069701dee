/* Call states, times and who ended the call, one conversation a test. */
#include "support/sip_feed.h"

#define A     "10.0.0.1:5060"
#define B     "10.0.0.2:5060"
#define PROXY "10.0.0.9:5060"

static SipFeed begin(void)
{
    return (SipFeed){ .model = model_new(NULL), .call_id = "one@test" };
}

static const Call *only_call(const SipFeed *feed)
{
    g_assert_cmpuint(model_last_call(feed->model), ==, 1);
    return model_call(feed->model, 1);
}

static CallState state_at(const SipFeed *feed, int64_t ms, bool ended)
{
    return call_state(only_call(feed), ms * NS_PER_MS, ended);
}

static void invite(SipFeed *feed, int64_t ms, unsigned cseq)
{
    FEED(feed, ms, .from = A, .to = B, .start = "INVITE sip:bob@example.org", .cseq = cseq);
}

static void answer(SipFeed *feed, int64_t ms, const char *status, unsigned cseq)
{
    FEED(feed, ms, .from = B, .to = A, .start = status, .method = "INVITE", .cseq = cseq,
         .to_tag = "b");
}

static void test_completed(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    g_assert_cmpint(state_at(&feed, 1000, false), ==, CALL_CALLING);
    answer(&feed, 1050, "100 Trying", 1);
    g_assert_cmpint(state_at(&feed, 1050, false), ==, CALL_PROCEEDING);
    answer(&feed, 1500, "180 Ringing", 1);
    g_assert_cmpint(state_at(&feed, 1500, false), ==, CALL_RINGING);
    answer(&feed, 4000, "200 OK", 1);
    FEED(&feed, 4010, .from = A, .to = B, .start = "ACK sip:bob@example.org", .to_tag = "b");
    g_assert_cmpint(state_at(&feed, 5000, false), ==, CALL_IN_CALL);
    g_assert_cmpint(state_at(&feed, 5000, true), ==, CALL_INCOMPLETE);
    FEED(&feed, 14000, .from = B, .to = A, .start = "BYE sip:alice@example.org", .from_tag = "b",
         .to_tag = "a");
    g_assert_cmpint(state_at(&feed, 14100, false), ==, CALL_IN_CALL);
    FEED(&feed, 14020, .from = A, .to = B, .start = "200 OK", .method = "BYE", .from_tag = "b",
         .to_tag = "a");
    const Call *call = only_call(&feed);
    g_assert_cmpint(state_at(&feed, 14100, true), ==, CALL_COMPLETED);
    g_assert_cmpint(call->ended_by, ==, ENDED_BY_CALLEE);
    g_assert_cmpint(call_post_dial_delay(call), ==, 500 * NS_PER_MS);
    g_assert_cmpint(call_setup_time(call), ==, 3000 * NS_PER_MS);
    g_assert_cmpint(call_ring_time(call), ==, 2500 * NS_PER_MS);
    g_assert_cmpint(call_talk_time(call), ==, 10000 * NS_PER_MS);
    g_assert_cmpuint(call->messages_seen, ==, 7);
    g_assert_cmpuint(call->final_status, ==, 200);
    model_free(feed.model);
}

typedef struct {
    const char *status;
    CallState state;
    EndedBy by;
} FailureRow;

static const FailureRow failures[] = {
    { "486 Busy Here", CALL_BUSY, ENDED_BY_CALLEE },
    { "600 Busy Everywhere", CALL_BUSY, ENDED_BY_CALLEE },
    { "403 Forbidden", CALL_REJECTED, ENDED_BY_CALLEE },
    { "488 Not Acceptable Here", CALL_REJECTED, ENDED_BY_CALLEE },
    { "603 Decline", CALL_REJECTED, ENDED_BY_CALLEE },
    { "302 Moved Temporarily", CALL_REDIRECTED, ENDED_BY_NETWORK },
    { "401 Unauthorized", CALL_UNAUTHORIZED, ENDED_BY_NETWORK },
    { "407 Proxy Authentication Required", CALL_UNAUTHORIZED, ENDED_BY_NETWORK },
    { "408 Request Timeout", CALL_TIMED_OUT, ENDED_BY_NETWORK },
    { "404 Not Found", CALL_FAILED, ENDED_BY_NETWORK },
    { "503 Service Unavailable", CALL_FAILED, ENDED_BY_NETWORK },
    { "487 Request Terminated", CALL_CANCELLED, ENDED_BY_CALLER },
};

static void test_failures(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(failures); i++) {
        SipFeed feed = begin();
        invite(&feed, 1000, 1);
        answer(&feed, 1500, "180 Ringing", 1);
        answer(&feed, 2000, failures[i].status, 1);
        const Call *call = only_call(&feed);
        g_assert_cmpint(state_at(&feed, 3000, false), ==, failures[i].state);
        g_assert_cmpint(call->ended_by, ==, failures[i].by);
        g_assert_cmpuint(call->final_status, ==, (guint)atoi(failures[i].status));
        g_assert_cmpint(call->end_ns, ==, 2000 * NS_PER_MS);
        model_free(feed.model);
    }
}

/* A challenge that is answered is no rejection; delays run from the first INVITE. */
static void test_challenge_answered(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    answer(&feed, 1010, "407 Proxy Authentication Required", 1);
    g_assert_cmpint(state_at(&feed, 1011, false), ==, CALL_UNAUTHORIZED);
    invite(&feed, 1100, 2);
    g_assert_cmpint(state_at(&feed, 1101, false), ==, CALL_CALLING);
    answer(&feed, 1600, "180 Ringing", 2);
    answer(&feed, 2000, "200 OK", 2);
    g_assert_cmpint(state_at(&feed, 2001, false), ==, CALL_IN_CALL);
    g_assert_cmpint(call_post_dial_delay(only_call(&feed)), ==, 600 * NS_PER_MS);
    g_assert_cmpint(only_call(&feed)->ended_by, ==, ENDED_BY_NOBODY);
    model_free(feed.model);
}

static void test_no_answer_times_out(void)
{
    SipFeed feed = begin();

    for (unsigned i = 0; i < 7; i++)
        invite(&feed, 1000 + 500 * ((1 << i) - 1), 1);
    const Call *call = only_call(&feed);
    g_assert_cmpuint(call->retransmissions, ==, 6);
    g_assert_cmpint(state_at(&feed, 32900, false), ==, CALL_CALLING);
    g_assert_cmpint(state_at(&feed, 33000, false), ==, CALL_TIMED_OUT);
    g_assert_cmpint(state_at(&feed, 32900, true), ==, CALL_INCOMPLETE);
    g_assert_cmpuint(call->final_status, ==, 0);
    model_free(feed.model);
}

static void test_cancel(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    answer(&feed, 1500, "180 Ringing", 1);
    FEED(&feed, 3000, .from = A, .to = B, .start = "CANCEL sip:bob@example.org",
         .branch = "z9hG4bK-1-INVITE-1");
    FEED(&feed, 3010, .from = B, .to = A, .start = "200 OK", .method = "CANCEL",
         .branch = "z9hG4bK-1-INVITE-1", .to_tag = "b");
    answer(&feed, 3020, "487 Request Terminated", 1);
    g_assert_cmpint(state_at(&feed, 3100, false), ==, CALL_CANCELLED);
    g_assert_cmpint(only_call(&feed)->ended_by, ==, ENDED_BY_CALLER);
    model_free(feed.model);
}

/* RFC 3261 section 9.1: a 200 may cross the CANCEL, and the call stands. */
static void test_cancel_crossed_by_answer(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    FEED(&feed, 3000, .from = A, .to = B, .start = "CANCEL sip:bob@example.org",
         .branch = "z9hG4bK-1-INVITE-1");
    answer(&feed, 3005, "200 OK", 1);
    g_assert_cmpint(state_at(&feed, 3100, false), ==, CALL_IN_CALL);
    model_free(feed.model);
}

static void proxied_invite(SipFeed *feed, int64_t ms, const char *to, const char *branch)
{
    FEED(feed, ms, .from = PROXY, .to = to, .start = "INVITE sip:bob@example.org", .vias = 2,
         .branch = branch);
}

/* One branch fails, another answers: the call is up, and the caller's hop gives the times. */
static void test_fork_behind_proxy(void)
{
    SipFeed feed = begin();

    FEED(&feed, 1000, .from = A, .to = PROXY, .start = "INVITE sip:bob@example.org");
    proxied_invite(&feed, 1010, B, "z9hG4bK-x");
    proxied_invite(&feed, 1011, "10.0.0.3:5060", "z9hG4bK-y");
    FEED(&feed, 1200, .from = B, .to = PROXY, .start = "486 Busy Here", .method = "INVITE",
         .vias = 2, .branch = "z9hG4bK-x", .to_tag = "b");
    g_assert_cmpint(state_at(&feed, 1201, false), ==, CALL_CALLING);
    FEED(&feed, 1300, .from = "10.0.0.3:5060", .to = PROXY, .start = "200 OK", .method = "INVITE",
         .vias = 2, .branch = "z9hG4bK-y", .to_tag = "c");
    FEED(&feed, 1310, .from = PROXY, .to = A, .start = "200 OK", .method = "INVITE", .to_tag = "c");
    g_assert_cmpint(state_at(&feed, 1311, false), ==, CALL_IN_CALL);
    g_assert_cmpint(call_setup_time(only_call(&feed)), ==, 310 * NS_PER_MS);
    model_free(feed.model);
}

/* The capture sees only the forking proxy's outgoing side: the call fails when all branches have,
 * with the best of their answers (section 16.7). */
static void test_fork_seen_at_branches(void)
{
    SipFeed feed = begin();

    proxied_invite(&feed, 1000, B, "z9hG4bK-x");
    proxied_invite(&feed, 1001, "10.0.0.3:5060", "z9hG4bK-y");
    FEED(&feed, 1200, .from = B, .to = PROXY, .start = "480 Temporarily Unavailable",
         .method = "INVITE", .vias = 2, .branch = "z9hG4bK-x", .to_tag = "b");
    g_assert_cmpint(state_at(&feed, 1201, false), ==, CALL_CALLING);
    FEED(&feed, 1300, .from = "10.0.0.3:5060", .to = PROXY, .start = "603 Decline",
         .method = "INVITE", .vias = 2, .branch = "z9hG4bK-y", .to_tag = "c");
    g_assert_cmpint(state_at(&feed, 1301, false), ==, CALL_REJECTED);
    g_assert_cmpuint(only_call(&feed)->final_status, ==, 603);
    model_free(feed.model);
}

/* Two 200s: the call lasts until both dialogs are gone. */
static void test_two_answers(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    answer(&feed, 2000, "200 OK", 1);
    FEED(&feed, 2001, .from = B, .to = A, .start = "200 OK", .method = "INVITE", .to_tag = "c");
    g_assert_cmpuint(only_call(&feed)->dialog_count, ==, 2);
    FEED(&feed, 2100, .from = A, .to = B, .start = "BYE sip:bob@example.org", .cseq = 2,
         .to_tag = "c");
    FEED(&feed, 2110, .from = B, .to = A, .start = "200 OK", .method = "BYE", .cseq = 2,
         .to_tag = "c");
    g_assert_cmpint(state_at(&feed, 2200, false), ==, CALL_IN_CALL);
    FEED(&feed, 9000, .from = A, .to = B, .start = "BYE sip:bob@example.org", .cseq = 3,
         .to_tag = "b");
    FEED(&feed, 9010, .from = B, .to = A, .start = "200 OK", .method = "BYE", .cseq = 3,
         .to_tag = "b");
    g_assert_cmpint(state_at(&feed, 9100, false), ==, CALL_COMPLETED);
    model_free(feed.model);
}

static void test_unanswered_bye(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    answer(&feed, 2000, "200 OK", 1);
    FEED(&feed, 9000, .from = A, .to = B, .start = "BYE sip:bob@example.org", .cseq = 2,
         .to_tag = "b");
    g_assert_cmpint(state_at(&feed, 9100, true), ==, CALL_INCOMPLETE);
    g_assert_cmpint(state_at(&feed, 41000, false), ==, CALL_TIMED_OUT);
    model_free(feed.model);
}

static void test_began_inside(void)
{
    SipFeed feed = begin();

    FEED(&feed, 9000, .from = A, .to = B, .start = "BYE sip:bob@example.org", .cseq = 2,
         .to_tag = "b");
    g_assert_true(only_call(&feed)->is_call);
    g_assert_cmpint(state_at(&feed, 9001, false), ==, CALL_IN_CALL);
    FEED(&feed, 9010, .from = B, .to = A, .start = "200 OK", .method = "BYE", .cseq = 2,
         .to_tag = "b");
    g_assert_cmpint(state_at(&feed, 9100, false), ==, CALL_INCOMPLETE);
    g_assert_cmpint(call_setup_time(only_call(&feed)), ==, TIME_UNKNOWN);
    model_free(feed.model);
}

/* Queues of a mirror port deliver out of order: the 100 may come before its INVITE. */
static void test_response_before_request(void)
{
    SipFeed feed = begin();

    answer(&feed, 1000, "100 Trying", 1);
    invite(&feed, 1000, 1);
    answer(&feed, 1500, "180 Ringing", 1);
    answer(&feed, 2000, "200 OK", 1);
    const Call *call = only_call(&feed);
    g_assert_false(call->began_inside);
    g_assert_cmpint(call_setup_time(call), ==, 1000 * NS_PER_MS);
    g_assert_cmpint(state_at(&feed, 2100, false), ==, CALL_IN_CALL);
    model_free(feed.model);
}

/* A mirror port sends each message twice within a moment; a retransmission takes T1. */
static void test_mirror_copies(void)
{
    SipFeed feed = begin();

    invite(&feed, 1000, 1);
    invite(&feed, 1001, 1);
    answer(&feed, 1200, "180 Ringing", 1);
    answer(&feed, 1203, "180 Ringing", 1);
    invite(&feed, 1500, 1);
    invite(&feed, 1501, 1);
    const Call *call = only_call(&feed);
    g_assert_cmpuint(call->messages_seen, ==, 3);
    g_assert_cmpuint(call->retransmissions, ==, 1);
    g_assert_cmpuint(feed.model->facts.anomalies[ANOMALY_CALL_MIRROR_COPY], ==, 3);
    g_assert_cmpuint(feed.model->sip.requests[SIP_INVITE], ==, 2);
    model_free(feed.model);
}

static void test_options_is_no_call(void)
{
    SipFeed feed = begin();

    FEED(&feed, 1000, .from = A, .to = B, .start = "OPTIONS sip:bob@example.org");
    FEED(&feed, 1005, .from = B, .to = A, .start = "200 OK", .method = "OPTIONS", .to_tag = "b");
    g_assert_false(only_call(&feed)->is_call);
    g_assert_cmpint(state_at(&feed, 1100, false), ==, CALL_COMPLETED);
    FEED(&feed, 31000, .from = A, .to = B, .start = "OPTIONS sip:bob@example.org", .cseq = 2);
    g_assert_cmpint(state_at(&feed, 31001, false), ==, CALL_CALLING);
    g_assert_cmpint(state_at(&feed, 63001, false), ==, CALL_TIMED_OUT);
    model_free(feed.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/call/completed", test_completed);
    g_test_add_func("/call/failures", test_failures);
    g_test_add_func("/call/challenge-answered", test_challenge_answered);
    g_test_add_func("/call/no-answer-times-out", test_no_answer_times_out);
    g_test_add_func("/call/cancel", test_cancel);
    g_test_add_func("/call/cancel-crossed-by-answer", test_cancel_crossed_by_answer);
    g_test_add_func("/call/fork-behind-proxy", test_fork_behind_proxy);
    g_test_add_func("/call/fork-seen-at-branches", test_fork_seen_at_branches);
    g_test_add_func("/call/two-answers", test_two_answers);
    g_test_add_func("/call/unanswered-bye", test_unanswered_bye);
    g_test_add_func("/call/began-inside", test_began_inside);
    g_test_add_func("/call/response-before-request", test_response_before_request);
    g_test_add_func("/call/mirror-copies", test_mirror_copies);
    g_test_add_func("/call/options-is-no-call", test_options_is_no_call);
    return g_test_run();
}
