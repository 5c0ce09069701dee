#include "dissect/media/red.h"
#include <glib.h>

/* RFC 2198 section 4: DVI4 primary, one LPC block 8000/50 ticks back */
static const uint8_t packet[] = {
    0x80 | 7, 0x02, 0x80, 3, /* F, LPC; offset 160, length 3 */
    5,                       /* DVI4 */
    0xaa,     0xbb, 0xcc, 1, 2, 3, 4, 5,
};

static void test_two_blocks(void)
{
    RedPacket red;

    g_assert_cmpint(red_parse(slice_of(packet, sizeof packet), 100, &red), ==, DISSECT_OK);
    g_assert_cmpuint(red.count, ==, 2);
    g_assert_cmpuint(red.blocks[0].payload_type, ==, 7);
    g_assert_cmpuint(red.blocks[0].offset_ticks, ==, 160);
    g_assert_cmpuint(red.blocks[0].ts_ticks, ==, (uint32_t)(100 - 160));
    g_assert_true(slice_equal(red.blocks[0].data, slice_of(&packet[5], 3)));
    g_assert_true(red_primary(&red) == &red.blocks[1]);
    g_assert_cmpuint(red_primary(&red)->payload_type, ==, 5);
    g_assert_cmpuint(red_primary(&red)->ts_ticks, ==, 100);
    g_assert_true(slice_equal(red_primary(&red)->data, slice_of(&packet[8], 5)));
}

static void test_widest_fields(void)
{
    uint8_t bytes[4 + 1 + 1023] = { 0xff, 0xff, 0xff, 0xff, 0x7f };
    RedPacket red;

    g_assert_cmpint(red_parse(slice_of(bytes, sizeof bytes), 0, &red), ==, DISSECT_OK);
    g_assert_cmpuint(red.blocks[0].offset_ticks, ==, 16383);
    g_assert_cmpuint(red.blocks[0].data.len, ==, 1023);
    g_assert_cmpuint(red_primary(&red)->data.len, ==, 0);
}

static void test_primary_alone(void)
{
    static const uint8_t bytes[] = { 98, 'h', 'i' };
    RedPacket red;

    g_assert_cmpint(red_parse(slice_of(bytes, sizeof bytes), 7, &red), ==, DISSECT_OK);
    g_assert_cmpuint(red.count, ==, 1);
    g_assert_cmpuint(red_primary(&red)->data.len, ==, 2);
}

static void test_too_many_blocks(void)
{
    uint8_t bytes[4 * RED_BLOCKS_MAX + 1] = { 0 };
    RedPacket red = { .count = 99 };

    for (size_t i = 0; i + 1 < sizeof bytes; i += 4)
        bytes[i] = 0x80;
    g_assert_cmpint(red_parse(slice_of(bytes, sizeof bytes), 0, &red), ==, DISSECT_MALFORMED);
    g_assert_cmpuint(red.count, ==, 99);
    g_assert_cmpint(red_parse(slice_of(bytes + 4, sizeof bytes - 4), 0, &red), ==, DISSECT_OK);
    g_assert_cmpuint(red.count, ==, RED_BLOCKS_MAX);
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len <= sizeof packet; len++) {
        g_autofree uint8_t *exact = g_memdup2(packet, len);
        RedPacket red;
        /* the primary has no length: it is what is left */
        g_assert_cmpint(red_parse(slice_of(exact, len), 0, &red), ==,
                        len < 8 ? DISSECT_TRUNCATED : DISSECT_OK);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/red/two-blocks", test_two_blocks);
    g_test_add_func("/red/widest-fields", test_widest_fields);
    g_test_add_func("/red/primary-alone", test_primary_alone);
    g_test_add_func("/red/too-many-blocks", test_too_many_blocks);
    g_test_add_func("/red/every-truncation", test_every_truncation);
    return g_test_run();
}
