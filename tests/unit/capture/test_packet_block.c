#include "capture/packet_block.h"
#include <glib.h>
#include <string.h>

static void test_append(void)
{
    PacketBlock *block = packet_block_new_sized(100, 3);
    uint8_t bytes[60];
    memset(bytes, 7, sizeof bytes);
    Packet *packet = packet_block_append(block, bytes, 60);
    g_assert_nonnull(packet);
    g_assert_cmpuint(packet->caplen, ==, 60);
    g_assert_cmpint(memcmp(packet->data, bytes, 60), ==, 0);
    g_assert_null(packet_block_append(block, bytes, 41));
    g_assert_nonnull(packet_block_append(block, bytes, 40));
    g_assert_nonnull(packet_block_append(block, NULL, 0));
    g_assert_null(packet_block_append(block, NULL, 0));
    g_assert_cmpuint(block->count, ==, 3);
    packet_block_free(block);
}

static void test_large_packet(void)
{
    PacketBlock *block = packet_block_new_sized(100, 3);
    g_autofree uint8_t *bytes = g_malloc0(1000);
    g_assert_nonnull(packet_block_append(block, bytes, 1000));
    g_assert_null(packet_block_append(block, bytes, 1));
    g_assert_cmpuint(block->size, ==, 1000);
    packet_block_reset(block);
    g_assert_cmpuint(block->size, ==, 100);
    g_assert_cmpuint(block->count, ==, 0);
    g_assert_nonnull(packet_block_append(block, bytes, 100));
    packet_block_free(block);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packet-block/append", test_append);
    g_test_add_func("/packet-block/large-packet", test_large_packet);
    return g_test_run();
}
