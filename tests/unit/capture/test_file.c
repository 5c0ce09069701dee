#include "capture/file_format.h"
#include "capture_builder.h"
#include <string.h>

typedef struct {
    const char *name;
    bool swapped;
    uint32_t magic;
    unsigned header_extra, record_extra;
    int64_t time_ns;
} PcapCase;

#define AT_S 1700000000

static const PcapCase pcap_cases[] = {
    { "us", false, 0xa1b2c3d4, 0, 0, AT_S * 1000000000LL + 123456000 },
    { "us-swapped", true, 0xa1b2c3d4, 0, 0, AT_S * 1000000000LL + 123456000 },
    { "ns", false, 0xa1b23c4d, 0, 0, AT_S * 1000000000LL + 123456 },
    { "ns-swapped", true, 0xa1b23c4d, 0, 0, AT_S * 1000000000LL + 123456 },
    { "kuznetzov", false, 0xa1b2cd34, 0, 8, AT_S * 1000000000LL + 123456000 },
    { "kuznetzov-swapped", true, 0xa1b2cd34, 0, 8, AT_S * 1000000000LL + 123456000 },
    { "ixia-hardware", false, 0x1c0001ac, 4, 0, AT_S * 1000000000LL + 123456 },
    { "ixia-software", true, 0x1c0001ab, 4, 0, AT_S * 1000000000LL + 123456000 },
};

static GByteArray *build_pcap(const PcapCase *variant, unsigned packets)
{
    GByteArray *out = g_byte_array_new();
    put_pcap_header(out, variant->swapped, variant->magic, 1);
    put_fill(out, 0, variant->header_extra);
    for (unsigned i = 0; i < packets; i++) {
        put_pcap_record(out, variant->swapped, AT_S, 123456, 40 + i % 100);
        put_fill(out, 0, variant->record_extra);
        put_fill(out, (uint8_t)i, 40 + i % 100);
    }
    return out;
}

static void test_pcap(gconstpointer data)
{
    const PcapCase *variant = data;
    g_autoptr(GByteArray) file = build_pcap(variant, 200);
    g_auto(ReadResult) result = read_bytes(file);
    g_assert_null(result.failure);
    g_assert_cmpuint(result.packets->len, ==, 200);
    for (guint i = 0; i < 200; i++) {
        Packet *packet = result_packet(&result, i);
        g_assert_cmpint(packet->time_ns, ==, variant->time_ns);
        g_assert_cmpuint(packet->caplen, ==, 40 + i % 100);
        g_assert_cmpuint(packet->len, ==, 50 + i % 100);
        g_assert_cmpuint(packet->link_type, ==, 1);
        g_assert_cmpuint(packet->source, ==, 3);
        g_assert_cmpuint(packet->ref.file, ==, 7);
        g_assert_cmpuint(packet->data[0], ==, (uint8_t)i);
        assert_same_bytes(packet->data, packet->caplen, file->data + packet->ref.offset,
                          packet->ref.length);
    }
}

static void test_small_blocks(void)
{
    g_autoptr(GByteArray) file = build_pcap(&pcap_cases[0], 500);
    static const struct {
        size_t bytes;
        unsigned packets;
    } sizes[] = { { 64, 1 }, { 200, 2 }, { 1000, 16 }, { 100000, 3 } };
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_auto(ReadResult) result = read_bytes_in(file, sizes[i].bytes, sizes[i].packets);
        g_assert_null(result.failure);
        g_assert_cmpuint(result.packets->len, ==, 500);
        for (guint p = 0; p < 500; p++) {
            Packet *packet = result_packet(&result, p);
            assert_same_bytes(packet->data, packet->caplen, file->data + packet->ref.offset,
                              packet->ref.length);
        }
    }
}

static void test_pcap_oddities(void)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    put_pcap_header(file, false, 0xa1b2c3d4, 12);
    for (uint32_t second = 2; second-- > 0;) { /* backwards, to a time of zero */
        put_u32(file, false, second);
        put_u32(file, false, 0);
        put_u32(file, false, 20);
        put_u32(file, false, 4); /* less than is there */
        put_fill(file, 1, 20);
    }
    put_pcap_record(file, false, 5, 0, 0);
    g_auto(ReadResult) result = read_bytes(file);
    g_assert_null(result.failure);
    g_assert_cmpuint(result.packets->len, ==, 3);
    g_assert_cmpuint(result_packet(&result, 0)->len, ==, 20);
    g_assert_cmpuint(result_packet(&result, 0)->link_type, ==, 101);
    g_assert_cmpint(result_packet(&result, 1)->time_ns, ==, 0);
    g_assert_cmpuint(result_packet(&result, 2)->caplen, ==, 0);
}

static void test_pcap_large_packets(void)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    put_pcap_header(file, false, 0xa1b2c3d4, 249);
    put_pcap_record(file, false, 1, 0, 3u << 20);
    put_fill(file, 9, 3u << 20);
    put_pcap_record(file, false, 2, 0, 10);
    put_fill(file, 9, 10);
    g_auto(ReadResult) result = read_bytes(file);
    g_assert_null(result.failure);
    g_assert_cmpuint(result.packets->len, ==, 2);
    g_assert_cmpuint(result_packet(&result, 0)->caplen, ==, 3u << 20);
    g_assert_cmpuint(result_packet(&result, 0)->data[(3u << 20) - 1], ==, 9);
}

static void test_pcap_damage(void)
{
    g_autoptr(GByteArray) file = build_pcap(&pcap_cases[0], 3);
    guint good = file->len;
    put_pcap_record(file, false, 1, 0, FILE_FORMAT_CAPLEN_MAX + 1);
    put_fill(file, 0, 5000);
    g_auto(ReadResult) result = read_bytes(file);
    g_autofree char *expected =
        g_strdup_printf("test: damaged at byte %u: a packet header with an impossible length, 3 "
                        "packets read before",
                        good);
    g_assert_cmpuint(result.packets->len, ==, 3);
    g_assert_cmpstr(result.failure, ==, expected);
}

/* What can be seen of a file that is cut anywhere: as many packets as are whole, and a failure
 * unless the cut is between two records. */
static void sweep(const GByteArray *whole, const guint *ends, guint end_count)
{
    for (guint size = 0; size < whole->len; size++) {
        g_autofree uint8_t *bytes = g_memdup2(whole->data, size);
        GByteArray cut = { .data = bytes, .len = size };
        g_autoptr(GError) error = NULL;
        g_autoptr(PacketSource) source = open_bytes(&cut, &error);
        if (!source) {
            g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
            g_assert_cmpuint(size, <, FILE_FORMAT_PROBE_BYTES);
            continue;
        }
        g_auto(ReadResult) result = read_source(source, 4096, 64);
        guint expected = 0;
        while (expected < end_count && ends[expected] <= size)
            expected++;
        g_assert_cmpuint(result.packets->len, ==, expected);
        if (expected > 0)
            g_assert_cmpint(result.failure == NULL, ==, ends[expected - 1] == size);
    }
}

static void test_pcap_truncation(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pcap_cases); i++) {
        g_autoptr(GByteArray) file = build_pcap(&pcap_cases[i], 4);
        guint ends[4];
        for (unsigned p = 0; p < 4; p++) {
            g_autoptr(GByteArray) part = build_pcap(&pcap_cases[i], p + 1);
            ends[p] = part->len;
        }
        sweep(file, ends, 4);
    }
}

static void test_pcapng_truncation(void)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    guint ends[3];
    put_section(file, false);
    put_interface(file, false, 1, 9, 0);
    for (unsigned i = 0; i < 3; i++) {
        put_enhanced(file, false, 0, i, 21 + i);
        ends[i] = file->len;
    }
    sweep(file, ends, 3);
}

static void test_pcapng_sections(void)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    for (int swapped = 0; swapped < 2; swapped++) {
        put_section(file, swapped);
        put_interface(file, swapped, 1, 0, 0);            /* microseconds */
        put_interface(file, swapped, 113, 9, 0);          /* nanoseconds */
        put_interface(file, swapped, 101, 0x80 | 10, 0);  /* 1/1024 s */
        put_interface(file, swapped, 101, 3, 1700000000); /* ms from an offset */
        put_interface(file, swapped, 101, 12, 0);         /* picoseconds */
        put_other(file, swapped, 0x0a, 3u << 20);         /* secrets, larger than a block */
        put_enhanced(file, swapped, 0, 1000001, 61);
        put_enhanced(file, swapped, 1, 2000000001, 62);
        put_other(file, swapped, 0xbad, 100);
        put_enhanced(file, swapped, 2, 1024 + 512, 63);
        put_enhanced(file, swapped, 3, 1500, 64);
        put_enhanced(file, swapped, 4, 1500000000000, 0);
    }
    static const int64_t times[] = { 1000001000, 2000000001, 1500000000, 1700000001500000000,
                                     1500000000 };
    static const unsigned links[] = { 1, 113, 101, 101, 101 };
    g_auto(ReadResult) result = read_bytes(file);
    g_assert_cmpstr(result.failure, ==, NULL);
    g_assert_cmpuint(result.packets->len, ==, 10);
    for (guint i = 0; i < 10; i++) {
        Packet *packet = result_packet(&result, i);
        g_assert_cmpint(packet->time_ns, ==, times[i % 5]);
        g_assert_cmpuint(packet->link_type, ==, links[i % 5]);
        g_assert_cmpuint(packet->caplen, ==, i % 5 == 4 ? 0 : 61 + i % 5);
        assert_same_bytes(packet->data, packet->caplen, file->data + packet->ref.offset,
                          packet->ref.length);
    }
}

static void put_simple(GByteArray *out, uint32_t len, uint32_t present)
{
    put_u32(out, false, 3);
    put_u32(out, false, 16 + present);
    put_u32(out, false, len);
    put_fill(out, 3, present);
    put_u32(out, false, 16 + present);
}

static void put_old_packet(GByteArray *out, uint32_t caplen)
{
    put_u32(out, false, 2);
    put_u32(out, false, 32 + caplen);
    put_u16(out, false, 0);
    put_u16(out, false, 0xffff);
    put_u32(out, false, 0);
    put_u32(out, false, 77);
    put_u32(out, false, caplen);
    put_u32(out, false, caplen);
    put_fill(out, 2, caplen);
    put_u32(out, false, 32 + caplen);
}

static void put_statistics(GByteArray *out, uint32_t drops)
{
    put_u32(out, false, 5);
    put_u32(out, false, 48);
    put_u32(out, false, 0);
    put_u32(out, false, 0);
    put_u32(out, false, 0);
    for (uint16_t option = 5; option <= 7; option += 2) {
        put_u16(out, false, option);
        put_u16(out, false, 8);
        put_u32(out, false, drops + option);
        put_u32(out, false, 0);
    }
    put_u32(out, false, 48);
}

static void test_pcapng_old_blocks(void)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    put_section(file, false);
    put_interface(file, false, 1, 9, 0);
    put_old_packet(file, 40);
    put_simple(file, 1500, 60);
    put_simple(file, 50, 52);
    put_statistics(file, 10);
    put_statistics(file, 20);
    g_auto(ReadResult) result = read_bytes(file);
    g_assert_cmpstr(result.failure, ==, NULL);
    g_assert_cmpuint(result.packets->len, ==, 3);
    g_assert_cmpint(result_packet(&result, 0)->time_ns, ==, 77);
    g_assert_cmpint(result_packet(&result, 1)->time_ns, ==, 77);
    g_assert_cmpuint(result_packet(&result, 1)->caplen, ==, 60);
    g_assert_cmpuint(result_packet(&result, 1)->len, ==, 1500);
    g_assert_cmpuint(result_packet(&result, 2)->caplen, ==, 50);
    g_assert_cmpuint(result.stats.interface_drops, ==, 25);
    g_assert_cmpuint(result.stats.kernel_drops, ==, 27);
}

static void put_secrets(GByteArray *out, bool swapped, uint32_t kind, uint32_t told,
                        const char *text)
{
    uint32_t len = (uint32_t)strlen(text), padded = (len + 3) & ~3u;
    put_u32(out, swapped, 10);
    put_u32(out, swapped, 20 + padded);
    put_u32(out, swapped, kind);
    put_u32(out, swapped, told);
    g_byte_array_append(out, (const guint8 *)text, len);
    put_fill(out, 0, padded - len);
    put_u32(out, swapped, 20 + padded);
}

static void test_pcapng_secrets(gconstpointer data)
{
    bool swapped = GPOINTER_TO_INT(data);
    g_autoptr(GByteArray) file = g_byte_array_new();
    SecretsQueue *secrets = secrets_queue_new();
    FileSourceOptions options = { .name = "secrets", .secrets = secrets };
    put_section(file, swapped);
    put_interface(file, swapped, 1, 9, 0);
    put_secrets(file, swapped, 0x544c534b, 5, "first");
    put_enhanced(file, swapped, 0, 1, 20);
    put_secrets(file, swapped, 0x57474b4c, 4, "WGKL"); /* WireGuard */
    put_secrets(file, swapped, 0x544c534b, 99, "lies");
    put_other(file, swapped, 10, 4);
    put_secrets(file, swapped, 0x544c534b, 6, "second");
    put_enhanced(file, swapped, 0, 2, 20);
    g_autoptr(PacketSource) source =
        file_source_new(byte_reader_new_memory(file->data, file->len), &options, NULL);
    PacketBlock *block = packet_block_new();
    while (packet_source_fill(source, block) == SOURCE_MORE)
        ;
    g_assert_cmpuint(block->count, ==, 2);
    g_autoptr(GBytes) first = secrets_queue_pop(secrets), second = secrets_queue_pop(secrets);
    assert_same_bytes(g_bytes_get_data(first, NULL), g_bytes_get_size(first),
                      (const uint8_t *)"first", 5);
    assert_same_bytes(g_bytes_get_data(second, NULL), g_bytes_get_size(second),
                      (const uint8_t *)"second", 6);
    g_assert_null(secrets_queue_pop(secrets));
    g_assert_cmpuint(secrets_queue_refused(secrets), ==, 3);
    packet_block_free(block);
    secrets_queue_free(secrets);
}

static void assert_pcapng_damage(const GByteArray *tail, const char *what)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    put_section(file, false);
    put_interface(file, false, 1, 9, 0);
    put_enhanced(file, false, 0, 1, 20);
    g_byte_array_append(file, tail->data, tail->len);
    g_auto(ReadResult) result = read_bytes(file);
    g_assert_cmpuint(result.packets->len, ==, 1);
    g_assert_nonnull(result.failure);
    g_assert_nonnull(strstr(result.failure, what));
    g_assert_nonnull(strstr(result.failure, "1 packets read before"));
}

static void test_pcapng_damage(void)
{
    g_autoptr(GByteArray) tail = g_byte_array_new();
    put_enhanced(tail, false, 9, 1, 20);
    assert_pcapng_damage(tail, "not described");
    g_byte_array_set_size(tail, 0);
    put_enhanced(tail, false, 0, 1, 20);
    tail->data[20] = 200; /* caplen beyond the block */
    assert_pcapng_damage(tail, "impossible length");
    tail->data[20] = 20;
    tail->data[tail->len - 4] ^= 4;
    assert_pcapng_damage(tail, "two lengths differ");
    g_byte_array_set_size(tail, 0);
    put_u32(tail, false, 6);
    put_u32(tail, false, 0xfffffff0);
    put_fill(tail, 0, 100);
    assert_pcapng_damage(tail, "impossible length");
    g_byte_array_set_size(tail, 0);
    put_u32(tail, false, 6);
    put_u32(tail, false, 8);
    put_fill(tail, 0, 100);
    assert_pcapng_damage(tail, "impossible length");
    g_byte_array_set_size(tail, 0);
    put_u32(tail, false, 0x0bad);
    put_u32(tail, false, 0xfffffff0);
    put_fill(tail, 0, 100);
    assert_pcapng_damage(tail, "cut");
}

static void test_not_a_capture(void)
{
    static const char *const texts[] = { "", "GET", "not a capture at all, but text" };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        GByteArray bytes = { .data = (guint8 *)texts[i], .len = (guint)strlen(texts[i]) };
        g_autoptr(GError) error = NULL;
        g_assert_null(open_bytes(&bytes, &error));
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
        g_assert_true(g_str_has_prefix(error->message, "test: "));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(pcap_cases); i++) {
        g_autofree char *path = g_strdup_printf("/file/pcap/%s", pcap_cases[i].name);
        g_test_add_data_func(path, &pcap_cases[i], test_pcap);
    }
    g_test_add_func("/file/pcap/small-blocks", test_small_blocks);
    g_test_add_func("/file/pcap/oddities", test_pcap_oddities);
    g_test_add_func("/file/pcap/large-packets", test_pcap_large_packets);
    g_test_add_func("/file/pcap/damage", test_pcap_damage);
    g_test_add_func("/file/pcap/truncation", test_pcap_truncation);
    g_test_add_func("/file/pcapng/truncation", test_pcapng_truncation);
    g_test_add_func("/file/pcapng/sections", test_pcapng_sections);
    g_test_add_func("/file/pcapng/old-blocks", test_pcapng_old_blocks);
    g_test_add_data_func("/file/pcapng/secrets", GINT_TO_POINTER(false), test_pcapng_secrets);
    g_test_add_data_func("/file/pcapng/secrets-swapped", GINT_TO_POINTER(true),
                         test_pcapng_secrets);
    g_test_add_func("/file/pcapng/damage", test_pcapng_damage);
    g_test_add_func("/file/not-a-capture", test_not_a_capture);
    return g_test_run();
}
