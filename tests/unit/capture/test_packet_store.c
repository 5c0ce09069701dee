#include "capture/packet_store.h"
#include "capture_builder.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct {
    PacketStore *store;
    PacketRef refs[64];
} Shared;

static Packet packet_of(const uint8_t *bytes, uint32_t size)
{
    return (Packet){ .time_ns = 1, .data = bytes, .caplen = size, .len = size, .link_type = 1 };
}

static void test_input_file(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (unsigned i = 0; i < 100; i++)
        put_fill(bytes, (uint8_t)i, 1);
    g_autofree char *path = write_temp(bytes);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    g_autoptr(PacketStore) store = packet_store_new(0);
    uint32_t file = packet_store_add_file(store, fd);
    close(fd);
    g_unlink(path);
    uint8_t out[100];
    PacketRef ref = { .offset = 40, .length = 10, .file = file };
    g_assert_cmpint(packet_store_read(store, ref, out), ==, PACKET_STORE_OK);
    assert_same_bytes(out, 10, bytes->data + 40, 10);
    ref.offset = 95;
    g_assert_cmpint(packet_store_read(store, ref, out), ==, PACKET_STORE_ERROR);
    ref.file = file + 1;
    g_assert_cmpint(packet_store_read(store, ref, out), ==, PACKET_STORE_ERROR);
    ref.length = 0;
    g_assert_cmpint(packet_store_read(store, ref, out), ==, PACKET_STORE_GONE);
}

static void test_keep_nothing(void)
{
    g_autoptr(PacketStore) store = packet_store_new(0);
    uint8_t bytes[10] = { 0 };
    Packet packet = packet_of(bytes, 10);
    PacketRef ref = packet_store_keep_packet(store, &packet);
    g_assert_cmpuint(ref.length, ==, 0);
    g_assert_cmpint(packet_store_read(store, ref, bytes), ==, PACKET_STORE_GONE);
}

static void test_inside_packet(void)
{
    g_autoptr(PacketStore) store = packet_store_new(1u << 20);
    uint8_t bytes[200], out[200];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    Packet packet = packet_of(bytes, sizeof bytes);
    PacketRef ref = packet_store_keep_packet(store, &packet);
    PacketRef text = packet_store_keep_bytes(store, bytes, 33);
    PacketRef inside = { .offset = ref.offset + 42, .length = 100, .file = ref.file };
    g_assert_cmpint(packet_store_read(store, inside, out), ==, PACKET_STORE_OK);
    assert_same_bytes(out, 100, bytes + 42, 100);
    g_assert_cmpint(packet_store_read(store, text, out), ==, PACKET_STORE_OK);
    assert_same_bytes(out, 33, bytes, 33);
    PacketRef beyond = { .offset = text.offset + 1000, .length = 10, .file = text.file };
    g_assert_cmpint(packet_store_read(store, beyond, out), ==, PACKET_STORE_GONE);
}

/* Every ref ever handed out is either exactly what was kept, or gone. */
static void test_ring(void)
{
    enum { PACKETS = 3000 };
    g_autoptr(PacketStore) store = packet_store_new(1u << 20);
    g_autofree PacketRef *refs = g_new(PacketRef, PACKETS);
    uint8_t bytes[1000], out[1000];
    for (unsigned i = 0; i < PACKETS; i++) {
        memset(bytes, (int)(i % 251), sizeof bytes);
        Packet packet = packet_of(bytes, sizeof bytes);
        refs[i] = packet_store_keep_packet(store, &packet);
        g_assert_cmpuint(refs[i].length, ==, sizeof bytes);
    }
    unsigned gone = 0;
    for (unsigned i = 0; i < PACKETS; i++) {
        PacketStoreStatus status = packet_store_read(store, refs[i], out);
        if (status == PACKET_STORE_GONE) {
            g_assert_cmpuint(gone++, ==, i);
            continue;
        }
        g_assert_cmpint(status, ==, PACKET_STORE_OK);
        g_assert_cmpuint(out[0], ==, i % 251);
        g_assert_cmpuint(out[sizeof out - 1], ==, i % 251);
    }
    g_assert_cmpuint(gone, >, PACKETS / 2);
    g_assert_cmpuint(gone, <, PACKETS - 700);
    PacketStoreUsage usage;
    packet_store_usage(store, &usage);
    g_assert_cmpuint(usage.used_bytes, <=, 1u << 20);
    g_assert_cmpuint(usage.dropped_bytes, >, 1000 * gone);
    g_assert_cmpuint(usage.failed_writes, ==, 0);
    g_assert_null(usage.last_error);
}

static void test_larger_than_segment(void)
{
    g_autoptr(PacketStore) store = packet_store_new(300u << 10);
    g_autofree uint8_t *bytes = g_malloc0(400u << 10), *out = g_malloc0(400u << 10);
    memset(bytes, 5, 200u << 10);
    PacketRef kept = packet_store_keep_bytes(store, bytes, 200u << 10);
    PacketRef refused = packet_store_keep_bytes(store, bytes, 400u << 10);
    g_assert_cmpuint(refused.length, ==, 0);
    g_assert_cmpint(packet_store_read(store, kept, out), ==, PACKET_STORE_OK);
    g_assert_cmpuint(out[(200u << 10) - 1], ==, 5);
}

static void test_no_directory(void)
{
    if (g_test_subprocess()) {
        g_autoptr(PacketStore) store = packet_store_new(1u << 20);
        uint8_t bytes[10] = { 0 };
        Packet packet = packet_of(bytes, 10);
        g_assert_cmpuint(packet_store_keep_packet(store, &packet).length, ==, 0);
        PacketStoreUsage usage;
        packet_store_usage(store, &usage);
        g_assert_cmpuint(usage.failed_writes, ==, 1);
        g_assert_nonnull(strstr(usage.last_error, "/nonexistent"));
        g_free(usage.last_error);
        return;
    }
    g_setenv("TMPDIR", "/nonexistent", TRUE);
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_unsetenv("TMPDIR");
}

/* Offsets that were handed out before a write failed must not be taken for what came later. */
static void check_failing_writes(void)
{
    enum { PACKETS = 30000 };
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = { .rlim_cur = 700u << 10, .rlim_max = 700u << 10 };
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    g_autoptr(PacketStore) store = packet_store_new(64u << 20);
    g_autofree PacketRef *refs = g_new(PacketRef, PACKETS);
    uint8_t bytes[1000], out[1000];
    unsigned kept = 0;
    for (unsigned i = 0; i < PACKETS; i++) {
        memset(bytes, (int)(i % 251), sizeof bytes);
        Packet packet = packet_of(bytes, sizeof bytes);
        refs[i] = packet_store_keep_packet(store, &packet);
    }
    for (unsigned i = 0; i < PACKETS; i++) {
        if (packet_store_read(store, refs[i], out) != PACKET_STORE_OK)
            continue;
        g_assert_cmpuint(out[0], ==, i % 251);
        kept++;
    }
    g_assert_cmpuint(kept, >, 1000);
    PacketStoreUsage usage;
    packet_store_usage(store, &usage);
    g_assert_cmpuint(usage.failed_writes, >, 1);
    g_assert_nonnull(usage.last_error);
    g_free(usage.last_error);
}

static void test_failing_writes(void)
{
    if (g_test_subprocess()) {
        check_failing_writes();
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

static void *read_many(void *data)
{
    Shared *shared = data;
    uint8_t out[5000];
    for (unsigned i = 0; i < 20000; i++) {
        PacketRef ref = shared->refs[i % G_N_ELEMENTS(shared->refs)];
        PacketStoreStatus status = packet_store_read(shared->store, ref, out);
        g_assert_cmpint(status, !=, PACKET_STORE_ERROR);
        if (status == PACKET_STORE_OK)
            g_assert_cmpuint(out[0], ==, i % G_N_ELEMENTS(shared->refs));
    }
    return NULL;
}

static void test_threads(void)
{
    Shared shared = { .store = packet_store_new(2u << 20) };
    uint8_t bytes[5000];
    for (unsigned i = 0; i < G_N_ELEMENTS(shared.refs); i++) {
        memset(bytes, (int)i, sizeof bytes);
        Packet packet = packet_of(bytes, sizeof bytes);
        shared.refs[i] = packet_store_keep_packet(shared.store, &packet);
    }
    GThread *thread = g_thread_new("read", read_many, &shared);
    for (unsigned i = 0; i < 2000; i++) {
        Packet packet = packet_of(bytes, sizeof bytes);
        packet_store_keep_packet(shared.store, &packet);
    }
    g_thread_join(thread);
    packet_store_unref(shared.store);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packet-store/input-file", test_input_file);
    g_test_add_func("/packet-store/keep-nothing", test_keep_nothing);
    g_test_add_func("/packet-store/inside-packet", test_inside_packet);
    g_test_add_func("/packet-store/ring", test_ring);
    g_test_add_func("/packet-store/larger-than-segment", test_larger_than_segment);
    g_test_add_func("/packet-store/no-directory", test_no_directory);
    g_test_add_func("/packet-store/failing-writes", test_failing_writes);
    g_test_add_func("/packet-store/threads", test_threads);
    return g_test_run();
}
