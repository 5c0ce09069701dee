#include "dissect/media/turn.h"
#include <glib.h>

static const uint8_t channel[] = { 0x40, 0x01, 0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0, 0 };
static const uint8_t indication[] = { 0x00, 0x17, 0, 28,   0x21, 0x12, 0xa4, 0x42, 1,   2,
                                      3,    4,    5, 6,    7,    8,    9,    10,   11,  12,
                                      0x00, 0x12, 0, 8,    0,    1,    0x12, 0x34, 1,   2,
                                      3,    4,    0, 0x13, 0,    5,    'h',  'e',  'l', 'l',
                                      'o',  0,    0, 0,    0x80, 0x22, 0,    0 };

static void test_channel(void)
{
    TurnData data;

    g_assert_cmpint(turn_unwrap(slice_of(channel, 9), 9, &data), ==, DISSECT_OK);
    g_assert_true(slice_equal(data.data, SLICE_LITERAL("hello")));
    g_assert_cmpuint(data.on_wire, ==, 5);
    g_assert_cmpint(turn_unwrap(slice_of(channel, 12), 12, &data), ==, DISSECT_OK);
    /* more behind it than padding, and less than it says */
    g_assert_cmpint(turn_unwrap(slice_of(channel, 12), 13, &data), ==, DISSECT_NOT_MINE);
    g_assert_cmpint(turn_unwrap(slice_of(channel, 8), 8, &data), ==, DISSECT_NOT_MINE);
}

static void test_indication(void)
{
    uint8_t other[sizeof indication];
    TurnData data;

    g_assert_cmpint(turn_unwrap(slice_of(indication, sizeof indication), sizeof indication, &data),
                    ==, DISSECT_OK);
    g_assert_true(slice_equal(data.data, SLICE_LITERAL("hello")));
    memcpy(other, indication, sizeof other);
    other[1] = 0x01; /* a binding request */
    g_assert_cmpint(turn_unwrap(slice_of(other, sizeof other), sizeof other, &data), ==,
                    DISSECT_NOT_MINE);
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len < sizeof indication; len++) {
        g_autofree uint8_t *exact = g_memdup2(indication, len);
        TurnData data = { SLICE_EMPTY, 0 };
        DissectStatus status = turn_unwrap(slice_of(exact, len), sizeof indication, &data);
        g_assert_cmpint(status, ==,
                        len < 20   ? DISSECT_NOT_MINE
                        : len < 37 ? DISSECT_TRUNCATED
                                   : DISSECT_OK);
        if (status == DISSECT_OK) { /* cut by a snap length: what is there, and how long it was */
            g_assert_cmpuint(data.on_wire, ==, 5);
            g_assert_cmpuint(data.data.len, ==, MIN(len - 36, 5));
        }
    }
    for (size_t len = 0; len < 9; len++) {
        g_autofree uint8_t *exact = g_memdup2(channel, len);
        TurnData data;
        g_assert_cmpint(turn_unwrap(slice_of(exact, len), 9, &data), ==,
                        len < 4   ? DISSECT_NOT_MINE
                        : len < 5 ? DISSECT_TRUNCATED
                                  : DISSECT_OK);
    }
}

static void check_rewrapped(const uint8_t *bytes, size_t len, size_t wanted)
{
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    g_autoptr(GByteArray) out = g_byte_array_new();
    TurnData data;

    g_assert_cmpint(turn_unwrap(slice_of(exact, len), len, &data), ==, DISSECT_OK);
    turn_rewrap(slice_of(exact, len), data.data, SLICE_LITERAL("bye"), out);
    g_assert_cmpuint(out->len, ==, wanted);
    g_assert_cmpint(turn_unwrap(slice_of(out->data, out->len), out->len, &data), ==, DISSECT_OK);
    g_assert_true(slice_equal(data.data, SLICE_LITERAL("bye")));
}

static void test_rewrap(void)
{
    check_rewrapped(channel, 9, 7);
    check_rewrapped(channel, 12, 8);
    check_rewrapped(indication, sizeof indication, sizeof indication - 4);
    check_rewrapped(indication, 41, 40); /* cut where the padding begins */
}

static void test_grants(void)
{
    const uint8_t granted[] = { 1, 3, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1,  2,
                                3, 4, 5, 6, 7,    8,    9,    10,   11, 12 };
    const uint8_t asked[] = { 0, 3, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1,  2,
                              3, 4, 5, 6, 7,    8,    9,    10,   11, 12 };

    for (size_t len = 0; len <= sizeof granted; len++) {
        g_autofree uint8_t *exact = g_memdup2(granted, len);
        g_assert_cmpint(turn_grants(slice_of(exact, len)), ==, len == sizeof granted);
    }
    g_assert_false(turn_grants(slice_of(asked, sizeof asked)));
}

/* Addresses and their form on the wire as in RFC 5769 sections 2.2 and 2.3. */
static void test_relayed_address(void)
{
    static const uint8_t of_ipv4[] = { 1,    3,    0,    12,   0x21, 0x12, 0xa4, 0x42,
                                       0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                                       0xfa, 0x87, 0xdf, 0xae, 0,    0x16, 0,    8,
                                       0,    1,    0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43 };
    static const uint8_t of_ipv6[] = { 1,    3,    0,    24,   0x21, 0x12, 0xa4, 0x42, 0xb7,
                                       0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87,
                                       0xdf, 0xae, 0,    0x16, 0,    20,   0,    2,    0xa1,
                                       0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79,
                                       0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9 };
    static const struct {
        Slice bytes;
        const char *text;
    } cases[] = { { { of_ipv4, sizeof of_ipv4 }, "192.0.2.1:32853" },
                  { { of_ipv6, sizeof of_ipv6 }, "[2001:db8:1234:5678:11:2233:4455:6677]:32853" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[ENDPOINT_TEXT_SIZE];
        Endpoint relayed;
        g_assert_true(turn_relayed_address(cases[i].bytes, &relayed));
        endpoint_format(relayed, text, sizeof text);
        g_assert_cmpstr(text, ==, cases[i].text);
        for (size_t len = 0; len < cases[i].bytes.len; len++) {
            g_autofree uint8_t *exact = g_memdup2(cases[i].bytes.data, len);
            g_assert_false(turn_relayed_address(slice_of(exact, len), &relayed));
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turn/channel", test_channel);
    g_test_add_func("/turn/rewrap", test_rewrap);
    g_test_add_func("/turn/indication", test_indication);
    g_test_add_func("/turn/grants", test_grants);
    g_test_add_func("/turn/relayed-address", test_relayed_address);
    g_test_add_func("/turn/every-truncation", test_every_truncation);
    return g_test_run();
}
