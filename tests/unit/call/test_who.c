/* Who is who (endpoint.h), and who attacks (security.h). */
#include "dissect/call/endpoint.h"
#include "dissect/call/security.h"
#include "support/sip_feed.h"

#define PHONE  "10.0.0.1:5060"
#define SERVER "10.0.0.9:5060"
#define FAR    "10.0.0.2:5060"

static uint32_t id_of(const SipFeed *feed, const char *text)
{
    return model_endpoint_id(feed->model, feed_endpoint(text));
}

static bool has_role(const SipFeed *feed, const char *text, EndpointRole role)
{
    return endpoint_has_role(feed->model, id_of(feed, text), role);
}

static bool attacks(const SipFeed *feed, const char *text, SecurityRule rule)
{
    const SecuritySource *source = security_source_of(feed->model, feed_endpoint(text).ip);
    return source && security_finding(source, rule);
}

static unsigned attacks_found(const SipFeed *feed)
{
    unsigned found = 0;

    for (unsigned i = 0; i < security_source_count(feed->model); i++)
        for (unsigned rule = 0; rule < SECURITY_RULES; rule++)
            found += security_rule_is_attack(rule) &&
                     security_finding(security_source_at(feed->model, i), rule);
    return found;
}

static void ask_for(SipFeed *feed, int64_t ms, const char *method, const char *user,
                    const char *status)
{
    g_autofree char *id = g_strdup_printf("%s-%" G_GINT64_FORMAT, user, ms);
    g_autofree char *start = g_strdup_printf("%s sip:%s@example.org", method, user);
    g_autofree char *request = g_strdup_printf(
        "%s SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK%s\r\nFrom: <sip:x@y>;tag=1\r\n"
        "To: <sip:%s@example.org>\r\nCall-ID: %s\r\nCSeq: 1 %s\r\n\r\n",
        start, id, user, id, method);
    g_autofree char *answer = g_strdup_printf(
        "SIP/2.0 %s\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK%s\r\nFrom: <sip:x@y>;tag=1\r\n"
        "To: <sip:%s@example.org>;tag=2\r\nCall-ID: %s\r\nCSeq: 1 %s\r\n\r\n",
        status, id, user, id, method);

    feed->now_ms = ms;
    feed_bytes(feed, PHONE, SERVER, request);
    feed_bytes(feed, SERVER, PHONE, answer);
}

static void test_enumeration(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    for (unsigned i = 0; i < 9; i++) {
        g_autofree char *user = g_strdup_printf("%u", 100 + i);
        ask_for(&feed, 1000 + i, "OPTIONS", user, "404 Not Found");
    }
    g_assert_cmpuint(attacks_found(&feed), ==, 0);
    ask_for(&feed, 2000, "OPTIONS", "109", "404 Not Found");
    g_assert_true(attacks(&feed, PHONE, SECURITY_ENUMERATION));
    g_assert_true(has_role(&feed, PHONE, ROLE_SCANNER));
    g_assert_false(has_role(&feed, PHONE, ROLE_USER_AGENT));
    g_assert_cmpuint(attacks_found(&feed), ==, 1);
    model_free(feed.model);
}

/* The same with every other request agreed to is an office behind one address. */
static void test_office(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    for (unsigned i = 0; i < 60; i++) {
        g_autofree char *user = g_strdup_printf("%u", 100 + i / 2);
        ask_for(&feed, 1000 + i, "REGISTER", user, i % 2 ? "200 OK" : "401 Unauthorized");
    }
    g_assert_cmpuint(attacks_found(&feed), ==, 0);
    model_free(feed.model);
}

static void test_fraud(void)
{
    static const char *const numbers[] = { "0097259123456", "+97259123456", "900972591234",
                                           "01197259123456", "00442071234567" };
    SipFeed feed = { .model = model_new(NULL) };

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_assert_false(attacks(&feed, PHONE, SECURITY_TOLL_FRAUD));
        ask_for(&feed, 1000 + i, "INVITE", numbers[i], "403 Forbidden");
    }
    g_assert_true(attacks(&feed, PHONE, SECURITY_TOLL_FRAUD));
    model_free(feed.model);
}

static void test_flood(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    for (unsigned i = 0; i < 99; i++)
        ask_for(&feed, 1000 + i, "INVITE", "bob", "503 Service Unavailable");
    g_assert_false(attacks(&feed, PHONE, SECURITY_FLOOD));
    ask_for(&feed, 1999, "INVITE", "bob", "503 Service Unavailable");
    g_assert_true(attacks(&feed, PHONE, SECURITY_FLOOD));
    model_free(feed.model);
}

static void establish(SipFeed *feed)
{
    FEED(feed, 1000, .from = PHONE, .to = SERVER, .start = "INVITE sip:bob@example.org");
    FEED(feed, 1100, .from = SERVER, .to = PHONE, .start = "200 OK", .method = "INVITE",
         .to_tag = "b");
}

static void test_spoofed(void)
{
    SipFeed feed = { .model = model_new(NULL), .call_id = "spoof" };

    establish(&feed);
    FEED(&feed, 5000, .from = "10.0.0.77:5060", .to = SERVER, .start = "BYE sip:bob@example.org",
         .cseq = 2, .to_tag = "b");
    g_assert_true(attacks(&feed, "10.0.0.77:5060", SECURITY_SPOOFED_REQUEST));
    model_free(feed.model);
    feed = (SipFeed){ .model = model_new(NULL), .call_id = "direct" };
    establish(&feed);
    FEED(&feed, 5000, .from = FAR, .to = PHONE, .start = "BYE sip:a@example.org", .from_tag = "b",
         .to_tag = "a"); /* past the proxy, from where the callee is */
    FEED(&feed, 6000, .from = PHONE, .to = FAR, .start = "BYE sip:bob@example.org", .cseq = 3,
         .to_tag = "b");
    g_assert_cmpuint(attacks_found(&feed), ==, 0);
    model_free(feed.model);
}

/* A stranger's re-INVITE is that of a server that took over, until the caller speaks again. */
static void test_takeover(void)
{
    SipFeed feed = { .model = model_new(NULL), .call_id = "takeover" };

    establish(&feed);
    FEED(&feed, 5000, .from = "10.0.0.77:5060", .to = SERVER, .start = "INVITE sip:bob@example.org",
         .cseq = 2, .to_tag = "b");
    FEED(&feed, 5100, .from = SERVER, .to = "10.0.0.77:5060", .start = "200 OK", .method = "INVITE",
         .cseq = 2, .to_tag = "b");
    FEED(&feed, 6000, .from = SERVER, .to = PHONE, .start = "BYE sip:a@example.org",
         .from_tag = "b", .to_tag = "a"); /* of the other party */
    g_assert_cmpuint(attacks_found(&feed), ==, 0);
    FEED(&feed, 7000, .from = PHONE, .to = SERVER, .start = "BYE sip:bob@example.org", .cseq = 3,
         .to_tag = "b");
    g_assert_true(attacks(&feed, "10.0.0.77:5060", SECURITY_SPOOFED_REQUEST));
    model_free(feed.model);
}

/* Nobody is at home, but they all exist: a tenth need not be answered. */
static void test_dialler(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    for (unsigned i = 0; i < 30; i++) {
        g_autofree char *number = g_strdup_printf("+4930%07u", i);
        ask_for(&feed, 1000 + i, "INVITE", number, i % 2 ? "486 Busy Here" : "480 Gone");
    }
    for (unsigned i = 0; i < 30; i++) { /* the carrier has an outage */
        g_autofree char *number = g_strdup_printf("+4931%07u", i);
        ask_for(&feed, 100000 + i, "INVITE", number, "503 Service Unavailable");
    }
    g_assert_cmpuint(attacks_found(&feed), ==, 0);
    model_free(feed.model);
}

static void test_distinct(void)
{
    DistinctSet set = { 0 };

    for (unsigned i = 0; i < DISTINCT_MAX; i++) {
        g_assert_true(distinct_add(&set, i));
        g_assert_false(distinct_add(&set, i));
    }
    g_assert_false(distinct_add(&set, DISTINCT_MAX));
    g_assert_false(distinct_has(&set, DISTINCT_MAX));
    g_assert_true(distinct_remove(&set, 0));
    g_assert_false(distinct_remove(&set, 0));
    g_assert_true(distinct_has(&set, DISTINCT_MAX - 1));
    g_assert_true(distinct_add(&set, DISTINCT_MAX));
    g_assert_cmpuint(set.count, ==, DISTINCT_MAX);
}

/* The INVITE comes to one address, and goes on from another before it is answered. */
static void arms(SipFeed *feed, bool answered_first)
{
    const char *session = "Session-ID: ab30317f1a784dc48ff824d0d3715d86\r\n";

    feed->call_id = "near";
    FEED(feed, 1000, .from = PHONE, .to = SERVER, .start = "INVITE sip:bob@example.org",
         .headers = session);
    if (answered_first)
        FEED(feed, 1100, .from = SERVER, .to = PHONE, .start = "200 OK", .method = "INVITE",
             .to_tag = "b");
    feed->call_id = "far";
    FEED(feed, 1200, .from = "192.0.2.9:5060", .to = FAR, .start = "INVITE sip:x@example.net",
         .headers = session);
}

static void test_two_arms(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    arms(&feed, false);
    g_assert_true(has_role(&feed, SERVER, ROLE_B2BUA));
    g_assert_true(has_role(&feed, "192.0.2.9:5060", ROLE_B2BUA));
    g_assert_false(has_role(&feed, PHONE, ROLE_B2BUA));
    model_free(feed.model);
    feed = (SipFeed){ .model = model_new(NULL) };
    arms(&feed, true);
    g_assert_false(has_role(&feed, SERVER, ROLE_B2BUA));
    model_free(feed.model);
}

static void test_bridge(void)
{
    SipFeed feed = { .model = model_new(NULL), .call_id = "in" };

    FEED(&feed, 1000, .from = PHONE, .to = SERVER, .start = "INVITE sip:bob@example.org");
    feed.call_id = "out";
    FEED(&feed, 3500, .from = SERVER, .to = FAR, .start = "INVITE sip:bob@example.org");
    g_assert_false(has_role(&feed, SERVER, ROLE_B2BUA)); /* too late to be the same */
    feed.call_id = "in2";
    FEED(&feed, 5000, .from = PHONE, .to = SERVER, .start = "INVITE sip:bob@example.org");
    feed.call_id = "out2";
    FEED(&feed, 5100, .from = SERVER, .to = FAR, .start = "INVITE sip:bob@example.org");
    g_assert_true(has_role(&feed, SERVER, ROLE_B2BUA));
    g_assert_true(has_role(&feed, PHONE, ROLE_USER_AGENT));
    g_assert_false(has_role(&feed, FAR, ROLE_USER_AGENT)); /* it said nothing yet */
    model_free(feed.model);
}

/* Two branches of a fork answer one call. */
static void test_two_answers(void)
{
    SipFeed feed = { .model = model_new(NULL), .call_id = "fork" };

    establish(&feed);
    FEED(&feed, 1200, .from = SERVER, .to = PHONE, .start = "200 OK", .method = "INVITE",
         .to_tag = "c");
    const EndpointFacts *facts = endpoint_facts(feed.model, id_of(&feed, PHONE));
    g_assert_cmpuint(facts->from.calls, ==, 1);
    g_assert_cmpuint(facts->from.answered, ==, 1);
    g_assert_cmpuint(facts->pdd_count, ==, 1);
    model_free(feed.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/who/enumeration", test_enumeration);
    g_test_add_func("/who/office", test_office);
    g_test_add_func("/who/fraud", test_fraud);
    g_test_add_func("/who/flood", test_flood);
    g_test_add_func("/who/spoofed", test_spoofed);
    g_test_add_func("/who/takeover", test_takeover);
    g_test_add_func("/who/dialler", test_dialler);
    g_test_add_func("/who/distinct", test_distinct);
    g_test_add_func("/who/two-arms", test_two_arms);
    g_test_add_func("/who/bridge", test_bridge);
    g_test_add_func("/who/two-answers", test_two_answers);
    return g_test_run();
}
