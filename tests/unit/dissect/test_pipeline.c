/* Capture thread, dissect thread and a reader that looks while they work: run under
 * ThreadSanitizer as well. */
#include "capture/writer.h"
#include "dissect/pipeline.h"
#include "support/packet_build.h"
#include <glib/gstdio.h>

#define CALLS 2000u

static const char message[] = "OPTIONS sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP "
                              "a;branch=z9hG4bK%u\r\nFrom: <sip:a@example.org>;tag=1\r\nTo: "
                              "<sip:b@example.org>\r\nCall-ID: %u\r\nCSeq: 1 OPTIONS\r\n"
                              "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

static char *write_capture(void)
{
    g_autoptr(GError) error = NULL;
    char *path = NULL;
    int fd = g_file_open_tmp("rung-pipeline-XXXXXX.pcap", &path, &error);
    BuiltPacket built = { 0 };

    g_assert_no_error(error);
    g_close(fd, NULL);
    PacketWriter *writer = packet_writer_open(path, PACKET_WRITER_PCAP, &error);
    g_assert_no_error(error);
    for (unsigned i = 0; i < CALLS; i++) {
        g_autofree char *text = g_strdup_printf(message, i, i);
        build_udp(&built, "10.0.0.1:5060", "10.0.0.2:5060", text, strlen(text));
        Packet packet = built_packet(&built, 1000 + i);
        g_assert_true(packet_writer_write(writer, &packet, &error));
    }
    g_assert_true(packet_writer_close(writer, &error));
    return path;
}

typedef struct {
    Model *model;
    gint stop; /* atomic */
    uint32_t seen;
} Reader;

static gpointer read_model(gpointer data)
{
    Reader *reader = data;

    while (!g_atomic_int_get(&reader->stop)) {
        g_mutex_lock(&reader->model->lock);
        uint32_t last = model_last_call(reader->model);
        g_assert_cmpuint(last, >=, reader->seen);
        reader->seen = last;
        if (last)
            g_assert_cmpuint(model_call(reader->model, last)->message_count, >, 0);
        g_mutex_unlock(&reader->model->lock);
        g_thread_yield();
    }
    return NULL;
}

static void count_change(void *context)
{
    g_atomic_int_inc((gint *)context);
}

static void test_readers_while_dissecting(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = write_capture();
    const CaptureOptions how = { .spool_bytes = 1 << 20 };
    Capture *capture = capture_new(&how);
    Reader reader = { .model = model_new(NULL) };
    gint changes = 0;

    g_assert_true(capture_add_file(capture, path, &error));
    g_assert_true(capture_start(capture, &error));
    GThread *thread = g_thread_new("reader", read_model, &reader);
    Pipeline *pipeline = pipeline_start(capture, reader.model, count_change, &changes);
    pipeline_join(pipeline);
    g_atomic_int_set(&reader.stop, 1);
    g_thread_join(thread);
    g_assert_cmpuint(model_last_call(reader.model), ==, CALLS);
    g_assert_true(reader.model->ended);
    g_assert_cmpint(g_atomic_int_get(&changes), >, 0);
    capture_free(capture);
    model_free(reader.model);
    g_remove(path);
}

/* Stopped at once: what was queued is dissected, nothing hangs. */
static void test_early_stop(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = write_capture();
    const CaptureOptions how = { 0 };
    Capture *capture = capture_new(&how);
    Model *model = model_new(NULL);

    g_assert_true(capture_add_file(capture, path, &error));
    g_assert_true(capture_start(capture, &error));
    Pipeline *pipeline = pipeline_start(capture, model, NULL, NULL);
    capture_stop(capture);
    pipeline_join(pipeline);
    g_assert_cmpuint(model_last_call(model), <=, CALLS);
    capture_free(capture);
    model_free(model);
    g_remove(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pipeline/readers", test_readers_while_dissecting);
    g_test_add_func("/pipeline/early-stop", test_early_stop);
    return g_test_run();
}
