#include "dissect/sip/message.h"

#include "sip_test.h"

static const struct {
    const char *text;
    DissectStatus status;
    const char *protocol, *host;
    uint16_t port;
    const char *branch, *received;
    bool has_rport;
    uint16_t rport;
} vias[] = {
    { "SIP/2.0/UDP pc33.atlanta.com:5060;branch=z9hG4bK77;rport", DISSECT_OK, "UDP",
      "pc33.atlanta.com", 5060, "z9hG4bK77", "", true, 0 },
    { "SIP/2.0/UDP 192.0.2.1;rport=1024;received=192.0.2.9;branch=z9hG4bK1", DISSECT_OK, "UDP",
      "192.0.2.1", 0, "z9hG4bK1", "192.0.2.9", true, 1024 },
    { "SIP  / 2.0  /\r\n TCP     spindle.example.com  : 99 ;\r\n  branch  =   z9hG4bK9", DISSECT_OK,
      "TCP", "spindle.example.com", 99, "z9hG4bK9", "", false, 0 },
    { "SIP/2.0/TLS [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=b", DISSECT_OK, "TLS",
      "2001:db8::9:1", 6050, "b", "2001:db8::9:255", false, 0 },
    { "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=b", DISSECT_OK, "UDP",
      "2001:db8::9:1", 0, "b", "2001:db8::9:255", false, 0 },
    { "SIP/2.0/UDP host (a comment);branch=b", DISSECT_OK, "UDP", "host", 0, "b", "", false, 0 },
    { "SIP/2.0/WS df7jal23ls0d.invalid;branch=b", DISSECT_OK, "WS", "df7jal23ls0d.invalid", 0, "b",
      "", false, 0 },
    { "SIP/2.0/UDP 192.0.2.15;;", DISSECT_MALFORMED, "UDP", "192.0.2.15", 0, "", "", false, 0 },
    { "SIP/2.0/UDP", DISSECT_MALFORMED, "UDP", "", 0, "", "", false, 0 },
    { "SIP/2.0/UDP host:99999;branch=b", DISSECT_MALFORMED, "UDP", "host", 0, "b", "", false, 0 },
    { "SIP/2.0/UDP host;rport=x", DISSECT_MALFORMED, "UDP", "host", 0, "", "", true, 0 },
    { "HTTP/1.1/TCP host", DISSECT_MALFORMED, "", "", 0, "", "", false, 0 },
    { "", DISSECT_MALFORMED, "", "", 0, "", "", false, 0 },
};

static void test_forms(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        SipVia via;
        g_test_message("%s", vias[i].text);
        g_assert_cmpint(sip_via_parse(slice_from_string(vias[i].text), &via), ==, vias[i].status);
        assert_slice(via.protocol, vias[i].protocol);
        assert_slice(via.host, vias[i].host);
        g_assert_cmpint(via.port, ==, vias[i].port);
        assert_slice(via.branch, vias[i].branch);
        assert_slice(via.received, vias[i].received);
        g_assert_cmpint(via.has_rport, ==, vias[i].has_rport);
        g_assert_cmpint(via.rport, ==, vias[i].rport);
    }
}

static void test_truncations(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        for (size_t len = 0; len <= strlen(vias[i].text); len++) {
            g_autofree uint8_t *exact = exact_copy(vias[i].text, len);
            SipVia via;
            sip_via_parse(slice_of(exact, len), &via);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/via/forms", test_forms);
    g_test_add_func("/sip/via/truncations", test_truncations);
    return g_test_run();
}
