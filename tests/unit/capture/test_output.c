#include "capture/output.h"
#include "capture_builder.h"

typedef struct {
    char *directory; /* owned */
    char *path;      /* owned */
} Place;

static Place place_new(const char *name)
{
    Place place = { .directory = g_dir_make_tmp("rung-test-XXXXXX", NULL) };
    place.path = g_build_filename(place.directory, name, NULL);
    return place;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

/* Removes everything; returns the names of the files, sorted. */
static GPtrArray *place_clear(Place *place)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *directory = g_dir_open(place->directory, 0, NULL);
    for (const char *name; (name = g_dir_read_name(directory));) {
        g_autofree char *path = g_build_filename(place->directory, name, NULL);
        g_unlink(path);
        g_ptr_array_add(names, g_strdup(name));
    }
    g_dir_close(directory);
    g_ptr_array_sort(names, compare_names);
    g_rmdir(place->directory);
    g_free(place->directory);
    g_free(place->path);
    return names;
}

/* Writes @count packets, a millisecond apart; returns how many were taken before a stop. */
static unsigned write_packets(Output *output, unsigned count)
{
    uint8_t bytes[84] = { 0 };
    for (unsigned i = 0; i < count; i++) {
        PacketBlock *block = packet_block_new_sized(100, 1);
        Packet *packet = packet_block_append(block, bytes, sizeof bytes);
        packet->time_ns = 1000000LL * i;
        packet->link_type = 1;
        bool go_on = output_write(output, block, 0);
        unsigned taken = i + block->count;
        packet_block_free(block);
        if (!go_on)
            return taken;
    }
    return count;
}

static void test_ring(void)
{
    Place place = place_new("call.trace.pcap");
    CaptureOutput options = { .path = place.path, .rotate_bytes = 10000, .ring_files = 3 };
    g_autoptr(GError) error = NULL;
    Output *output = output_new(&options, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(write_packets(output, 1000), ==, 1000);
    output_free(output);
    g_autoptr(GPtrArray) names = place_clear(&place);
    g_assert_cmpuint(names->len, ==, 3);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *pattern = g_strdup_printf("^call\\.trace_%05u_\\d{14}\\.pcap$", 9 + i);
        g_assert_true(g_regex_match_simple(pattern, g_ptr_array_index(names, i), 0, 0));
    }
}

static void test_rotation_by_time(void)
{
    Place place = place_new("calls");
    CaptureOutput options = { .path = place.path, .pcapng = true, .rotate_ns = 100000000 };
    Output *output = output_new(&options, NULL);
    g_assert_cmpuint(write_packets(output, 1000), ==, 1000);
    output_free(output);
    g_autoptr(GPtrArray) names = place_clear(&place);
    g_assert_cmpuint(names->len, ==, 10);
    g_assert_true(g_regex_match_simple("^calls_00001_\\d{14}$", g_ptr_array_index(names, 0), 0, 0));
}

static void assert_stops(CaptureOutput options, unsigned expected)
{
    Place place = place_new("x.pcap");
    options.path = place.path;
    Output *output = output_new(&options, NULL);
    g_assert_cmpuint(write_packets(output, 1000), ==, expected);
    output_free(output);
    g_autoptr(GPtrArray) names = place_clear(&place);
    g_assert_cmpuint(names->len, >, 0);
}

static void test_stops(void)
{
    assert_stops((CaptureOutput){ .stop_packets = 77 }, 77);
    assert_stops((CaptureOutput){ .stop_ns = 50000000 }, 50);
    assert_stops((CaptureOutput){ .stop_bytes = 24 + 100 * 20 }, 20);
    assert_stops((CaptureOutput){ .rotate_bytes = 24 + 100 * 10, .stop_files = 4 }, 40);
}

static void test_stop_without_file(void)
{
    CaptureOutput options = { .stop_packets = 5 };
    Output *output = output_new(&options, NULL);
    g_assert_cmpuint(write_packets(output, 10), ==, 5);
    output_free(output);
}

static void test_tick(void)
{
    CaptureOutput options = { .stop_ns = 1000 };
    Output *output = output_new(&options, NULL);
    g_assert_true(output_tick(output, 5000));
    g_assert_true(output_tick(output, 5999));
    g_assert_false(output_tick(output, 6000));
    output_free(output);
}

static void test_full_disk(void)
{
    CaptureOutput options = { .path = "/dev/full", .pcapng = true };
    Output *output = output_new(&options, NULL);
    if (!output) {
        g_test_skip("there is no /dev/full");
        return;
    }
    g_assert_cmpuint(write_packets(output, 10000), ==, 10000);
    g_assert_nonnull(output_failure(output));
    g_assert_true(g_str_has_prefix(output_failure(output), "/dev/full: "));
    output_free(output);
}

static unsigned count_in(const char *path, const char *text)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;
    unsigned count = 0;
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    for (gsize at = 0; at + strlen(text) <= size; at++)
        count += memcmp(bytes + at, text, strlen(text)) == 0;
    return count;
}

/* Each file of a ring begins with all keys that were known then; later ones have their room. */
static void test_key_logs(void)
{
    Place place = place_new("call.pcapng");
    g_autofree char *log = g_build_filename(place.directory, "keys.log", NULL);
    char *const logs[] = { log, NULL };
    CaptureOutput options = {
        .path = place.path, .pcapng = true, .rotate_ns = 1000000000, .key_logs = logs
    };
    g_autoptr(GError) error = NULL;
    g_assert_null(output_new(&options, &error));
    g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(log, "FIRST 1 2\nCUT", -1, NULL));
    Output *output = output_new(&options, &error);
    g_assert_no_error(error);
    write_packets(output, 500);
    FILE *grown = fopen(log, "a");
    fputs(" 3 4\n", grown);
    fclose(grown);
    write_packets(output, 1500);
    output_free(output);
    g_unlink(log);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(place.directory, 0, NULL);
    for (const char *name; (name = g_dir_read_name(directory));)
        g_ptr_array_add(paths, g_build_filename(place.directory, name, NULL));
    g_assert_cmpuint(paths->len, ==, 2);
    for (unsigned i = 0; i < paths->len; i++) {
        g_assert_cmpuint(count_in(paths->pdata[i], "FIRST 1 2\n"), ==, 1);
        g_assert_cmpuint(count_in(paths->pdata[i], "CUT 3 4\n"), ==, 1);
    }
    g_ptr_array_unref(place_clear(&place));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/output/key_logs", test_key_logs);
    g_test_add_func("/output/ring", test_ring);
    g_test_add_func("/output/rotation-by-time", test_rotation_by_time);
    g_test_add_func("/output/stops", test_stops);
    g_test_add_func("/output/stop-without-file", test_stop_without_file);
    g_test_add_func("/output/tick", test_tick);
    g_test_add_func("/output/full-disk", test_full_disk);
    return g_test_run();
}
