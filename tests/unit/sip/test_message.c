#include "dissect/sip/message.h"

#include "sip_test.h"

#define HEADERS                                                                                    \
    "Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK776asdhds\r\n"                                \
    "Max-Forwards: 70\r\n"                                                                         \
    "To: Bob <sip:bob@biloxi.com>\r\n"                                                             \
    "From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"                                       \
    "Call-ID: a84b4c76e66710@pc33.example.com\r\n"
#define INVITE_CSEQ "CSeq: 314159 INVITE\r\nContact: <sip:alice@pc33.example.com>\r\n"
#define INVITE_LINE "INVITE sip:bob@biloxi.com SIP/2.0\r\n"

static void test_request(void)
{
    static const char text[] = "\r\n\r\n" INVITE_LINE HEADERS INVITE_CSEQ
                               "Content-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n";
    SipMessage message;
    g_assert_cmpint(sip_parse(slice_of(text, sizeof text - 1), &message), ==, DISSECT_OK);
    assert_anomalies(&message.anomalies, "");
    g_assert_true(message.is_request);
    g_assert_cmpint(message.method, ==, SIP_INVITE);
    assert_slice(message.method_name, "INVITE");
    assert_slice(message.request_uri, "sip:bob@biloxi.com");
    g_assert_cmpint(message.status, ==, 0);
    assert_slice(message.call_id, "a84b4c76e66710@pc33.example.com");
    g_assert_cmpuint(message.cseq, ==, 314159);
    assert_slice(message.from_tag, "1928301774");
    assert_slice(message.to_tag, "");
    assert_slice(message.from.display_name, "Alice");
    assert_slice(message.from.uri.user, "alice");
    assert_slice(message.to.uri.host, "biloxi.com");
    assert_slice(message.via.branch, "z9hG4bK776asdhds");
    g_assert_cmpint(message.via_count, ==, 1);
    g_assert_cmpint(message.max_forwards, ==, 70);
    assert_slice(message.content_type, "application/sdp");
    assert_slice(message.body, "v=0\n");
    g_assert_cmpuint(message.header_count, ==, 9);
    g_assert_cmpuint(message.bytes.len, ==, sizeof text - 1 - 4);
}

static void test_response(void)
{
    SipMessage message;
    g_assert_cmpint(sip_parse(SLICE_LITERAL("SIP/2.0 180 Ringing  you\r\n"
                                            "v: SIP/2.0/TCP a;branch=z9hG4bK1, SIP/2.0/UDP b\r\n"
                                            "v: SIP/2.0/UDP c\r\n"
                                            "t: <sip:b@c>;tag=2\r\nf: sip:a@b;tag=1\r\n"
                                            "i: x\r\nCSeq: 7\r\n UPDATE\r\n\r\n"),
                              &message),
                    ==, DISSECT_OK);
    assert_anomalies(&message.anomalies, "");
    g_assert_false(message.is_request);
    g_assert_cmpint(message.status, ==, 180);
    assert_slice(message.reason, "Ringing  you");
    g_assert_cmpint(message.method, ==, SIP_UPDATE);
    assert_slice(message.method_name, "UPDATE");
    g_assert_cmpuint(message.cseq, ==, 7);
    g_assert_cmpint(message.via_count, ==, 3);
    assert_slice(message.via.host, "a");
    assert_slice(message.to_tag, "2");
    g_assert_cmpint(message.max_forwards, ==, -1);
}

/* After RFC 4475 section 3.1.1.1: folds, odd spacing and case, compact forms, unknown headers. */
static void test_tortuous(void)
{
    SipMessage message;
    g_assert_cmpint(
        sip_parse(SLICE_LITERAL("INVITE sip:v@chair.example.com;unknownparam SIP/2.0\r\n"
                                "TO :\r\n sip:v@chair.example.com ;   tag    = 1918n\r\n"
                                "from   : \"J \\\\\\\"\"       <sip:j@example.com>\r\n  ;\r\n"
                                "  tag = 98asjd8\r\n"
                                "MaX-fOrWaRdS: 0068\r\nCall-ID: w.1@192.0.2.1\r\n"
                                "Content-Length   : 3\r\ncseq: 0009\r\n  INVITE\r\n"
                                "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390\r\n"
                                "s :\r\nNewFangledHeader:   new\r\n more\r\n"
                                "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
                                "Content-Type: application/sdp\r\n"
                                "Route:\r\n <sip:services.example.com;lr>\r\n"
                                "v:  SIP  / 2.0  / TCP     s.example.com   ;\r\n  branch  =   b  ,"
                                "\r\n SIP  /    2.0   / UDP  192.0.2.5   ; branch=\r\n b2\r\n"
                                "m:\"Q \\\"\\\"\" <sip:j@example.com> ; newparam =\r\n      n ;\r\n"
                                "  secondparam ; q = 0.33\r\n\r\nv=0"),
                  &message),
        ==, DISSECT_OK);
    assert_anomalies(&message.anomalies, "");
    assert_slice(message.to_tag, "1918n");
    assert_slice(message.from_tag, "98asjd8");
    g_assert_cmpint(message.max_forwards, ==, 68);
    g_assert_cmpuint(message.cseq, ==, 9);
    g_assert_cmpint(message.via_count, ==, 3);
    assert_slice(message.via.protocol, "UDP");
    assert_slice(message.via.branch, "390");
    assert_slice(message.body, "v=0");
    assert_slice(sip_header_named(&message, SLICE_LITERAL("newfangledheader"))->value,
                 "new\r\n more");
}

/* After RFC 4475 section 3.1.1.2: escaped control bytes are legal in a quoted string. */
static void test_wide_range_of_characters(void)
{
    SipMessage message;
    g_assert_cmpint(
        sip_parse(
            SLICE_LITERAL("!odd-Method*_+`.%x'~ sip:1_u~(a!b)&c'd$/e?,/;;*@example.com "
                          "SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK-.!%66*_+`'~\r\n"
                          "To: \"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f\" <sip:a@b>\r\n"
                          "From: t1~` t2'+_ t3*%!.- <sip:m@b>;p=\"\xd1\x80\";tag=_t~1'+`*%!-.\r\n"
                          "Call-ID: w%ZK-!.*_+'@w`~)(><:\\/\"][?}{\r\n"
                          "CSeq: 1 !odd-Method*_+`.%x'~\r\nMax-Forwards: 255\r\n"
                          "ext-!.%*+_`'~:\xef\xbb\xbf\r\n\r\n"),
            &message),
        ==, DISSECT_OK);
    assert_anomalies(&message.anomalies, "");
    g_assert_cmpint(message.method, ==, SIP_OTHER);
    assert_slice(message.from_tag, "_t~1'+`*%!-.");
    g_assert_cmpint(message.max_forwards, ==, 255);
}

static const struct {
    const char *text;
    DissectStatus status;
    const char *anomalies;
} faults[] = {
    /* start lines */
    { "INVITE sip:bob@biloxi.com SIP/2.0  \r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-start-line" },
    { "INVITE  sip:bob@biloxi.com SIP/2.0\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-start-line" },
    { "INVITE sip:bob@biloxi.com\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-start-line" },
    { "INVITE sip:bob@biloxi.com SIP/7.0\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.unknown-version" },
    { "INVITE <sip:bob@biloxi.com> SIP/2.0\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-request-uri" },
    { "INVITE sip:bob@biloxi.com; lr SIP/2.0\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-request-uri" },
    { "INVITE sip:2001:db8::10 SIP/2.0\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-request-uri" },
    { "INVITE sip:%4@biloxi.com SIP/2.0\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-escape" },
    { "SIP/2.0 4294967301 better not break\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_MALFORMED,
      "sip.bad-status-code" },
    { "SIP/2.0 099 Low\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_MALFORMED, "sip.bad-status-code" },
    { "SIP/2.0 700 High\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_MALFORMED, "sip.bad-status-code" },
    { "SIP/2.0 20x OK\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_MALFORMED, "sip.bad-status-code" },
    { "SIP/3.0  100 Trying\r\n" HEADERS INVITE_CSEQ "\r\n", DISSECT_OK,
      "sip.bad-start-line sip.unknown-version" },
    /* headers that have to be there */
    { INVITE_LINE "\r\n", DISSECT_OK,
      "sip.missing-via sip.missing-from sip.missing-to sip.missing-call-id sip.missing-cseq "
      "sip.missing-max-forwards sip.missing-contact" },
    { "SIP/2.0 200 OK\r\n" HEADERS "CSeq: 1 INVITE\r\n\r\n", DISSECT_OK,
      "sip.missing-contact sip.missing-to-tag" },
    { "SIP/2.0 100 Trying\r\n" HEADERS "CSeq: 1 INVITE\r\n\r\n", DISSECT_OK, "" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\n\r\nbody", DISSECT_OK,
      "sip.missing-content-type" },
    { "BYE sip:b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK\r\nFrom: <sip:a@b>\r\n"
      "To: <sip:a@b>\r\nCall-ID:\r\nCSeq: 1 BYE\r\nMax-Forwards: 1\r\n\r\n",
      DISSECT_OK, "sip.missing-call-id sip.missing-from-tag sip.empty-branch" },
    /* scalars */
    { INVITE_LINE HEADERS INVITE_CSEQ "Max-Forwards: 71\r\n\r\n", DISSECT_OK,
      "sip.duplicate-header" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 INVITE\r\n\r\n", DISSECT_OK,
      "sip.cseq-method-mismatch" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 36893488147419103232 BYE\r\n\r\n", DISSECT_OK,
      "sip.bad-cseq" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 2147483648 BYE\r\n\r\n", DISSECT_OK, "sip.bad-cseq" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: BYE\r\n\r\n", DISSECT_OK,
      "sip.bad-cseq sip.cseq-method-mismatch" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nExpires: 99999999999\r\nMin-SE: soon\r\n\r\n",
      DISSECT_OK, "sip.scalar-overflow sip.bad-number" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContent-Length: -999\r\n\r\n", DISSECT_OK,
      "sip.bad-content-length" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContent-Length: 99999999999999999999\r\n\r\n",
      DISSECT_OK, "sip.bad-content-length" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContent-Length: 9\r\n\r\n", DISSECT_OK,
      "sip.content-length-mismatch" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContent-Length: 0\r\n\r\nxx", DISSECT_OK,
      "sip.excess-body" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nl: 0\r\nContent-Length: 1\r\n\r\n",
      DISSECT_OK, "sip.conflicting-content-length sip.duplicate-header" },
    /* lines */
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nFoobar roobar\r\n\r\n", DISSECT_OK,
      "sip.bad-header-line" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\n: x\r\n\r\n", DISSECT_OK,
      "sip.bad-header-name" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nA b: x\r\n\r\n", DISSECT_OK,
      "sip.bad-header-name" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nSubject: a\x01\r\n\r\n", DISSECT_OK,
      "sip.control-byte" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nX-A: a\rb\r\n\r\n", DISSECT_OK,
      "sip.control-byte" },
    { "BYE sip:b SIP/2.0\n" HEADERS "CSeq: 1 BYE\n\n", DISSECT_OK, "sip.bare-lf" },
    /* addresses */
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContact: \"a <sip:b@c>\r\n\r\n", DISSECT_OK,
      "sip.unterminated-quote" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContact: <sip:b@c\r\n\r\n", DISSECT_OK,
      "sip.unbalanced-bracket" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContact: sip:b@c?Route=%3Csip:d%3E\r\n\r\n",
      DISSECT_OK, "sip.uri-needs-brackets" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContact: a@b <sip:b@c>;;x\r\n\r\n",
      DISSECT_OK, "sip.bad-display-name sip.bad-parameters" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContact: <b@c>\r\n\r\n", DISSECT_OK,
      "sip.bad-contact" },
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\nContact: *\r\n\r\n", DISSECT_OK, "" },
    /* ends */
    { "BYE sip:b SIP/2.0\r\n" HEADERS "CSeq: 1 BYE\r\n", DISSECT_TRUNCATED,
      "sip.unterminated-headers" },
    { "INVITE sip:bob", DISSECT_TRUNCATED, "sip.bad-start-line sip.unterminated-headers" },
};

static void test_faults(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        SipMessage message;
        g_test_message("%s", faults[i].text);
        g_assert_cmpint(sip_parse(slice_from_string(faults[i].text), &message), ==,
                        faults[i].status);
        assert_anomalies(&message.anomalies, faults[i].anomalies);
    }
}

/* What is wrong in one field leaves the others usable. */
static void test_faulty_fields(void)
{
    SipMessage message;
    static const char text[] =
        "BYE <sip:b@c> SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n"
        "From: Bell, Alexander <sip:a@c>;tag=43\r\nFrom: <sip:other@c>\r\n"
        "To: \"Watson <sip:t@c>;tag=44\r\nMax-Forwards: 300\r\n"
        "Call-ID: x\0y\r\nCSeq: 1 BYE\r\nContent-Length: 13\r\n"
        "Content-Length: 5\r\nContent-Type: text/plain\r\n\r\n0123456789abcdef";
    g_assert_cmpint(sip_parse(slice_of(text, sizeof text - 1), &message), ==, DISSECT_OK);
    assert_anomalies(&message.anomalies,
                     "sip.excess-body sip.bad-request-uri sip.bad-via sip.bad-max-forwards "
                     "sip.conflicting-content-length sip.duplicate-header sip.control-byte "
                     "sip.unterminated-quote sip.bad-display-name");
    assert_slice(message.request_uri, "sip:b@c");
    assert_slice(message.via.host, "192.0.2.15");
    assert_slice(message.from.uri.user, "a");
    assert_slice(message.from_tag, "43");
    assert_slice(message.to_tag, "44");
    g_assert_cmpint(message.max_forwards, ==, -1);
    g_assert_cmpuint(message.call_id.len, ==, 3);
    assert_slice(message.body, "0123456789abc");
}

static void test_too_many_headers(void)
{
    g_autoptr(GString) text = g_string_new(INVITE_LINE HEADERS INVITE_CSEQ);
    SipMessage message;
    for (int i = 0; i < 500; i++)
        g_string_append_printf(text, "X-%d: y\r\n", i);
    g_string_append(text, "\r\nbody");
    g_assert_cmpint(sip_parse(slice_of(text->str, text->len), &message), ==, DISSECT_OK);
    g_assert_cmpuint(message.header_count, ==, SIP_HEADERS_MAX);
    assert_slice(message.body, "body");
    assert_anomalies(&message.anomalies, "sip.missing-content-type sip.too-many-headers");
}

static void test_recognition(void)
{
    static const char *const sip[] = {
        "INVITE sip:a@b SIP/2.0\r\n",
        "\r\n\r\nSIP/2.0 200 OK\r\n",
        "SIP/2.0 200\r\n",
        "FANCY sip:a@b SIP/2.0\r\n",
        "BYE 1234 SIP/2.0\r\n",
        "REGISTER sip:cut-by-the-snap-len",
        "OPTIONS urn:x SIP/2.0",
    };
    static const char *const other[] = {
        "",
        "\r\n\r\n",
        "GET / HTTP/1.1\r\n",
        "NOTIFY * HTTP/1.1\r\n",
        "RTSP/1.0 200 OK\r\n",
        "SIP/2.0/UDP 192.0.2.1\r\n",
        "SIP/2.0 OK\r\n",
        "MSRP a786 SEND\r\n",
        "Via: SIP/2.0/UDP x SIP/2.0\r\n",
        "X : y SIP/2.0\r\n",
        "INVITE",
        "INVITE sip",
        "a b",
        "\x80\x00 SIP/2.0\r\n",
        "hello sip:a@b\r\n",
        "METHOD SIP/2.0\r\n",
    };
    SipMessage message;
    for (size_t i = 0; i < G_N_ELEMENTS(sip); i++) {
        g_test_message("%s", sip[i]);
        g_assert_true(sip_looks_like(slice_from_string(sip[i])));
        g_assert_cmpint(sip_parse(slice_from_string(sip[i]), &message), !=, DISSECT_NOT_MINE);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
        g_test_message("%s", other[i]);
        g_assert_false(sip_looks_like(slice_from_string(other[i])));
        g_assert_cmpint(sip_parse(slice_from_string(other[i]), &message), ==, DISSECT_NOT_MINE);
    }
}

static void test_every_truncation(void)
{
    static const char text[] = INVITE_LINE HEADERS INVITE_CSEQ
        "Subject: folded\r\n line\r\nContent-Type: application/sdp\r\nl: 4\r\n\r\nv=0\n";
    const size_t header_bytes = sizeof text - 1 - 4;
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree uint8_t *exact = exact_copy(text, len);
        SipMessage message;
        DissectStatus status = sip_parse(slice_of(exact, len), &message);
        if (len < sizeof("INVITE sip:") - 1)
            g_assert_cmpint(status, ==, DISSECT_NOT_MINE);
        else if (len < header_bytes)
            g_assert_cmpint(status, ==, DISSECT_TRUNCATED);
        else
            g_assert_cmpint(status, ==, DISSECT_OK);
        if (status == DISSECT_OK)
            g_assert_cmpuint(message.body.len, ==, len - header_bytes);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/message/request", test_request);
    g_test_add_func("/sip/message/response", test_response);
    g_test_add_func("/sip/message/tortuous", test_tortuous);
    g_test_add_func("/sip/message/characters", test_wide_range_of_characters);
    g_test_add_func("/sip/message/faults", test_faults);
    g_test_add_func("/sip/message/faulty-fields", test_faulty_fields);
    g_test_add_func("/sip/message/too-many-headers", test_too_many_headers);
    g_test_add_func("/sip/message/recognition", test_recognition);
    g_test_add_func("/sip/message/truncations", test_every_truncation);
    return g_test_run();
}
