/* The short way that usual messages go and the long way that any may go read the same: a message
 * whose headers lie beyond what is mapped goes the long way. */
#include "dissect/sip/usual.h"
#include "sip_test.h"

static const char *const messages[] = {
    "INVITE sip:bob@example.com SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa1;rport\r\n"
    "Via: SIP/2.0/TLS [2001:db8::1];branch=z9hG4bKb2, SIP/2.0/TCP h.example;branch=z9hG4bKc\r\n"
    "Max-Forwards: 70\r\nFrom: \"Alice A.\" <sip:alice@10.0.0.1:5060;user=phone>;tag=a-1\r\n"
    "To: Bob B <sip:+49123@example.com>\r\nCall-ID: c1@10.0.0.1\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:alice@10.0.0.1:5060;transport=tcp>;expires=60, <sip:b@c>\r\n"
    "P-Asserted-Identity: <tel:+4930>\r\nX-Odd : 1\r\nContent-Type: application/sdp\r\n"
    "Content-Length: 4\r\n\r\nv=0\n",
    "SIP/2.0 200 OK\r\nv: SIP/2.0/UDP a.example;branch=z9hG4bK3;received=10.9.8.7;rport=5061\r\n"
    "f: <sip:example.com>;tag=x;y=z\r\nt: sip:carol@example.com:5070;tag=77\r\ni: 1\r\n"
    "CSeq: 4711 REGISTER\r\nm: *\r\nSubject: a\r\n folded\r\nl: 0\r\n\r\n",
    "REGISTER sip:example.com:5080 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK.1\r\n"
    "From: <sip:a%41@example.com>;tag=\"q\"\r\nTo: \"x\\\"y\" <sips:a@h>;tag=\r\nCall-ID: 2\r\n"
    "CSeq: 2 REGISTER\r\nContact: <sip:a@h?b=c>\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n",
};

static const char *const pieces[] = {
    "\r\n", " ",    "\t", "\"", "<",  ">",     ";",     "=",    ":",     "@",    "%41",
    "%",    "\\",   ",",  "?",  "\n", "(",     "[::1]", ";tag", "sips:", "tel:", "+",
    "\x01", "\xc3", "/",  "a",  "0",  "65536", "99999", ";;",   ";lr",   "~",    "\r\n ",
};

/* One of the messages with some bytes put in, left out or replaced. */
static GString *random_message(void)
{
    GString *text = g_string_new(messages[g_test_rand_int_range(0, G_N_ELEMENTS(messages))]);

    for (int i = g_test_rand_int_range(0, 4); i > 0; i--) {
        gssize at = g_test_rand_int_range(0, (int)text->len);
        const char *piece = pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))];
        if (g_test_rand_bit())
            g_string_erase(text, at, 1);
        if (g_test_rand_bit())
            g_string_insert(text, at, piece);
    }
    return text;
}

/* With a header between the first line and the others that fills what is mapped. NULL: there it
 * would change what the others mean. */
static GString *push_out(const GString *text)
{
    size_t start = strspn(text->str, "\r\n");
    size_t at = start + strcspn(text->str + start, "\n") + 1;
    g_autofree char *filler = g_strnfill(TEXT_MAP_BYTES, 'a');
    g_autofree char *header = g_strconcat("X-Long: ", filler, "\r\n", NULL);

    if (at >= text->len || strchr(" \t", text->str[at]))
        return NULL;
    GString *longer = g_string_new_len(text->str, (gssize)text->len);
    return g_string_insert(longer, (gssize)at, header);
}

static void assert_same(Slice a, Slice b)
{
    g_assert_true(slice_equal(a, b));
}

static void assert_same_address(const SipNameAddr *a, const SipNameAddr *b)
{
    assert_same(a->display_name, b->display_name);
    assert_same(a->parameters, b->parameters);
    assert_same(a->uri.whole, b->uri.whole);
    assert_same(a->uri.user, b->uri.user);
    assert_same(a->uri.password, b->uri.password);
    assert_same(a->uri.host, b->uri.host);
    assert_same(a->uri.parameters, b->uri.parameters);
    assert_same(a->uri.headers, b->uri.headers);
    g_assert_cmpint(a->uri.scheme, ==, b->uri.scheme);
    g_assert_cmpuint(a->uri.port, ==, b->uri.port);
}

static void assert_same_via(const SipVia *a, const SipVia *b)
{
    assert_same(a->protocol, b->protocol);
    assert_same(a->host, b->host);
    assert_same(a->branch, b->branch);
    assert_same(a->received, b->received);
    assert_same(a->parameters, b->parameters);
    g_assert_cmpuint(a->port, ==, b->port);
    g_assert_cmpuint(a->rport, ==, b->rport);
    g_assert_cmpint(a->has_rport, ==, b->has_rport);
}

static void assert_same_message(const SipMessage *a, const SipMessage *b)
{
    g_autofree char *anomalies = anomalies_text(&a->anomalies);

    assert_anomalies(&b->anomalies, anomalies);
    g_assert_cmpuint(a->header_count + 1, ==, b->header_count);
    for (unsigned i = 0; i < a->header_count; i++) {
        g_assert_cmpint(a->headers[i].id, ==, b->headers[i + 1].id);
        assert_same(a->headers[i].name, b->headers[i + 1].name);
        assert_same(a->headers[i].value, b->headers[i + 1].value);
    }
    assert_same_via(&a->via, &b->via);
    assert_same_address(&a->from, &b->from);
    assert_same_address(&a->to, &b->to);
    assert_same(a->from_tag, b->from_tag);
    assert_same(a->to_tag, b->to_tag);
    assert_same(a->body, b->body);
    g_assert_cmpuint(a->via_count, ==, b->via_count);
    g_assert_cmpuint(a->cseq, ==, b->cseq);
}

static void test_both_ways(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        g_autoptr(GString) text = random_message();
        g_autoptr(GString) longer = push_out(text);
        if (!longer)
            continue;
        g_autofree uint8_t *exact = exact_copy(text->str, text->len);
        g_autofree SipMessage *mapped = g_new0(SipMessage, 1);
        g_autofree SipMessage *beyond = g_new0(SipMessage, 1);

        DissectStatus status = sip_parse(slice_of(exact, text->len), mapped);
        g_assert_cmpint(sip_parse(slice_of(longer->str, longer->len), beyond), ==, status);
        if (status == DISSECT_OK || status == DISSECT_TRUNCATED)
            assert_same_message(mapped, beyond);
    }
}

/* What a message is mostly made of goes the short way. */
static void test_usual(void)
{
    static const char *const addresses[] = {
        "<sip:bob@example.com>",         "\"Bob\" <sip:+49@10.0.0.1:5060;transport=tcp;lr>",
        "Bob Builder <sip:b_c@h-1.org>", "<sip:example.com:5080>",
        "<sip:example.com;lr>",
    };
    static const char *const vias[] = {
        "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-1;rport",
        "SIP/2.0/TLS-SCTP h.example;received=10.0.0.2;rport=9;branch=z9hG4bK+a~b",
    };
    SipNameAddr address;
    TextMap map;
    SipVia via;

    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        Slice text = slice_from_string(addresses[i]);
        text_map_make(&map, text);
        g_assert_cmpuint(usual_address(&map, 0, &address), ==, text.len);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        Slice text = slice_from_string(vias[i]);
        text_map_make(&map, text);
        g_assert_true(usual_via(&map, 0, text.len, &via));
    }
}

/* Faults, and what is right but rare. */
static void test_refused(void)
{
    static const char *const addresses[] = {
        "sip:bob@h",         "<sip:bob@h",  "<sips:bob@h>",    "<sip:a%20b@h>",
        "<sip:bob@h:65536>", "<sip:a:b@h>", "<sip:bob@>",      "<sip:h?a=b>",
        "\"a\\b\" <sip:h>",  "\"a <sip:h>", "a;b <sip:h>",     "<sip:[::1]>",
        "<sip:h:>",          "<sip:a@b@c>", "<sip:x@h;a=b@c>", "",
    };
    static const char *const vias[] = {
        "SIP/2.0/UDP h",
        "SIP/2.0/UDP  h;branch=a",
        "SIP/2.0/UDP h ;branch=a",
        "SIP / 2.0/UDP h;a",
        "SIP/2.0/UDP [::1];a",
        "SIP/2.0/UDP h;branch=",
        "SIP/2.0/UDP h;;a",
        "SIP/2.0/UDP h;a, b",
        "SIP/2.0/UDP h:0x1;a",
        "SIP/2.0/UDP h;a=\"b\"",
        "SIP/2.0/UDP",
        "",
    };
    SipNameAddr address;
    TextMap map;
    SipVia via;

    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        text_map_make(&map, slice_from_string(addresses[i]));
        g_assert_cmpuint(usual_address(&map, 0, &address), ==, 0);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        Slice text = slice_from_string(vias[i]);
        text_map_make(&map, text);
        g_assert_false(usual_via(&map, 0, text.len, &via));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/usual/usual", test_usual);
    g_test_add_func("/usual/refused", test_refused);
    g_test_add_func("/usual/both-ways", test_both_ways);
    return g_test_run();
}
