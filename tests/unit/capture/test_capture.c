#include "capture/capture.h"
#include "capture_builder.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define SPOOL_BYTES (1u << 20)

static GByteArray *build_file(unsigned packets)
{
    GByteArray *out = g_byte_array_new();
    put_pcap_header(out, false, 0xa1b2c3d4, 1);
    for (unsigned i = 0; i < packets; i++) {
        put_pcap_record(out, false, i, 0, 150);
        put_fill(out, (uint8_t)i, 150);
    }
    return out;
}

static void check_block(Capture *capture, const PacketBlock *block)
{
    uint8_t bytes[2000];
    for (unsigned i = 0; i < block->count; i++) {
        const Packet *packet = &block->packets[i];
        g_assert_cmpuint(packet->ref.length, ==, packet->caplen);
        g_assert_cmpuint(packet->caplen, <=, sizeof bytes);
        g_assert_cmpint(packet_store_read(capture_store(capture), packet->ref, bytes), ==,
                        PACKET_STORE_OK);
        assert_same_bytes(bytes, packet->caplen, packet->data, packet->caplen);
    }
}

static unsigned drain(Capture *capture)
{
    unsigned packets = 0;
    while (!capture_ended(capture)) {
        PacketBlock *block = capture_pop(capture, 50000);
        if (!block)
            continue;
        packets += block->count;
        check_block(capture, block);
        capture_recycle(capture, block);
    }
    return packets;
}

static void test_file(void)
{
    g_autoptr(GByteArray) file = build_file(20000);
    g_autofree char *path = write_temp(file);
    CaptureOptions options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_new(&options);
    g_assert_true(capture_add_file(capture, path, &error));
    g_assert_true(capture_start(capture, &error));
    g_assert_cmpuint(drain(capture), ==, 20000);
    CaptureSourceInfo info;
    capture_source_info(capture, 0, &info);
    g_assert_cmpstr(info.name, ==, path);
    g_assert_cmpuint(info.packets, ==, 20000);
    g_assert_cmpuint(info.bytes_read, ==, file->len);
    g_assert_cmpuint(info.bytes_total, ==, file->len);
    g_assert_null(info.failure);
    g_unlink(path);
}

static void test_damaged_among_several(void)
{
    g_autoptr(GByteArray) file = build_file(3000);
    g_autofree char *whole = write_temp(file);
    g_byte_array_set_size(file, file->len - 1);
    g_autofree char *cut = write_temp(file);
    CaptureOptions options = { 0 };
    g_autoptr(Capture) capture = capture_new(&options);
    g_assert_true(capture_add_file(capture, whole, NULL));
    g_assert_true(capture_add_file(capture, cut, NULL));
    g_assert_true(capture_start(capture, NULL));
    g_assert_cmpuint(drain(capture), ==, 5999);
    CaptureSourceInfo info;
    capture_source_info(capture, 0, &info);
    g_assert_null(info.failure);
    capture_source_info(capture, 1, &info);
    g_assert_cmpuint(info.packets, ==, 2999);
    g_assert_true(g_str_has_prefix(info.failure, cut));
    g_assert_nonnull(strstr(info.failure, "2999 packets read before"));
    g_unlink(whole);
    g_unlink(cut);
}

typedef struct {
    int fd;
    GByteArray *bytes;
} Feed;

static void *feed_slowly(void *data)
{
    Feed *feed = data;
    for (guint at = 0; at < feed->bytes->len; at += 1000) {
        guint size = MIN(1000u, feed->bytes->len - at);
        g_assert_cmpint(write(feed->fd, feed->bytes->data + at, size), ==, size);
        g_usleep(100);
    }
    close(feed->fd);
    return NULL;
}

static void test_pipe_is_kept(void)
{
    int ends[2];
    g_assert_cmpint(pipe(ends), ==, 0);
    g_autoptr(GByteArray) file = build_file(1000);
    Feed feed = { .fd = ends[1], .bytes = file };
    GThread *thread = g_thread_new("feed", feed_slowly, &feed);
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", ends[0]);
    CaptureOptions options = { .spool_bytes = SPOOL_BYTES };
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_new(&options);
    capture_add_file(capture, path, &error);
    g_assert_no_error(error);
    g_assert_true(capture_start(capture, NULL));
    g_assert_cmpuint(drain(capture), ==, 1000);
    g_thread_join(thread);
    close(ends[0]);
}

static void test_follow(void)
{
    g_autoptr(GByteArray) file = build_file(100);
    g_autoptr(GByteArray) empty = g_byte_array_new();
    g_autofree char *path = write_temp(empty);
    CaptureOptions options = { .follow = true };
    g_autoptr(Capture) capture = capture_new(&options);
    g_assert_true(capture_add_file(capture, path, NULL));
    g_assert_true(capture_start(capture, NULL));
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    Feed feed = { .fd = fd, .bytes = file };
    GThread *thread = g_thread_new("feed", feed_slowly, &feed);
    for (unsigned packets = 0; packets < 100;) {
        PacketBlock *block = capture_pop(capture, 50000);
        if (!block)
            continue;
        packets += block->count;
        capture_recycle(capture, block);
    }
    g_thread_join(thread);
    g_assert_false(capture_ended(capture));
    capture_stop(capture);
    g_assert_cmpuint(drain(capture), ==, 0);
    g_unlink(path);
}

static void test_stop_while_reader_waits(void)
{
    g_autoptr(GByteArray) file = build_file(100000);
    g_autofree char *path = write_temp(file);
    CaptureOptions options = { 0 };
    g_autoptr(Capture) capture = capture_new(&options);
    g_assert_true(capture_add_file(capture, path, NULL));
    g_assert_true(capture_start(capture, NULL));
    PacketBlock *held = capture_pop(capture, -1);
    g_assert_nonnull(held);
    capture_stop(capture);
    drain(capture);
    packet_block_free(held);
    g_unlink(path);
}

static void test_filter_and_output(void)
{
    g_autoptr(GByteArray) file = build_file(100);
    g_autofree char *path = write_temp(file);
    g_autofree char *written = g_strconcat(path, ".out.pcapng", NULL);
    CaptureOptions options = { .capture_filter = "ether[0] < 10" };
    CaptureOutput output = { .path = written, .pcapng = true };
    Capture *capture = capture_new(&options);
    g_assert_true(capture_add_file(capture, path, NULL));
    g_assert_true(capture_set_output(capture, &output, NULL));
    g_assert_true(capture_start(capture, NULL));
    g_assert_cmpuint(drain(capture), ==, 10);
    g_assert_null(capture_output_failure(capture));
    capture_free(capture);
    options.capture_filter = NULL;
    capture = capture_new(&options);
    g_assert_true(capture_add_file(capture, written, NULL));
    g_assert_true(capture_start(capture, NULL));
    g_assert_cmpuint(drain(capture), ==, 10);
    capture_free(capture);
    g_unlink(path);
    g_unlink(written);
}

static void test_refusals(void)
{
    CaptureOptions options = { .capture_filter = "port nonsense" };
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_new(&options);
    g_assert_false(capture_start(capture, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
    g_clear_error(&error);
    g_assert_false(capture_add_file(capture, "/nonexistent", &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
    g_clear_error(&error);
    g_autoptr(GByteArray) file = build_file(1);
    g_autofree char *path = write_temp(file);
    g_assert_true(capture_add_file(capture, path, NULL));
    g_assert_false(capture_add_device(capture, "lo", &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
    g_clear_error(&error);
    CaptureOutput output = { .path = path };
    g_assert_false(capture_set_output(capture, &output, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE);
    g_clear_error(&error);
    g_assert_false(capture_start(capture, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER);
    g_unlink(path);
}

static void send_datagrams(unsigned count)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(29) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (unsigned i = 0; i < count; i++)
        sendto(fd, "rung", 4, 0, (const struct sockaddr *)&to, sizeof to);
    close(fd);
}

static void capture_loopback(Capture *capture)
{
    unsigned packets = 0;
    send_datagrams(500);
    for (int tries = 0; packets < 500 && tries < 100; tries++) {
        PacketBlock *block = capture_pop(capture, 50000);
        if (!block)
            continue;
        packets += block->count;
        check_block(capture, block);
        capture_recycle(capture, block);
    }
    g_assert_cmpuint(packets, ==, 500);
    capture_set_paused(capture, true);
    g_usleep(50000);
    send_datagrams(50);
    g_usleep(400000);
    capture_stop(capture);
    g_assert_cmpuint(drain(capture), ==, 0);
    CaptureSourceInfo info;
    capture_source_info(capture, 0, &info);
    g_assert_true(info.live);
    g_assert_cmpuint(info.packets, ==, 500);
    g_assert_cmpuint(info.drops.paused, ==, 50);
    g_assert_cmpuint(info.drops.rung, ==, 0);
}

/* In a process of its own: root is given up. */
static void test_device(void)
{
    CaptureOptions options = { .capture_filter = "udp dst port 29", .spool_bytes = SPOOL_BYTES };
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_new(&options);
    if (!capture_add_device(capture, "lo", &error)) {
        g_test_skip(error->message);
        return;
    }
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        return;
    }
    g_assert_true(capture_start(capture, &error));
    g_assert_cmpint(setuid(0), ==, -1);
    capture_loopback(capture);
}

static void test_no_such_device(void)
{
    CaptureOptions options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_new(&options);
    g_assert_false(capture_add_device(capture, "nosuch0", &error));
    g_assert_nonnull(strstr(error->message, "nosuch0: "));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capture/file", test_file);
    g_test_add_func("/capture/damaged-among-several", test_damaged_among_several);
    g_test_add_func("/capture/pipe-is-kept", test_pipe_is_kept);
    g_test_add_func("/capture/follow", test_follow);
    g_test_add_func("/capture/stop-while-reader-waits", test_stop_while_reader_waits);
    g_test_add_func("/capture/filter-and-output", test_filter_and_output);
    g_test_add_func("/capture/refusals", test_refusals);
    g_test_add_func("/capture/device", test_device);
    g_test_add_func("/capture/no-such-device", test_no_such_device);
    return g_test_run();
}
