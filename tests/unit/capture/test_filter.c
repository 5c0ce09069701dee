#include "capture/capture.h"
#include "capture/filter.h"
#include <string.h>

typedef struct {
    const char *text;
    unsigned column;
} BadFilter;

static const BadFilter bad_filters[] = {
    { "foo", 1 },
    { "port abc", 6 },
    { "udp and", 8 },
    { "udp port 5060)", 14 },
    { "(udp port 5060", 15 },
    { "udp port 70000", 10 },
    { "tcp and port 5060 blah", 19 },
};

static void test_bad(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad_filters); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *expected = g_strdup_printf(
            "capture filter \"%s\", column %u: ", bad_filters[i].text, bad_filters[i].column);
        g_assert_null(packet_filter_new(bad_filters[i].text, &error));
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER);
        g_assert_true(g_str_has_prefix(error->message, expected));
    }
}

static const uint8_t udp_packet[] = {
    0x45, 0, 0, 32, 0,    0,    0,    0,    64, 17, 0, 0, 127, 0, 0, 1,
    127,  0, 0, 1,  0x13, 0xc4, 0x13, 0xc5, 0,  12, 0, 0, 1,   2, 3, 4,
};

static PacketBlock *build_block(void)
{
    PacketBlock *block = packet_block_new_sized(1000, 10);
    uint8_t ethernet[14 + sizeof udp_packet] = { [12] = 0x08 };
    memcpy(ethernet + 14, udp_packet, sizeof udp_packet);
    packet_block_append(block, ethernet, sizeof ethernet)->link_type = 1;
    packet_block_append(block, udp_packet, sizeof udp_packet)->link_type = 101;
    packet_block_append(block, udp_packet, 10)->link_type = 101; /* cut before the ports */
    packet_block_append(block, udp_packet, 0)->link_type = 1;
    return block;
}

static void assert_matches(const char *text, unsigned expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PacketFilter) filter = packet_filter_new(text, &error);
    g_assert_no_error(error);
    PacketBlock *block = build_block();
    packet_filter_apply(filter, block);
    g_assert_cmpuint(block->count, ==, expected);
    g_assert_null(packet_filter_failure(filter));
    packet_block_free(block);
}

static void test_apply(void)
{
    assert_matches("udp port 5060", 2);
    assert_matches("udp port 9", 0);
    assert_matches("len > 40", 1);
}

static void test_unfit_link_type(void)
{
    g_autoptr(PacketFilter) filter = packet_filter_new("vlan 5", NULL);
    g_assert_nonnull(filter);
    PacketBlock *block = build_block();
    packet_filter_apply(filter, block);
    g_assert_cmpuint(block->count, ==, 0);
    g_assert_nonnull(packet_filter_failure(filter));
    packet_block_free(block);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filter/bad", test_bad);
    g_test_add_func("/filter/apply", test_apply);
    g_test_add_func("/filter/unfit-link-type", test_unfit_link_type);
    return g_test_run();
}
