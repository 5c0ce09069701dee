#include "dissect/media/redundancy.h"
#include <glib.h>

static void send_red(Redundancy *redundancy, uint32_t n, unsigned generations)
{
    RedPacket red = { .count = generations + 1 };
    for (unsigned i = 0; i <= generations; i++) {
        unsigned back = generations - i;
        red.blocks[i] = (RedBlock){
            .payload_type = 111,
            .offset_ticks = (uint16_t)(960 * back),
            .ts_ticks = 960 * (n - back),
            .data = SLICE_LITERAL("abc"),
        };
    }
    redundancy_add_red(redundancy, &red);
}

static void test_red(void)
{
    Redundancy r = { 0 };
    for (uint32_t n = 10; n < 60; n++)
        if (n != 20 && n != 30 && n != 31 && n != 40 && n != 41 && n != 42)
            send_red(&r, n, 2);
    g_assert_cmpuint(r.red_packets, ==, 44);
    g_assert_cmpuint(r.red_blocks, ==, 88);
    g_assert_cmpuint(r.red_octets, ==, 88 * 3);
    g_assert_cmpuint(r.red_recovered, ==, 5); /* of the three in a row two */
    g_assert_cmpuint(r.primary_type, ==, 111);
}

static void test_red_late_is_not_lost(void)
{
    Redundancy r = { 0 };
    send_red(&r, 1, 1);
    send_red(&r, 3, 1);
    g_assert_cmpuint(r.red_recovered, ==, 1);
    send_red(&r, 2, 1);
    g_assert_cmpuint(r.red_recovered, ==, 0);
}

static Slice fec(uint8_t *bytes, uint16_t base, uint16_t mask)
{
    memset(bytes, 0, 14);
    bytes[2] = (uint8_t)(base >> 8);
    bytes[3] = (uint8_t)base;
    bytes[11] = 160;
    bytes[12] = (uint8_t)(mask >> 8);
    bytes[13] = (uint8_t)mask;
    return slice_of(bytes, 14);
}

static void test_fec(void)
{
    Redundancy r = { 0 };
    Sequence sequence = { 0 };
    uint8_t bytes[14];

    for (uint16_t seq = 100; seq < 120; seq++)
        if (seq != 105 && seq != 110 && seq != 111)
            sequence_add(&sequence, seq, false);
    redundancy_add_fec(&r, fec(bytes, 100, 0xf000), &sequence); /* 100 to 103: all there */
    g_assert_cmpuint(r.fec_recovered, ==, 0);
    redundancy_add_fec(&r, fec(bytes, 104, 0xf000), &sequence); /* 105 alone is missing */
    g_assert_cmpuint(r.fec_recovered, ==, 1);
    redundancy_add_fec(&r, fec(bytes, 104, 0xc000), &sequence); /* once more */
    g_assert_cmpuint(r.fec_recovered, ==, 1);
    redundancy_add_fec(&r, fec(bytes, 108, 0xf000), &sequence); /* two are missing */
    g_assert_cmpuint(r.fec_recovered, ==, 1);
    redundancy_add_fec(&r, fec(bytes, 111, 0x8000), &sequence);
    redundancy_add_fec(&r, fec(bytes, 108, 0xf000), &sequence); /* now one is */
    g_assert_cmpuint(r.fec_recovered, ==, 3);
    g_assert_cmpuint(r.fec_packets, ==, 6);
    g_assert_cmpuint(r.malformed, ==, 0);
}

static void test_every_truncation(void)
{
    Sequence sequence = { 0 };
    uint8_t bytes[14];
    Slice whole = fec(bytes, 0xfff0, 0xffff);

    sequence_add(&sequence, 5, false);
    for (size_t len = 0; len <= whole.len; len++) {
        g_autofree uint8_t *exact = g_memdup2(bytes, len);
        Redundancy r = { 0 };
        redundancy_add_fec(&r, slice_of(exact, len), &sequence);
        g_assert_cmpuint(r.malformed, ==, len < whole.len);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/redundancy/red", test_red);
    g_test_add_func("/redundancy/red-late", test_red_late_is_not_lost);
    g_test_add_func("/redundancy/fec", test_fec);
    g_test_add_func("/redundancy/every-truncation", test_every_truncation);
    return g_test_run();
}
