/* tests/unit/capture/capture_builder.h - capture files built by bytes, and read by the sources. */
#pragma once
#include "capture/byte_reader.h"
#include "capture/file.h"
#include <byteswap.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

static inline void assert_same_bytes(const uint8_t *got, size_t size, const uint8_t *expected,
                                     size_t expected_size)
{
    g_assert_cmpuint(size, ==, expected_size);
    g_assert_true(size == 0 || memcmp(got, expected, size) == 0);
}

static inline void put_u16(GByteArray *out, bool swapped, uint16_t value)
{
    value = swapped ? bswap_16(value) : value;
    g_byte_array_append(out, (const guint8 *)&value, sizeof value);
}

static inline void put_u32(GByteArray *out, bool swapped, uint32_t value)
{
    value = swapped ? bswap_32(value) : value;
    g_byte_array_append(out, (const guint8 *)&value, sizeof value);
}

static inline void put_fill(GByteArray *out, uint8_t value, size_t size)
{
    g_autofree guint8 *bytes = g_malloc(size + 1);
    memset(bytes, value, size);
    g_byte_array_append(out, bytes, (guint)size);
}

static inline void put_pcap_header(GByteArray *out, bool swapped, uint32_t magic, uint32_t link)
{
    put_u32(out, swapped, magic);
    put_u16(out, swapped, 2);
    put_u16(out, swapped, 4);
    put_u32(out, swapped, 0);
    put_u32(out, swapped, 0);
    put_u32(out, swapped, 65535);
    put_u32(out, swapped, link);
}

static inline void put_pcap_record(GByteArray *out, bool swapped, uint32_t seconds,
                                   uint32_t fraction, uint32_t caplen)
{
    put_u32(out, swapped, seconds);
    put_u32(out, swapped, fraction);
    put_u32(out, swapped, caplen);
    put_u32(out, swapped, caplen + 10);
}

static inline void put_section(GByteArray *out, bool swapped)
{
    put_u32(out, swapped, 0x0a0d0d0a);
    put_u32(out, swapped, 28);
    put_u32(out, swapped, 0x1a2b3c4d);
    put_u16(out, swapped, 1);
    put_u16(out, swapped, 0);
    put_fill(out, 0xff, 8);
    put_u32(out, swapped, 28);
}

/* @resolution 0: no option. */
static inline void put_interface(GByteArray *out, bool swapped, uint16_t link, uint8_t resolution,
                                 uint32_t offset_s)
{
    uint32_t size = 20u + (resolution ? 8u : 0u) + (offset_s ? 12u : 0u);
    put_u32(out, swapped, 1);
    put_u32(out, swapped, size);
    put_u16(out, swapped, link);
    put_u16(out, swapped, 0);
    put_u32(out, swapped, 0);
    if (resolution) {
        put_u16(out, swapped, 9);
        put_u16(out, swapped, 1);
        put_fill(out, resolution, 1);
        put_fill(out, 0, 3);
    }
    if (offset_s) {
        put_u16(out, swapped, 14);
        put_u16(out, swapped, 8);
        put_u32(out, swapped, swapped ? 0 : offset_s);
        put_u32(out, swapped, swapped ? offset_s : 0);
    }
    put_u32(out, swapped, size);
}

static inline void put_enhanced(GByteArray *out, bool swapped, uint32_t interface, uint64_t units,
                                uint32_t caplen)
{
    uint32_t padded = (caplen + 3) & ~3u;
    put_u32(out, swapped, 6);
    put_u32(out, swapped, 32 + padded);
    put_u32(out, swapped, interface);
    put_u32(out, swapped, (uint32_t)(units >> 32));
    put_u32(out, swapped, (uint32_t)units);
    put_u32(out, swapped, caplen);
    put_u32(out, swapped, caplen);
    put_fill(out, 0x45, caplen);
    put_fill(out, 0, padded - caplen);
    put_u32(out, swapped, 32 + padded);
}

/* A block of a type that is skipped. */
static inline void put_other(GByteArray *out, bool swapped, uint32_t type, uint32_t body)
{
    put_u32(out, swapped, type);
    put_u32(out, swapped, 12 + body);
    put_fill(out, 0xaa, body);
    put_u32(out, swapped, 12 + body);
}

/* Every packet of a source, copied, and how it ended. */
typedef struct {
    GPtrArray *blocks; /* owns each PacketBlock */
    GArray *packets;   /* of Packet, which borrow from @blocks */
    char *failure;
    SourceStats stats;
} ReadResult;

static inline void read_result_clear(ReadResult *result)
{
    g_ptr_array_unref(result->blocks);
    g_array_unref(result->packets);
    g_free(result->failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReadResult, read_result_clear)

static inline Packet *result_packet(ReadResult *result, guint index)
{
    g_assert_cmpuint(index, <, result->packets->len);
    return &g_array_index(result->packets, Packet, index);
}

static inline void destroy_block(void *block)
{
    packet_block_free(block);
}

static inline ReadResult read_source(PacketSource *source, size_t block_bytes,
                                     unsigned block_packets)
{
    ReadResult result = {
        .blocks = g_ptr_array_new_with_free_func(destroy_block),
        .packets = g_array_new(FALSE, FALSE, sizeof(Packet)),
    };
    SourceStatus status = SOURCE_MORE;
    while (status == SOURCE_MORE) {
        PacketBlock *block = packet_block_new_sized(block_bytes, block_packets);
        g_ptr_array_add(result.blocks, block);
        status = packet_source_fill(source, block);
        g_array_append_vals(result.packets, block->packets, block->count);
    }
    packet_source_stats(source, &result.stats);
    result.failure = g_strdup(result.stats.failure);
    return result;
}

static inline PacketSource *open_bytes(const GByteArray *bytes, GError **error)
{
    FileSourceOptions options = { .name = "test", .source = 3, .file = 7, .in_place = true };
    return file_source_new(byte_reader_new_memory(bytes->data, bytes->len), &options, error);
}

static inline ReadResult read_bytes_in(const GByteArray *bytes, size_t block_bytes,
                                       unsigned block_packets)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PacketSource) source = open_bytes(bytes, &error);
    g_assert_no_error(error);
    return read_source(source, block_bytes, block_packets);
}

static inline ReadResult read_bytes(const GByteArray *bytes)
{
    return read_bytes_in(bytes, PACKET_BLOCK_BYTES, PACKET_BLOCK_PACKETS);
}

static inline char *write_temp(const GByteArray *bytes)
{
    char *path = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("rung-test-XXXXXX", &path, &error);
    g_assert_no_error(error);
    g_close(fd, NULL);
    g_file_set_contents(path, (const char *)bytes->data, bytes->len, &error);
    g_assert_no_error(error);
    return path;
}
