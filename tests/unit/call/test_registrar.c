/* Registrations and subscriptions as their servers see them. */
#include "support/sip_feed.h"

#define PHONE     "10.0.0.1:5060"
#define REGISTRAR "10.0.0.9:5060"

static SipFeed begin(void)
{
    return (SipFeed){ .model = model_new(NULL), .call_id = "reg@test" };
}

static void ask(SipFeed *feed, int64_t ms, unsigned cseq, const char *headers)
{
    FEED(feed, ms, .from = PHONE, .to = REGISTRAR, .start = "REGISTER sip:example.org",
         .cseq = cseq, .headers = headers);
}

static void reply(SipFeed *feed, int64_t ms, unsigned cseq, const char *status, const char *headers)
{
    FEED(feed, ms, .from = REGISTRAR, .to = PHONE, .start = status, .method = "REGISTER",
         .cseq = cseq, .to_tag = "r", .headers = headers);
}

static const Registration *only(const SipFeed *feed)
{
    g_assert_cmpuint(feed->model->registrations->len, ==, 1);
    return g_ptr_array_index(feed->model->registrations, 0);
}

static RegistrationState state_at(const SipFeed *feed, int64_t ms)
{
    return registration_state(only(feed), ms * NS_PER_MS);
}

static void test_life(void)
{
    SipFeed feed = begin();
    const char *contact =
        "Contact: <sip:bob@10.0.0.1:5060>\r\nExpires: 600\r\nUser-Agent: Phone 1\r\n";

    ask(&feed, 1000, 1, contact);
    g_assert_cmpint(state_at(&feed, 1000), ==, REGISTRATION_PENDING);
    reply(&feed, 1010, 1, "401 Unauthorized", NULL);
    g_assert_cmpint(state_at(&feed, 1010), ==, REGISTRATION_CHALLENGED);
    ask(&feed, 1100, 2, contact);
    reply(&feed, 1150, 2, "200 OK", "Contact: <sip:bob@10.0.0.1:5060>;expires=300\r\n");
    const Registration *r = only(&feed);
    g_assert_cmpint(state_at(&feed, 1200), ==, REGISTRATION_ACTIVE);
    g_assert_cmpint(r->expires_s, ==, 300);
    g_assert_cmpint(r->delay_ns, ==, 50 * NS_PER_MS);
    g_assert_cmpuint(r->challenges, ==, 1);
    g_assert_cmpuint(r->requests, ==, 2);
    g_assert_cmpstr(r->aor, ==, "sip:bob@example.org");
    g_assert_cmpstr(r->user_agent, ==, "Phone 1");
    g_assert_cmpint(state_at(&feed, 302000), ==, REGISTRATION_EXPIRED);
    ask(&feed, 310000, 3, "Contact: <sip:bob@10.0.0.1:5060>\r\nExpires: 0\r\n");
    reply(&feed, 310010, 3, "200 OK", NULL);
    g_assert_cmpint(state_at(&feed, 310020), ==, REGISTRATION_REMOVED);
    model_free(feed.model);
}

/* What stands between a phone and its registrar, and how often it comes back. */
static void test_nat(void)
{
    SipFeed feed = begin();
    const char *inside = "Contact: <sip:bob@192.168.1.2:5060>;expires=60\r\n";

    ask(&feed, 1000, 1, inside);
    reply(&feed, 1010, 1, "200 OK", inside);
    g_assert_cmpint(only(&feed)->nat, ==, NAT_BETWEEN);
    g_assert_cmpint(only(&feed)->refresh_ns, ==, TIME_UNKNOWN);
    g_assert_cmpint(registration_left_s(only(&feed), 11010 * NS_PER_MS), ==, 50);
    g_assert_cmpint(registration_left_s(only(&feed), 99999 * NS_PER_MS), ==, 0);
    ask(&feed, 31000, 2, inside);
    reply(&feed, 31010, 2, "200 OK", "Path: <sip:edge.example.org;lr>\r\n");
    g_assert_cmpint(only(&feed)->refresh_ns, ==, 30 * NS_PER_S);
    g_assert_cmpstr(only(&feed)->path, ==, "<sip:edge.example.org;lr>");
    model_free(feed.model);
    feed = begin();
    ask(&feed, 1000, 1, "Contact: <sip:bob@10.0.0.1:5060>\r\n");
    g_assert_cmpint(only(&feed)->nat, ==, NAT_NONE);
    ask(&feed, 2000, 2, "Contact: <sip:bob@10.0.0.1:5060>\r\n");
    g_assert_cmpint(registration_left_s(only(&feed), 3000 * NS_PER_MS), ==, -1);
    model_free(feed.model);
    feed = begin();
    ask(&feed, 1000, 1, "Contact: <sip:bob@phone.example.org>\r\n");
    g_assert_cmpint(only(&feed)->nat, ==, NAT_UNKNOWN);
    model_free(feed.model);
}

static void test_refused(void)
{
    SipFeed feed = begin();

    ask(&feed, 1000, 1, "Contact: <sip:bob@10.0.0.1:5060>\r\n");
    ask(&feed, 1500, 1, "Contact: <sip:bob@10.0.0.1:5060>\r\n");
    reply(&feed, 1510, 1, "403 Forbidden", NULL);
    g_assert_cmpint(state_at(&feed, 1600), ==, REGISTRATION_FAILED);
    g_assert_cmpuint(only(&feed)->requests, ==, 1);
    g_assert_cmpuint(only(&feed)->failures, ==, 1);
    model_free(feed.model);
}

/* "Contact: *" with Expires 0 takes all bindings away (RFC 3261 section 10.2.2). */
static void test_star(void)
{
    SipFeed feed = begin();

    ask(&feed, 1000, 1, "Contact: <sip:bob@10.0.0.1:5060>, <sip:bob@10.0.0.3>;expires=60\r\n");
    reply(&feed, 1010, 1, "200 OK",
          "Contact: <sip:bob@10.0.0.1:5060>;expires=600, <sip:bob@10.0.0.3>;expires=60\r\n");
    g_assert_cmpuint(feed.model->registrations->len, ==, 2);
    ask(&feed, 2000, 2, "Contact: *\r\nExpires: 0\r\n");
    reply(&feed, 2010, 2, "200 OK", NULL);
    for (guint i = 0; i < 2; i++) {
        const Registration *r = g_ptr_array_index(feed.model->registrations, i);
        g_assert_cmpint(r->state, ==, REGISTRATION_REMOVED);
    }
    model_free(feed.model);
}

static void test_subscription(void)
{
    SipFeed feed = begin();

    FEED(&feed, 1000, .from = PHONE, .to = REGISTRAR, .start = "SUBSCRIBE sip:bob@example.org",
         .headers = "Event: presence\r\nExpires: 600\r\n");
    FEED(&feed, 1010, .from = REGISTRAR, .to = PHONE, .start = "200 OK", .method = "SUBSCRIBE",
         .to_tag = "n", .headers = "Expires: 300\r\n");
    g_assert_cmpuint(feed.model->subscriptions->len, ==, 1);
    const Subscription *s = g_ptr_array_index(feed.model->subscriptions, 0);
    g_assert_cmpstr(s->event, ==, "presence");
    g_assert_cmpint(s->expires_s, ==, 300);
    g_assert_cmpint(subscription_state(s, 2000 * NS_PER_MS), ==, SUBSCRIPTION_ACTIVE);
    g_assert_cmpint(subscription_state(s, 400000 * NS_PER_MS), ==, SUBSCRIPTION_EXPIRED);
    FEED(&feed, 1100, .from = REGISTRAR, .to = PHONE, .start = "NOTIFY sip:alice@10.0.0.1",
         .from_tag = "n", .to_tag = "a",
         .headers = "Event: presence\r\nSubscription-State: "
                    "terminated;reason=timeout\r\n");
    g_assert_cmpuint(s->notifications, ==, 1);
    g_assert_cmpint(s->state, ==, SUBSCRIPTION_TERMINATED);
    g_assert_cmpstr(s->reason, ==, "timeout");
    model_free(feed.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/registrar/life", test_life);
    g_test_add_func("/registrar/nat", test_nat);
    g_test_add_func("/registrar/refused", test_refused);
    g_test_add_func("/registrar/star", test_star);
    g_test_add_func("/registrar/subscription", test_subscription);
    return g_test_run();
}
