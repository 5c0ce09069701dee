#include "dissect/sip/uri.h"

#include "sip_test.h"

static const struct {
    const char *text;
    DissectStatus status;
    SipScheme scheme;
    const char *user, *password, *host;
    uint16_t port;
    const char *parameters, *headers;
} uris[] = {
    { "sip:alice@atlanta.com", DISSECT_OK, SIP_SCHEME_SIP, "alice", "", "atlanta.com", 0, "", "" },
    { "sip:alice:secret@atlanta.com;transport=tcp", DISSECT_OK, SIP_SCHEME_SIP, "alice", "secret",
      "atlanta.com", 0, "transport=tcp", "" },
    { "SIPS:1212@gateway.com:5061;lr?subject=a%20b&priority=urgent", DISSECT_OK, SIP_SCHEME_SIPS,
      "1212", "", "gateway.com", 5061, "lr", "subject=a%20b&priority=urgent" },
    { "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com", DISSECT_OK, SIP_SCHEME_SIP, "", "",
      "atlanta.com", 0, "method=REGISTER", "to=alice%40atlanta.com" },
    { "sip:host.example?a=b", DISSECT_OK, SIP_SCHEME_SIP, "", "", "host.example", 0, "", "a=b" },
    { "sip:x@[2001:db8::10]:5070;lr", DISSECT_OK, SIP_SCHEME_SIP, "x", "", "2001:db8::10", 5070,
      "lr", "" },
    { "sip:[2001:db8::10:5070]", DISSECT_OK, SIP_SCHEME_SIP, "", "", "2001:db8::10:5070", 0, "",
      "" },
    { "sip:2001:db8::10", DISSECT_MALFORMED, SIP_SCHEME_SIP, "", "", "2001", 0, "", "" },
    { "sip:[2001:db8::10", DISSECT_MALFORMED, SIP_SCHEME_SIP, "", "", "", 0, "", "" },
    { "sip:odd,user;a=b?c/d*@host", DISSECT_OK, SIP_SCHEME_SIP, "odd,user;a=b?c/d*", "", "host", 0,
      "", "" },
    { "sip:user@domain.example@proxy.example:5080", DISSECT_OK, SIP_SCHEME_SIP,
      "user@domain.example", "", "proxy.example", 5080, "", "" },
    { "sip:a@b?Replaces=12@c", DISSECT_OK, SIP_SCHEME_SIP, "a", "", "b", 0, "", "Replaces=12@c" },
    { "tel:+1-201-555-0123;phone-context=example.com", DISSECT_OK, SIP_SCHEME_TEL,
      "+1-201-555-0123", "", "", 0, "phone-context=example.com", "" },
    { "urn:service:sos", DISSECT_OK, SIP_SCHEME_OTHER, "", "", "", 0, "", "" },
    { "soap.beep://192.0.2.103:3002", DISSECT_OK, SIP_SCHEME_OTHER, "", "", "", 0, "", "" },
    { "sip:a@b:", DISSECT_MALFORMED, SIP_SCHEME_SIP, "a", "", "b", 0, "", "" },
    { "sip:a@b:65536", DISSECT_MALFORMED, SIP_SCHEME_SIP, "a", "", "b", 0, "", "" },
    { "sip:a@", DISSECT_MALFORMED, SIP_SCHEME_SIP, "a", "", "", 0, "", "" },
    { "sip:a b@c", DISSECT_MALFORMED, SIP_SCHEME_SIP, "a b", "", "c", 0, "", "" },
    { "sip:a#1@c", DISSECT_MALFORMED, SIP_SCHEME_SIP, "a#1", "", "c", 0, "", "" },
    { "alan@jasomi.com", DISSECT_MALFORMED, SIP_SCHEME_OTHER, "", "", "", 0, "", "" },
    { "sip:", DISSECT_MALFORMED, SIP_SCHEME_SIP, "", "", "", 0, "", "" },
    { "tel:", DISSECT_MALFORMED, SIP_SCHEME_TEL, "", "", "", 0, "", "" },
    { "", DISSECT_MALFORMED, SIP_SCHEME_OTHER, "", "", "", 0, "", "" },
};

static void test_uris(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
        SipUri uri;
        g_test_message("%s", uris[i].text);
        g_assert_cmpint(sip_uri_parse(slice_from_string(uris[i].text), &uri), ==, uris[i].status);
        g_assert_cmpint(uri.scheme, ==, uris[i].scheme);
        assert_slice(uri.whole, uris[i].text);
        assert_slice(uri.user, uris[i].user);
        assert_slice(uri.password, uris[i].password);
        assert_slice(uri.host, uris[i].host);
        g_assert_cmpint(uri.port, ==, uris[i].port);
        assert_slice(uri.parameters, uris[i].parameters);
        assert_slice(uri.headers, uris[i].headers);
    }
}

static const struct {
    const char *text;
    DissectStatus status;
    const char *display_name, *uri, *parameters;
} addresses[] = {
    { "<sip:a@b>", DISSECT_OK, "", "sip:a@b", "" },
    { "Alice <sip:a@b>;tag=1", DISSECT_OK, "Alice", "sip:a@b", "tag=1" },
    { "caller<sip:a@b>;tag=323", DISSECT_OK, "caller", "sip:a@b", "tag=323" },
    { "\"J Rosenberg \\\\\\\"\"   <sip:a@b> ;\r\n tag = 98asjd8", DISSECT_OK,
      "J Rosenberg \\\\\\\"", "sip:a@b", "tag = 98asjd8" },
    { "\"<sip:x@y>, really\" <sip:a@b;lr>", DISSECT_OK, "<sip:x@y>, really", "sip:a@b;lr", "" },
    { "sip:a@b;user=phone;tag=7", DISSECT_OK, "", "sip:a@b", "user=phone;tag=7" },
    { "  tel:+1234 ;tag=7", DISSECT_OK, "", "tel:+1234", "tag=7" },
    { "\"A\" sip:a@b", DISSECT_OK, "A", "sip:a@b", "" },
    { "\"Mr. J. User <sip:j@b>", DISSECT_MALFORMED, "Mr. J. User ", "sip:j@b", "" },
    { "Alice <sip:a@b", DISSECT_MALFORMED, "Alice", "sip:a@b", "" },
    { "<>", DISSECT_MALFORMED, "", "", "" },
    { "<", DISSECT_MALFORMED, "", "", "" },
    { "\"", DISSECT_MALFORMED, "", "", "" },
    { "", DISSECT_MALFORMED, "", "", "" },
};

static void test_addresses(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        SipNameAddr address;
        size_t len = strlen(addresses[i].text);
        g_autofree uint8_t *exact = exact_copy(addresses[i].text, len);
        g_test_message("%s", addresses[i].text);
        g_assert_cmpint(sip_name_addr_parse(slice_of(exact, len), &address), ==,
                        addresses[i].status);
        assert_slice(address.display_name, addresses[i].display_name);
        assert_slice(address.uri.whole, addresses[i].uri);
        assert_slice(address.parameters, addresses[i].parameters);
    }
}

static void test_parameters(void)
{
    Slice list = SLICE_LITERAL("lr; Tag = x1 ;q=\"a;b=\\\"c\" ;;expires=\r\n 3600");
    Slice value;
    g_assert_true(sip_parameter(list, SLICE_LITERAL("LR"), &value));
    g_assert_cmpuint(value.len, ==, 0);
    g_assert_true(sip_parameter(list, SLICE_LITERAL("tag"), &value));
    assert_slice(value, "x1");
    g_assert_true(sip_parameter(list, SLICE_LITERAL("q"), &value));
    assert_slice(value, "a;b=\\\"c");
    g_assert_true(sip_parameter(list, SLICE_LITERAL("expires"), &value));
    assert_slice(value, "3600");
    g_assert_true(sip_parameter(list, SLICE_LITERAL("lr"), NULL));
    g_assert_false(sip_parameter(list, SLICE_LITERAL("b"), &value));
    g_assert_false(sip_parameter(SLICE_EMPTY, SLICE_LITERAL("b"), &value));
}

static void test_unescape(void)
{
    static const char *const cases[][2] = {
        { "a%20b", "a b" },   { "%41%", "A%" },         { "%4", "%4" }, { "%zz", "%zz" },
        { "x%00y", "x%00y" }, { "%C3%a9", "\xc3\xa9" }, { "", "" },     { "%2541", "%41" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = sip_unescape(slice_from_string(cases[i][0]));
        g_assert_cmpstr(text, ==, cases[i][1]);
    }
}

static void test_truncations(void)
{
    static const char text[] =
        "\"A \\\" b\" <sip:u;x@[2001:db8::1]:5060;lr?h=%41>;tag=\"q\\\"\";;z";
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree uint8_t *exact = exact_copy(text, len);
        SipNameAddr address;
        SipUri uri;
        sip_name_addr_parse(slice_of(exact, len), &address);
        sip_parameter(address.parameters, SLICE_LITERAL("none"), NULL);
        sip_uri_parse(slice_of(exact, len), &uri);
        g_autofree char *decoded = sip_unescape(slice_of(exact, len));
        g_assert_nonnull(decoded);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/uri/forms", test_uris);
    g_test_add_func("/sip/uri/name-addr", test_addresses);
    g_test_add_func("/sip/uri/parameters", test_parameters);
    g_test_add_func("/sip/uri/unescape", test_unescape);
    g_test_add_func("/sip/uri/truncations", test_truncations);
    return g_test_run();
}
