/* What -L is made of: its URLs, the packets of a TCP connection, the headers written for them. */
#include "capture/capture.h"
#include "capture/hep_listen.h"
#include "capture/hep_stream.h"
#include "capture/hep_url.h"
#include "capture/udp_header.h"
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

static void assert_url(const char *text, bool stream, const char *host, const char *port)
{
    g_auto(HepUrl) url = { 0 };
    g_autoptr(GError) error = NULL;
    g_assert_true(hep_url_parse(text, &url, &error));
    g_assert_no_error(error);
    g_assert_cmpint(url.stream, ==, stream);
    g_assert_cmpstr(url.host, ==, host);
    g_assert_cmpstr(url.port, ==, port);
}

static void test_tls_url(void)
{
    g_auto(HepUrl) url = { 0 };
    g_assert_true(hep_url_parse("tls://[::1]:9061", &url, NULL));
    g_assert_true(url.tls && url.stream);
    g_assert_cmpstr(url.host, ==, "::1");
}

/* What a TLS listener lacks is said before anything is opened. */
static void test_tls_without_certificate(void)
{
    g_autoptr(GError) error = NULL;
    const CaptureOptions options = { 0 };
    g_assert_null(hep_listen_new("tls://127.0.0.1:1", &options, 0, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
    g_assert_nonnull(strstr(error->message, "hep.certificate"));
}

static void assert_no_url(const char *text)
{
    g_auto(HepUrl) url = { 0 };
    g_autoptr(GError) error = NULL;
    g_assert_false(hep_url_parse(text, &url, &error));
    g_assert_nonnull(error);
    g_assert_true(g_str_has_prefix(error->message, text));
    g_assert_null(strchr(error->message, '\n'));
}

static void test_urls(void)
{
    assert_url("udp://:9060", false, NULL, "9060");
    assert_url("udp://", false, NULL, "9060");
    assert_url("tcp://192.0.2.1", true, "192.0.2.1", "9060");
    assert_url("tcp://[2001:db8::1]:65535", true, "2001:db8::1", "65535");
    assert_url("udp://[::1]", false, "::1", "9060");
    assert_url("udp://collector.example:9063", false, "collector.example", "9063");
    static const char *const bad[] = {
        "",           "udp",           "udp:/",      "9060",          "sctp://:9060",
        "ssl://:1",   "udp://:0",      "udp://:",    "udp://:65536",  "udp://:9060x",
        "udp://:-1",  "udp://[::1",    "udp://[]:1", "udp://[::1]9",  "udp://::1:9060",
        "udp://h:1/", "udp://me@h:1?", "UDP://:1",   "tcp:// h:9060",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_no_url(bad[i]);
}

/* Feeds @bytes in pieces of @piece; returns how many packets came, and the last status. */
static unsigned feed(const uint8_t *bytes, size_t size, size_t piece, HepStreamStatus *ret_status)
{
    g_autofree HepStream *stream = g_new0(HepStream, 1);
    unsigned packets = 0;
    *ret_status = HEP_STREAM_MORE;
    for (size_t at = 0; at < size && *ret_status == HEP_STREAM_MORE;) {
        const uint8_t *packet;
        size_t room, length;
        uint8_t *where = hep_stream_room(stream, &room);
        size_t now = MIN(MIN(piece, size - at), room);
        g_assert_cmpuint(now, >, 0);
        memcpy(where, bytes + at, now);
        hep_stream_added(stream, now);
        at += now;
        while ((*ret_status = hep_stream_next(stream, &packet, &length)) == HEP_STREAM_PACKET) {
            g_assert_cmpuint(length, ==, (size_t)packet[4] << 8 | packet[5]);
            packets++;
        }
    }
    return packets;
}

static void append_packet(GByteArray *out, const char *magic, size_t length)
{
    uint8_t header[6];
    memcpy(header, magic, 4);
    header[4] = (uint8_t)(length >> 8);
    header[5] = (uint8_t)length;
    guint at = out->len;
    g_byte_array_set_size(out, at + (guint)length);
    memset(out->data + at, 'H', length);
    memcpy(out->data + at, header, 6);
}

static void test_stream(void)
{
    static const size_t pieces[] = { 1, 5, 6, 7, 100, 65535, 65536, 200000 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    HepStreamStatus status;
    append_packet(bytes, "HEP3", 6);
    append_packet(bytes, "EEP3", 65535);
    append_packet(bytes, "HEP3", 300);
    append_packet(bytes, "HEP3", 65535);
    append_packet(bytes, "HEP3", 65534);
    for (unsigned i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_assert_cmpuint(feed(bytes->data, bytes->len, pieces[i], &status), ==, 5);
        g_assert_cmpint(status, ==, HEP_STREAM_MORE);
    }
    g_assert_cmpuint(feed(bytes->data, bytes->len - 1, 4096, &status), ==, 4);
    g_assert_cmpint(status, ==, HEP_STREAM_MORE);
}

static void test_stream_of_something_else(void)
{
    static const char *const broken[] = { "G",   "HEP2xxxx",       "HEP3\0\0",         "HEP3\0\5",
                                          "HE ", "GET / HTTP/1.1", "\x16\x03\x01\2\0", "EEP2xx" };
    static const size_t sizes[] = { 1, 8, 6, 6, 3, 14, 5, 6 };
    HepStreamStatus status;
    for (unsigned i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        append_packet(bytes, "HEP3", 20);
        g_byte_array_append(bytes, (const guint8 *)broken[i], (guint)sizes[i]);
        g_assert_cmpuint(feed(bytes->data, bytes->len, bytes->len, &status), ==, 1);
        g_assert_cmpint(status, ==, HEP_STREAM_BROKEN);
    }
}

/* RFC 1071: over what contains its checksum the sum is all ones. */
static uint32_t sum_of(uint32_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static UdpAddress address_of(const char *text, uint16_t port)
{
    UdpAddress address = { .port = port };
    uint8_t bytes[16];
    if (inet_pton(AF_INET6, text, bytes) == 1)
        udp_address_set_ipv6(&address, bytes);
    else
        g_assert_cmpint(inet_pton(AF_INET, text, address.bytes), ==, 1);
    return address;
}

static void assert_bytes(const uint8_t *got, const char *expected, size_t size)
{
    g_assert_cmpint(memcmp(got, expected, size), ==, 0);
}

static void test_ipv4_header(void)
{
    uint8_t buffer[UDP_HEADER_MAX + 5] = { 0 };
    uint8_t *payload = buffer + UDP_HEADER_MAX;
    UdpAddress from = address_of("::ffff:192.0.2.1", 40000), to = address_of("192.0.2.9", 9060);
    memcpy(payload, "HEP3x", 5);
    g_assert_cmpuint(udp_header_prepend(payload, 5, &from, &to), ==, 28);
    const uint8_t *ip = payload - 28;
    assert_bytes(ip, "\x45\0\0\x21", 4);
    assert_bytes(ip + 12, "\xc0\0\2\1\xc0\0\2\x09", 8);
    assert_bytes(ip + 20, "\x9c\x40\x23\x64\0\x0d", 6);
    g_assert_cmpuint(sum_of(0, ip, 20), ==, 0xffff);
    g_assert_cmpuint(sum_of(sum_of(17 + 13, ip + 12, 8), ip + 20, 13), ==, 0xffff);
    assert_bytes(payload, "HEP3x", 5);
}

static void test_ipv6_header(void)
{
    uint8_t buffer[UDP_HEADER_MAX + 4] = { 0 };
    uint8_t *payload = buffer + UDP_HEADER_MAX;
    UdpAddress from = address_of("2001:db8::1", 1), to = address_of("2001:db8::2", 9060);
    memcpy(payload, "HEP3", 4);
    g_assert_cmpuint(udp_header_prepend(payload, 4, &from, &to), ==, 48);
    assert_bytes(buffer, "\x60\0\0\0\0\x0c\x11\x40", 8);
    g_assert_cmpuint(sum_of(sum_of(17 + 12, buffer + 8, 32), buffer + 40, 12), ==, 0xffff);
}

static void test_too_long(void)
{
    g_autofree uint8_t *buffer = g_malloc0(UDP_HEADER_MAX + 65536);
    uint8_t *payload = buffer + UDP_HEADER_MAX;
    UdpAddress ipv4 = address_of("192.0.2.1", 1), ipv6 = address_of("2001:db8::1", 1);
    g_assert_cmpuint(udp_header_prepend(payload, 65507, &ipv4, &ipv4), ==, 28);
    g_assert_cmpuint(udp_header_prepend(payload, 65508, &ipv4, &ipv4), ==, 0);
    g_assert_cmpuint(udp_header_prepend(payload, 65527, &ipv6, &ipv6), ==, 48);
    g_assert_cmpuint(udp_header_prepend(payload, 65528, &ipv6, &ipv6), ==, 0);
}

/* More connections than there is room for, none of them silent for long. */
static void test_clients_are_bounded(void)
{
    g_autoptr(GError) error = NULL;
    const CaptureOptions options = { 0 };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    g_autofree char *url = NULL;
    PacketSource *source = NULL;
    for (uint16_t port = 29060; !source && port < 29160; port++) {
        g_free(url);
        g_clear_error(&error);
        url = g_strdup_printf("tcp://127.0.0.1:%u", port);
        to.sin_port = htons(port);
        source = hep_listen_new(url, &options, 0, &error);
    }
    g_assert_no_error(error);
    g_assert_null(hep_listen_new(url, &options, 0, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
    g_assert_nonnull(strstr(error->message, "another program listens there"));

    PacketBlock *block = packet_block_new_sized(100, 2);
    SourceStats stats;
    int fds[HEP_CLIENTS + 3];
    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        g_assert_cmpint(connect(fds[i], (struct sockaddr *)&to, sizeof to), ==, 0);
        packet_source_fill(source, block);
    }
    packet_source_stats(source, &stats);
    g_assert_cmpuint(stats.refused, ==, 3);

    /* Two packets have room in the block; the others wait for the next one. */
    static const char packets[] = "HEP3\0\6HEP3\0\6HEP3\0\6HEP3\0\6HEP3\0\6GET /";
    g_assert_cmpint(write(fds[0], packets, sizeof packets - 1), ==, sizeof packets - 1);
    unsigned got = 0;
    for (int i = 0; i < 4; i++) {
        packet_source_fill(source, block);
        for (unsigned p = 0; p < block->count; p++)
            g_assert_cmpuint(block->packets[p].caplen, ==, 34);
        got += block->count;
        packet_block_reset(block);
    }
    g_assert_cmpuint(got, ==, 5);
    packet_source_stats(source, &stats);
    g_assert_cmpuint(stats.refused, ==, 4);
    g_assert_cmpuint(stats.bytes_read, ==, 30);
    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    packet_block_free(block);
    packet_source_free(source);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hep_listen/urls", test_urls);
    g_test_add_func("/hep_listen/tls_url", test_tls_url);
    g_test_add_func("/hep_listen/tls_without_certificate", test_tls_without_certificate);
    g_test_add_func("/hep_listen/stream", test_stream);
    g_test_add_func("/hep_listen/stream_of_something_else", test_stream_of_something_else);
    g_test_add_func("/hep_listen/ipv4_header", test_ipv4_header);
    g_test_add_func("/hep_listen/ipv6_header", test_ipv6_header);
    g_test_add_func("/hep_listen/too_long", test_too_long);
    g_test_add_func("/hep_listen/clients_are_bounded", test_clients_are_bounded);
    return g_test_run();
}
