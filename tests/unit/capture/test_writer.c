#include "capture/bytes.h"
#include "capture/writer.h"
#include "capture_builder.h"

static Packet packet_of(const uint8_t *bytes, uint32_t size, uint16_t link, int64_t time_ns)
{
    return (Packet){
        .time_ns = time_ns, .data = bytes, .caplen = size, .len = size + 7, .link_type = link
    };
}

static char *temp_path(void)
{
    g_autoptr(GByteArray) empty = g_byte_array_new();
    return write_temp(empty);
}

static ReadResult read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(path, &text, &size, &error));
    g_autoptr(GByteArray) bytes = g_byte_array_new_take((guint8 *)text, size);
    return read_bytes(bytes);
}

static void round_trip(PacketWriterFormat format, unsigned links)
{
    enum { PACKETS = 2000 };
    g_autofree char *path = temp_path();
    g_autoptr(GError) error = NULL;
    PacketWriter *writer = packet_writer_open(path, format, &error);
    g_assert_no_error(error);
    uint8_t bytes[300];
    for (unsigned i = 0; i < PACKETS; i++) {
        memset(bytes, (int)(i % 256), sizeof bytes);
        Packet packet =
            packet_of(bytes, i % 300, (uint16_t)(1 + i % links), 1700000000123456789 + i);
        g_assert_true(packet_writer_write(writer, &packet, &error));
    }
    uint64_t size = packet_writer_bytes(writer);
    g_assert_true(packet_writer_close(writer, &error));
    g_auto(ReadResult) result = read_file(path);
    g_assert_null(result.failure);
    g_assert_cmpuint(result.stats.bytes_total, ==, size);
    g_assert_cmpuint(result.packets->len, ==, PACKETS);
    for (guint i = 0; i < PACKETS; i++) {
        Packet *packet = result_packet(&result, i);
        g_assert_cmpint(packet->time_ns, ==, 1700000000123456789 + i);
        g_assert_cmpuint(packet->caplen, ==, i % 300);
        g_assert_cmpuint(packet->len, ==, i % 300 + 7);
        g_assert_cmpuint(packet->link_type, ==, 1 + i % links);
    }
    g_unlink(path);
}

static void test_pcapng(void)
{
    round_trip(PACKET_WRITER_PCAPNG, 3);
}

static void test_pcap(void)
{
    round_trip(PACKET_WRITER_PCAP, 1);
}

static void test_pcap_second_link_type(void)
{
    g_autofree char *path = temp_path();
    g_autoptr(GError) error = NULL;
    PacketWriter *writer = packet_writer_open(path, PACKET_WRITER_PCAP, NULL);
    uint8_t bytes[4] = { 0 };
    Packet first = packet_of(bytes, 4, 1, 0), second = packet_of(bytes, 4, 113, 0);
    g_assert_true(packet_writer_write(writer, &first, NULL));
    g_assert_false(packet_writer_write(writer, &second, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE);
    g_assert_true(packet_writer_write(writer, &first, NULL));
    g_assert_true(packet_writer_close(writer, NULL));
    g_auto(ReadResult) result = read_file(path);
    g_assert_cmpuint(result.packets->len, ==, 2);
    g_unlink(path);
}

/* Of the file's blocks of secrets in order, before and behind its first packet. */
static void assert_secrets(const char *path, const char *before, const char *behind)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;
    g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
    GString *const found[] = { first, second };
    unsigned part = 0;
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    for (gsize at = 0; at < size;) {
        const uint8_t *block = (const uint8_t *)bytes + at;
        part |= load_u32(block, false) == 6;
        if (load_u32(block, false) == 10) {
            g_assert_cmphex(load_u32(block + 8, false), ==, 0x544c534b);
            g_string_append_len(found[part], (const char *)block + 16,
                                (gssize)load_u32(block + 12, false));
        }
        at += load_u32(block + 4, false);
    }
    g_assert_cmpstr(g_strchomp(found[0]->str), ==, before);
    g_assert_cmpstr(g_strchomp(found[1]->str), ==, behind);
}

/* Those that come later stand before the packets as long as there is room, flushed or not. */
static void test_secrets(void)
{
    g_autofree char *path = temp_path();
    g_autoptr(GError) error = NULL;
    uint8_t bytes[60] = { 0 };
    Packet packet = packet_of(bytes, sizeof bytes, 1, 1);
    PacketWriter *writer = packet_writer_open(path, PACKET_WRITER_PCAPNG, &error);
    g_assert_true(packet_writer_secrets(writer, (const uint8_t *)"ONE 1\n", 6, &error));
    packet_writer_keep_room(writer, 14);
    g_assert_true(packet_writer_write(writer, &packet, &error));
    g_assert_true(packet_writer_secrets(writer, (const uint8_t *)"TWO 2\n", 6, &error));
    g_assert_true(packet_writer_flush(writer, &error));
    g_assert_true(packet_writer_secrets(writer, (const uint8_t *)"THREE 3\n", 8, &error));
    g_assert_true(packet_writer_secrets(writer, (const uint8_t *)"FOUR 4\n", 7, &error));
    g_assert_true(packet_writer_write(writer, &packet, &error));
    g_assert_true(packet_writer_close(writer, &error));
    assert_secrets(path, "ONE 1\nTWO 2\nTHREE 3", "FOUR 4");
    g_auto(ReadResult) result = read_file(path);
    g_assert_null(result.failure);
    g_assert_cmpuint(result.packets->len, ==, 2);
    g_unlink(path);
}

static void test_secrets_in_pcap(void)
{
    g_autofree char *path = temp_path();
    g_autoptr(GError) error = NULL;
    PacketWriter *writer = packet_writer_open(path, PACKET_WRITER_PCAP, &error);
    packet_writer_keep_room(writer, 100);
    g_assert_true(packet_writer_secrets(writer, (const uint8_t *)"ONE 1\n", 6, &error));
    g_assert_cmpuint(packet_writer_bytes(writer), ==, 0);
    g_assert_true(packet_writer_close(writer, &error));
    g_unlink(path);
}

static void test_without_packets(void)
{
    for (int format = 0; format < 2; format++) {
        g_autofree char *path = temp_path();
        PacketWriter *writer = packet_writer_open(path, (PacketWriterFormat)format, NULL);
        g_assert_true(packet_writer_close(writer, NULL));
        g_auto(ReadResult) result = read_file(path);
        g_assert_null(result.failure);
        g_assert_cmpuint(result.packets->len, ==, 0);
        g_unlink(path);
    }
}

static void test_failures(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(packet_writer_open("/nonexistent/x", PACKET_WRITER_PCAP, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE);
    g_clear_error(&error);
    PacketWriter *writer = packet_writer_open("/dev/full", PACKET_WRITER_PCAP, NULL);
    if (!writer) {
        g_test_skip("there is no /dev/full");
        return;
    }
    g_assert_false(packet_writer_close(writer, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE);
    g_assert_true(g_str_has_prefix(error->message, "/dev/full: "));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/writer/secrets", test_secrets);
    g_test_add_func("/writer/secrets_in_pcap", test_secrets_in_pcap);
    g_test_add_func("/writer/pcapng", test_pcapng);
    g_test_add_func("/writer/pcap", test_pcap);
    g_test_add_func("/writer/pcap-second-link-type", test_pcap_second_link_type);
    g_test_add_func("/writer/without-packets", test_without_packets);
    g_test_add_func("/writer/failures", test_failures);
    return g_test_run();
}
