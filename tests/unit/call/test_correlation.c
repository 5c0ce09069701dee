/* The parts that calls are related with: the ring of signs, users told by their end, stories. */
#include "dissect/call/correlation.h"
#include "dissect/call/same_user.h"
#include "dissect/call/sign_table.h"
#include "dissect/call/transfer.h"
#include "support/sip_feed.h"

static void add(SignTable *table, uint64_t key, uint32_t call)
{
    sign_table_add(table, &(Sign){ .key = key, .call = call, .time_ns = call });
}

static void test_signs(void)
{
    SignTable table;

    sign_table_init(&table);
    g_assert_null(sign_table_find(&table, 7));
    add(&table, 7, 1);
    add(&table, 8, 2);
    add(&table, 7, 3);
    add(&table, 7, 3);
    const Sign *sign = sign_table_find(&table, 7);
    g_assert_cmpuint(sign->call, ==, 3);
    sign = sign_table_older(&table, sign);
    g_assert_cmpuint(sign->call, ==, 1);
    g_assert_null(sign_table_older(&table, sign));
    g_assert_cmpuint(sign_table_find(&table, 8)->call, ==, 2);
    sign_table_clear(&table);
}

/* The oldest signs go; chains end where they went, also when all share one key. */
static void test_signs_go_round(void)
{
    SignTable table;

    sign_table_init(&table);
    add(&table, 1, 1);
    for (uint32_t i = 0; i < 3 * SIGNS_MAX; i++)
        add(&table, 5 + i % 3, i + 2);
    g_assert_null(sign_table_find(&table, 1));
    unsigned count = 0;
    for (uint64_t key = 5; key < 8; key++) {
        uint32_t last = UINT32_MAX;
        const Sign *sign = sign_table_find(&table, key);
        for (; sign; sign = sign_table_older(&table, sign), count++) {
            g_assert_cmpuint(sign->call, <, last);
            last = sign->call;
        }
    }
    g_assert_cmpuint(count, ==, SIGNS_MAX);
    sign_table_clear(&table);
}

static bool same(const char *a, const char *b)
{
    char one[SAME_USER_DIGITS], other[SAME_USER_DIGITS];
    Slice left = slice_from_string(a), right = slice_from_string(b);
    bool equal = same_user(left, right);

    g_assert_cmpint(same_user(right, left), ==, equal);
    if (equal)
        g_assert_true(slice_equal(same_user_tail(left, one), same_user_tail(right, other)));
    return equal;
}

static void test_users(void)
{
    g_assert_true(same("alice", "alice"));
    g_assert_false(same("alice", "Alice"));
    g_assert_false(same("alice", "e"));
    g_assert_true(same("+4930123456", "030123456"));
    g_assert_true(same("+49-30-123456;phone-context=x", "4930123456"));
    g_assert_true(same("9101", "101"));
    g_assert_false(same("101", "01"));
    g_assert_true(same("12", "12"));
    g_assert_false(same("", ""));
    g_assert_false(same("+4930123456", "+4930123457"));
    g_assert_false(same("1234567890123456789012345678901234567890", "890"));
}

static void invite(SipFeed *feed, int64_t ms, const char *call_id, const char *from,
                   const char *headers)
{
    feed->call_id = call_id;
    FEED(feed, ms, .from = from, .to = "10.0.0.9:5060", .start = "INVITE sip:bob@example.org",
         .headers = headers);
}

/* A chain of legs is one story, from whichever call it is looked at. */
static void test_story(void)
{
    SipFeed feed = { .model = model_new(NULL) };
    g_autoptr(GArray) story = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    invite(&feed, 0, "one", "10.0.0.1:5060", NULL);
    invite(&feed, 10000, "two", "10.0.0.2:5060", "X-CID: one\r\n");
    invite(&feed, 20000, "three", "10.0.0.3:5060", "X-CID: two\r\n");
    invite(&feed, 30000, "four", "10.0.0.4:5060", NULL);
    call_story(feed.model, 3, story);
    g_assert_cmpuint(story->len, ==, 3);
    g_assert_cmpuint(g_array_index(story, uint32_t, 0), ==, 3);
    g_assert_cmpuint(call_relation_count(model_call(feed.model, 4)), ==, 0);
    g_assert_cmpuint(call_relation_count(model_call(feed.model, 2)), ==, 2);
    model_free(feed.model);
}

/* One header shared by very many calls: each call keeps a bounded number of relations. */
static void test_bounded(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    for (unsigned i = 0; i < 3 * RELATIONS_MAX; i++) {
        g_autofree char *id = g_strdup_printf("call-%u", i);
        invite(&feed, 10000 * i, id, "10.0.0.1:5060", "X-CID: the-same\r\n");
    }
    for (uint32_t i = 1; i <= 3 * RELATIONS_MAX; i++)
        g_assert_cmpuint(call_relation_count(model_call(feed.model, i)), <=, RELATIONS_MAX);
    model_free(feed.model);
}

static void test_settings(void)
{
    SipFeed feed = { .model = model_new(NULL) };

    correlation_configure(feed.model, &(CorrelationOptions){ .headers = " X-Mine ,, X-Other" });
    invite(&feed, 0, "one", "10.0.0.1:5060", NULL);
    invite(&feed, 10000, "two", "10.0.0.1:5060", "X-CID: one\r\n");
    invite(&feed, 20000, "three", "10.0.0.1:5060", "x-mine: one\r\n");
    g_assert_cmpuint(call_relation_count(model_call(feed.model, 2)), ==, 0);
    g_assert_cmpuint(call_relation_count(model_call(feed.model, 3)), ==, 1);
    correlation_configure(feed.model, &(CorrelationOptions){ .off = true });
    invite(&feed, 30000, "four", "10.0.0.1:5060", "X-CID: one\r\n");
    g_assert_cmpuint(call_relation_count(model_call(feed.model, 4)), ==, 0);
    model_free(feed.model);
}

/* Every cut of a sipfrag and of a Refer-To is harmless. */
static void test_cut_short(void)
{
    static const char fragment[] = "SIP/2.0 200 OK\r\nX: y\r\n";
    static const char target[] = "<sip:c@h?Replaces=a%40b%3Bto-tag%3D1>";

    for (size_t cut = 0; cut < sizeof target; cut++) {
        SipFeed feed = { .model = model_new(NULL), .call_id = "one" };
        g_autofree char *refer = g_strdup_printf("Refer-To: %.*s\r\n", (int)cut, target);
        FEED(&feed, 0, .from = "10.0.0.1:5060", .to = "10.0.0.2:5060",
             .start = "REFER sip:bob@example.org", .to_tag = "b", .headers = refer);
        g_autofree char *notify =
            g_strdup_printf("NOTIFY sip:alice@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKn\r\n"
                            "From: <sip:bob@h>;tag=b\r\nTo: <sip:alice@h>;tag=a\r\nCall-ID: one\r\n"
                            "CSeq: 1 NOTIFY\r\nEvent: refer\r\nContent-Type: message/sipfrag\r\n"
                            "Content-Length: %zu\r\n\r\n%.*s",
                            MIN(cut, sizeof fragment - 1), (int)cut, fragment);
        feed_bytes(&feed, "10.0.0.2:5060", "10.0.0.1:5060", notify);
        const Call *call = model_call(feed.model, 1);
        g_assert_cmpuint(call_transfer_count(call), <=, 1);
        if (call_transfer_count(call))
            g_assert_true(call_transfer(call, 0)->status == 0 ||
                          call_transfer(call, 0)->status == 200);
        model_free(feed.model);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/correlation/signs", test_signs);
    g_test_add_func("/correlation/signs-go-round", test_signs_go_round);
    g_test_add_func("/correlation/users", test_users);
    g_test_add_func("/correlation/story", test_story);
    g_test_add_func("/correlation/bounded", test_bounded);
    g_test_add_func("/correlation/settings", test_settings);
    g_test_add_func("/correlation/cut-short", test_cut_short);
    return g_test_run();
}
