#include "dissect/base/clock.h"
#include "dissect/session/hep.h"

#define SIP "OPTIONS sip:bob@example.org SIP/2.0\r\n\r\n"

static void append_be(GByteArray *bytes, uint64_t value, unsigned octets)
{
    while (octets-- > 0) {
        uint8_t octet = (uint8_t)(value >> octets * 8);
        g_byte_array_append(bytes, &octet, 1);
    }
}

static void add_chunk(GByteArray *bytes, uint16_t type, const void *value, size_t length)
{
    append_be(bytes, 2, 2); /* vendor: told apart by nobody */
    append_be(bytes, type, 2);
    append_be(bytes, 6 + length, 2);
    g_byte_array_append(bytes, value, (guint)length);
}

static void add_number(GByteArray *bytes, uint16_t type, uint64_t value, unsigned octets)
{
    uint8_t at[8];

    for (unsigned i = 0; i < octets; i++)
        at[i] = (uint8_t)(value >> (octets - 1 - i) * 8);
    add_chunk(bytes, type, at, octets);
}

static void set_length(GByteArray *bytes)
{
    bytes->data[4] = (uint8_t)(bytes->len >> 8);
    bytes->data[5] = (uint8_t)bytes->len;
}

static GByteArray *hep3(uint16_t payload_type)
{
    GByteArray *bytes = g_byte_array_new();

    g_byte_array_append(bytes, (const uint8_t *)"HEP3\0\0", 6);
    add_number(bytes, 0x01, 2, 1);
    add_number(bytes, 0x02, 17, 1);
    add_number(bytes, 0x03, 0x0a000001, 4);
    add_number(bytes, 0x04, 0x0a000002, 4);
    add_number(bytes, 0x07, 5060, 2);
    add_number(bytes, 0x08, 5062, 2);
    add_number(bytes, 0x09, 1700000000, 4);
    add_number(bytes, 0x0a, 123456, 4);
    add_number(bytes, 0x0b, 1, 1);
    add_number(bytes, 0x0c, 2001, 4);
    add_chunk(bytes, 0x0e, "secret", 6);
    add_chunk(bytes, 0x8000, "whatever", 8);
    add_chunk(bytes, 0x11, "call-1@example.org", 18);
    add_chunk(bytes, payload_type, SIP, strlen(SIP));
    set_length(bytes);
    return bytes;
}

static DissectStatus parse_cut(const GByteArray *bytes, size_t length, HepPacket *out)
{
    static uint8_t *exact; /* what @out borrows from, until the next call */

    g_free(exact);
    exact = g_memdup2(bytes->data, length);
    return hep_parse(slice_of(exact, length), bytes->len, out);
}

static void assert_addresses(const HepPacket *hep)
{
    g_assert_true(ip_equal(hep->source.ip, ip_from_v4(0x0a000001)));
    g_assert_true(ip_equal(hep->destination.ip, ip_from_v4(0x0a000002)));
    g_assert_cmpuint(hep->source.port, ==, 5060);
    g_assert_cmpuint(hep->destination.port, ==, 5062);
    g_assert_cmpuint(hep->ip_protocol, ==, 17);
    g_assert_cmpuint(hep->type, ==, HEP_TYPE_SIP);
    g_assert_true(slice_equal(hep->payload, SLICE_LITERAL(SIP)));
}

static void test_version_3(void)
{
    g_autoptr(GByteArray) bytes = hep3(0x0f);
    HepPacket hep;

    g_assert_true(hep_looks_like(slice_of(bytes->data, bytes->len), bytes->len));
    g_assert_cmpint(parse_cut(bytes, bytes->len, &hep), ==, DISSECT_OK);
    assert_addresses(&hep);
    g_assert_cmpuint(hep.version, ==, 3);
    g_assert_cmpuint(hep.agent, ==, 2001);
    g_assert_cmpint(hep.time_ns, ==, 1700000000 * NS_PER_S + 123456000);
    g_assert_true(slice_equal(hep.key, SLICE_LITERAL("secret")));
    g_assert_true(slice_equal(hep.correlation, SLICE_LITERAL("call-1@example.org")));
    g_assert_false(anomaly_any(&hep.anomalies));
}

/* Cut by the snap length, it is used as far as it goes; what lies behind is not invented. */
static void test_every_truncation(void)
{
    g_autoptr(GByteArray) bytes = hep3(0x0f);
    size_t payload = bytes->len - strlen(SIP);

    for (size_t length = 0; length < bytes->len; length++) {
        HepPacket hep;
        DissectStatus status = parse_cut(bytes, length, &hep);
        if (length < 4)
            g_assert_cmpint(status, ==, DISSECT_NOT_MINE);
        else if (length < payload)
            g_assert_cmpint(status, ==, DISSECT_TRUNCATED);
        else
            g_assert_cmpint(status, ==, DISSECT_OK);
        if (status != DISSECT_OK)
            continue;
        g_assert_true(hep.truncated);
        g_assert_cmpuint(hep.payload.len, ==, length - payload);
    }
}

static void test_precursors(void)
{
    static const uint8_t v6[32] = {
        0x20, 1, 0xd, 0xb8, [15] = 1, [16] = 0x20, 1, 0xd, 0xb8, [31] = 2
    };
    for (unsigned version = 1; version <= 2; version++) {
        for (unsigned family = 2; family <= 10; family += 8) {
            g_autoptr(GByteArray) bytes = g_byte_array_new();
            size_t size = (family == 2 ? 16u : 40u) + (version == 2 ? 12u : 0);
            HepPacket hep;
            append_be(bytes, version, 1);
            append_be(bytes, size, 1);
            append_be(bytes, family, 1);
            append_be(bytes, 17, 1);
            append_be(bytes, 5060, 2);
            append_be(bytes, 5062, 2);
            if (family == 2)
                append_be(bytes, 0x0a0000010a000002, 8);
            else
                g_byte_array_append(bytes, v6, sizeof v6);
            if (version == 2) /* 1700000000 and 1 us, little-endian; agent 7 */
                append_be(bytes, 0x00f15365, 4), append_be(bytes, 0x01000000, 4),
                    append_be(bytes, 0x07000000, 4);
            g_byte_array_append(bytes, (const uint8_t *)SIP, strlen(SIP));
            g_assert_true(hep_looks_like(slice_of(bytes->data, bytes->len), bytes->len));
            g_assert_cmpint(parse_cut(bytes, bytes->len, &hep), ==, DISSECT_OK);
            g_assert_cmpuint(hep.version, ==, version);
            g_assert_cmpuint(hep.source.port, ==, 5060);
            g_assert_cmpint(ip_is_v4(hep.source.ip), ==, family == 2);
            g_assert_true(slice_equal(hep.payload, SLICE_LITERAL(SIP)));
            g_assert_cmpint(hep.time_ns, ==,
                            version == 2 ? 1700000000 * NS_PER_S + 1000 : TIME_UNKNOWN);
            g_assert_cmpuint(hep.agent, ==, version == 2 ? 7 : 0);
            for (size_t length = 0; length < bytes->len; length++)
                g_assert_cmpint(parse_cut(bytes, length, &hep), !=, DISSECT_MALFORMED);
        }
    }
}

static void test_liars(void)
{
    HepPacket hep;
    g_autoptr(GByteArray) compressed = hep3(0x10);
    g_assert_cmpint(parse_cut(compressed, compressed->len, &hep), ==, DISSECT_MALFORMED);
    g_assert_true(anomaly_has(&hep.anomalies, ANOMALY_HEP_COMPRESSED));

    g_autoptr(GByteArray) empty = g_byte_array_new();
    g_byte_array_append(empty, (const uint8_t *)"HEP3\0\6", 6);
    g_assert_cmpint(parse_cut(empty, empty->len, &hep), ==, DISSECT_MALFORMED);
    g_assert_true(anomaly_has(&hep.anomalies, ANOMALY_HEP_MISSING_CHUNK));

    static const uint8_t bad[][9] = {
        { 0, 0, 0, 9, 0, 5 },               /* shorter than its own header */
        { 0, 0, 0, 9, 0, 9, 1, 2, 3 },      /* a number of another size */
        { 0, 0, 0, 0x0f, 0xff, 0xff, 'x' }, /* longer than the packet */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GByteArray) bytes = hep3(0x0f);
        g_byte_array_append(bytes, bad[i], sizeof bad[i]);
        set_length(bytes);
        g_assert_cmpint(parse_cut(bytes, bytes->len, &hep), ==, DISSECT_MALFORMED);
        g_assert_true(anomaly_has(&hep.anomalies, ANOMALY_HEP_BAD_CHUNK));
    }
}

static void test_others_are_none(void)
{
    static const char *const others[] = {
        "OPTIONS sip:a SIP/2.0\r\n\r\n",          "HEP3",     "HEP3\0\x7f----",
        "\x01\x10\x02\x11____________1234567890", "\x02\x10", "\x80\0\0\0"
    };
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        Slice bytes = slice_of(others[i], i == 2 ? 10 : strlen(others[i]));
        g_assert_false(hep_looks_like(bytes, bytes.len));
    }
}

static void test_frames(void)
{
    g_autoptr(GByteArray) bytes = hep3(0x0f);
    size_t length;

    for (size_t len = 0; len < bytes->len; len++) {
        g_assert_cmpint(hep_frame(slice_of(bytes->data, len), &length), ==, DISSECT_TRUNCATED);
        g_assert_cmpuint(length, ==, len < 6 ? 0 : bytes->len);
    }
    g_assert_cmpint(hep_frame(slice_of(bytes->data, bytes->len), &length), ==, DISSECT_OK);
    g_assert_cmpint(hep_frame(SLICE_LITERAL("EEP3\0\6"), &length), ==, DISSECT_OK);
    g_assert_cmpint(hep_frame(SLICE_LITERAL("EEP3\0\5"), &length), ==, DISSECT_MALFORMED);
    g_assert_cmpint(hep_frame(SLICE_LITERAL("INVI"), &length), ==, DISSECT_NOT_MINE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hep/version-3", test_version_3);
    g_test_add_func("/hep/every-truncation", test_every_truncation);
    g_test_add_func("/hep/precursors", test_precursors);
    g_test_add_func("/hep/liars", test_liars);
    g_test_add_func("/hep/others", test_others_are_none);
    g_test_add_func("/hep/frames", test_frames);
    return g_test_run();
}
