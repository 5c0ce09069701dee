#include "dissect/filter/filter.h"
#include "support/sample_calls.h"

typedef struct {
    const char *filter;
    bool completed, busy; /* which of the two calls match */
} MatchCase;

static const MatchCase match_cases[] = {
    { "", true, true },
    { "  ", true, true },
    { "call.state", true, true },
    { "call.state == completed", true, false },
    { "call.state == COMPLETED", true, false },
    { "call.state != completed", false, true },
    { "call.state ne \"busy\"", true, false },
    { "call.state in {busy, failed}", false, true },
    { "call.from contains alice", true, true },
    { "call.from == alice", true, true },
    { "call.from == ali", false, false },
    { "call.from contains ALICE", false, false },
    { "call.from matches \"^SIP:ALICE@\"", true, true },
    { "call.to ~ \"b.b\"", true, true },
    { "call.id == one", true, false },
    { "sip.Call-ID == two", false, true },
    { "sip.Method == BYE", true, false },
    { "sip.method == BYE", true, false },
    { "sip.Method != BYE", false, true },
    { "not sip.Method == BYE", false, true },
    { "!(sip.Method == BYE)", false, true },
    { "sip.Status-Code == 486", false, true },
    { "sip.Status-Code >= 400", false, true },
    { "sip.Status-Code>=400&&sip.Method==INVITE", false, true },
    { "sip.Status-Code in {100..199}", true, false },
    { "sip.Status-Code in {180, 486}", true, true },
    { "call.pdd > 0.4 and call.pdd < 0.6", true, false },
    { "call.pdd", true, false },
    { "!call.pdd", false, true },
    { "call.talk == 10", true, false },
    { "call.ended_by == caller", true, false },
    { "call.final_status == 0x1e6", false, true },
    { "call.messages gt 4", true, false },
    { "call.retransmissions == 0", true, false },
    { "ip.addr == 10.0.0.2", true, true },
    { "ip.addr == 10.0.0.0/8", true, true },
    { "ip.addr == 11.0.0.0/8", false, false },
    { "ip.src == ::1", false, false },
    { "ip.addr != 10.0.0.1", false, false },
    { "udp.port == 5060", true, true },
    { "tcp.port", false, false },
    { "rtp.ssrc == 0x1234", false, false },
    { "call.state == busy or call.state == completed", true, true },
    { "call.id == one and call.state == busy or call.id == two", false, true },
    { "call.id == one and (call.state == busy or call.id == two)", false, false },
    { "not not call.id == one", true, false },
};

static void test_matches(void)
{
    SipFeed feed = sample_feed();

    sample_completed_call(&feed, "one");
    sample_busy_call(&feed, "two");
    for (size_t i = 0; i < G_N_ELEMENTS(match_cases); i++) {
        const MatchCase *c = &match_cases[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(Filter) filter = filter_compile(c->filter, &error);

        g_test_message("%s", c->filter);
        g_assert_no_error(error);
        g_assert_cmpint(filter_matches(filter, feed.model, model_call(feed.model, 1)), ==,
                        c->completed);
        g_assert_cmpint(filter_matches(filter, feed.model, model_call(feed.model, 2)), ==, c->busy);
    }
    model_free(feed.model);
}

static bool call_matches(const Model *model, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Filter) filter = filter_compile(text, &error);

    g_test_message("%s", text);
    g_assert_no_error(error);
    return filter_matches(filter, model, model_call(model, 1));
}

/* The session that bore the messages: between the same ends, begun before them. */
static void test_tls(void)
{
    SipFeed feed = sample_feed();
    sample_completed_call(&feed, "one");
    Call *call = model_call(feed.model, 1);
    Endpoint a = model_endpoint(feed.model, call->messages[0].source);
    Endpoint b = model_endpoint(feed.model, call->messages[0].destination);
    TlsSession *sessions[3]; /* the last comes after the call */

    g_assert_false(call_matches(feed.model, "tls.handshake.version"));
    for (unsigned i = 0; i < call->message_count; i++)
        call->messages[i].transport = SIP_OVER_TLS;
    for (unsigned i = 0; i < G_N_ELEMENTS(sessions); i++) {
        sessions[i] =
            i % 2 ? tls_session_add(feed.model->tls, a, b) : tls_session_add(feed.model->tls, b, a);
        sessions[i]->first_ns = i < 2 ? (int64_t)i : INT64_MAX;
        sessions[i]->version = (uint16_t)(0x0302 + i);
    }
    sessions[1]->suite = 0xc030;
    sessions[1]->server_name = g_strdup("sip.example.org");
    sessions[1]->alerts[0].description = 45;
    sessions[1]->alert_count = 1;
    sessions[1]->outcome = TLS_READ;
    g_assert_true(call_matches(feed.model, "tls.handshake.version == 0x0303"));
    g_assert_true(call_matches(feed.model, "tls.handshake.ciphersuite == 0xc030"));
    g_assert_true(call_matches(feed.model, "tls.handshake.extensions_server_name contains sip."));
    g_assert_true(call_matches(feed.model, "tls.alert_message.desc == 45"));
    g_assert_true(call_matches(feed.model, "tls.outcome == decrypted"));
    g_assert_false(call_matches(feed.model, "tls.handshake.version == 0x0302"));
    g_assert_false(call_matches(feed.model, "tls.handshake.version == 0x0304"));
    g_assert_false(call_matches(feed.model, "tls.certificate.validity"));
    for (unsigned i = 0; i < G_N_ELEMENTS(sessions); i++)
        tls_session_unref(sessions[i]);
    model_free(feed.model);
}

static void test_errors(void)
{
    static const char *const cases[][2] = {
        { "call.sate == busy", "column 1: unknown field 'call.sate' (call.state?)" },
        { "xyzzy", "column 1: unknown field 'xyzzy'" },
        { "call.id == one and call.frm == x", "column 20: unknown field 'call.frm' (call.from?)" },
        { "call.state == bussy", "column 15: call.state is never 'bussy' (busy?)" },
        { "call.state = busy", "column 12: '=' is no operator ('=='?)" },
        { "call.state ==", "column 14: a value is missing here" },
        { "(call.state", "column 12: ')' is missing here" },
        { "call.state)", "column 11: 'and' or 'or' is missing here" },
        { "call.state or", "column 14: a field is missing at the end" },
        { "call.from == \"x", "column 14: the closing quote is missing" },
        { "call.pdd == soon", "column 13: 'soon' is no number, as call.pdd wants" },
        { "call.pdd contains 1", "column 10: this field is no text; compare it with ==" },
        { "call.state > busy", "column 12: this field has no order; compare it with ==" },
        { "ip.addr == 10.0.0.0/33", "column 12: '10.0.0.0/33' is no network, as ip.addr wants" },
        { "ip.addr == host", "column 12: 'host' is no IP address or network, as ip.addr wants" },
        { "sip.Status-Code in 200", "column 20: 'in' wants a set: {a, b}" },
        { "sip.Status-Code in {200", "column 24: ',' or '}' is missing here" },
        { "sip.Status-Code in {}", "column 21: a value is missing here" },
        { "\xc3\xa4 == 1", "column 1: unknown field '\xc3\xa4'" },
        { "call.from == \xc3\xa4 and", "column 19: a field is missing at the end" },
        { "call.from ^ 1", "column 11: unexpected character" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(filter_compile(cases[i][0], &error));
        g_assert_error(error, FILTER_ERROR, 0);
        g_assert_cmpstr(error->message, ==, cases[i][1]);
    }
}

static void test_bad_pattern(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(filter_compile("call.from matches \"(\"", &error));
    g_assert_true(g_str_has_prefix(error->message, "column 19: bad pattern: "));
}

static void test_depth(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *deep = g_strnfill(10000, '!');
    g_autofree char *longest = g_strnfill(20000, ' ');

    g_assert_null(filter_compile(deep, &error));
    g_assert_nonnull(strstr(error->message, "too many nested"));
    g_clear_error(&error);
    g_assert_null(filter_compile(longest, &error));
    g_assert_nonnull(strstr(error->message, "too long"));
}

static void test_every_truncation(void)
{
    static const char text[] =
        "not (call.from contains \"a\\\"b\" || ip.addr in {10.0.0.0/8, ::1}) "
        "and sip.Status-Code >= 400";
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree char *cut = g_strndup(text, len);
        g_autoptr(GError) error = NULL;
        g_autoptr(Filter) filter = filter_compile(cut, &error);
        g_assert_true((filter != NULL) == (error == NULL));
    }
}

static void test_fields(void)
{
    unsigned count;
    const FilterField *fields = filter_fields(&count);

    g_assert_cmpuint(count, >, 20);
    for (unsigned i = 0; i < count; i++) {
        g_autoptr(Filter) filter = filter_compile(fields[i].name, NULL);
        g_assert_nonnull(filter);
        g_assert_true(fields[i].type[0] && fields[i].meaning[0]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filter/matches", test_matches);
    g_test_add_func("/filter/tls", test_tls);
    g_test_add_func("/filter/errors", test_errors);
    g_test_add_func("/filter/bad-pattern", test_bad_pattern);
    g_test_add_func("/filter/depth", test_depth);
    g_test_add_func("/filter/every-truncation", test_every_truncation);
    g_test_add_func("/filter/fields", test_fields);
    return g_test_run();
}
