#include "dissect/sip/contact.h"
#include "dissect/sip/header.h"
#include "dissect/sip/values.h"

#include "sip_test.h"

static const struct {
    SipHeaderId id;
    const char *name;
    char compact;
    bool is_list;
} rows[] = {
#define SIP_HEADER(id, name, compact, is_list) { SIP_HEADER_##id, name, compact, is_list },
#include "dissect/sip/header.def"
#undef SIP_HEADER
};

static void test_every_row_is_found(void)
{
    for (size_t i = 1; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *lower = g_ascii_strdown(rows[i].name, -1);
        g_autofree char *upper = g_ascii_strup(rows[i].name, -1);
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(sip_header_id(slice_from_string(rows[i].name)), ==, rows[i].id);
        g_assert_cmpint(sip_header_id(slice_from_string(lower)), ==, rows[i].id);
        g_assert_cmpint(sip_header_id(slice_from_string(upper)), ==, rows[i].id);
        g_assert_cmpstr(sip_header_name(rows[i].id), ==, rows[i].name);
        g_assert_cmpint(sip_header_is_list(rows[i].id), ==, rows[i].is_list);
        if (rows[i].compact)
            g_assert_cmpint(sip_header_id(slice_of(&rows[i].compact, 1)), ==, rows[i].id);
    }
}

static void test_unknown_names(void)
{
    static const char *const names[] = { "",
                                         "X-Whatever",
                                         "Vib",
                                         "Froms",
                                         "1",
                                         "z",
                                         "@",
                                         "Content-Languagf",
                                         "P-Access-Network-Info-Too" };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpint(sip_header_id(slice_from_string(names[i])), ==, SIP_HEADER_UNKNOWN);
}

static void test_lists(void)
{
    Slice list =
        SLICE_LITERAL(" \"a, \\\" b\" <sip:x,y@z>;q=1 , (c (d, e), f) g,, <sip:h@i>,\"open, quote");
    static const char *const elements[] = { "\"a, \\\" b\" <sip:x,y@z>;q=1", "(c (d, e), f) g",
                                            "<sip:h@i>", "\"open, quote" };
    Slice element;
    for (size_t i = 0; i < G_N_ELEMENTS(elements); i++) {
        g_assert_true(sip_list_next(&list, &element));
        assert_slice(element, elements[i]);
    }
    g_assert_false(sip_list_next(&list, &element));
}

static void test_unfold(void)
{
    g_autofree char *text = sip_header_unfold(SLICE_LITERAL("a  b \r\n\t c\n d\r\n \r\n e"));
    g_assert_cmpstr(text, ==, "a  b c d e");
}

static void parse(const char *text, SipMessage *message)
{
    g_assert_cmpint(sip_parse(slice_from_string(text), message), ==, DISSECT_OK);
}

static void test_access(void)
{
    SipMessage message;
    parse("OPTIONS sip:a@b SIP/2.0\r\nRoute: <sip:1>\r\nX-A: 1\r\nv: SIP/2.0/UDP a\r\n"
          "x-a: 2\r\nROUTE: <sip:2>\r\nAccept-Thing: y\r\n\r\n",
          &message);
    const SipHeader *route = sip_header(&message, SIP_HEADER_ROUTE);
    assert_slice(route->value, "<sip:1>");
    route = sip_header_next(&message, route);
    assert_slice(route->value, "<sip:2>");
    g_assert_null(sip_header_next(&message, route));
    const SipHeader *unknown = sip_header_named(&message, SLICE_LITERAL("X-a"));
    assert_slice(unknown->value, "1");
    unknown = sip_header_next(&message, unknown);
    assert_slice(unknown->value, "2");
    g_assert_null(sip_header_next(&message, unknown));
    assert_slice(sip_header_named(&message, SLICE_LITERAL("Via"))->value, "SIP/2.0/UDP a");
    g_assert_null(sip_header_named(&message, SLICE_LITERAL("Contact")));
    g_assert_null(sip_header_named(&message, SLICE_LITERAL("X-None")));
    g_assert_cmpuint(sip_header_value(&message, SIP_HEADER_CONTACT).len, ==, 0);
}

static void test_contacts(void)
{
    SipMessage message;
    SipContactIterator at = { 0 };
    SipNameAddr contact;
    bool star;
    parse("REGISTER sip:b SIP/2.0\r\nContact: <sip:a@1>;expires=60, , \"x, y\" <sip:a@2>\r\n"
          "m: <sip:a@3>;expires=99999999999999999999\r\nExpires: 300\r\nm: *\r\n\r\n",
          &message);
    static const struct {
        const char *uri;
        int64_t expires_s;
    } contacts[] = { { "sip:a@1", 60 }, { "sip:a@2", 300 }, { "sip:a@3", UINT32_MAX } };
    for (size_t i = 0; i < G_N_ELEMENTS(contacts); i++) {
        g_assert_true(sip_contact_next(&message, &at, &contact, &star));
        g_assert_false(star);
        assert_slice(contact.uri.whole, contacts[i].uri);
        g_assert_cmpint(sip_contact_expires(&message, &contact), ==, contacts[i].expires_s);
    }
    g_assert_true(sip_contact_next(&message, &at, &contact, &star));
    g_assert_true(star);
    g_assert_false(sip_contact_next(&message, &at, &contact, &star));
    g_assert_false(sip_contact_next(&message, &at, &contact, &star));
}

static void test_values(void)
{
    SipMessage message;
    SipRack rack;
    Slice parameters;
    uint64_t number;
    parse("PRACK sip:b SIP/2.0\r\nx: 1800;refresher=uac\r\nRetry-After: 120 (busy)\r\n"
          "RSeq: 4294967296\r\n\r\n",
          &message);
    g_assert_true(sip_header_uint(&message, SIP_HEADER_SESSION_EXPIRES, UINT32_MAX, &number));
    g_assert_cmpuint(number, ==, 1800);
    g_assert_true(sip_header_uint(&message, SIP_HEADER_RETRY_AFTER, UINT32_MAX, &number));
    g_assert_cmpuint(number, ==, 120);
    g_assert_false(sip_header_uint(&message, SIP_HEADER_RSEQ, UINT32_MAX, &number));
    g_assert_false(sip_header_uint(&message, SIP_HEADER_MIN_SE, UINT32_MAX, &number));
    g_assert_cmpint(sip_contact_expires(&message, NULL), ==, -1);

    g_assert_cmpint(sip_rack_parse(SLICE_LITERAL(" 776656 1 \r\n INVITE"), &rack), ==, DISSECT_OK);
    g_assert_cmpuint(rack.rseq, ==, 776656);
    g_assert_cmpuint(rack.cseq, ==, 1);
    assert_slice(rack.method, "INVITE");
    g_assert_cmpint(sip_rack_parse(SLICE_LITERAL("1 INVITE"), &rack), ==, DISSECT_MALFORMED);
    g_assert_cmpint(sip_rack_parse(SLICE_LITERAL("4294967296 1 A"), &rack), ==, DISSECT_MALFORMED);

    assert_slice(sip_value_token(SLICE_LITERAL("refer ; id=93"), &parameters), "refer");
    assert_slice(parameters, "id=93");
    assert_slice(sip_value_token(SLICE_LITERAL("active"), NULL), "active");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/header/rows", test_every_row_is_found);
    g_test_add_func("/sip/header/unknown", test_unknown_names);
    g_test_add_func("/sip/header/lists", test_lists);
    g_test_add_func("/sip/header/unfold", test_unfold);
    g_test_add_func("/sip/header/access", test_access);
    g_test_add_func("/sip/header/contacts", test_contacts);
    g_test_add_func("/sip/header/values", test_values);
    return g_test_run();
}
