#include "dissect/sip/body/body.h"
#include "dissect/sip/q850.h"
#include <glib.h>

/* Made by hand after Q.763; the bytes of a call through a gateway. */
static const uint8_t iam[] = { 0x01, 0x00, 0x61, 0x01, 0x0a, 0x00, 0x02, 0x09, 0x07, 0x04,
                               0x90, 0x94, 0x98, 0x67, 0x45, 0x23, 0x0a, 0x07, 0x04, 0x13,
                               0x94, 0x03, 0x21, 0x43, 0x65, 0x1d, 0x03, 0x80, 0x90, 0xa3,
                               0x28, 0x07, 0x04, 0x13, 0x94, 0x03, 0x99, 0x99, 0x99, 0x00 };

static BodyReport *decoded(const char *type, Slice body)
{
    BodyReport *report = body_report_new();
    g_assert_true(body_decode(slice_from_string(type), body, report));
    return report;
}

/* The @nth value of fields with that name, "" for none. */
static const char *nth_value(const BodyReport *report, const char *name, unsigned nth)
{
    for (unsigned i = 0; i < report->fields->len; i++) {
        const BodyField *field = &g_array_index(report->fields, BodyField, i);
        if (strcmp(field->name, name) == 0 && nth-- == 0)
            return field->value ? field->value : "";
    }
    return NULL;
}

static void assert_value(const BodyReport *report, const char *name, const char *value)
{
    g_assert_cmpstr(nth_value(report, name, 0), ==, value);
}

static void assert_label(const char *type, Slice body, const char *label)
{
    g_autoptr(BodyReport) report = decoded(type, body);
    g_assert_cmpstr(report->label->str, ==, label);
}

static void test_isup_iam(void)
{
    g_autoptr(BodyReport) report =
        decoded("application/isup; version=itu-t92+", slice_of(iam, sizeof iam));

    g_assert_cmpstr(report->label->str, ==, "IAM 4930123456->4989765432");
    assert_value(report, "ISUP", "");
    assert_value(report, "message", "IAM, initial address");
    assert_value(report, "called party number", "4989765432");
    assert_value(report, "internal network number", "not allowed");
    assert_value(report, "calling party number", "4930123456");
    assert_value(report, "presentation", "allowed");
    assert_value(report, "screening", "network");
    assert_value(report, "original called number", "4930999999");
    assert_value(report, "nature of address", "international");
    assert_value(report, "numbering plan", "E.164");
    assert_value(report, "calling party category", "ordinary subscriber");
    assert_value(report, "transmission medium", "speech");
    assert_value(report, "user service information", "8090a3");
    assert_value(report, "call", "international");
    assert_value(report, "originating access", "ISDN");
}

static void test_isup_others(void)
{
    static const uint8_t rel[] = { 0x0c, 0x02, 0x00, 0x02, 0x80, 0x90 };
    static const uint8_t acm[] = { 0x06, 0x16, 0x14, 0x01, 0x29, 0x01, 0x01, 0x00 };
    static const uint8_t cpg[] = { 0x2c, 0x81, 0x00 };
    static const uint8_t odd[] = { 0x02, 0x02, 0x00, 0x02, 0x80, 0x07 };
    static const uint8_t strange[] = { 0x10, 0x01, 0xfe, 0x02, 0xab, 0xcd, 0x00 };
    static const uint8_t unknown[] = { 0xfd, 0x00 };
    g_autoptr(BodyReport) release = decoded("application/ISUP", slice_of(rel, sizeof rel));
    g_autoptr(BodyReport) complete = decoded("application/isup", slice_of(acm, sizeof acm));
    g_autoptr(BodyReport) progress = decoded("application/isup", slice_of(cpg, sizeof cpg));
    g_autoptr(BodyReport) subsequent = decoded("application/isup", slice_of(odd, sizeof odd));
    g_autoptr(BodyReport) cleared = decoded("application/isup", slice_of(strange, sizeof strange));
    g_autoptr(BodyReport) none = decoded("application/isup", slice_of(unknown, sizeof unknown));

    g_assert_cmpstr(release->label->str, ==, "REL 16");
    assert_value(release, "cause", "16 normal call clearing");
    assert_value(release, "location", "user");
    g_assert_cmpstr(complete->label->str, ==, "ACM");
    assert_value(complete, "charge", "charge");
    assert_value(complete, "called party status", "free");
    assert_value(complete, "terminating access", "ISDN");
    assert_value(complete, "in-band information", "may be available");
    g_assert_cmpstr(progress->label->str, ==, "CPG alerting");
    assert_value(progress, "presentation", "restricted");
    assert_value(subsequent, "ISUP", "");
    assert_value(subsequent, "subsequent number", "8007");
    assert_value(cleared, "parameter 0xfe", "abcd");
    assert_value(none, "ISUP", "malformed");
    assert_value(none, "message", "0xfd");
}

static void test_isup_every_truncation(void)
{
    for (size_t len = 1; len < sizeof iam; len++) {
        g_autofree uint8_t *exact = g_memdup2(iam, len);
        g_autoptr(BodyReport) report = decoded("application/isup", slice_of(exact, len));
        assert_value(report, "ISUP", "cut short");
    }
}

static const char pidf[] =
    "<?xml version=\"1.0\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
    "xmlns:r=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:a@b.c\">"
    "<tuple id=\"t1\"><status><basic>open</basic></status><contact "
    "priority=\"0.8\">sip:a@1.2.3.4</contact><note>Lunch &amp; more</note></tuple>"
    "<r:person><r:activities><r:away/></r:activities></r:person></presence>";

static void test_presence(void)
{
    g_autoptr(BodyReport) report = decoded("application/pidf+xml", slice_from_string(pidf));

    g_assert_cmpstr(report->label->str, ==, "presence open away Lunch & more");
    assert_value(report, "entity", "sip:a@b.c");
    assert_value(report, "basic", "open");
    assert_value(report, "contact", "sip:a@1.2.3.4");
    assert_value(report, "priority", "0.8");
}

static void test_presence_every_truncation(void)
{
    for (size_t len = 1; len < sizeof pidf - 1; len++) {
        g_autofree char *exact = g_memdup2(pidf, len);
        g_autoptr(BodyReport) report = decoded("application/pidf+xml", slice_of(exact, len));
        g_test_message("%zu bytes", len);
        g_assert_cmpstr(nth_value(report, "presence", 0), !=, "");
    }
}

static void test_xml_types(void)
{
    assert_label("application/im-iscomposing+xml",
                 SLICE_LITERAL("<isComposing xmlns='x'><state>active</state></isComposing>"),
                 "is composing active");
    assert_label("application/dialog-info+xml",
                 SLICE_LITERAL("<dialog-info state='full'><dialog id='1' direction='recipient'>"
                               "<state>early</state></dialog></dialog-info>"),
                 "dialogs early recipient");
    assert_label("application/reginfo+xml",
                 SLICE_LITERAL("<reginfo state='full'><registration aor='sip:a@b' state='active'>"
                               "<contact event='refreshed'/></registration></reginfo>"),
                 "registration active refreshed");
    assert_label("application/rs-metadata+xml",
                 SLICE_LITERAL("<recording><datamode>complete</datamode><participant>"
                               "<nameID aor='sip:a@b'/></participant></recording>"),
                 "recording complete sip:a@b");
}

/* Deep, wide, endless and with a DTD: bounded, said, no expansion. */
static void test_hostile_xml(void)
{
    g_autoptr(GString) deep = g_string_new(NULL), wide = g_string_new("<a>");
    for (unsigned i = 0; i < 100000; i++)
        g_string_append(deep, "<a>");
    for (unsigned i = 0; i < 1000; i++)
        g_string_append(wide, "<b/>");
    g_string_append(wide, "</a>");
    g_autoptr(BodyReport) nested = decoded("application/pidf+xml", slice_from_string(deep->str));
    g_autoptr(BodyReport) many = decoded("application/pidf+xml", slice_from_string(wide->str));
    g_autoptr(BodyReport) bomb =
        decoded("application/pidf+xml",
                SLICE_LITERAL("<!DOCTYPE a [<!ENTITY b \"boom\"><!ENTITY c \"&b;&b;\">]>"
                              "<presence><basic>&c;</basic></presence>"));

    assert_value(nested, "presence", "malformed");
    g_assert_cmpuint(nested->fields->len, <, 40);
    g_assert_cmpuint(many->fields->len, ==, BODY_FIELDS_MAX);
    g_assert_cmpuint(many->left_out, ==, 1002 - BODY_FIELDS_MAX);
    assert_value(bomb, "presence", "malformed");
    g_assert_cmpstr(bomb->label->str, ==, "");
}

static void test_text(void)
{
    static const char cpim[] = "From: Alice <im:a@b>\r\nTo: <im:c@d>\r\n\r\n"
                               "Content-Type: text/plain\r\n\r\nHello Bob\r\n";
    g_autoptr(BodyReport) report = decoded("message/CPIM", slice_from_string(cpim));

    assert_label("text/plain;charset=utf-8", SLICE_LITERAL("Hello\r\n"), "\"Hello\"");
    assert_label("text/plain", SLICE_LITERAL("two\nlines"), "\"two...\"");
    g_assert_cmpstr(report->label->str, ==, "\"Hello Bob\"");
    assert_value(report, "From", "Alice <im:a@b>");
    assert_value(report, "text", "Hello Bob");
    assert_label("message/sipfrag", SLICE_LITERAL("SIP/2.0 200 OK\r\n"), "200 OK");
    assert_label("application/simple-message-summary",
                 SLICE_LITERAL("Messages-Waiting: yes\r\nMessage-Account: sip:a@b\r\n"
                               "Voice-Message: 2/8 (0/2)\r\n"),
                 "messages waiting, voice 2/8 (0/2)");
    assert_label("application/simple-message-summary", SLICE_LITERAL("Messages-Waiting: no\r\n"),
                 "no messages");
    g_assert_false(body_decode(SLICE_LITERAL("application/sdp"), SLICE_LITERAL("v=0\n"), report));
    g_assert_false(body_decode(SLICE_LITERAL("text/plain"), SLICE_EMPTY, report));
}

/* A label is cut where a character ends. */
static void test_long_label(void)
{
    g_autoptr(GString) text = g_string_new("x");
    for (unsigned i = 0; i < 100; i++)
        g_string_append(text, "\xc3\xa4");
    g_autoptr(BodyReport) report = decoded("text/plain", slice_from_string(text->str));
    g_assert_cmpuint(report->label->len, <=, BODY_LABEL_MAX);
    g_assert_true(g_utf8_validate(report->label->str, -1, NULL));
}

static void test_multipart(void)
{
    static const char body[] = "--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x\r\n"
                               "Content-Type: application/isup\r\n\r\n\x10\x01\x00\r\n--x--\r\n";
    g_autoptr(BodyReport) report =
        decoded("multipart/mixed; boundary=x", slice_of(body, sizeof body - 1));
    g_assert_cmpstr(report->label->str, ==, "RLC");
    assert_value(report, "message", "RLC, release complete");
}

static void test_q850(void)
{
    g_assert_cmpstr(q850_cause_name(17), ==, "user busy");
    g_assert_null(q850_cause_name(15));
    g_assert_null(q850_cause_name(128));
    g_assert_cmpstr(q850_location_name(10), ==, "network beyond interworking point");
    g_assert_null(q850_location_name(16));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/body/isup/iam", test_isup_iam);
    g_test_add_func("/body/isup/others", test_isup_others);
    g_test_add_func("/body/isup/every-truncation", test_isup_every_truncation);
    g_test_add_func("/body/xml/presence", test_presence);
    g_test_add_func("/body/xml/every-truncation", test_presence_every_truncation);
    g_test_add_func("/body/xml/types", test_xml_types);
    g_test_add_func("/body/xml/hostile", test_hostile_xml);
    g_test_add_func("/body/text", test_text);
    g_test_add_func("/body/long-label", test_long_label);
    g_test_add_func("/body/multipart", test_multipart);
    g_test_add_func("/body/q850", test_q850);
    return g_test_run();
}
