#include "capture/merge.h"
#include "capture_builder.h"

#define FILES 7u

/* Packets of file @index of @count: every @count-th second. */
static PacketSource *build_file(GByteArray *out, unsigned index, unsigned count, unsigned packets)
{
    put_pcap_header(out, index % 2, 0xa1b2c3d4, 1);
    for (unsigned i = 0; i < packets; i++) {
        put_pcap_record(out, index % 2, i * count + index, 0, 100);
        put_fill(out, (uint8_t)index, 100);
    }
    FileSourceOptions options = { .name = "test", .source = (uint16_t)index, .in_place = true };
    return file_source_new(byte_reader_new_memory(out->data, out->len), &options, NULL);
}

static void test_order(void)
{
    GByteArray *bytes[FILES];
    PacketSource *sources[FILES];
    for (unsigned i = 0; i < FILES; i++) {
        bytes[i] = g_byte_array_new();
        sources[i] = build_file(bytes[i], i, FILES, 3000);
    }
    PacketSource *merge = merge_source_new(sources, FILES, (MergeOptions){ true });
    g_auto(ReadResult) result = read_source(merge, 10000, 64);
    g_assert_null(result.failure);
    g_assert_cmpuint(result.packets->len, ==, FILES * 3000);
    for (guint i = 0; i < result.packets->len; i++) {
        Packet *packet = result_packet(&result, i);
        g_assert_cmpint(packet->time_ns, ==, i * 1000000000LL);
        g_assert_cmpuint(packet->source, ==, i % FILES);
        g_assert_cmpuint(packet->data[99], ==, i % FILES);
        assert_same_bytes(packet->data, packet->caplen, bytes[i % FILES]->data + packet->ref.offset,
                          packet->ref.length);
    }
    packet_source_free(merge);
    for (unsigned i = 0; i < FILES; i++) {
        packet_source_free(sources[i]);
        g_byte_array_unref(bytes[i]);
    }
}

static void test_uneven(void)
{
    static const unsigned packets[] = { 0, 5, 1 };
    GByteArray *bytes[3];
    PacketSource *sources[3];
    for (unsigned i = 0; i < 3; i++) {
        bytes[i] = g_byte_array_new();
        sources[i] = build_file(bytes[i], i, 1, packets[i]);
    }
    g_byte_array_append(bytes[1], (const guint8 *)"cut", 3);
    packet_source_free(sources[1]);
    FileSourceOptions options = { .name = "cut", .source = 1 };
    sources[1] =
        file_source_new(byte_reader_new_memory(bytes[1]->data, bytes[1]->len), &options, NULL);
    PacketSource *merge = merge_source_new(sources, 3, (MergeOptions){ true });
    g_auto(ReadResult) result = read_source(merge, PACKET_BLOCK_BYTES, PACKET_BLOCK_PACKETS);
    g_assert_cmpuint(result.packets->len, ==, 6);
    g_assert_cmpint(result_packet(&result, 1)->source, ==, 1);
    g_assert_cmpint(result_packet(&result, 2)->source, ==, 2);
    g_assert_nonnull(result.failure);
    packet_source_free(merge);
    for (unsigned i = 0; i < 3; i++) {
        packet_source_free(sources[i]);
        g_byte_array_unref(bytes[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/merge/order", test_order);
    g_test_add_func("/merge/uneven", test_uneven);
    return g_test_run();
}
