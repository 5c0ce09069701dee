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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turn/channel", test_channel);
    g_test_add_func("/turn/rewrap", test_rewrap);
    g_test_add_func("/turn/indication", test_indication);
    g_test_add_func("/turn/grants", test_grants);
    g_test_add_func("/turn/every-truncation", test_every_truncation);
    return g_test_run();
}
